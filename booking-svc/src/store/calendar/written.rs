//! Events of ours, as they were last written into people's calendars.

use std::time::Duration;

use jiff::Timestamp;
use proto::id::{AppointmentId, StaffId, TenantId};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use crate::{
    booking::{appointment::Version, slot::Span},
    store::{
        error::{Step as _, StoreError},
        time::SqlTime,
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub appointment: AppointmentId,
    pub staff: StaffId,
    pub event: String,
    /// None: it was about to be written, and may be there or not.
    pub etag: Option<String>,
    /// Of the appointment, when it was written.
    pub version: Version,
    pub during: Span,
}

#[derive(FromRow)]
struct Row {
    appointment_id: Uuid,
    staff_id: Uuid,
    event_id: String,
    etag: Option<String>,
    version: i32,
    starts_at: SqlTime,
    ends_at: SqlTime,
}

impl From<Row> for Written {
    fn from(row: Row) -> Self {
        Self {
            appointment: AppointmentId::from_uuid(row.appointment_id),
            staff: StaffId::from_uuid(row.staff_id),
            event: row.event_id,
            etag: row.etag,
            version: row.version.unsigned_abs(),
            during: Span { start: row.starts_at.0, end: row.ends_at.0 },
        }
    }
}

pub async fn of_appointment(db: &mut PgConnection, appointment: AppointmentId) -> Result<Vec<Written>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT appointment_id, staff_id, event_id, etag, version, starts_at, ends_at FROM calendar_written WHERE appointment_id = $1",
    )
    .bind(appointment.as_uuid())
    .fetch_all(db)
    .await
    .step("read what was written of an appointment")?;
    Ok(rows.into_iter().map(Written::from).collect())
}

/// Those in a person's calendar that end after `from` and say what the appointment still is: whatever differs from them
/// there was done there.
pub async fn standing(db: &mut PgConnection, staff: StaffId, from: Timestamp) -> Result<Vec<Written>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT w.appointment_id, w.staff_id, w.event_id, w.etag, w.version, w.starts_at, w.ends_at \
         FROM calendar_written w JOIN appointments a ON a.id = w.appointment_id \
         WHERE w.staff_id = $1 AND w.ends_at > $2 AND a.status = 'booked' AND a.version = w.version",
    )
    .bind(staff.as_uuid())
    .bind(SqlTime(from))
    .fetch_all(db)
    .await
    .step("read what was written into a calendar")?;
    Ok(rows.into_iter().map(Written::from).collect())
}

/// Appointments that a person's calendar does not say as they are, `limit` at most.
pub async fn lagging(
    db: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    from: Timestamp,
    limit: u32,
) -> Result<Vec<AppointmentId>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT a.id FROM appointment_segments s JOIN appointments a ON a.id = s.appointment_id \
                LEFT JOIN calendar_written w ON w.appointment_id = a.id AND w.staff_id = $2 \
         WHERE s.tenant_id = $1 AND s.staff_id = $2 AND s.ends_at > $3 AND a.status = 'booked' \
           AND w.version IS DISTINCT FROM a.version \
         UNION \
         SELECT a.id FROM calendar_written w JOIN appointments a ON a.id = w.appointment_id \
         WHERE w.staff_id = $2 AND w.ends_at > $3 AND w.version <> a.version \
         LIMIT $4",
    )
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(from))
    .bind(i64::from(limit))
    .fetch_all(db)
    .await
    .step("read what a calendar lacks")?;
    Ok(ids.into_iter().map(AppointmentId::from_uuid).collect())
}

/// Writes down that an event is about to be written, before it is: whoever dies then, and whatever becomes of the appointment,
/// the event is not forgotten.
pub async fn intend(
    db: &mut PgConnection,
    tenant: TenantId,
    (appointment, staff): (AppointmentId, StaffId),
    event: &str,
    during: Span,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO calendar_written (appointment_id, staff_id, tenant_id, event_id, intended_at, version, starts_at, ends_at) \
         VALUES ($1, $2, $3, $4, now(), 0, $5, $6) \
         ON CONFLICT (appointment_id, staff_id) DO UPDATE SET event_id = excluded.event_id, etag = NULL, \
             intended_at = excluded.intended_at, version = excluded.version, starts_at = excluded.starts_at, ends_at = excluded.ends_at",
    )
    .bind(appointment.as_uuid())
    .bind(staff.as_uuid())
    .bind(tenant.as_uuid())
    .bind(event)
    .bind(SqlTime(during.start))
    .bind(SqlTime(during.end))
    .execute(db)
    .await
    .step("write down what is about to be written")?;
    Ok(())
}

pub async fn put(db: &mut PgConnection, tenant: TenantId, written: &Written) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO calendar_written (appointment_id, staff_id, tenant_id, event_id, etag, version, starts_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (appointment_id, staff_id) DO UPDATE SET event_id = excluded.event_id, etag = excluded.etag, \
             intended_at = NULL, version = excluded.version, starts_at = excluded.starts_at, ends_at = excluded.ends_at",
    )
    .bind(written.appointment.as_uuid())
    .bind(written.staff.as_uuid())
    .bind(tenant.as_uuid())
    .bind(&written.event)
    .bind(&written.etag)
    .bind(i64::from(written.version))
    .bind(SqlTime(written.during.start))
    .bind(SqlTime(written.during.end))
    .execute(db)
    .await
    .step("write down an event")?;
    Ok(())
}

/// Forgets an event that is no longer there. One that somebody began to write less than `writing_max` ago is not forgotten: it
/// is [`lagging`], so that each look takes it out again until its writer is surely done.
pub async fn remove(
    db: &mut PgConnection,
    appointment: AppointmentId,
    staff: StaffId,
    writing_max: Duration,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM calendar_written WHERE appointment_id = $1 AND staff_id = $2 \
         AND (intended_at IS NULL OR intended_at < now() - $3 * interval '1 second')",
    )
    .bind(appointment.as_uuid())
    .bind(staff.as_uuid())
    .bind(writing_max.as_secs_f64())
    .execute(db)
    .await
    .step("forget an event")?;
    Ok(())
}

/// Has an appointment's event written again, whatever was done to it.
pub async fn outdate(db: &mut PgConnection, appointment: AppointmentId, staff: StaffId) -> Result<(), StoreError> {
    sqlx::query("UPDATE calendar_written SET version = 0 WHERE appointment_id = $1 AND staff_id = $2")
        .bind(appointment.as_uuid())
        .bind(staff.as_uuid())
        .execute(db)
        .await
        .step("outdate an event")?;
    Ok(())
}
