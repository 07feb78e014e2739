//! Appointments and the clients they are for.

use proto::id::{AppointmentId, ServiceId, StaffId, TenantId};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::booking::{
    appointment::{Appointment, BookRequest, Client},
    hold::Actor,
    rules::{Rules, Service},
    slot::{Slot, SlotChoice, Span, StaffChoice},
};

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

/// Writes an appointment; its claim is the caller's matter.
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
    .execute(tx)
    .await
    .step("write the appointment")?;
    Ok(())
}

#[derive(FromRow)]
struct AppointmentRow {
    id: Uuid,
    service_id: Uuid,
    service_name: String,
    staff_id: Uuid,
    staff_name: String,
    starts_at: SqlTime,
    ends_at: SqlTime,
    time_zone: String,
}

impl From<AppointmentRow> for Appointment {
    fn from(row: AppointmentRow) -> Self {
        Self {
            id: AppointmentId::from_uuid(row.id),
            service: ServiceId::from_uuid(row.service_id),
            service_name: row.service_name,
            slot: Slot {
                start: row.starts_at.0,
                end: row.ends_at.0,
                staff: StaffId::from_uuid(row.staff_id),
                staff_name: row.staff_name,
            },
            time_zone: row.time_zone,
        }
    }
}

pub async fn find(
    tx: &mut PgConnection,
    tenant: TenantId,
    id: AppointmentId,
) -> Result<Option<Appointment>, StoreError> {
    let row: Option<AppointmentRow> = sqlx::query_as(
        "SELECT a.id, a.service_id, v.name AS service_name, a.staff_id, f.name AS staff_name, a.starts_at, a.ends_at, a.time_zone \
         FROM appointments a JOIN services v ON v.id = a.service_id JOIN staff f ON f.id = a.staff_id \
         WHERE a.tenant_id = $1 AND a.id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(id.as_uuid())
    .fetch_optional(tx)
    .await
    .step("read the appointment")?;
    Ok(row.map(Appointment::from))
}

/// What this session has booked already at a start: a conflict with it is a success.
pub async fn own(tx: &mut PgConnection, actor: &Actor, choice: &SlotChoice) -> Result<Option<Appointment>, StoreError> {
    let staff = match choice.staff {
        StaffChoice::Any => None,
        StaffChoice::Named(staff) => Some(staff.as_uuid()),
    };
    let row: Option<AppointmentRow> = sqlx::query_as(
        "SELECT a.id, a.service_id, v.name AS service_name, a.staff_id, f.name AS staff_name, a.starts_at, a.ends_at, a.time_zone \
         FROM appointments a JOIN services v ON v.id = a.service_id JOIN staff f ON f.id = a.staff_id \
         WHERE a.tenant_id = $1 AND a.session_id = $2 AND a.service_id = $3 AND a.starts_at = $4 \
           AND ($5::uuid IS NULL OR a.staff_id = $5) AND a.status = 'booked' LIMIT 1",
    )
    .bind(actor.tenant.as_uuid())
    .bind(actor.session.as_uuid())
    .bind(choice.service.as_uuid())
    .bind(SqlTime(choice.start))
    .bind(staff)
    .fetch_optional(tx)
    .await
    .step("look for the session's own appointment")?;
    Ok(row.map(Appointment::from))
}

/// A new appointment of a service at a start with a person.
pub fn new(rules: &Rules, service: &Service, staff: StaffId, staff_name: &str, time: Span) -> Appointment {
    Appointment {
        id: AppointmentId::from_uuid(Uuid::new_v4()),
        service: service.id,
        service_name: service.name.clone(),
        slot: Slot { start: time.start, end: time.end, staff, staff_name: staff_name.to_owned() },
        time_zone: rules.profile.time_zone.clone(),
    }
}
