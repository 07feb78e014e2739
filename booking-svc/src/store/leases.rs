//! Which stream keeps a session's holds: the latest that opened.

use proto::id::{SessionId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::error::{Step as _, StoreError};

/// Makes a lease the session's one; an older one stops counting.
pub async fn open(tx: &mut PgConnection, tenant: TenantId, session: SessionId, lease: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO leases (session_id, tenant_id, lease_id) VALUES ($1, $2, $3) \
         ON CONFLICT (session_id) DO UPDATE SET tenant_id = $2, lease_id = $3, opened_at = now()",
    )
    .bind(session.as_uuid())
    .bind(tenant.as_uuid())
    .bind(lease)
    .execute(tx)
    .await
    .step("open the lease")?;
    Ok(())
}

/// False: a later lease has taken over.
pub async fn close(tx: &mut PgConnection, session: SessionId, lease: Uuid) -> Result<bool, StoreError> {
    let closed = sqlx::query("DELETE FROM leases WHERE session_id = $1 AND lease_id = $2")
        .bind(session.as_uuid())
        .bind(lease)
        .execute(tx)
        .await
        .step("close the lease")?;
    Ok(closed.rows_affected() == 1)
}

/// Forgets leases whose process died with them: no call lasts that long.
pub async fn forget(tx: &mut PgConnection, limit: i64) -> Result<u64, StoreError> {
    let forgotten = sqlx::query(
        "DELETE FROM leases WHERE session_id IN (SELECT session_id FROM leases WHERE opened_at < now() - interval '1 day' \
                                                 ORDER BY opened_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(limit)
    .execute(tx)
    .await
    .step("forget dead leases")?;
    Ok(forgotten.rows_affected())
}
