//! Reading appointments: one by its id, a session's own, a client's.

use jiff::Timestamp;
use proto::{
    Private,
    id::{AppointmentId, ServiceId, SessionId, StaffId, TenantId},
};
use sqlx::{FromRow, PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use crate::booking::{
    appointment::{Appointment, FindAppointments, ListAppointments, Status},
    hold::Actor,
    slot::{Segment, Slot, SlotChoice, StaffChoice},
};

use super::super::{
    error::{Step as _, StoreError},
    time::SqlTime,
};

/// An appointment as its row has it.
#[derive(Debug, Clone)]
pub struct Stored {
    pub appointment: Appointment,
    pub client_name: Private<String>,
    /// Empty when it was not given.
    pub client_email: Private<String>,
    /// E.164; empty when it was withheld.
    pub client_phone: Private<String>,
    pub notes: Private<String>,
    /// `None` while it stands as it was booked.
    pub changed_by: Option<SessionId>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    version: i32,
    cancelled: bool,
    service_id: Uuid,
    service_name: String,
    staff_id: Uuid,
    staff_name: String,
    starts_at: SqlTime,
    ends_at: SqlTime,
    further: Json<Vec<Segment>>,
    time_zone: String,
    client_name: String,
    client_email: String,
    client_phone: String,
    notes: String,
    changed_by: Option<Uuid>,
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        let appointment = Appointment {
            id: AppointmentId::from_uuid(row.id),
            version: row.version.unsigned_abs(),
            status: if row.cancelled { Status::Cancelled } else { Status::Booked },
            service: ServiceId::from_uuid(row.service_id),
            service_name: row.service_name,
            slot: Slot {
                start: row.starts_at.0,
                end: row.ends_at.0,
                staff: StaffId::from_uuid(row.staff_id),
                staff_name: row.staff_name,
                further: row.further.0,
            },
            time_zone: row.time_zone,
        };
        let changed_by = row.changed_by.map(SessionId::from_uuid);
        Self {
            appointment,
            client_name: Private::new(row.client_name),
            client_email: Private::new(row.client_email),
            client_phone: Private::new(row.client_phone),
            notes: Private::new(row.notes),
            changed_by,
        }
    }
}

/// The columns of a [`Row`]; what follows says which rows.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.version, a.status = 'cancelled' AS cancelled, a.service_id, v.name AS service_name, \
                    a.staff_id, f.name AS staff_name, a.starts_at, a.ends_at, a.time_zone, a.client_name, \
                    a.client_email, a.client_phone, a.notes, a.changed_by, \
                    (SELECT coalesce(jsonb_agg(jsonb_build_object( \
                        'service', s.service_id, 'service_name', sv.name, 'staff', s.staff_id, 'staff_name', sf.name, \
                        'start', (extract(epoch FROM s.starts_at) * 1000000)::bigint, \
                        'end', (extract(epoch FROM s.ends_at) * 1000000)::bigint) ORDER BY s.position), '[]') \
                     FROM appointment_segments s JOIN services sv ON sv.id = s.service_id JOIN staff sf ON sf.id = s.staff_id \
                     WHERE s.appointment_id = a.id AND s.position > 0) AS further \
             FROM appointments a JOIN services v ON v.id = a.service_id JOIN staff f ON f.id = a.staff_id ",
            $which
        )
    };
}

pub async fn find(db: impl PgExecutor<'_>, tenant: TenantId, id: AppointmentId) -> Result<Option<Stored>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE a.tenant_id = $1 AND a.id = $2"))
        .bind(tenant.as_uuid())
        .bind(id.as_uuid())
        .fetch_optional(db)
        .await
        .step("read the appointment")?;
    Ok(row.map(Stored::from))
}

/// What this session has booked already at a start: a conflict with it is a success.
pub async fn own(tx: &mut PgConnection, actor: &Actor, choice: &SlotChoice) -> Result<Option<Appointment>, StoreError> {
    let staff = match choice.staff {
        StaffChoice::Any => None,
        StaffChoice::Named(staff) => Some(staff.as_uuid()),
    };
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE a.tenant_id = $1 AND a.session_id = $2 AND a.service_id = $3 AND a.starts_at = $4 \
           AND ($5::uuid IS NULL OR a.staff_id = $5) AND a.status = 'booked'"
    ))
    .bind(actor.tenant.as_uuid())
    .bind(actor.session.as_uuid())
    .bind(choice.service.as_uuid())
    .bind(SqlTime(choice.start))
    .bind(staff)
    .fetch_all(tx)
    .await
    .step("look for the session's own appointment")?;
    let mut own = rows.into_iter().map(|row| Stored::from(row).appointment);
    Ok(own.find(|own| {
        let further = own.slot.further.iter().map(|segment| segment.service);
        further.eq(choice.further.iter().map(|(service, _)| *service))
    }))
}

/// The appointments that match, earliest first.
pub async fn matching(
    db: impl PgExecutor<'_>,
    wanted: &FindAppointments,
    now: Timestamp,
) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE a.tenant_id = $1 \
           AND ($2::text IS NULL OR (a.client_phone = $2 AND a.client_phone <> '')) \
           AND ($3::text IS NULL OR (a.client_email = $3 AND a.client_email <> '')) \
           AND ($4::text IS NULL OR (name_words($4) <> '{}' AND name_words(a.client_name) @> name_words($4))) \
           AND ($5 OR a.starts_at > $6) AND ($7 OR a.status = 'booked') \
         ORDER BY a.starts_at, a.id LIMIT $8"
    ))
    .bind(wanted.tenant.as_uuid())
    .bind(wanted.phone.as_ref().map(proto::PhoneNumber::reveal))
    .bind(wanted.email.as_ref().map(Private::reveal))
    .bind(wanted.name.as_ref().map(Private::reveal))
    .bind(wanted.past_too)
    .bind(SqlTime(now))
    .bind(wanted.cancelled_too)
    .bind(i64::from(wanted.limit))
    .fetch_all(db)
    .await
    .step("find appointments")?;
    Ok(rows.into_iter().map(Stored::from).collect())
}

/// A page of the tenant's appointments, earliest first.
pub async fn listed(db: impl PgExecutor<'_>, wanted: &ListAppointments) -> Result<Vec<Stored>, StoreError> {
    let (after_start, after_id) = wanted.after.map_or((None, None), |(at, id)| (Some(SqlTime(at)), Some(id.as_uuid())));
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE a.tenant_id = $1 AND a.starts_at >= $2 AND a.starts_at < $3 \
           AND ($4::uuid IS NULL OR a.staff_id = $4) AND ($5::text IS NULL OR a.status = $5) \
           AND ($6::timestamptz IS NULL OR (a.starts_at, a.id) > ($6, $7)) \
         ORDER BY a.starts_at, a.id LIMIT $8"
    ))
    .bind(wanted.tenant.as_uuid())
    .bind(SqlTime(wanted.from))
    .bind(SqlTime(wanted.to))
    .bind(wanted.staff.map(|staff| staff.as_uuid()))
    .bind(wanted.status.map(Status::as_str))
    .bind(after_start)
    .bind(after_id)
    .bind(i64::from(wanted.limit))
    .fetch_all(db)
    .await
    .step("list appointments")?;
    Ok(rows.into_iter().map(Stored::from).collect())
}
