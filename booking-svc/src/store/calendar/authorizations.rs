//! Questions to owners of accounts that are not answered yet.

use proto::id::{StaffId, TenantId};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    calendar::Connecting,
    store::{
        error::{Step as _, StoreError},
        tenancy::{self, Sees},
    },
};

/// What somebody is to be linked to.
#[derive(Debug)]
pub struct Asked {
    pub staff: StaffId,
    pub calendar: String,
    pub shows_clients: bool,
}

pub async fn ask(pool: &PgPool, wanted: &Connecting<'_>, state_hash: Vec<u8>) -> Result<(), StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(wanted.tenant)).await?;
    sqlx::query("DELETE FROM calendar_authorizations WHERE tenant_id = $1 AND expires_at <= now()")
        .bind(wanted.tenant.as_uuid())
        .execute(&mut *tx)
        .await
        .step("forget old questions")?;
    sqlx::query(
        "INSERT INTO calendar_authorizations (state_hash, tenant_id, staff_id, calendar_id, shows_clients, expires_at) \
         VALUES ($1, $2, $3, $4, $5, now() + interval '10 minutes')",
    )
    .bind(state_hash)
    .bind(wanted.tenant.as_uuid())
    .bind(wanted.staff.as_uuid())
    .bind(wanted.calendar)
    .bind(wanted.shows_clients)
    .execute(&mut *tx)
    .await
    .step("write a question down")?;
    tx.commit().await.step("commit")
}

/// Once; `None`: there is none, or it is too old.
pub async fn take(pool: &PgPool, tenant: TenantId, state_hash: Vec<u8>) -> Result<Option<Asked>, StoreError> {
    let mut tx = tenancy::writing(pool, Sees::Tenant(tenant)).await?;
    let row: Option<(Uuid, String, bool)> = sqlx::query_as(
        "DELETE FROM calendar_authorizations WHERE tenant_id = $1 AND state_hash = $2 AND expires_at > now() \
         RETURNING staff_id, calendar_id, shows_clients",
    )
    .bind(tenant.as_uuid())
    .bind(state_hash)
    .fetch_optional(&mut *tx)
    .await
    .step("take a question")?;
    tx.commit().await.step("commit")?;
    Ok(row.map(|(staff, calendar, shows_clients)| Asked { staff: StaffId::from_uuid(staff), calendar, shows_clients }))
}
