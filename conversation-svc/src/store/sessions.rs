//! Opening, saving and closing of a conversation's rows.

use jiff::Timestamp;
use proto::{
    PhoneNumber,
    id::{SessionId, TenantId},
};
use serde_json::Value;
use sqlx::Connection as _;

use super::{Step as _, Store, StoreError};
use crate::agent::dialogue::Channel;

/// Switches of providers in a call's row. A call with more has them all in the audit log.
const SWITCHES_KEPT_MAX: i32 = 20;

/// How a call ended (`voice_sessions.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Completed,
    Failed,
    Timeout,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
        }
    }
}

/// What came of a call (`voice_sessions.outcome`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Booked,
    Cancelled,
    Rescheduled,
    Abandoned,
    /// It goes on on the web.
    Handoff,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Rescheduled => "rescheduled",
            Self::Abandoned => "abandoned",
            Self::Handoff => "handoff",
        }
    }
}

/// The phone call behind a session.
#[derive(Debug, Clone)]
pub struct CallRow {
    pub call_sid: String,
    pub stream_sid: String,
    pub caller: Option<PhoneNumber>,
    pub stt_provider: String,
    pub tts_provider: String,
}

/// Another provider listens (`recognition`) or speaks (`synthesis`) than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSwitch {
    pub kind: &'static str,
    pub from: String,
    pub to: String,
}

/// A session to open: a new one, or one that is taken up again. No `Debug`: the state holds what was said.
#[derive(Clone)]
pub struct Opened {
    pub session: SessionId,
    pub tenant: TenantId,
    pub channel: Channel,
    /// Phone only.
    pub call: Option<CallRow>,
    /// As it begins or goes on, with the connection that now owns it.
    pub state: Value,
    pub at: Timestamp,
}

/// A session and the connection that owns it. Another connection that took the session up makes this one's writes
/// void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    pub tenant: TenantId,
    pub session: SessionId,
    pub connection: uuid::Uuid,
}

/// The figures of a call that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub status: Status,
    pub outcome: Option<Outcome>,
    pub reason: &'static str,
    pub duration_ms: u64,
    pub turns: u32,
    pub barge_ins: u32,
    pub at: Timestamp,
}

impl Store {
    /// The state of a session of this tenant; `None` when there is none.
    pub async fn load(&self, tenant: TenantId, session: SessionId) -> Result<Option<Value>, StoreError> {
        sqlx::query_scalar("SELECT state FROM chat_sessions WHERE id = $1 AND tenant_id = $2")
            .bind(session.as_uuid())
            .bind(tenant.as_uuid())
            .fetch_optional(&mut *self.of(tenant).await?)
            .await
            .step("load the session")
    }

    /// The call of a session, by its latest row.
    pub async fn voice_session(&self, tenant: TenantId, session: SessionId) -> Result<Option<uuid::Uuid>, StoreError> {
        sqlx::query_scalar(
            "SELECT id FROM voice_sessions WHERE chat_session_id = $1 AND tenant_id = $2 ORDER BY started_at DESC LIMIT 1",
        )
        .bind(session.as_uuid())
        .bind(tenant.as_uuid())
        .fetch_optional(&mut *self.of(tenant).await?)
        .await
        .step("find the call")
    }

    /// Writes the rows of a session that begins or goes on, and its audit line.
    pub async fn open(&self, opened: &Opened) -> Result<(), StoreError> {
        let mut connection = self.of(opened.tenant).await?;
        let mut tx = connection.begin().await.step("begin")?;
        sqlx::query(
            "INSERT INTO chat_sessions (id, tenant_id, channel, state, created_at, updated_at)
             VALUES ($1, $2, $3, $5, to_timestamp($4::float8 / 1e6), to_timestamp($4::float8 / 1e6))
             ON CONFLICT (id) DO UPDATE SET ended_at = NULL, state = EXCLUDED.state, updated_at = EXCLUDED.updated_at
             WHERE chat_sessions.tenant_id = EXCLUDED.tenant_id",
        )
        .bind(opened.session.as_uuid())
        .bind(opened.tenant.as_uuid())
        .bind(opened.channel.as_str())
        .bind(opened.at.as_microsecond())
        .bind(&opened.state)
        .execute(&mut *tx)
        .await
        .step("write the chat session")?;
        if let Some(call) = &opened.call {
            // A conversation that is taken up again after a lost connection keeps its call's row.
            sqlx::query(
                "INSERT INTO voice_sessions (id, tenant_id, chat_session_id, call_sid, stream_sid, phone_number, stt_provider, tts_provider, started_at)
                 VALUES ($1, $2, $3, $4, nullif($5, ''), $6, coalesce(nullif($7, ''), 'deepgram'), coalesce(nullif($8, ''), 'azure'), to_timestamp($9::float8 / 1e6))
                 ON CONFLICT (call_sid) DO UPDATE
                 SET status = 'active', outcome = NULL, ended_at = NULL, chat_session_id = EXCLUDED.chat_session_id, stream_sid = EXCLUDED.stream_sid
                 WHERE voice_sessions.tenant_id = EXCLUDED.tenant_id",
            )
            .bind(uuid::Uuid::now_v7())
            .bind(opened.tenant.as_uuid())
            .bind(opened.session.as_uuid())
            .bind(&call.call_sid)
            .bind(&call.stream_sid)
            .bind(call.caller.as_ref().map(PhoneNumber::reveal))
            .bind(&call.stt_provider)
            .bind(&call.tts_provider)
            .bind(opened.at.as_microsecond())
            .execute(&mut *tx)
            .await
            .step("write the voice session")?;
        }
        let action = if opened.call.is_some() { "call_started" } else { "session_started" };
        audit(&mut tx, opened.tenant, opened.session, opened.channel, action, &serde_json::json!({})).await?;
        tx.commit().await.step("commit")
    }

    /// False when another connection owns the session now.
    pub async fn save(&self, owned: Owned, state: &Value, at: Timestamp) -> Result<bool, StoreError> {
        let saved = sqlx::query(
            "UPDATE chat_sessions SET state = $4, updated_at = to_timestamp($5::float8 / 1e6)
             WHERE id = $1 AND tenant_id = $2 AND state ->> 'connection' = $3",
        )
        .bind(owned.session.as_uuid())
        .bind(owned.tenant.as_uuid())
        .bind(owned.connection.to_string())
        .bind(state)
        .bind(at.as_microsecond())
        .execute(&mut *self.of(owned.tenant).await?)
        .await
        .step("save the session")?;
        Ok(saved.rows_affected() == 1)
    }

    /// Ends a session, and the call behind it; nothing when another connection owns it now.
    pub async fn close(&self, owned: Owned, channel: Channel, closed: &Closed) -> Result<(), StoreError> {
        let Owned { tenant, session, connection } = owned;
        let mut of_tenant = self.of(tenant).await?;
        let mut tx = of_tenant.begin().await.step("begin")?;
        let at = closed.at.as_microsecond();
        let ended = sqlx::query(
            "UPDATE chat_sessions SET ended_at = to_timestamp($4::float8 / 1e6), updated_at = to_timestamp($4::float8 / 1e6)
             WHERE id = $1 AND tenant_id = $2 AND state ->> 'connection' = $3",
        )
        .bind(session.as_uuid())
        .bind(tenant.as_uuid())
        .bind(connection.to_string())
        .bind(at)
        .execute(&mut *tx)
        .await
        .step("end the chat session")?;
        if ended.rows_affected() == 0 {
            return Ok(());
        }
        if channel == Channel::Phone {
            sqlx::query(
                "UPDATE voice_sessions SET status = $3, outcome = $4, duration_ms = $5, turn_count = $6, barge_in_count = $7, ended_at = to_timestamp($8::float8 / 1e6)
                 WHERE chat_session_id = $1 AND tenant_id = $2 AND status = 'active'",
            )
            .bind(session.as_uuid())
            .bind(tenant.as_uuid())
            .bind(closed.status.as_str())
            .bind(closed.outcome.map(Outcome::as_str))
            .bind(i32::try_from(closed.duration_ms).unwrap_or(i32::MAX))
            .bind(i32::try_from(closed.turns).unwrap_or(i32::MAX))
            .bind(i32::try_from(closed.barge_ins).unwrap_or(i32::MAX))
            .bind(at)
            .execute(&mut *tx)
            .await
            .step("end the voice session")?;
        }
        let action = if channel == Channel::Phone { "call_ended" } else { "session_ended" };
        let details = serde_json::json!({
            "status": closed.status.as_str(),
            "outcome": closed.outcome.map(Outcome::as_str),
            "reason": closed.reason,
            "turns": closed.turns,
        });
        audit(&mut tx, tenant, session, channel, action, &details).await?;
        tx.commit().await.step("commit")
    }

    /// Keeps who served in the call's row, and a line in the audit log.
    pub async fn provider_switched(
        &self,
        tenant: TenantId,
        session: SessionId,
        switch: &ProviderSwitch,
    ) -> Result<(), StoreError> {
        let details = serde_json::json!({ "kind": switch.kind, "from": switch.from, "to": switch.to });
        let mut connection = self.of(tenant).await?;
        let mut tx = connection.begin().await.step("begin")?;
        sqlx::query(
            "UPDATE voice_sessions
             SET metadata = jsonb_set(metadata, '{providers_switched}', coalesce(metadata -> 'providers_switched', '[]') || $3)
             WHERE chat_session_id = $1 AND tenant_id = $2 AND status = 'active'
               AND coalesce(jsonb_array_length(metadata -> 'providers_switched'), 0) < $4",
        )
        .bind(session.as_uuid())
        .bind(tenant.as_uuid())
        .bind(&details)
        .bind(SWITCHES_KEPT_MAX)
        .execute(&mut *tx)
        .await
        .step("write the voice session")?;
        audit(&mut tx, tenant, session, Channel::Phone, "provider_switched", &details).await?;
        tx.commit().await.step("commit")
    }

    /// One line of the audit log. `details` hold no personal data.
    pub async fn audit(
        &self,
        tenant: TenantId,
        session: SessionId,
        channel: Channel,
        action: &str,
        details: &Value,
    ) -> Result<(), StoreError> {
        let mut connection = self.of(tenant).await?;
        audit(&mut connection, tenant, session, channel, action, details).await
    }
}

async fn audit(
    connection: &mut sqlx::PgConnection,
    tenant: TenantId,
    session: SessionId,
    channel: Channel,
    action: &str,
    details: &Value,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit_log (tenant_id, session_id, channel, action, details) VALUES ($1, $2, $3, $4, $5)")
        .bind(tenant.as_uuid())
        .bind(session.as_uuid())
        .bind(channel.as_str())
        .bind(action)
        .bind(details)
        .execute(connection)
        .await
        .step("write the audit log")?;
    Ok(())
}
