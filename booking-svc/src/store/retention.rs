//! Takes out what is kept no longer. Each is a batch of rows that no other replica is at; how many there were is given back.

use jiff::Timestamp;
use sqlx::PgPool;

use super::{
    error::{Step as _, StoreError},
    tenancy::{self, Sees},
    time::SqlTime,
};

/// Hashes the phone numbers of appointments that ended before `before`.
pub async fn hash_appointments(
    pool: &PgPool,
    before: Timestamp,
    hash_key: &[u8],
    limit: i64,
) -> Result<u64, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let hashed = sqlx::query(
        "WITH old AS (SELECT id FROM appointments WHERE client_phone LIKE '+%' AND ends_at < $1 ORDER BY ends_at LIMIT $3 \
                      FOR UPDATE SKIP LOCKED) \
         UPDATE appointments a SET client_phone = hashed_phone(client_phone, $2) FROM old WHERE a.id = old.id",
    )
    .bind(SqlTime(before))
    .bind(hash_key)
    .bind(limit)
    .execute(&mut *tx)
    .await
    .step("hash the phones of old appointments")?;
    tx.commit().await.step("commit")?;
    Ok(hashed.rows_affected())
}

/// The same for clients who have had no appointment since.
pub async fn hash_clients(pool: &PgPool, before: Timestamp, hash_key: &[u8], limit: i64) -> Result<u64, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let hashed = sqlx::query(
        "WITH old AS (SELECT id FROM clients c WHERE phone LIKE '+%' AND created_at < $1 \
                        AND NOT EXISTS (SELECT FROM appointments a WHERE a.client_id = c.id AND a.ends_at >= $1) \
                      ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
         UPDATE clients c SET phone = hashed_phone(phone, $2) FROM old WHERE c.id = old.id",
    )
    .bind(SqlTime(before))
    .bind(hash_key)
    .bind(limit)
    .execute(&mut *tx)
    .await
    .step("hash the phones of former clients")?;
    tx.commit().await.step("commit")?;
    Ok(hashed.rows_affected())
}

/// Deletes announcements that everybody has heard for a week, and those that were given up a quarter of a year ago. They hold ids only.
pub async fn forget_announcements(pool: &PgPool, limit: i64) -> Result<u64, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Everything).await?;
    let forgotten = sqlx::query(
        "DELETE FROM outbox WHERE id IN ( \
             SELECT id FROM outbox o WHERE done_at < now() - interval '7 days' \
               AND NOT EXISTS (SELECT FROM outbox_deliveries d WHERE d.outbox_id = o.id \
                               AND (d.state = 'waiting' OR d.state = 'dead' AND d.settled_at > now() - interval '90 days')) \
             ORDER BY done_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(limit)
    .execute(&mut *tx)
    .await
    .step("delete old announcements")?;
    tx.commit().await.step("commit")?;
    Ok(forgotten.rows_affected())
}
