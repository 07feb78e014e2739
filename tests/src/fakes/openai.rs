//! OpenAI's chat completions as its reference describes them: requests are checked, answers stream, and fail on demand.

mod check;
mod events;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::Value;

pub use self::check::strict;
use super::{
    model::{self, Fault, Part, Script},
    served::{Record, Served},
};

pub const KEY: &str = "the-openai-key";

#[derive(Default)]
struct Shared {
    record: Record<Script, Value>,
    violations: std::sync::Mutex<Vec<String>>,
}

/// The running fake.
pub struct OpenAi {
    served: Served,
    shared: Arc<Shared>,
}

impl OpenAi {
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let routes = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::clone(&shared));
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    /// With the version in it, as `OPENAI_BASE_URL` has it.
    pub fn url(&self) -> String {
        format!("{}/v1", self.served.url())
    }

    /// Scripts to come, and the bodies of the requests that came.
    pub fn record(&self) -> &Record<Script, Value> {
        &self.shared.record
    }

    /// What clients asked that the vendor would have refused.
    pub fn violations(&self) -> Vec<String> {
        self.shared.violations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

async fn complete(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    document: Bytes,
) -> Response {
    let bearer = format!("Bearer {KEY}");
    if headers.get(header::AUTHORIZATION).is_none_or(|key| key.as_bytes() != bearer.as_bytes()) {
        return (StatusCode::UNAUTHORIZED, events::error("invalid_request_error", "invalid_api_key")).into_response();
    }
    let request = match serde_json::from_slice::<Value>(&document).map_err(|e| e.to_string()) {
        Ok(request) => match check::request(&request) {
            Ok(()) => request,
            Err(violation) => return refuse(&shared, violation),
        },
        Err(violation) => return refuse(&shared, violation),
    };
    shared.record.note(peer, request.clone());
    let leaving = shared.record.watch();
    let (parts, fault): (Vec<Part>, Option<Fault>) = match shared.record.take_script() {
        None => (vec![Part::Text("How can I help you?".to_owned())], None),
        Some(Script::Parts(parts)) => (parts, None),
        Some(Script::Faulty(parts, fault)) => (parts, Some(fault)),
        Some(Script::Of(answer)) => (answer(&request), None),
        Some(other) => return model::plainly(other, leaving).await,
    };
    let error = format!("data: {}\n\n", events::error("server_error", "server_error"));
    model::stream(events::of(&parts, fault), fault, error, ": keep-alive\n\n", leaving)
}

fn refuse(shared: &Shared, violation: String) -> Response {
    shared.violations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(violation);
    (StatusCode::BAD_REQUEST, events::error("invalid_request_error", "invalid_value")).into_response()
}
