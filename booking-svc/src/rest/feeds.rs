//! Feeds of people's appointments: opened and closed with a key of the business, read by whoever has the address.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use proto::id::{StaffId, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    auth::Authorised,
    extract::{self, Path},
    openapi,
    problem::Problem,
};
use crate::{
    calendar::{
        Calendars,
        feed::{self, PATH},
    },
    desk::Desk,
    store::calendar::feeds::Feed,
};

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct StaffPath {
    #[param(value_type = uuid::Uuid)]
    #[expect(dead_code, reason = "the key was checked against it")]
    tenant_id: TenantId,
    #[param(value_type = uuid::Uuid)]
    pub staff_id: StaffId,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeed {
    /// Whether clients' names stand in it, for whoever has the address.
    #[serde(default)]
    shows_clients: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FeedAddress {
    /// Shown this once. The address of this installation comes before it.
    #[schema(example = "/api/v1/calendar-feeds/cf_0123.ics")]
    path: String,
}

/// Makes an address under which a person's appointments can be subscribed to. The one before it ends, so each request
/// has another answer.
#[utoipa::path(
    post, path = "/staff/{staff_id}/calendar-feed", tag = "Calendars", request_body = NewFeed, params(StaffPath),
    responses((status = 201, body = FeedAddress), openapi::Failures, openapi::Bodies)
)]
pub async fn open(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
    extract::Json(NewFeed { shows_clients }): extract::Json<NewFeed>,
) -> Result<(StatusCode, Json<FeedAddress>), Problem> {
    let address = feed::open(&desk, Feed { tenant, staff: path.staff_id, shows_clients }).await?;
    let address = address.ok_or_else(|| Problem::not_found("person"))?;
    Ok((StatusCode::CREATED, Json(FeedAddress { path: address.expose_secret().to_owned() })))
}

/// Ends the address of a person's feed.
#[utoipa::path(
    delete, path = "/staff/{staff_id}/calendar-feed", tag = "Calendars", params(StaffPath),
    responses((status = 204, description = "Nobody can read it any more."), openapi::Failures)
)]
pub async fn close(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
) -> Result<StatusCode, Problem> {
    let ended = feed::close(&desk, tenant, path.staff_id).await?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("calendar feed")) }
}

/// The feeds themselves, which are no part of the document: calendars read them, not programs.
pub fn routes() -> Router<Calendars> {
    Router::new().route(&format!("{PATH}/{{file}}"), get(read))
}

async fn read(State(desk): State<Desk>, Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("calendar feed");
    let token = SecretString::from(file.strip_suffix(".ics").ok_or_else(unknown)?);
    let contents = feed::read(&desk, &token).await?.ok_or_else(unknown)?;
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A cache on the way may have made the tag a weak one.
    let mut known = known.flat_map(|tags| tags.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    let unchanged = known.any(|tag| tag == contents.tag || tag == "*");
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        contents.text.reveal().clone().into_response()
    };
    let tag = HeaderValue::from_str(&contents.tag).unwrap_or(HeaderValue::from_static("\"\""));
    response.headers_mut().extend([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, tag),
    ]);
    Ok(response)
}
