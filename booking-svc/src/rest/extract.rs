//! What a handler takes from a request. Whatever is malformed is answered with a [`Problem`] that names it.

use axum::{
    extract::{FromRequest, FromRequestParts},
    http::request::Parts,
};
use proto::id::{SessionId, TenantId};
use uuid::Uuid;

use super::problem::Problem;

#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);

#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// `Idempotency-Key`: the same key with the same request has one effect and one answer.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

/// Characters; more is a mistake, or an attack.
const KEY_MAX: usize = 200;

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
        if (1..=KEY_MAX).contains(&key.len()) {
            Ok(Self(key.to_owned()))
        } else {
            Err(Problem::malformed("the header Idempotency-Key is missing: expected 1 to 200 visible ASCII characters"))
        }
    }
}

impl IdempotencyKey {
    /// A session for a request that names none: the same for each repeat of it.
    pub fn session(&self, tenant: TenantId) -> SessionId {
        SessionId::from_uuid(Uuid::new_v5(&tenant.as_uuid(), self.0.as_bytes()))
    }
}
