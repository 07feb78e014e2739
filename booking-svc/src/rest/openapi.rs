//! The OpenAPI document, made of the handlers themselves.

use axum::{Json, Router, routing::get};
use utoipa::{
    IntoParams, IntoResponses, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Receptionist: booking",
        description = "Services, free slots, holds and appointments of one business. Each request carries a key of that business. \
                       A request that changes something names an Idempotency-Key: sent again, it has one effect and one answer.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "Availability", description = "What there is to book, and when"),
        (name = "Holds", description = "A slot kept for a short while"),
        (name = "Appointments", description = "What was booked"),
        (name = "Blocks", description = "Time that is not to be booked"),
        (name = "Calendars", description = "Calendars outside of this system")
    ),
    security(("key" = [])),
    modifiers(&Bearer)
)]
pub struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A key of the business")).build();
        document.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// `GET /api/v1/openapi.json`: open to everybody.
pub fn routes(document: utoipa::openapi::OpenApi) -> Router {
    Router::new().route("/api/v1/openapi.json", get(async || Json(document)))
}

/// What any request may be answered with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum Failures {
    /// Something in the request is malformed; `detail` names it.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// The key is missing, unknown or revoked.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// The key belongs to another business.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// Send the same request again in a moment.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

/// What a request that changes something may be answered with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum Refusals {
    /// A rule refuses it: `code` says which, `alternatives` what can be had instead.
    #[response(status = 409, content_type = "application/problem+json")]
    Refused(#[to_schema] Problem),
    /// The Idempotency-Key was used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    KeyReused(#[to_schema] Problem),
}

/// What a request with a body may be answered with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum Bodies {
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(#[to_schema] Problem),
}

/// What a request for something that an installation may lack may be answered with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum NotSetUp {
    /// This installation is not set up for it.
    #[response(status = 409, content_type = "application/problem+json")]
    NotSetUp(#[to_schema] Problem),
}

/// What a decision may be answered with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum Undecided {
    /// It was decided before, there is nothing to accept, or a rule refuses the change: `code` says which.
    #[response(status = 409, content_type = "application/problem+json")]
    Undecided(#[to_schema] Problem),
}

/// The header that makes a repeated request safe.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the macro only")]
pub struct Idempotency {
    /// Chosen by the client; the same for a repeat of the same request.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    idempotency_key: String,
}

/// The header that says which version is changed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the macro only")]
pub struct Unchanged {
    /// The ETag of the appointment as it was read.
    #[param(rename = "If-Match", pattern = "^\"[0-9]+\"$")]
    if_match: String,
}

/// What a change of something that was read may be answered with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro only")]
pub enum Preconditions {
    /// It was changed since it was read.
    #[response(status = 412, content_type = "application/problem+json")]
    Changed(#[to_schema] Problem),
    /// If-Match is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    Missing(#[to_schema] Problem),
}
