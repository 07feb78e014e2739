//! REST for everyone else's software: `/api/v1/tenants/{tenant_id}/…`, and its OpenAPI document at
//! `/api/v1/openapi.json`.
//!
//! The same desk answers here and over gRPC; this module only translates. [`auth`] decides who may ask, [`model`] has
//! the shapes, [`problem`] what is answered instead.

mod appointments;
mod auth;
mod blocks;
mod calendars;
mod etag;
mod extract;
mod feeds;
mod holds;
mod issues;
mod model;
mod openapi;
mod page;
mod problem;
mod slots;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode};
use utoipa::OpenApi as _;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{calendar::Calendars, desk::Desk};
use problem::Problem;

/// No request of ours comes near it.
const BODY_MAX: usize = 64 * 1024;

pub fn routes(calendars: Calendars) -> Router {
    let tenant = OpenApiRouter::new()
        .routes(routes!(slots::services))
        .routes(routes!(slots::availability))
        .routes(routes!(slots::explain))
        .routes(routes!(holds::place))
        .routes(routes!(holds::release))
        .routes(routes!(appointments::book, appointments::list))
        .routes(routes!(appointments::read, appointments::reschedule, appointments::cancel))
        .routes(routes!(blocks::place, blocks::list))
        .routes(routes!(blocks::lift))
        .routes(routes!(feeds::open, feeds::close))
        .routes(routes!(calendars::link, calendars::read, calendars::unlink))
        .routes(routes!(calendars::resume))
        .routes(routes!(calendars::authorize))
        .routes(routes!(issues::list))
        .routes(routes!(issues::accept))
        .routes(routes!(issues::dismiss));
    let (router, document) = OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api/v1/tenants/{tenant_id}", tenant)
        .split_for_parts();
    router
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "see /api/v1/openapi.json")
        })
        .merge(feeds::routes())
        .merge(calendars::routes())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(calendars)
        .merge(openapi::routes(document))
}

/// Most handlers need no more.
impl axum::extract::FromRef<Calendars> for Desk {
    fn from_ref(calendars: &Calendars) -> Self {
        calendars.desk.clone()
    }
}
