//! Channels: opened, stopped, and used to announce that something changed.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{Shared, fault, lock};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    pub calendar: String,
    pub address: String,
    pub token: String,
    pub resource: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

pub async fn watch(
    State(shared): State<Arc<Shared>>,
    Path(calendar): Path<String>,
    Json(wanted): Json<Value>,
) -> Response {
    if !lock(&shared.calendars).is_shared(&calendar) {
        return fault(404, "notFound");
    }
    let text = |name: &str| wanted[name].as_str().unwrap_or_default().to_owned();
    let (id, address) = (text("id"), text("address"));
    if wanted["type"] != "web_hook" || id.is_empty() || id.len() > 64 || address.is_empty() {
        return fault(400, "required");
    }
    let mut channels = lock(&shared.channels);
    if channels.iter().any(|channel| channel.id == id) {
        return fault(400, "channelIdNotUnique");
    }
    let resource = format!("r{}", channels.len() + 1);
    let expires_at = wanted["expiration"].as_i64().unwrap_or_default();
    channels.push(Channel {
        id: id.clone(),
        calendar,
        address,
        token: text("token"),
        resource: resource.clone(),
        expires_at,
    });
    let answer = json!({
        "kind": "api#channel", "id": id, "resourceId": resource, "resourceUri": "…", "expiration": expires_at.to_string(),
    });
    Json(answer).into_response()
}

pub async fn stop(State(shared): State<Arc<Shared>>, Json(wanted): Json<Value>) -> Response {
    let mut channels = lock(&shared.channels);
    let before = channels.len();
    channels.retain(|channel| wanted["id"] != channel.id || wanted["resourceId"] != channel.resource);
    if channels.len() < before { StatusCode::NO_CONTENT.into_response() } else { fault(404, "notFound") }
}

/// With an empty body, and everything in headers; what was answered.
pub async fn announce(channels: &[Channel]) -> Vec<u16> {
    let http = reqwest::Client::new();
    let mut answers = Vec::new();
    for channel in channels {
        let request = http
            .post(&channel.address)
            .header("X-Goog-Channel-ID", &channel.id)
            .header("X-Goog-Channel-Token", &channel.token)
            .header("X-Goog-Resource-ID", &channel.resource)
            .header("X-Goog-Resource-State", "exists")
            .header("X-Goog-Message-Number", "2");
        answers.push(request.send().await.map_or(0, |response| response.status().as_u16()));
    }
    answers
}
