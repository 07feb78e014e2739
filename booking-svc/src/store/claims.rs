//! Occupied time: reading what counts, and claiming.

use jiff::Timestamp;
use proto::id::{AppointmentId, HoldId, SessionId, TenantId};
use sqlx::{FromRow, PgConnection, PgExecutor};
use uuid::Uuid;

use crate::booking::{
    claim::{Claims, Own, PERSON_LANES_MAX},
    plan::Taken,
    rules::Lane,
    slot::Span,
};

use super::{
    error::{Step as _, StoreError},
    time::SqlTime,
};

#[derive(FromRow)]
struct OccupiedRow {
    resource_id: Uuid,
    lane: Lane,
    kind: String,
    starts: Vec<SqlTime>,
    ends: Vec<SqlTime>,
}

/// The claims of these people and things in a window, expired holds and the asker's own left out; and the time of which
/// nobody knows, since a calendar that has it was not heard of lately.
pub async fn counting(
    db: impl PgExecutor<'_>,
    resources: impl IntoIterator<Item = Uuid>,
    window: Span,
    own: Own,
) -> Result<Claims, StoreError> {
    let ids: Vec<Uuid> = resources.into_iter().collect();
    // No claim spans more than 26 hours (claims_span_max), so those that reach into the window begin after
    // window − 26 h: the B-tree finds them.
    // One row a person or place and kind: a month of a hundred people is forty thousand claims.
    let rows: Vec<OccupiedRow> = sqlx::query_as(
        "SELECT resource_id, lane, CASE state WHEN 'absence' THEN 'absence' ELSE 'busy' END AS kind, array_agg(lower(during) ORDER BY lower(during)) AS starts, \
                array_agg(upper(during) ORDER BY lower(during)) AS ends \
         FROM claims \
         WHERE resource_id = ANY($1) AND starts_at > $2 - interval '26 hours' AND starts_at < $3 AND upper(during) > $2 \
           AND (state <> 'hold' OR (expires_at > now() AND session_id IS DISTINCT FROM $4)) \
           AND ($5::uuid IS NULL OR appointment_id IS DISTINCT FROM $5) \
         GROUP BY 1, 2, 3 \
         UNION ALL \
         SELECT staff_id, 0::smallint, 'unknown', ARRAY[greatest(known_until, $2)], ARRAY[$3] \
         FROM (SELECT staff_id, CASE WHEN fresh_until > now() THEN mirrored_to END AS known_until \
               FROM calendar_links WHERE staff_id = ANY($1)) AS links \
         WHERE known_until IS NULL OR known_until < $3",
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
    for row in rows {
        let spans = row.starts.into_iter().zip(row.ends).map(|(start, end)| Span { start: start.0, end: end.0 });
        match row.kind.as_str() {
            "unknown" => claims.add_unknown(row.resource_id, spans),
            kind => claims.add(row.resource_id, row.lane, kind == "absence", spans),
        }
    }
    Ok(claims)
}

/// On whose account time is claimed.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    Hold { id: HoldId, session: SessionId, ttl_micros: i64 },
    Appointment(AppointmentId),
}

/// The first of a person's lanes in which nobody has this time.
pub async fn free_lane(tx: &mut PgConnection, taken: &Taken) -> Result<Option<Lane>, StoreError> {
    sqlx::query_scalar(
        "SELECT n::smallint FROM generate_series(0, $4 - 1) n WHERE NOT EXISTS \
             (SELECT FROM claims WHERE resource_id = $1 AND lane = n AND starts_at > $2 - interval '26 hours' AND starts_at < $3 \
                AND upper(during) > $2 AND (state <> 'hold' OR expires_at > now())) \
         ORDER BY n LIMIT 1",
    )
    .bind(taken.resource)
    .bind(SqlTime(taken.during.start))
    .bind(SqlTime(taken.during.end))
    .bind(i32::from(PERSON_LANES_MAX))
    .fetch_optional(tx)
    .await
    .step("look for a free lane")
}

/// Whether anybody has time of a person's, in whichever lane: the constraint compares within one.
pub async fn is_taken_in_any_lane(tx: &mut PgConnection, taken: &Taken) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM claims WHERE resource_id = $1 AND starts_at > $2 - interval '26 hours' AND starts_at < $3 \
                          AND upper(during) > $2 AND (state <> 'hold' OR expires_at > now()))",
    )
    .bind(taken.resource)
    .bind(SqlTime(taken.during.start))
    .bind(SqlTime(taken.during.end))
    .fetch_one(tx)
    .await
    .step("look for whoever has the time")
}

/// Whether somebody who gives the appointment serves another client at the same time, whoever was there first.
pub async fn are_beside_others(tx: &mut PgConnection, appointment: AppointmentId) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM claims mine JOIN claims other \
             ON other.resource_id = mine.resource_id AND other.during && mine.during \
                AND other.starts_at > lower(mine.during) - interval '26 hours' AND other.starts_at < upper(mine.during) \
             WHERE mine.appointment_id = $1 AND mine.resource_kind = 'staff' \
                AND other.appointment_id IS DISTINCT FROM mine.appointment_id \
                AND (other.state <> 'hold' OR other.expires_at > now()))",
    )
    .bind(appointment.as_uuid())
    .fetch_one(tx)
    .await
    .step("look for other clients at the same time")
}

/// Claims time for one service of a visit. The holder's own row may be written later in the transaction.
pub async fn insert(
    tx: &mut PgConnection,
    tenant: TenantId,
    holder: Holder,
    position: usize,
    taken: &Taken,
) -> Result<(), StoreError> {
    let (state, hold, appointment) = match holder {
        Holder::Hold { id, session, ttl_micros } => ("hold", Some((id, session, ttl_micros)), None),
        Holder::Appointment(id) => ("booked", None, Some(id)),
    };
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, lane, position, during, state, hold_id, session_id, expires_at, \
                             appointment_id) \
         VALUES ($1, $2, $12, $3, $13, $4, tstzrange($5, $6), $7, $8, $9, now() + $10 * interval '1 microsecond', $11)",
    )
    .bind(Uuid::now_v7())
    .bind(tenant.as_uuid())
    .bind(taken.resource)
    .bind(i16::try_from(position).unwrap_or(i16::MAX))
    .bind(SqlTime(taken.during.start))
    .bind(SqlTime(taken.during.end))
    .bind(state)
    .bind(hold.map(|(id, ..)| id.as_uuid()))
    .bind(hold.map(|(_, session, _)| session.as_uuid()))
    .bind(hold.map(|(.., ttl_micros)| ttl_micros))
    .bind(appointment.map(|id| id.as_uuid()))
    .bind(taken.kind.as_str())
    .bind(taken.lane)
    .execute(tx)
    .await
    .step("claim time")?;
    Ok(())
}

/// Turns a hold's claims into the appointment's, in place.
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
