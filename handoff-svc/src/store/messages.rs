//! `text_messages` in SQL: how many a phone got in a day, and what became of each.

use proto::{PhoneNumber, id::TenantId};
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use super::{StoreError, of, of_every_tenant};

/// Messages to a phone within a day, of all businesses together.
pub const A_DAY_MAX: i64 = 5;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
    Sent { carrier_sid: &'a str },
    Unclear,
    Failed { code: Option<i32> },
}

/// Whether a message may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    New(Uuid),
    /// The phone had its share.
    Limited,
    /// Under this key, before.
    Sent,
    /// The same, but the carrier did not say what became of it, or the process ended before it did.
    Unclear,
}

/// Counts a message that is about to be sent. Of several at once, as many as fit pass: they wait for each other on the
/// phone's lock. One that failed may be tried again under its key.
pub async fn reserve(
    pool: &PgPool,
    tenant: TenantId,
    phone: &PhoneNumber,
    key: Option<&str>,
) -> Result<Reserved, StoreError> {
    // The phone's messages of every business count.
    let mut connection = of_every_tenant(pool).await?;
    let mut tx = connection.begin().await.map_err(StoreError::of("begin"))?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('text message ' || $1, 0))")
        .bind(phone.reveal())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::of("lock the phone"))?;
    let before: Option<String> =
        sqlx::query_scalar("SELECT state FROM text_messages WHERE tenant_id = $1 AND message_key = $2")
            .bind(tenant.as_uuid())
            .bind(key)
            .fetch_optional(&mut *tx)
            .await
            .map_err(StoreError::of("look for a text message"))?;
    match before.as_deref() {
        Some("sent") => return Ok(Reserved::Sent),
        Some("sending" | "unclear") => return Ok(Reserved::Unclear),
        _ => {}
    }
    let id: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO text_messages (id, tenant_id, phone_number, message_key) \
         SELECT $1, $2, $3, $5 WHERE ( \
             SELECT count(*) FROM text_messages \
             WHERE phone_number = $3 AND state <> 'failed' AND created_at > now() - interval '1 day') < $4 \
         ON CONFLICT (tenant_id, message_key) WHERE message_key IS NOT NULL \
         DO UPDATE SET state = 'sending', created_at = now(), carrier_code = NULL \
         RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(tenant.as_uuid())
    .bind(phone.reveal())
    .bind(A_DAY_MAX)
    .bind(key)
    .fetch_optional(&mut *tx)
    .await
    .map_err(StoreError::of("count a text message"))?;
    tx.commit().await.map_err(StoreError::of("commit"))?;
    Ok(id.map_or(Reserved::Limited, Reserved::New))
}

pub async fn settle(pool: &PgPool, tenant: TenantId, id: Uuid, fate: Fate<'_>) -> Result<(), StoreError> {
    let (state, sid, code) = match fate {
        Fate::Sent { carrier_sid } => ("sent", Some(carrier_sid), None),
        Fate::Unclear => ("unclear", None, None),
        Fate::Failed { code } => ("failed", None, code),
    };
    sqlx::query("UPDATE text_messages SET state = $2, carrier_sid = nullif($3, ''), carrier_code = $4 WHERE id = $1")
        .bind(id)
        .bind(state)
        .bind(sid)
        .bind(code)
        .execute(&mut *of(pool, tenant).await?)
        .await
        .map_err(StoreError::of("settle a text message"))?;
    Ok(())
}

/// They are kept to be counted, and no longer.
pub async fn forget(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM text_messages WHERE created_at < now() - interval '1 day'")
        .execute(connection)
        .await
        .map_err(StoreError::of("delete old text messages"))?;
    Ok(())
}
