//! The audit log and the outbox: written in the transaction of what they tell about, without personal data.

use serde_json::Value;
use sqlx::PgConnection;

use crate::booking::hold::Actor;

use super::error::{Step as _, StoreError};

pub async fn record(tx: &mut PgConnection, actor: &Actor, action: &str, details: &Value) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit_log (tenant_id, session_id, channel, action, details) VALUES ($1, $2, $3, $4, $5)")
        .bind(actor.tenant.as_uuid())
        .bind(actor.session.as_uuid())
        .bind(actor.channel.as_str())
        .bind(action)
        .bind(details)
        .execute(tx)
        .await
        .step("write the audit log")?;
    Ok(())
}

/// Tells the world later: calendar, messages.
pub async fn announce(tx: &mut PgConnection, actor: &Actor, topic: &str, payload: &Value) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO outbox (tenant_id, topic, payload) VALUES ($1, $2, $3)")
        .bind(actor.tenant.as_uuid())
        .bind(topic)
        .bind(payload)
        .execute(tx)
        .await
        .step("write the outbox")?;
    Ok(())
}
