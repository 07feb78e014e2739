//! `voice_handoff_sessions` in SQL. Each change is one statement, with its audit row in it.

pub mod messages;

use proto::{Language, Private, id::TenantId};
use serde_json::Value;
use service_runtime::database;
use sqlx::{FromRow, PgPool, Postgres, pool::PoolConnection};
use uuid::Uuid;

use crate::handoff::{Delivery, NewHandoff, Reason, Sender, Shut, Token};

/// A failed statement; names the step and the SQLSTATE, since what the database said may quote values.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {}", source.as_database_error().and_then(|e| e.code()).map_or_else(|| "no answer".to_owned(), |c| format!("database error {c}")))]
pub struct StoreError {
    pub step: &'static str,
    pub source: sqlx::Error,
}

impl StoreError {
    /// The database is away, rather than displeased.
    pub fn is_away(&self) -> bool {
        matches!(self.source, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
    }

    fn of(step: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self { step, source }
    }
}

/// A connection that sees this tenant's rows only.
async fn of(pool: &PgPool, tenant: TenantId) -> Result<PoolConnection<Postgres>, StoreError> {
    database::of_tenant(pool, &tenant.to_string()).await.map_err(StoreError::of("connect"))
}

/// The same for all rows: whose a token is, is known only once it is found.
async fn of_every_tenant(pool: &PgPool) -> Result<PoolConnection<Postgres>, StoreError> {
    database::of_tenant(pool, database::EVERY_TENANT).await.map_err(StoreError::of("connect"))
}

/// An open handoff as the table has it.
#[derive(Debug)]
pub struct Found {
    pub tenant: TenantId,
    pub voice_session: Uuid,
    pub reason: Reason,
    pub conversation: Private<Value>,
    pub booking_state: Private<Value>,
    pub left_micros: i64,
}

#[derive(FromRow)]
struct Row {
    tenant_id: Uuid,
    voice_session_id: Uuid,
    handoff_reason: String,
    conversation_snapshot: Value,
    booking_state: Value,
    left_micros: i64,
}

impl TryFrom<Row> for Found {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let reason = Reason::of(&row.handoff_reason)
            .ok_or_else(|| StoreError::of("read the handoff's reason")(sqlx::Error::Decode("unknown reason".into())))?;
        Ok(Self {
            tenant: TenantId::from_uuid(row.tenant_id),
            voice_session: row.voice_session_id,
            reason,
            conversation: Private::new(row.conversation_snapshot),
            booking_state: Private::new(row.booking_state),
            left_micros: row.left_micros,
        })
    }
}

/// False: the tenant has no such call.
pub async fn insert(pool: &PgPool, new: &NewHandoff, token: &Token, ttl_micros: i64) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "WITH handoff AS ( \
             INSERT INTO voice_handoff_sessions \
                 (id, voice_session_id, tenant_id, phone_number, token, conversation_snapshot, booking_state, handoff_reason, expires_at) \
             SELECT $1, v.id, v.tenant_id, $4, $5, $6, $7, $8, now() + $9 * interval '1 microsecond' \
             FROM voice_sessions v WHERE v.id = $2 AND v.tenant_id = $3 \
             RETURNING tenant_id, voice_session_id) \
         INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT h.tenant_id, v.chat_session_id, 'phone', 'handoff_started', jsonb_build_object('reason', $8::text) \
         FROM handoff h JOIN voice_sessions v ON v.id = h.voice_session_id",
    )
    .bind(Uuid::now_v7())
    .bind(new.voice_session)
    .bind(new.tenant.as_uuid())
    .bind(new.phone_number.reveal())
    .bind(token.reveal())
    .bind(new.conversation.reveal())
    .bind(new.booking_state.reveal())
    .bind(new.reason.as_str())
    .bind(ttl_micros)
    .execute(&mut *of(pool, new.tenant).await?)
    .await
    .map_err(StoreError::of("start a handoff"))?;
    Ok(inserted.rows_affected() == 1)
}

/// Whom a tenant's text messages are from.
pub async fn sender(pool: &PgPool, tenant: TenantId) -> Result<Sender, StoreError> {
    let (business, language, web_address): (String, String, String) =
        sqlx::query_as("SELECT name, language, web_address FROM tenants WHERE id = $1")
            .bind(tenant.as_uuid())
            .fetch_one(&mut *of(pool, tenant).await?)
            .await
            .map_err(StoreError::of("read the business"))?;
    Ok(Sender { business, language: Language::of_tenant(&language), web_address })
}

/// What became of the text message, for the record.
pub async fn audit_delivery(pool: &PgPool, new: &NewHandoff, delivery: Delivery) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT v.tenant_id, v.chat_session_id, 'phone', 'handoff_message', jsonb_build_object('delivery', $3::text) \
         FROM voice_sessions v WHERE v.id = $1 AND v.tenant_id = $2",
    )
    .bind(new.voice_session)
    .bind(new.tenant.as_uuid())
    .bind(delivery.as_str())
    .execute(&mut *of(pool, new.tenant).await?)
    .await
    .map_err(StoreError::of("write the audit log"))?;
    Ok(())
}

/// Claims an open handoff; of several at once the row's lock lets one.
pub async fn claim(pool: &PgPool, token: &Token) -> Result<Result<Found, Shut>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "WITH handoff AS ( \
             UPDATE voice_handoff_sessions SET claimed = true, claimed_at = now() \
             WHERE token = $1 AND NOT claimed AND expires_at > now() RETURNING *), \
         audit AS ( \
             INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
             SELECT h.tenant_id, v.chat_session_id, 'web', 'handoff_claimed', jsonb_build_object('reason', h.handoff_reason) \
             FROM handoff h JOIN voice_sessions v ON v.id = h.voice_session_id) \
         SELECT tenant_id, voice_session_id, handoff_reason, conversation_snapshot, booking_state, \
                (extract(epoch FROM expires_at - now()) * 1000000)::bigint AS left_micros FROM handoff",
    )
    .bind(token.reveal())
    .fetch_optional(&mut *of_every_tenant(pool).await?)
    .await
    .map_err(StoreError::of("claim a handoff"))?;
    match row {
        Some(row) => Ok(Ok(row.try_into()?)),
        None => Ok(Err(why_shut(pool, token).await?)),
    }
}

pub async fn find(pool: &PgPool, token: &Token) -> Result<Result<Found, Shut>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT tenant_id, voice_session_id, handoff_reason, conversation_snapshot, booking_state, \
                (extract(epoch FROM expires_at - now()) * 1000000)::bigint AS left_micros \
         FROM voice_handoff_sessions WHERE token = $1 AND NOT claimed AND expires_at > now()",
    )
    .bind(token.reveal())
    .fetch_optional(&mut *of_every_tenant(pool).await?)
    .await
    .map_err(StoreError::of("read a handoff"))?;
    match row {
        Some(row) => Ok(Ok(row.try_into()?)),
        None => Ok(Err(why_shut(pool, token).await?)),
    }
}

async fn why_shut(pool: &PgPool, token: &Token) -> Result<Shut, StoreError> {
    let claimed: Option<bool> = sqlx::query_scalar("SELECT claimed FROM voice_handoff_sessions WHERE token = $1")
        .bind(token.reveal())
        .fetch_optional(&mut *of_every_tenant(pool).await?)
        .await
        .map_err(StoreError::of("read why a handoff is shut"))?;
    Ok(match claimed {
        None => Shut::Unknown,
        Some(true) => Shut::Claimed,
        Some(false) => Shut::Expired,
    })
}

/// Empties handoffs whose time is over of all that is personal, and deletes them a day later: until then an old
/// link still learns that it is old.
pub async fn forget(pool: &PgPool) -> Result<u64, StoreError> {
    let mut connection = of_every_tenant(pool).await?;
    let emptied = sqlx::query(
        "UPDATE voice_handoff_sessions SET phone_number = '', conversation_snapshot = '{}', booking_state = '{}' \
         WHERE expires_at <= now() AND phone_number <> ''",
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::of("empty expired handoffs"))?;
    sqlx::query("DELETE FROM voice_handoff_sessions WHERE expires_at < now() - interval '1 day'")
        .execute(&mut *connection)
        .await
        .map_err(StoreError::of("delete old handoffs"))?;
    messages::forget(&mut connection).await?;
    Ok(emptied.rows_affected())
}
