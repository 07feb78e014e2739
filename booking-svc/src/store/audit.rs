//! The audit log: written in the transaction of what it tells about, without personal data.

use proto::id::{AppointmentId, SessionId, TenantId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::booking::hold::{Actor, Channel};

use super::error::{Step as _, StoreError};

pub async fn record(tx: &mut PgConnection, actor: &Actor, action: &str, details: &Value) -> Result<(), StoreError> {
    insert(tx, actor.tenant, (Some(actor.session), actor.channel), action, details).await
}

/// The same for what nobody on a line did; the channel then says nothing.
pub async fn record_of_job(
    tx: &mut PgConnection,
    tenant: TenantId,
    action: &str,
    details: &Value,
) -> Result<(), StoreError> {
    insert(tx, tenant, (None, Channel::Web), action, details).await
}

async fn insert(
    tx: &mut PgConnection,
    tenant: TenantId,
    (session, channel): (Option<SessionId>, Channel),
    action: &str,
    details: &Value,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit_log (tenant_id, session_id, channel, action, details) VALUES ($1, $2, $3, $4, $5)")
        .bind(tenant.as_uuid())
        .bind(session.map(|session| session.as_uuid()))
        .bind(channel.as_str())
        .bind(action)
        .bind(details)
        .execute(tx)
        .await
        .step("write the audit log")?;
    Ok(())
}

/// The same for a job, in the name of the session that booked the appointment.
pub async fn record_of_appointment(
    tx: &mut PgConnection,
    tenant: TenantId,
    appointment: AppointmentId,
    action: &str,
    details: &Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_log (tenant_id, session_id, channel, action, details) \
         SELECT tenant_id, session_id, channel, $3, $4 FROM appointments WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(appointment.as_uuid())
    .bind(action)
    .bind(details)
    .execute(tx)
    .await
    .step("write the audit log")?;
    Ok(())
}
