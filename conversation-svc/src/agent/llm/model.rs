//! One model at its vendor: a request out, sent once more if that may help, and an answer that has begun.

use std::time::Duration;

use http::HeaderValue;
use rand::Rng as _;
use reqwest::{RequestBuilder, Response};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use tokio::time::Instant;

use super::{Answer, ModelError, ModelSettings, Prompt, Vendor, anthropic, openai, stream::Reader};

/// Bytes of an error's body that are read: its code stands in the first hundreds.
const ERROR_BYTES_MAX: usize = 16 * 1024;
/// A connection that is opened ahead.
const WARM_MAX: Duration = Duration::from_secs(2);

pub struct Model {
    pub settings: ModelSettings,
    http: reqwest::Client,
    key: HeaderValue,
}

impl Model {
    pub fn new(settings: ModelSettings, http: reqwest::Client) -> Self {
        // A key that cannot be sent was reported at start-up; a refused one comes to the same.
        let text = match settings.vendor {
            Vendor::OpenAi => format!("Bearer {}", settings.key.expose_secret()),
            Vendor::Anthropic => settings.key.expose_secret().to_owned(),
        };
        let mut key = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        key.set_sensitive(true);
        Self { settings, http, key }
    }

    pub const fn name(&self) -> &'static str {
        self.settings.vendor.name()
    }

    /// Asks, and waits for the answer to begin, until `turn_ends` at most.
    pub async fn ask(&self, prompt: &Prompt, turn_ends: Instant) -> Result<Answer, ModelError> {
        let now = Instant::now();
        if turn_ends <= now {
            return Err(ModelError::OutOfTime);
        }
        let deadline = (now + self.settings.deadlines.first_token).min(turn_ends);
        let error = match self.once(prompt, deadline).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let pause = error.retry_pause(left).ok_or(error)?;
        metrics::counter!("llm_retries_total", "provider" => self.name()).increment(1);
        // Calls that met the same fault do not come back at the same moment.
        let pause = pause + rand::rng().random_range(Duration::ZERO..=pause / 4);
        tokio::time::sleep(pause).await;
        self.once(prompt, deadline).await
    }

    /// Opens a connection that the next request finds; what is answered does not matter.
    pub async fn warm(&self) -> Result<(), ModelError> {
        let request = self.http.head(&self.settings.base_url).timeout(WARM_MAX);
        request.send().await.map(drop).map_err(|_| ModelError::Connect)
    }

    async fn once(&self, prompt: &Prompt, deadline: Instant) -> Result<Answer, ModelError> {
        let (request, reader) = self.request(prompt);
        let late = ModelError::FirstTokenLate(self.settings.deadlines.first_token);
        let response = tokio::time::timeout_at(deadline, open(request)).await.unwrap_or(Err(late))?;
        Answer::begin(response, reader, self.settings.deadlines, deadline).await
    }

    fn request(&self, prompt: &Prompt) -> (RequestBuilder, Box<dyn Reader>) {
        let ModelSettings { vendor, base_url, .. } = &self.settings;
        match vendor {
            Vendor::OpenAi => {
                let body = openai::Body::of(&self.settings, prompt);
                let request = self.http.post(format!("{base_url}/chat/completions"));
                let request = request.header(http::header::AUTHORIZATION, self.key.clone());
                let request = request.header(http::header::ACCEPT, "text/event-stream");
                (request.json(&body), Box::new(openai::Chunks::default()))
            }
            Vendor::Anthropic => {
                let body = anthropic::Body::of(&self.settings, prompt);
                let request = self.http.post(format!("{base_url}/v1/messages")).header("x-api-key", self.key.clone());
                let request = request.header("anthropic-version", anthropic::VERSION);
                (request.json(&body), Box::new(anthropic::Events::default()))
            }
        }
    }
}

async fn open(request: RequestBuilder) -> Result<Response, ModelError> {
    let response = request
        .send()
        .await
        .map_err(|error| if error.is_connect() { ModelError::Connect } else { ModelError::BrokeOff })?;
    if response.status().is_success() {
        let kind = response.headers().get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        return match kind {
            Some(kind) if kind.starts_with("text/event-stream") => Ok(response),
            _ => Err(ModelError::Protocol("success without a stream")),
        };
    }
    let (status, headers) = (response.status(), response.headers().clone());
    Err(ModelError::of_status(status, &headers, &fault(response).await.unwrap_or_default()))
}

/// An error as both vendors write it. Its message is not kept: it may repeat what was asked.
#[derive(Deserialize)]
struct Faulty {
    error: Fault,
}

#[derive(Deserialize)]
pub(super) struct Fault {
    #[serde(default)]
    code: Option<serde_json::Value>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl Fault {
    /// The code, and where there is none the type, which says less.
    pub(super) fn name(&self) -> &str {
        let code = self.code.as_ref().and_then(serde_json::Value::as_str);
        code.or(self.kind.as_deref()).unwrap_or_default()
    }
}

async fn fault(mut response: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        if body.len() + bytes.len() > ERROR_BYTES_MAX {
            return None;
        }
        body.extend_from_slice(&bytes);
    }
    let faulty: Faulty = serde_json::from_slice(&body).ok()?;
    Some(faulty.error.name().to_owned())
}
