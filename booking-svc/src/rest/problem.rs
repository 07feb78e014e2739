//! What goes wrong, as `application/problem+json` (RFC 9457).

use axum::{
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Slot;
use crate::{booking::error::Refusal, desk::DeskError};

/// An answer that is no success.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The status in words.
    pub title: &'static str,
    /// A stable word for programs.
    #[schema(example = "taken")]
    pub code: &'static str,
    /// What to do about it, for a person.
    pub detail: String,
    /// With a refused start: the nearest ones that can be had, at most three.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Slot>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error"),
            code,
            detail: detail.into(),
            alternatives: Vec::new(),
        }
    }

    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The domain's "no": the state of the calendar conflicts with what was asked.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new(StatusCode::CONFLICT, refusal.reason.label(), refusal.reason.to_string());
        problem.alternatives = refusal.alternatives.iter().map(Slot::from).collect();
        problem
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let kind = error.kind();
        match kind {
            proto::ErrorKind::Internal => {
                tracing::error!(%error, "request failed");
                Self::new(kind.http(), "internal", "a fault of this service; it is in its log")
            }
            proto::ErrorKind::Unavailable => {
                tracing::warn!(%error, "request refused for now");
                Self::new(kind.http(), "busy", "send the same request again in a moment")
            }
            proto::ErrorKind::NotFound => Self::new(kind.http(), "not_found", error.to_string()),
            _ => match error {
                DeskError::KeyReused => {
                    Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", error.to_string())
                }
                _ => Self::new(kind.http(), "malformed", error.to_string()),
            },
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            _ => "malformed",
        };
        // A body that is JSON but not what was expected is as malformed as one that is none.
        let status = match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        };
        Self::new(status, code, rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::malformed(rejection.body_text())
    }
}

/// A path with an id that is none names nothing.
impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
