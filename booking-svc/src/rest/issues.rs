//! Where a calendar and the appointments disagree, for the business to decide.

use axum::{Json, extract::State, http::StatusCode};
use proto::id::TenantId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::Authorised,
    extract::{Path, Query},
    model::Instant,
    openapi, page,
    problem::Problem,
};
use crate::{
    calendar::{Calendars, Decided},
    store::calendar::issues,
};

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct IssuePath {
    #[param(value_type = uuid::Uuid)]
    #[expect(dead_code, reason = "the key was checked against it")]
    tenant_id: TenantId,
    issue_id: Uuid,
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IssuesQuery {
    /// Those that are settled too.
    #[serde(default)]
    settled_too: bool,
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Issues {
    /// Latest first.
    issues: Vec<Issue>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Issue {
    id: Uuid,
    staff_id: Uuid,
    appointment_id: Uuid,
    /// `deleted` or `moved`: what was done to the appointment's event. `overlap`: another event is at its time.
    kind: &'static str,
    /// When the event is, in the calendar.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Instant>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Instant>,
    /// `open`, `accepted`, `dismissed`, or `resolved`: it is no longer so.
    state: String,
    #[schema(value_type = String, format = DateTime)]
    found_at: Instant,
}

impl From<issues::Issue> for Issue {
    fn from(issue: issues::Issue) -> Self {
        let during = issue.found.kind.during();
        Self {
            id: issue.id,
            staff_id: issue.staff.as_uuid(),
            appointment_id: issue.found.appointment.as_uuid(),
            kind: issue.found.kind.as_str(),
            start: during.map(|during| Instant(during.start)),
            end: during.map(|during| Instant(during.end)),
            state: issue.state,
            found_at: Instant(issue.found_at),
        }
    }
}

/// What people's calendars and the appointments disagree on. Nothing of it changes an appointment by itself.
#[utoipa::path(
    get, path = "/calendar-issues", tag = "Calendars",
    params(("tenant_id" = uuid::Uuid, Path), IssuesQuery),
    responses((status = 200, body = Issues), openapi::Failures)
)]
pub async fn list(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Query(asked): Query<IssuesQuery>,
) -> Result<Json<Issues>, Problem> {
    let issues = calendars.issues(tenant, !asked.settled_too, page::limit(asked.limit)?).await?;
    Ok(Json(Issues { issues: issues.into_iter().map(Issue::from).collect() }))
}

/// Cancels or moves the appointment as its event was. The rules may refuse it.
#[utoipa::path(
    post, path = "/calendar-issues/{issue_id}/accept", tag = "Calendars", params(IssuePath),
    responses((status = 204, description = "It is done."), openapi::Failures, openapi::Undecided)
)]
pub async fn accept(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<IssuePath>,
) -> Result<StatusCode, Problem> {
    answer(calendars.accept(tenant, path.issue_id).await?)
}

/// Leaves the appointment as it is; the calendar is made to say so again.
#[utoipa::path(
    post, path = "/calendar-issues/{issue_id}/dismiss", tag = "Calendars", params(IssuePath),
    responses((status = 204, description = "It is done."), openapi::Failures, openapi::Undecided)
)]
pub async fn dismiss(
    State(calendars): State<Calendars>,
    Authorised(tenant): Authorised,
    Path(path): Path<IssuePath>,
) -> Result<StatusCode, Problem> {
    answer(calendars.dismiss(tenant, path.issue_id).await?)
}

fn answer(decided: Decided) -> Result<StatusCode, Problem> {
    let conflict = |code, detail: &str| Err(Problem::new(StatusCode::CONFLICT, code, detail));
    match decided {
        Decided::Done => Ok(StatusCode::NO_CONTENT),
        Decided::Unknown => Err(Problem::not_found("issue")),
        Decided::Settled => conflict("settled", "it was decided before, or is no longer so"),
        Decided::NothingToAccept => conflict("nothing_to_accept", "move or cancel one of the two, or dismiss it"),
        Decided::Refused(refusal) => Err(refusal.into()),
    }
}
