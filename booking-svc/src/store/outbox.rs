//! The outbox: what is announced, a row for each listener, and what became of it. None of it is a booking: these are short
//! READ COMMITTED transactions, which no booking's snapshot minds.

use std::time::Duration;

use proto::id::{AppointmentId, TenantId};
use serde_json::json;
use sqlx::{FromRow, PgConnection, PgPool};
use uuid::Uuid;

use crate::booking::{
    announcement::{Announcement, Topic},
    appointment::{Appointment, Version},
};

use super::{
    audit,
    error::{Step as _, StoreError, unreadable},
    tenancy::{self, Sees},
};

/// Announces a change in the transaction that makes it.
pub async fn announce(
    tx: &mut PgConnection,
    tenant: TenantId,
    topic: Topic,
    appointment: &Appointment,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO outbox (tenant_id, topic, payload) VALUES ($1, $2, $3)")
        .bind(tenant.as_uuid())
        .bind(topic.as_str())
        .bind(json!({ "appointment_id": appointment.id, "version": appointment.version }))
        .execute(tx)
        .await
        .step("write the outbox")?;
    Ok(())
}

/// Gives up to `limit` announcements to those who listen to their topics; how many there were. One replica at a time does
/// it, so that two of one appointment are given out in their order.
pub async fn hand_out(pool: &PgPool, listeners: &[(&str, Topic)], limit: i64) -> Result<u64, StoreError> {
    let (names, topics): (Vec<&str>, Vec<&str>) = listeners.iter().map(|(name, topic)| (*name, topic.as_str())).unzip();
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let mine: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtextextended('hand out the outbox', 0))")
        .fetch_one(&mut *tx)
        .await
        .step("try the outbox's lock")?;
    if !mine {
        tx.rollback().await.step("roll back")?;
        return Ok(0);
    }
    let handed = sqlx::query(
        "WITH new AS (SELECT id, tenant_id, topic, payload, available_at FROM outbox WHERE done_at IS NULL \
                      ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED), \
              told AS (INSERT INTO outbox_deliveries (outbox_id, tenant_id, listener, subject, available_at) \
                       SELECT new.id, new.tenant_id, who.name, coalesce(new.payload ->> 'appointment_id', new.id::text), \
                              new.available_at \
                       FROM new JOIN unnest($1::text[], $2::text[]) AS who (name, topic) ON who.topic = new.topic \
                       ON CONFLICT (outbox_id, listener) DO NOTHING) \
         UPDATE outbox SET done_at = now() FROM new WHERE outbox.id = new.id",
    )
    .bind(names)
    .bind(topics)
    .bind(limit)
    .execute(&mut *tx)
    .await
    .step("hand out the outbox")?;
    tx.commit().await.step("commit")?;
    Ok(handed.rows_affected())
}

/// A delivery that this replica is at, until another one may take it up.
#[derive(Debug, Clone, Copy)]
pub struct Claimed {
    pub id: i64,
    /// From 1. Whoever takes the delivery up counts one more, which makes what its predecessor settles void.
    pub attempt: u32,
    pub announcement: Announcement,
}

#[derive(FromRow)]
struct ClaimedRow {
    id: i64,
    attempts: i32,
    tenant_id: Uuid,
    topic: String,
    appointment_id: Option<Uuid>,
    version: Option<i32>,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = StoreError;

    fn try_from(row: ClaimedRow) -> Result<Self, StoreError> {
        let topic = Topic::of(&row.topic).ok_or_else(|| unreadable("read an announcement", "unknown topic"))?;
        let appointment = row.appointment_id.ok_or_else(|| unreadable("read an announcement", "no appointment"))?;
        let version: Version = row.version.unwrap_or(1).unsigned_abs();
        let tenant = TenantId::from_uuid(row.tenant_id);
        let appointment = AppointmentId::from_uuid(appointment);
        let announcement = Announcement { tenant, topic, appointment, version };
        Ok(Self { id: row.id, attempt: row.attempts.unsigned_abs(), announcement })
    }
}

/// Takes up to `limit` deliveries that are due for `lease`, none before an earlier one about the same appointment is
/// settled. Rows that another replica is at are left to it.
pub async fn claim(pool: &PgPool, listener: &str, limit: usize, lease: Duration) -> Result<Vec<Claimed>, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let rows: Vec<ClaimedRow> = sqlx::query_as(
        "WITH due AS (SELECT id FROM outbox_deliveries d WHERE listener = $1 AND state = 'waiting' AND available_at <= now() \
                        AND NOT EXISTS (SELECT FROM outbox_deliveries e \
                                        WHERE e.listener = $1 AND e.subject = d.subject AND e.state = 'waiting' \
                                          AND e.outbox_id < d.outbox_id) \
                      ORDER BY available_at, outbox_id LIMIT $2 FOR UPDATE SKIP LOCKED) \
         UPDATE outbox_deliveries d SET attempts = d.attempts + 1, available_at = now() + $3 * interval '1 microsecond' \
         FROM due, outbox o WHERE d.id = due.id AND o.id = d.outbox_id \
         RETURNING d.id, d.attempts, d.tenant_id, o.topic, (o.payload ->> 'appointment_id')::uuid AS appointment_id, \
                   (o.payload ->> 'version')::integer AS version",
    )
    .bind(listener)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .bind(micros(lease))
    .fetch_all(&mut *tx)
    .await
    .step("take up deliveries")?;
    tx.commit().await.step("commit")?;
    rows.into_iter().map(Claimed::try_from).collect()
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    Done { skipped: Option<&'static str> },
    Later { after: Duration, reason: &'static str },
    Dead { reason: &'static str },
}

/// False: another replica has taken the delivery up since. Success and giving up go into the audit log.
pub async fn settle(
    pool: &PgPool,
    listener: &str,
    claimed: &Claimed,
    settlement: Settlement,
) -> Result<bool, StoreError> {
    let (state, after, reason) = match settlement {
        Settlement::Done { skipped } => ("done", Duration::ZERO, skipped),
        Settlement::Later { after, reason } => ("waiting", after, Some(reason)),
        Settlement::Dead { reason } => ("dead", Duration::ZERO, Some(reason)),
    };
    let mut tx = tenancy::writing(pool, Sees::Tenant(claimed.announcement.tenant)).await?;
    let settled = sqlx::query(
        "UPDATE outbox_deliveries SET state = $3, available_at = now() + $4 * interval '1 microsecond', reason = $5, \
                settled_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE now() END \
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'",
    )
    .bind(claimed.id)
    .bind(i64::from(claimed.attempt))
    .bind(state)
    .bind(micros(after))
    .bind(reason)
    .execute(&mut *tx)
    .await
    .step("settle a delivery")?
    .rows_affected()
        == 1;
    let audited = match settlement {
        Settlement::Done { skipped: None } => Some("announcement_told"),
        Settlement::Dead { .. } => Some("delivery_given_up"),
        Settlement::Done { skipped: Some(_) } | Settlement::Later { .. } => None,
    };
    if let (Some(action), true) = (audited, settled) {
        let Announcement { tenant, topic, appointment, version } = claimed.announcement;
        let details = json!({
            "listener": listener, "topic": topic.as_str(), "appointment_id": appointment, "version": version,
            "reason": reason, "attempts": claimed.attempt,
        });
        audit::record_of_appointment(&mut tx, tenant, appointment, action, &details).await?;
    }
    tx.commit().await.step("commit")?;
    Ok(settled)
}

/// How a listener's deliveries stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Standing {
    pub waiting: i64,
    pub dead: i64,
}

pub async fn standing(pool: &PgPool, listener: &str) -> Result<Standing, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let standing = sqlx::query_as(
        "SELECT (SELECT count(*) FROM outbox_deliveries WHERE listener = $1 AND state = 'waiting') AS waiting, \
                (SELECT count(*) FROM outbox_deliveries WHERE listener = $1 AND state = 'dead') AS dead",
    )
    .bind(listener)
    .fetch_one(&mut *tx)
    .await
    .step("count the deliveries")?;
    tx.rollback().await.step("roll back")?;
    Ok(standing)
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
