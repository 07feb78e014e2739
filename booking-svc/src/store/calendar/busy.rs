//! The mirror of what a calendar says of somebody's time, and the claims that come from it.

use jiff::Timestamp;
use proto::id::{AppointmentId, StaffId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    booking::slot::Span,
    store::{
        error::{Step as _, StoreError},
        time::SqlTime,
    },
};

/// An event that makes somebody busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub event: String,
    /// The recurring event that it belongs to; empty: none.
    pub series: String,
    pub during: Span,
}

/// What ends after `from`.
pub async fn mirrored(db: &mut PgConnection, staff: StaffId, from: Timestamp) -> Result<Vec<Busy>, StoreError> {
    let rows: Vec<(String, String, SqlTime, SqlTime)> = sqlx::query_as(
        "SELECT event_id, series, starts_at, ends_at FROM calendar_busy WHERE staff_id = $1 AND ends_at > $2 ORDER BY starts_at",
    )
    .bind(staff.as_uuid())
    .bind(SqlTime(from))
    .fetch_all(db)
    .await
    .step("read a calendar's mirror")?;
    let busy = rows.into_iter().map(|(event, series, start, end)| Busy {
        event,
        series,
        during: Span { start: start.0, end: end.0 },
    });
    Ok(busy.collect())
}

pub async fn put(tx: &mut PgConnection, tenant: TenantId, staff: StaffId, busy: &[Busy]) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO calendar_busy (staff_id, tenant_id, event_id, series, starts_at, ends_at) \
         SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[]) \
         ON CONFLICT (staff_id, event_id) DO UPDATE SET \
             series = excluded.series, starts_at = excluded.starts_at, ends_at = excluded.ends_at",
    )
    .bind(staff.as_uuid())
    .bind(tenant.as_uuid())
    .bind(busy.iter().map(|one| one.event.as_str()).collect::<Vec<_>>())
    .bind(busy.iter().map(|one| one.series.as_str()).collect::<Vec<_>>())
    .bind(busy.iter().map(|one| SqlTime(one.during.start)).collect::<Vec<_>>())
    .bind(busy.iter().map(|one| SqlTime(one.during.end)).collect::<Vec<_>>())
    .execute(tx)
    .await
    .step("write a calendar's mirror")?;
    Ok(())
}

/// Takes out events that are gone, and those that ended before `past`.
pub async fn remove(tx: &mut PgConnection, staff: StaffId, gone: &[String], past: Timestamp) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM calendar_busy WHERE staff_id = $1 AND (event_id = ANY($2) OR ends_at <= $3)")
        .bind(staff.as_uuid())
        .bind(gone)
        .bind(SqlTime(past))
        .execute(tx)
        .await
        .step("clear a calendar's mirror")?;
    Ok(())
}

/// Time that others than the calendar have of a person.
#[derive(Debug, Clone, Copy)]
pub struct Occupied {
    pub during: Span,
    pub appointment: Option<AppointmentId>,
    /// It may be free again soon.
    pub held: bool,
}

/// What ends after `from`, expired holds left out.
pub async fn occupied(db: &mut PgConnection, staff: StaffId, from: Timestamp) -> Result<Vec<Occupied>, StoreError> {
    let rows: Vec<(SqlTime, SqlTime, Option<Uuid>, bool)> = sqlx::query_as(
        "SELECT lower(during), upper(during), appointment_id, state = 'hold' FROM claims \
         WHERE resource_id = $1 AND NOT from_calendar AND starts_at > $2 - interval '26 hours' \
           AND upper(during) > $2 AND (state <> 'hold' OR expires_at > now())",
    )
    .bind(staff.as_uuid())
    .bind(SqlTime(from))
    .fetch_all(db)
    .await
    .step("read a person's claims")?;
    let occupied = rows.into_iter().map(|(start, end, appointment, held)| Occupied {
        during: Span { start: start.0, end: end.0 },
        appointment: appointment.map(AppointmentId::from_uuid),
        held,
    });
    Ok(occupied.collect())
}

/// The claims that came from the calendar.
pub async fn claimed(db: &mut PgConnection, staff: StaffId) -> Result<Vec<(Uuid, Span)>, StoreError> {
    let rows: Vec<(Uuid, SqlTime, SqlTime)> =
        sqlx::query_as("SELECT id, lower(during), upper(during) FROM claims WHERE resource_id = $1 AND from_calendar")
            .bind(staff.as_uuid())
            .fetch_all(db)
            .await
            .step("read a calendar's claims")?;
    Ok(rows.into_iter().map(|(id, start, end)| (id, Span { start: start.0, end: end.0 })).collect())
}

/// The id of the new claim.
pub async fn claim(tx: &mut PgConnection, tenant: TenantId, staff: StaffId, during: Span) -> Result<Uuid, StoreError> {
    let id = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state, from_calendar) \
         VALUES ($1, $2, 'staff', $3, tstzrange($4, $5), 'absence', true)",
    )
    .bind(id)
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(during.start))
    .bind(SqlTime(during.end))
    .execute(tx)
    .await
    .step("claim a calendar's time")?;
    Ok(id)
}

pub async fn free(tx: &mut PgConnection, claims: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM claims WHERE id = ANY($1) AND from_calendar")
        .bind(claims)
        .execute(tx)
        .await
        .step("free a calendar's time")?;
    Ok(())
}
