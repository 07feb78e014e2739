//! Anthropic's messages as its reference describes them: requests are checked, answers stream, and fail on demand.

mod check;
mod events;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::Value;

use super::{
    model::{self, Fault, Part, Script},
    served::{Record, Served},
};

pub const KEY: &str = "the-anthropic-key";
const VERSION: &str = "2023-06-01";

#[derive(Default)]
struct Shared {
    record: Record<Script, Value>,
    violations: std::sync::Mutex<Vec<String>>,
}

/// The running fake.
pub struct Anthropic {
    served: Served,
    shared: Arc<Shared>,
}

impl Anthropic {
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let routes = Router::new().route("/v1/messages", post(complete)).with_state(Arc::clone(&shared));
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    pub fn url(&self) -> String {
        self.served.url()
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
    if headers.get("x-api-key").is_none_or(|key| key != KEY) {
        return (StatusCode::UNAUTHORIZED, events::error("authentication_error")).into_response();
    }
    if headers.get("anthropic-version").is_none_or(|version| version != VERSION) {
        return refuse(&shared, "anthropic-version".to_owned());
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
    let error = format!("event: error\ndata: {}\n\n", events::error("overloaded_error"));
    model::stream(events::of(&parts), fault, error, events::PING, leaving)
}

fn refuse(shared: &Shared, violation: String) -> Response {
    shared.violations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(violation);
    (StatusCode::BAD_REQUEST, events::error("invalid_request_error")).into_response()
}
