//! Occupied time: reading what counts, and claiming.

use jiff::Timestamp;
use proto::id::{AppointmentId, HoldId, SessionId, StaffId, TenantId};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::booking::{
    claim::{Claims, Own},
    slot::Span,
};

use super::{
    error::{Step as _, StoreError},
    time::SqlTime,
};

/// The claims of these people in a window, expired holds and the asker's own left out.
pub async fn counting(
    db: impl PgExecutor<'_>,
    staff: &[StaffId],
    window: Span,
    own: Own,
) -> Result<Claims, StoreError> {
    let ids: Vec<Uuid> = staff.iter().map(StaffId::as_uuid).collect();
    // No claim spans more than 26 hours (claims_span_max), so those that reach into the window begin after
    // window − 26 h: the B-tree finds them.
    // One row a person and kind: a month of a hundred people is forty thousand claims.
    let rows: Vec<(Uuid, bool, Vec<SqlTime>, Vec<SqlTime>)> = sqlx::query_as(
        "SELECT resource_id, state = 'absence', array_agg(lower(during) ORDER BY lower(during)), \
                array_agg(upper(during) ORDER BY lower(during)) \
         FROM claims \
         WHERE resource_id = ANY($1) AND lane = 0 \
           AND lower(during) > $2 - interval '26 hours' AND lower(during) < $3 AND upper(during) > $2 \
           AND (state <> 'hold' OR (expires_at > now() AND session_id IS DISTINCT FROM $4)) \
           AND ($5::uuid IS NULL OR appointment_id IS DISTINCT FROM $5) \
         GROUP BY 1, 2",
    )
    .bind(&ids)
    .bind(SqlTime(window.start))
    .bind(SqlTime(window.end))
    .bind(own.session.map(|s| s.as_uuid()))
    .bind(own.appointment.map(|a| a.as_uuid()))
    .fetch_all(db)
    .await
    .step("read the claims")?;
    let mut claims = Claims::default();
    for (staff, absence, starts, ends) in rows {
        let spans = starts.into_iter().zip(ends).map(|(start, end)| Span { start: start.0, end: end.0 });
        claims.add(StaffId::from_uuid(staff), absence, spans);
    }
    Ok(claims)
}

pub async fn insert_hold(
    tx: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    blocked: Span,
    hold: HoldId,
    session: SessionId,
    ttl_micros: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state, hold_id, session_id, expires_at) \
         VALUES ($1, $2, 'staff', $3, tstzrange($4, $5), 'hold', $6, $7, now() + $8 * interval '1 microsecond')",
    )
    .bind(Uuid::now_v7())
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(blocked.start))
    .bind(SqlTime(blocked.end))
    .bind(hold.as_uuid())
    .bind(session.as_uuid())
    .bind(ttl_micros)
    .execute(tx)
    .await
    .step("claim the time of a hold")?;
    Ok(())
}

pub async fn insert_booked(
    tx: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    blocked: Span,
    appointment: AppointmentId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state, appointment_id) \
         VALUES ($1, $2, 'staff', $3, tstzrange($4, $5), 'booked', $6)",
    )
    .bind(Uuid::now_v7())
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(blocked.start))
    .bind(SqlTime(blocked.end))
    .bind(appointment.as_uuid())
    .execute(tx)
    .await
    .step("claim the time of an appointment")?;
    Ok(())
}

/// Turns a hold's claim into the appointment's, in place.
pub async fn convert_hold(tx: &mut PgConnection, hold: HoldId, appointment: AppointmentId) -> Result<(), StoreError> {
    let converted = sqlx::query(
        "UPDATE claims SET state = 'booked', appointment_id = $2, hold_id = NULL, session_id = NULL, expires_at = NULL \
         WHERE hold_id = $1",
    )
    .bind(hold.as_uuid())
    .bind(appointment.as_uuid())
    .execute(tx)
    .await
    .step("turn a hold into an appointment")?;
    if converted.rows_affected() == 0 {
        return Err(StoreError { step: "turn a hold into an appointment", source: sqlx::Error::RowNotFound });
    }
    Ok(())
}

/// Moves an appointment's claim to other time, perhaps another person's, in place.
pub async fn relocate(
    tx: &mut PgConnection,
    appointment: AppointmentId,
    staff: StaffId,
    blocked: Span,
) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "UPDATE claims SET resource_id = $2, lane = 0, during = tstzrange($3, $4) WHERE appointment_id = $1",
    )
    .bind(appointment.as_uuid())
    .bind(staff.as_uuid())
    .bind(SqlTime(blocked.start))
    .bind(SqlTime(blocked.end))
    .execute(tx)
    .await
    .step("move the claim of an appointment")?;
    if moved.rows_affected() == 0 {
        return Err(StoreError { step: "move the claim of an appointment", source: sqlx::Error::RowNotFound });
    }
    Ok(())
}

/// Gives back the time of an appointment.
pub async fn free(tx: &mut PgConnection, appointment: AppointmentId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM claims WHERE appointment_id = $1")
        .bind(appointment.as_uuid())
        .execute(tx)
        .await
        .step("free the time of an appointment")?;
    Ok(())
}

/// Moves the expiry of a session's live holds; those that expired stay so.
pub async fn extend_holds(
    tx: &mut PgConnection,
    tenant: TenantId,
    session: SessionId,
    ttl_micros: i64,
) -> Result<u64, StoreError> {
    let extended = sqlx::query(
        "UPDATE claims SET expires_at = now() + $3 * interval '1 microsecond' \
         WHERE session_id = $2 AND tenant_id = $1 AND state = 'hold' AND expires_at > now()",
    )
    .bind(tenant.as_uuid())
    .bind(session.as_uuid())
    .bind(ttl_micros)
    .execute(tx)
    .await
    .step("extend the holds")?;
    Ok(extended.rows_affected())
}

/// A hold's expiry on the service's clock: the database measures what is left, the clock may stand elsewhere.
pub fn expiry(now: Timestamp, left_micros: i64) -> Timestamp {
    now.checked_add(jiff::SignedDuration::from_micros(left_micros)).unwrap_or(now)
}
