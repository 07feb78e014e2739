//! Connections that see one tenant's rows, where the database is reached by a role that row security holds for.

use proto::id::TenantId;
use service_runtime::database;
use sqlx::{PgPool, Postgres, Transaction, pool::PoolConnection};

use super::error::{Step as _, StoreError};

/// Whose rows a connection or a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    Tenant(TenantId),
    /// For jobs that serve all tenants.
    Everything,
}

impl Sees {
    /// The value of `receptionist.tenant`.
    pub fn setting(self) -> String {
        match self {
            Self::Tenant(tenant) => tenant.to_string(),
            Self::Everything => database::EVERY_TENANT.to_owned(),
        }
    }
}

/// A connection for reading; the next one to have it sets it anew.
pub async fn reading(pool: &PgPool, tenant: TenantId) -> Result<PoolConnection<Postgres>, StoreError> {
    database::of_tenant(pool, &Sees::Tenant(tenant).setting()).await.step("get a connection")
}

/// A plain transaction, for what is no booking: jobs, and what they keep.
pub async fn writing(pool: &PgPool, sees: Sees) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut tx = pool.begin().await.step("begin")?;
    sqlx::query("SELECT set_config('receptionist.tenant', $1, true)")
        .bind(sees.setting())
        .execute(&mut *tx)
        .await
        .step("name the tenant")?;
    Ok(tx)
}
