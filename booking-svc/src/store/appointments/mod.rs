//! Appointments and the clients they are for.

mod change;
mod read;
mod segments;

use proto::id::{AppointmentId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::booking::{
    appointment::{Appointment, BookRequest, Client, Status, Version},
    hold::Actor,
    plan::Chosen,
    rules::Rules,
};

pub use change::{cancel, reschedule};
pub use read::{Stored, find, listed, matching, own};

const FIRST_VERSION: Version = 1;

use super::{
    error::{Step as _, StoreError},
    time::SqlTime,
};

/// The client with this e-mail address, else with this phone and name and no address, else a new one.
///
/// Upserts instead of looking first: a look would lock its index page against every other new client on it.
pub async fn client(tx: &mut PgConnection, tenant: TenantId, client: &Client) -> Result<Uuid, StoreError> {
    let email = Some(client.email.reveal().as_str()).filter(|e| !e.is_empty());
    let phone = client.phone.as_ref().map(proto::PhoneNumber::reveal);
    // Setting a column to itself is what makes RETURNING give the row that was there.
    let upsert = match email {
        Some(_) => {
            "INSERT INTO clients (id, tenant_id, name, email, phone) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (tenant_id, email) WHERE email IS NOT NULL DO UPDATE SET email = clients.email RETURNING id"
        }
        None => {
            "INSERT INTO clients (id, tenant_id, name, email, phone) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (tenant_id, phone, lower(name)) WHERE email IS NULL AND phone IS NOT NULL \
             DO UPDATE SET phone = clients.phone RETURNING id"
        }
    };
    sqlx::query_scalar(upsert)
        .bind(Uuid::new_v4())
        .bind(tenant.as_uuid())
        .bind(client.name.reveal())
        .bind(email)
        .bind(phone)
        .fetch_one(tx)
        .await
        .step("write the client")
}

/// Writes an appointment; its claims are the caller's matter.
pub async fn insert(
    tx: &mut PgConnection,
    request: &BookRequest,
    client: Uuid,
    appointment: &Appointment,
) -> Result<(), StoreError> {
    let Actor { tenant, session, channel } = request.actor;
    sqlx::query(
        "INSERT INTO appointments (id, tenant_id, service_id, staff_id, client_id, session_id, channel, starts_at, ends_at, \
                                   time_zone, client_name, client_email, client_phone, notes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(appointment.id.as_uuid())
    .bind(tenant.as_uuid())
    .bind(appointment.service.as_uuid())
    .bind(appointment.slot.staff.as_uuid())
    .bind(client)
    .bind(session.as_uuid())
    .bind(channel.as_str())
    .bind(SqlTime(appointment.slot.start))
    .bind(SqlTime(appointment.slot.end))
    .bind(&appointment.time_zone)
    .bind(request.client.name.reveal())
    .bind(request.client.email.reveal())
    .bind(request.client.phone.as_ref().map_or("", |p| p.reveal()))
    .bind(request.notes.reveal())
    .execute(&mut *tx)
    .await
    .step("write the appointment")?;
    segments::insert(tx, tenant, appointment).await
}

/// Random: ids that sort by time put all inserts of a moment on one index page, which SERIALIZABLE reads as conflicts.
pub fn new_id() -> AppointmentId {
    AppointmentId::from_uuid(Uuid::new_v4())
}

/// A new appointment.
pub fn new(rules: &Rules, id: AppointmentId, chosen: &Chosen<'_>) -> Appointment {
    let service = chosen.first.service;
    Appointment {
        id,
        version: FIRST_VERSION,
        status: Status::Booked,
        service: service.id,
        service_name: service.name.clone(),
        slot: chosen.slot(),
        time_zone: rules.profile.time_zone.clone(),
    }
}
