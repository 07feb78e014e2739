//! Moving and cancelling an appointment's row; its claims are the caller's matter.

use proto::id::{SessionId, TenantId};
use sqlx::PgConnection;

use crate::booking::appointment::Appointment;

use super::{
    super::{
        error::{Step as _, StoreError},
        time::SqlTime,
    },
    segments,
};

/// Writes the slot and the version that the appointment has now.
pub async fn reschedule(
    tx: &mut PgConnection,
    tenant: TenantId,
    by: SessionId,
    moved: &Appointment,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE appointments SET staff_id = $4, starts_at = $5, ends_at = $6, time_zone = $7, version = $8, changed_by = $3, \
                                 updated_at = now() \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(moved.id.as_uuid())
    .bind(by.as_uuid())
    .bind(moved.slot.staff.as_uuid())
    .bind(SqlTime(moved.slot.start))
    .bind(SqlTime(moved.slot.end))
    .bind(&moved.time_zone)
    .bind(i64::from(moved.version))
    .execute(&mut *tx)
    .await
    .step("move the appointment")?;
    segments::delete(tx, moved).await?;
    segments::insert(tx, tenant, moved).await
}

pub async fn cancel(
    tx: &mut PgConnection,
    tenant: TenantId,
    by: SessionId,
    cancelled: &Appointment,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE appointments SET status = 'cancelled', version = $4, changed_by = $3, updated_at = now() \
         WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_uuid())
    .bind(cancelled.id.as_uuid())
    .bind(by.as_uuid())
    .bind(i64::from(cancelled.version))
    .execute(tx)
    .await
    .step("cancel the appointment")?;
    Ok(())
}
