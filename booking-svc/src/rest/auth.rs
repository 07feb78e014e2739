//! `Authorization: Bearer KEY`, a key of the tenant that the path names.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{StatusCode, header, request::Parts},
};
use proto::id::TenantId;
use secrecy::SecretString;

use super::{extract::Path, problem::Problem};
use crate::desk::Desk;

/// A request that may act for this tenant.
#[derive(Debug, Clone, Copy)]
pub struct Authorised(pub TenantId);

impl<S> FromRequestParts<S> for Authorised
where
    S: Send + Sync,
    Desk: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = header.and_then(|value| value.strip_prefix("Bearer ")).map(|key| SecretString::from(key.trim()));
        let key = key.ok_or_else(|| unauthorised("send `Authorization: Bearer KEY` with a key of this business"))?;
        let tenant = Desk::from_ref(state).tenant_of_key(&key).await?;
        let tenant = tenant.ok_or_else(|| unauthorised("this key is unknown or was revoked"))?;
        let Path(named) = Path::<TenantInPath>::from_request_parts(parts, state).await?;
        if named.tenant_id == tenant {
            Ok(Self(tenant))
        } else {
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "this key belongs to another business"))
        }
    }
}

#[derive(Debug, serde::Deserialize)]
struct TenantInPath {
    tenant_id: TenantId,
}

fn unauthorised(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}
