//! ElevenLabs' streaming speech synthesis as its documentation describes it. The sound can be read again, see
//! [`super::readable_sound`].

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde::Deserialize;

use super::{
    readable_sound::spoken,
    served::{Course, Record, Served, body},
};

pub const KEY: &str = "the-elevenlabs-key";
/// What the service says of a body it cannot read.
const INVALID: &str = r#"{"detail":[{"loc":["body","text"],"msg":"field required","type":"value_error.missing"}]}"#;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    Sound(Course),
    /// Nothing comes, not even a status, while the client waits.
    NoAnswer,
    Status(u16),
}

/// A request to speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub voice_id: String,
    pub body: RequestBody,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    pub text: String,
    pub model_id: String,
    #[serde(default)]
    pub language_code: Option<String>,
    pub voice_settings: VoiceSettings,
    #[serde(default)]
    pub previous_text: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceSettings {
    pub stability: f32,
    pub similarity_boost: f32,
    pub speed: f32,
}

#[derive(Default)]
struct Shared {
    record: Record<Script, Request>,
}

/// The running fake.
pub struct ElevenLabs {
    served: Served,
    shared: Arc<Shared>,
}

impl ElevenLabs {
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let routes =
            Router::new().route("/v1/text-to-speech/{voice_id}/stream", post(speak)).with_state(Arc::clone(&shared));
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    pub fn url(&self) -> String {
        self.served.url()
    }

    pub fn record(&self) -> &Record<Script, Request> {
        &self.shared.record
    }
}

async fn speak(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(voice_id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    document: Bytes,
) -> Response {
    if headers.get("xi-api-key").is_none_or(|key| key != KEY) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let request: RequestBody = match serde_json::from_slice(&document) {
        Ok(request) if is_json && query.get("output_format").is_some_and(|format| format == "ulaw_8000") => request,
        _ => return (StatusCode::UNPROCESSABLE_ENTITY, INVALID).into_response(),
    };
    let text = request.text.clone();
    shared.record.note(peer, Request { voice_id, body: request });
    let mut leaving = shared.record.watch();
    let course = match shared.record.take_script() {
        None => Course::Whole,
        Some(Script::Sound(course)) => course,
        Some(Script::Status(status)) => {
            leaving.complete();
            return StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
        Some(Script::NoAnswer) => {
            // Longer than any client waits; it is dropped when the client leaves.
            tokio::time::sleep(Duration::from_secs(600)).await;
            return StatusCode::REQUEST_TIMEOUT.into_response();
        }
    };
    ([(header::CONTENT_TYPE, "audio/basic")], body(spoken(&text), course, leaving)).into_response()
}
