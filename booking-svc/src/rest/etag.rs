//! An appointment's version as an entity tag: what was read is what is changed, or nothing is.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
};

use super::problem::Problem;
use crate::booking::appointment::Version;

/// `ETag: "3"`.
pub fn tag(version: Version) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    (header::ETAG, value)
}

/// `If-Match: "3"`.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub Version);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            let detail = "the header If-Match is missing: expected the ETag of the appointment as it was read";
            return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_missing", detail));
        };
        let quoted = value.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        let quoted = quoted.ok_or_else(|| Problem::malformed("If-Match: expected an ETag in its quotes"))?;
        // A tag of another form is one that we never gave.
        quoted.parse().map(Self).map_err(|_| changed())
    }
}

pub fn changed() -> Problem {
    let detail = "the appointment was changed since it was read: read it again";
    Problem::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
}
