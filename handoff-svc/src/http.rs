//! `GET /api/v1/handoff/{token}`: the web chat claims a handoff. 404 unknown, 409 claimed before, 410 expired.
//!
//! `HEAD` looks without claiming, so that a messenger's link preview that asks politely does not use the token up.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use proto::ErrorKind;
use serde_json::json;

use crate::handoff::{
    Handoff,
    lifecycle::{HandoffError, Handoffs},
};

pub fn routes(handoffs: Handoffs) -> Router {
    Router::new().route("/api/v1/handoff/{token}", get(claim).head(look)).with_state(handoffs)
}

async fn claim(State(handoffs): State<Handoffs>, Path(token): Path<String>) -> Response {
    respond(handoffs.claim(&token).await)
}

async fn look(State(handoffs): State<Handoffs>, Path(token): Path<String>) -> Response {
    respond(handoffs.look(&token).await)
}

fn respond(result: Result<Handoff, HandoffError>) -> Response {
    let mut response = match result {
        Ok(handoff) => Json(json!({
            "tenant_id": handoff.tenant,
            "voice_session_id": handoff.voice_session,
            "reason": handoff.reason.as_str(),
            "conversation": handoff.conversation.reveal(),
            "booking_state": handoff.booking_state.reveal(),
            "expires_at": handoff.expires_at.to_string(),
        }))
        .into_response(),
        Err(error) => refuse(&error),
    };
    // A cached conversation would outlive its token.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refuse(error: &HandoffError) -> Response {
    let kind = error.kind();
    let (status, code, message) = match kind {
        ErrorKind::NotFound => (kind.http(), "unknown", error.to_string()),
        ErrorKind::AlreadyExists => (kind.http(), "claimed", error.to_string()),
        ErrorKind::FailedPrecondition => (kind.http(), "expired", error.to_string()),
        _ => {
            tracing::error!(%error, "claim failed");
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again in a moment".to_owned())
        }
    };
    (status, Json(json!({ "error": code, "message": message }))).into_response()
}
