//! People's own calendars: linked, looked at, resumed and unlinked; and the question to an account's owner whether we may.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use proto::id::TenantId;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    auth::Authorised,
    extract::{self, Path, Query},
    feeds::StaffPath,
    model::Instant,
    openapi,
    problem::Problem,
};
use crate::{
    calendar::{CALLBACK_PATH, Calendars, Connecting, LinkError, NOTIFICATIONS_PATH},
    store::calendar::links::{Link, StoredAccess},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    /// The calendar's id at Google, as its settings show it: often an e-mail address.
    #[schema(min_length = 1, max_length = 254, example = "dana@example.com")]
    google_calendar_id: String,
    /// Whether clients' names stand in the events that are written into it.
    #[serde(default)]
    shows_clients: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedCalendar {
    pub google_calendar_id: String,
    /// `service_account` or `oauth`.
    pub access: &'static str,
    pub shows_clients: bool,
    /// `active`, `broken` (the calendar does not let us in) or `stopped` (so much was deleted there at once that nothing of it
    /// is believed). Unless it is active, the person is not free for anybody.
    pub state: &'static str,
    /// Why it is not active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// When it was last read whole or brought up to date.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synced_at: Option<Instant>,
    /// Whether that is recent enough to be believed.
    pub fresh: bool,
    /// Whether it announces changes by itself.
    pub announces_changes: bool,
}

impl From<&Link> for LinkedCalendar {
    fn from(link: &Link) -> Self {
        Self {
            google_calendar_id: link.calendar.clone(),
            access: match link.access {
                StoredAccess::ServiceAccount => "service_account",
                StoredAccess::Account(_) => "oauth",
            },
            shows_clients: link.shows_clients,
            state: link.state.as_str(),
            problem: link.problem.clone(),
            synced_at: link.synced_at.map(Instant),
            fresh: link.fresh,
            announces_changes: link.channel.is_some(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Authorization {
    /// For the browser of the account's owner; good for ten minutes.
    pub url: String,
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        let detail = error.to_string();
        match error {
            LinkError::NotSetUp => Self::new(StatusCode::CONFLICT, "not_set_up", detail),
            LinkError::UnknownStaff => Self::not_found("person"),
            LinkError::CalendarId => Self::malformed(detail),
            LinkError::UnknownState => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            LinkError::Google(_) => Self::new(StatusCode::BAD_GATEWAY, "not_let_in", detail),
            LinkError::Sealed(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail),
            LinkError::Desk(error) => error.into(),
        }
    }
}

/// Links a person to a calendar that is shared with this installation's own account. Until it was read for the first time the
/// person is not free for anybody.
#[utoipa::path(
    put, path = "/staff/{staff_id}/calendar", tag = "Calendars", request_body = NewCalendar, params(StaffPath),
    responses((status = 200, body = LinkedCalendar), openapi::Failures, openapi::Bodies, openapi::NotSetUp)
)]
pub async fn link(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
    extract::Json(new): extract::Json<NewCalendar>,
) -> Result<Json<LinkedCalendar>, Problem> {
    calendars.link(&new.of(tenant, path)).await?;
    stored(&calendars, tenant, path).await
}

/// A person's calendar, and how it stands.
#[utoipa::path(
    get, path = "/staff/{staff_id}/calendar", tag = "Calendars", params(StaffPath),
    responses((status = 200, body = LinkedCalendar), openapi::Failures)
)]
pub async fn read(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
) -> Result<Json<LinkedCalendar>, Problem> {
    stored(&calendars, tenant, path).await
}

/// Unlinks a calendar: what it said of the person's time is forgotten. Events that were written into it stay there.
#[utoipa::path(
    delete, path = "/staff/{staff_id}/calendar", tag = "Calendars", params(StaffPath),
    responses((status = 204, description = "It is not looked at any more."), openapi::Failures)
)]
pub async fn unlink(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
) -> Result<StatusCode, Problem> {
    let gone = calendars.unlink(tenant, path.staff_id).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("calendar")) }
}

/// Reads a calendar again that was broken or stopped. Of one that was stopped the deletions are believed then.
#[utoipa::path(
    post, path = "/staff/{staff_id}/calendar/resume", tag = "Calendars", params(StaffPath),
    responses((status = 200, body = LinkedCalendar), openapi::Failures)
)]
pub async fn resume(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
) -> Result<Json<LinkedCalendar>, Problem> {
    calendars.resume(tenant, path.staff_id).await?;
    stored(&calendars, tenant, path).await
}

/// Where the owner of a Google account lets us into it. The calendar is linked once they have.
#[utoipa::path(
    post, path = "/staff/{staff_id}/calendar/authorization", tag = "Calendars", request_body = NewCalendar,
    params(StaffPath),
    responses((status = 201, body = Authorization), openapi::Failures, openapi::Bodies, openapi::NotSetUp)
)]
pub async fn authorize(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<StaffPath>,
    extract::Json(new): extract::Json<NewCalendar>,
) -> Result<(StatusCode, Json<Authorization>), Problem> {
    let url = calendars.ask_owner(&new.of(tenant, path)).await?;
    Ok((StatusCode::CREATED, Json(Authorization { url })))
}

impl NewCalendar {
    fn of(&self, tenant: TenantId, path: StaffPath) -> Connecting<'_> {
        let Self { google_calendar_id, shows_clients } = self;
        Connecting { tenant, staff: path.staff_id, calendar: google_calendar_id, shows_clients: *shows_clients }
    }
}

async fn stored(calendars: &Calendars, tenant: TenantId, path: StaffPath) -> Result<Json<LinkedCalendar>, Problem> {
    let link = calendars.linked(tenant, path.staff_id).await?.ok_or_else(|| Problem::not_found("calendar"))?;
    Ok(Json(LinkedCalendar::from(&link)))
}

/// What Google and its users' browsers call, which is no part of the document.
pub fn routes() -> Router<Calendars> {
    Router::new()
        .route(&format!("{NOTIFICATIONS_PATH}/{{tenant_id}}"), post(announced))
        .route(CALLBACK_PATH, get(let_in))
}

async fn announced(
    State(calendars): State<Calendars>,
    Path(tenant): Path<TenantId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let channel: Option<Uuid> = header("x-goog-channel-id").and_then(|id| id.parse().ok());
    let token = header("x-goog-channel-token").map(SecretString::from);
    let known = match (channel, token) {
        (Some(channel), Some(token)) => calendars.announced(tenant, channel, &token).await?,
        _ => false,
    };
    if known {
        return Ok(StatusCode::NO_CONTENT);
    }
    metrics::counter!("booking_calendar_announcements_refused_total").increment(1);
    Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "this channel and its token are not known here"))
}

#[derive(Deserialize)]
struct Returned {
    state: Option<String>,
    code: Option<String>,
}

/// The owner's browser comes back.
async fn let_in(State(calendars): State<Calendars>, Query(returned): Query<Returned>) -> Result<Response, Problem> {
    let Returned { state: Some(state), code: Some(code) } = returned else {
        return Ok(
            (StatusCode::OK, "Nothing was linked: access was not given. You can close this page.").into_response()
        );
    };
    calendars.let_in(&SecretString::from(state), &SecretString::from(code)).await?;
    Ok((StatusCode::OK, "The calendar is linked. You can close this page.").into_response())
}
