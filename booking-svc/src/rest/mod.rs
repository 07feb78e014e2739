//! REST for everyone else's software: `/api/v1/tenants/{tenant_id}/…`, and its OpenAPI document at
//! `/api/v1/openapi.json`.
//!
//! The same desk answers here and over gRPC; this module only translates. [`auth`] decides who may ask, [`model`] has
//! the shapes, [`problem`] what is answered instead.

mod appointments;
mod auth;
mod etag;
mod extract;
mod feeds;
mod holds;
mod model;
mod openapi;
mod page;
mod problem;
mod slots;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode};
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::desk::Desk;
use problem::Problem;

/// No request of ours comes near it.
const BODY_MAX: usize = 64 * 1024;

pub fn routes(desk: Desk) -> Router {
    let tenant = OpenApiRouter::new()
        .routes(routes!(slots::services))
        .routes(routes!(slots::availability))
        .routes(routes!(slots::explain))
        .routes(routes!(holds::place))
        .routes(routes!(holds::release))
        .routes(routes!(appointments::book, appointments::list))
        .routes(routes!(appointments::read, appointments::reschedule, appointments::cancel))
        .routes(routes!(feeds::open, feeds::close));
    let (router, document) = OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api/v1/tenants/{tenant_id}", tenant)
        .split_for_parts();
    router
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "see /api/v1/openapi.json")
        })
        .merge(feeds::routes())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(desk)
        .merge(openapi::routes(document))
}
