//! Appointments: made, read, listed, moved and cancelled.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use jiff::Timestamp;
use proto::id::{AppointmentId, TenantId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    auth::Authorised,
    etag::{self, IfMatch, tag},
    extract::{self, IdempotencyKey, Path, Query},
    model::{Appointment, Appointments, AppointmentsQuery, Move, NewAppointment},
    openapi, page,
    problem::Problem,
};
use crate::{
    booking::{
        self,
        appointment::{BookRequest, CancelRequest, ListAppointments, RescheduleRequest, Wanted},
        error::{Outcome, Reason},
        hold::{Actor, Channel},
    },
    desk::Desk,
    store::appointments::Stored,
};

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AppointmentPath {
    #[param(value_type = uuid::Uuid)]
    #[expect(dead_code, reason = "the key was checked against it")]
    tenant_id: TenantId,
    #[param(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
}

type Tagged = ([(HeaderName, HeaderValue); 1], Json<Appointment>);

/// Books a held slot, or a free one.
#[utoipa::path(
    post, path = "/appointments", tag = "Appointments", request_body = NewAppointment,
    params(("tenant_id" = uuid::Uuid, Path), openapi::Idempotency),
    responses(
        (status = 201, body = Appointment, headers(("ETag" = String), ("Location" = String))),
        openapi::Failures, openapi::Bodies, openapi::Refusals
    )
)]
pub async fn book(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    key: IdempotencyKey,
    extract::Json(new): extract::Json<NewAppointment>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 2], Json<Appointment>), Problem> {
    let wanted = new.wanted()?;
    let session = match &wanted {
        Wanted::Hold(hold) => desk.session_of_hold(tenant, *hold).await?.ok_or_else(|| Problem::not_found("hold"))?,
        Wanted::Slot(_) | Wanted::Overbooked(_) => key.session(tenant),
    };
    let request = BookRequest {
        actor: Actor { tenant, session, channel: Channel::Web },
        idempotency_key: key.0,
        wanted,
        client: new.client()?,
        notes: new.notes()?,
    };
    match desk.book(&request).await? {
        Outcome::Done(made) => {
            let location = format!("/api/v1/tenants/{tenant}/appointments/{}", made.id);
            let location = HeaderValue::from_str(&location).unwrap_or(HeaderValue::from_static("/"));
            let headers = [tag(made.version), (header::LOCATION, location)];
            Ok((StatusCode::CREATED, headers, Json(Appointment::new(&made, &request.client, &request.notes))))
        }
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

/// One appointment, cancelled ones too.
#[utoipa::path(
    get, path = "/appointments/{appointment_id}", tag = "Appointments", params(AppointmentPath),
    responses((status = 200, body = Appointment, headers(("ETag" = String))), openapi::Failures)
)]
pub async fn read(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<AppointmentPath>,
) -> Result<Tagged, Problem> {
    Ok(tagged(&stored(&desk, tenant, path.appointment_id).await?))
}

/// The appointments that start within a span of time, earliest first.
#[utoipa::path(
    get, path = "/appointments", tag = "Appointments",
    params(("tenant_id" = uuid::Uuid, Path), AppointmentsQuery),
    responses((status = 200, body = Appointments), openapi::Failures)
)]
pub async fn list(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Query(asked): Query<AppointmentsQuery>,
) -> Result<Json<Appointments>, Problem> {
    let limit = page::limit(asked.limit)?;
    let wanted = ListAppointments {
        tenant,
        from: asked.from.map_or(Timestamp::UNIX_EPOCH, |from| from.0),
        to: asked.to.map_or(Timestamp::MAX, |to| to.0),
        staff: asked.staff_id,
        status: asked.status.map(booking::appointment::Status::from),
        after: asked.cursor.as_deref().map(page::read_cursor).transpose()?,
        // One more tells whether there is another page.
        limit: limit + 1,
    };
    let mut stored = desk.list_appointments(&wanted).await?;
    let whole = stored.len() <= limit as usize;
    stored.truncate(limit as usize);
    let next =
        stored.last().filter(|_| !whole).map(|last| page::cursor(last.appointment.slot.start, last.appointment.id));
    Ok(Json(Appointments { appointments: stored.iter().map(Appointment::from).collect(), next_cursor: next }))
}

/// Moves an appointment to another start, at once or not at all.
#[utoipa::path(
    patch, path = "/appointments/{appointment_id}", tag = "Appointments", request_body = Move,
    params(AppointmentPath, openapi::Idempotency, openapi::Unchanged),
    responses(
        (status = 200, body = Appointment, headers(("ETag" = String))),
        openapi::Failures, openapi::Bodies, openapi::Refusals, openapi::Preconditions
    )
)]
pub async fn reschedule(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<AppointmentPath>,
    IfMatch(expected_version): IfMatch,
    key: IdempotencyKey,
    extract::Json(to): extract::Json<Move>,
) -> Result<Tagged, Problem> {
    let request = RescheduleRequest {
        actor: Actor { tenant, session: key.session(tenant), channel: Channel::Web },
        idempotency_key: key.0,
        appointment: path.appointment_id,
        expected_version,
        start: to.start.0,
        staff: to.staff_id,
        any_staff: to.any_staff,
    };
    changed(&desk, tenant, path.appointment_id, desk.reschedule(&request).await?).await
}

/// Cancels an appointment and frees its time. The appointment can still be read.
#[utoipa::path(
    delete, path = "/appointments/{appointment_id}", tag = "Appointments",
    params(AppointmentPath, openapi::Idempotency, openapi::Unchanged),
    responses(
        (status = 200, body = Appointment, headers(("ETag" = String))),
        openapi::Failures, openapi::Refusals, openapi::Preconditions
    )
)]
pub async fn cancel(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<AppointmentPath>,
    IfMatch(expected_version): IfMatch,
    key: IdempotencyKey,
) -> Result<Tagged, Problem> {
    let request = CancelRequest {
        actor: Actor { tenant, session: key.session(tenant), channel: Channel::Web },
        idempotency_key: key.0,
        appointment: path.appointment_id,
        expected_version,
    };
    changed(&desk, tenant, path.appointment_id, desk.cancel(&request).await?).await
}

/// The appointment after a change that was made, or why it was not.
async fn changed(
    desk: &Desk,
    tenant: TenantId,
    id: AppointmentId,
    outcome: Outcome<booking::appointment::Appointment>,
) -> Result<Tagged, Problem> {
    match outcome {
        Outcome::Done(appointment) => {
            // As the change left it: a repeat is told the same, whatever came of it since.
            let stored = stored(desk, tenant, id).await?;
            Ok(tagged(&Stored { appointment, ..stored }))
        }
        Outcome::Refused(refusal) => Err(match refusal.reason {
            Reason::ChangedMeanwhile => etag::changed(),
            Reason::UnknownAppointment => Problem::not_found("appointment"),
            _ => refusal.into(),
        }),
    }
}

async fn stored(desk: &Desk, tenant: TenantId, id: AppointmentId) -> Result<Stored, Problem> {
    desk.appointment(tenant, id).await?.ok_or_else(|| Problem::not_found("appointment"))
}

fn tagged(stored: &Stored) -> Tagged {
    ([tag(stored.appointment.version)], Json(Appointment::from(stored)))
}
