//! When a calendar is looked at, by whom, and how it went. A look has its calendar to itself until it is over or its lease is.

use std::time::Duration;

use jiff::Timestamp;
use proto::id::{StaffId, TenantId};
use sqlx::{PgConnection, PgPool};

use super::links::{Link, Row, State, columns};
use crate::store::{
    error::{Step as _, StoreError},
    tenancy::{self, Sees},
    time::SqlTime,
};

/// Takes up to `limit` links that are due, for `lease`. Those that another replica is at are left to it.
pub async fn claim_due(pool: &PgPool, limit: usize, lease: Duration) -> Result<Vec<Link>, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let rows: Vec<Row> = sqlx::query_as(concat!(
        "UPDATE calendar_links SET leased_until = now() + $2 * interval '1 microsecond' \
         WHERE staff_id IN (SELECT staff_id FROM calendar_links \
                            WHERE state = 'active' AND due_at <= now() AND coalesce(leased_until <= now(), true) \
                            ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) \
         RETURNING ",
        columns!()
    ))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .bind(micros(lease))
    .fetch_all(&mut *tx)
    .await
    .step("take up calendars")?;
    tx.commit().await.step("commit")?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// Whether what a look at a calendar found still counts.
pub async fn is_leased(db: &mut PgConnection, link: &Link) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM calendar_links WHERE staff_id = $1 AND leased_until IS NOT DISTINCT FROM $2)",
    )
    .bind(link.staff.as_uuid())
    .bind(link.leased_until.map(SqlTime))
    .fetch_one(db)
    .await
    .step("see whether a calendar is still leased")
}

/// How a link stands after a calendar was read.
#[derive(Debug)]
pub struct Synced {
    pub sync_token: String,
    pub mirrored_to: Timestamp,
    /// How long it may be believed.
    pub believed: Duration,
    /// When it is read again, unless it says before that it was changed.
    pub again: Duration,
}

pub async fn synced(pool: &PgPool, link: &Link, synced: &Synced) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(link.tenant)).await?;
    // What is known now was so when the link was read. A notice that came in since is about something else.
    sqlx::query(
        "UPDATE calendar_links SET sync_token = $3, mirrored_to = $4, synced_at = $5, \
                fresh_until = $5 + $6 * interval '1 microsecond', failures = 0, trusts_deletions = false, leased_until = NULL, \
                due_at = CASE WHEN notified_at > $5 THEN now() ELSE now() + $7 * interval '1 microsecond' END \
         WHERE staff_id = $1 AND state = 'active' AND calendar_id = $2 AND leased_until IS NOT DISTINCT FROM $8",
    )
    .bind(link.staff.as_uuid())
    .bind(&link.calendar)
    .bind(&synced.sync_token)
    .bind(SqlTime(synced.mirrored_to))
    .bind(SqlTime(link.read_at))
    .bind(micros(synced.believed))
    .bind(micros(synced.again))
    .bind(link.leased_until.map(SqlTime))
    .execute(&mut *tx)
    .await
    .step("write down that a calendar was read")?;
    tx.commit().await.step("commit")
}

/// It could not be read, and is tried again later.
pub async fn failed(pool: &PgPool, link: &Link, again: Duration) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(link.tenant)).await?;
    sqlx::query(
        "UPDATE calendar_links SET failures = failures + 1, due_at = now() + $2 * interval '1 microsecond', leased_until = NULL \
         WHERE staff_id = $1 AND leased_until IS NOT DISTINCT FROM $3",
    )
    .bind(link.staff.as_uuid())
    .bind(micros(again))
    .bind(link.leased_until.map(SqlTime))
    .execute(&mut *tx)
    .await
    .step("put a calendar off")?;
    tx.commit().await.step("commit")
}

/// It is not read any more until somebody does something about it.
pub async fn suspend(pool: &PgPool, link: &Link, state: State, problem: &str) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(link.tenant)).await?;
    sqlx::query(
        "UPDATE calendar_links SET state = $2, problem = $3, leased_until = NULL \
         WHERE staff_id = $1 AND state = 'active' AND leased_until IS NOT DISTINCT FROM $4",
    )
    .bind(link.staff.as_uuid())
    .bind(state.as_str())
    .bind(problem)
    .bind(link.leased_until.map(SqlTime))
    .execute(&mut *tx)
    .await
    .step("suspend a calendar")?;
    tx.commit().await.step("commit")
}

/// Reads it again, whole; what was deleted there is believed. False: there is no link.
pub async fn resume(pool: &PgPool, tenant: TenantId, staff: StaffId) -> Result<bool, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(tenant)).await?;
    let resumed = sqlx::query(
        "UPDATE calendar_links SET trusts_deletions = trusts_deletions OR state = 'stopped', state = 'active', \
                problem = NULL, sync_token = NULL, failures = 0, due_at = now(), leased_until = NULL \
         WHERE tenant_id = $1 AND staff_id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(staff.as_uuid())
    .execute(&mut *tx)
    .await
    .step("resume a calendar")?;
    tx.commit().await.step("commit")?;
    Ok(resumed.rows_affected() > 0)
}

/// Somebody looks at it soon.
pub async fn hurry(pool: &PgPool, tenant: TenantId, staff: StaffId) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(tenant)).await?;
    sqlx::query("UPDATE calendar_links SET notified_at = now(), due_at = least(due_at, now()) WHERE staff_id = $1")
        .bind(staff.as_uuid())
        .execute(&mut *tx)
        .await
        .step("hurry a calendar")?;
    tx.commit().await.step("commit")
}

fn micros(of: Duration) -> i64 {
    i64::try_from(of.as_micros()).unwrap_or(i64::MAX)
}
