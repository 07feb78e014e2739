//! Azure's speech synthesis as its documentation describes it. The sound can be read again, see
//! [`super::readable_sound`].

mod websocket;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{any, post},
};

pub use self::websocket::audio_frame;
use super::{
    readable_sound::spoken,
    served::{Course, Record, Served, body},
};

pub const KEY: &str = "the-azure-key";
const OUTPUT_FORMAT: &str = "raw-8khz-8bit-mono-mulaw";
const SPEECH: &str = "http://www.w3.org/2001/10/synthesis";
const MSTTS: &str = "https://www.w3.org/2001/mstts";
/// The styles that the voices know.
const STYLES: &[&str] = &["friendly", "cheerful"];

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    Sound(Course),
    /// Nothing comes, not even a status, while the client waits.
    NoAnswer,
    /// Success, and no sound in it.
    Empty,
    Status(u16),
    TooManyRequests {
        retry_after_s: Option<u64>,
    },
    /// Over a WebSocket: these frames as they are, after the turn's start; then the turn goes on.
    Frames(Vec<Frame>),
    /// Over a WebSocket: a close with this code after the turn's start.
    Close(u16),
    /// Over a WebSocket: whole, but without the times of words.
    NoWords,
}

/// A frame as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    Text(String),
    Binary(Vec<u8>),
}

/// A request to speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub text: String,
    pub voice: String,
    pub language: String,
    pub style: Option<String>,
    pub rate: Option<String>,
}

#[derive(Default)]
struct Shared {
    record: Record<Script, Request>,
    violations: Mutex<Vec<String>>,
    stops: AtomicUsize,
}

/// The running fake.
pub struct AzureTts {
    served: Served,
    shared: Arc<Shared>,
}

impl AzureTts {
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let routes = Router::new()
            .route("/cognitiveservices/v1", post(speak))
            .route("/cognitiveservices/websocket/{version}", any(websocket::open))
            .with_state(Arc::clone(&shared));
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    pub fn url(&self) -> String {
        self.served.url()
    }

    pub fn record(&self) -> &Record<Script, Request> {
        &self.shared.record
    }

    /// What clients did on a WebSocket that the protocol does not allow.
    pub fn violations(&self) -> Vec<String> {
        self.shared.violations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many turns clients have stopped.
    pub fn stops(&self) -> usize {
        self.shared.stops.load(Ordering::SeqCst)
    }
}

async fn speak(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    document: Bytes,
) -> Response {
    let request = match check(&headers, &document) {
        Ok(request) => request,
        Err(status) => return status.into_response(),
    };
    let text = request.text.clone();
    shared.record.note(peer, request);
    let leaving = shared.record.watch();
    let course = match shared.record.take_script() {
        None => Course::Whole,
        Some(Script::Sound(course)) => course,
        Some(other) => return without_sound(other, leaving).await,
    };
    let sound = body(spoken(&text), course, leaving);
    ([(header::CONTENT_TYPE, "audio/basic")], sound).into_response()
}

async fn without_sound(script: Script, mut leaving: super::served::Leaving) -> Response {
    if script == Script::NoAnswer {
        // Longer than any client waits; it is dropped when the client leaves.
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    leaving.complete();
    match script {
        Script::Status(status) => {
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
        Script::TooManyRequests { retry_after_s: Some(seconds) } => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Script::TooManyRequests { retry_after_s: None } => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Script::Empty
        | Script::NoAnswer
        | Script::Sound(_)
        | Script::Frames(_)
        | Script::Close(_)
        | Script::NoWords => StatusCode::OK.into_response(),
    }
}

/// What the service checks before it speaks.
fn check(headers: &HeaderMap, document: &[u8]) -> Result<Request, StatusCode> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("Ocp-Apim-Subscription-Key") != Some(KEY) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    if header("Content-Type") != Some("application/ssml+xml") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let has_agent = header("User-Agent").is_some_and(|agent| (1..255).contains(&agent.len()));
    if !has_agent || header("X-Microsoft-OutputFormat") != Some(OUTPUT_FORMAT) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let document = std::str::from_utf8(document).map_err(|_| StatusCode::BAD_REQUEST)?;
    read_ssml(document).ok_or(StatusCode::BAD_REQUEST)
}

fn read_ssml(document: &str) -> Option<Request> {
    let parsed = roxmltree::Document::parse(document).ok()?;
    let speak = parsed.root_element();
    if !speak.has_tag_name((SPEECH, "speak")) || speak.attribute("version") != Some("1.0") {
        return None;
    }
    let language = speak.attribute(("http://www.w3.org/XML/1998/namespace", "lang"))?.to_owned();
    let voice = speak.children().find(|node| node.has_tag_name((SPEECH, "voice")))?;
    let name = voice.attribute("name").filter(|name| name.ends_with("Neural"))?.to_owned();
    let style = parsed.descendants().find(|node| node.has_tag_name((MSTTS, "express-as")));
    let style = style.and_then(|node| node.attribute("style")).map(str::to_owned);
    if style.as_deref().is_some_and(|style| !STYLES.contains(&style)) {
        return None;
    }
    let rate = parsed.descendants().find(|node| node.has_tag_name((SPEECH, "prosody")));
    let rate = rate.and_then(|node| node.attribute("rate")).map(str::to_owned);
    let text = parsed.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect();
    Some(Request { text, voice: name, language, style, rate })
}
