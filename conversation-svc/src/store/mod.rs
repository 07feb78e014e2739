//! Rows of conversations: `chat_sessions`, `voice_sessions` and their lines in `audit_log`.

mod retention;
mod sessions;

use proto::id::TenantId;
use service_runtime::database;
use sqlx::{PgPool, Postgres, pool::PoolConnection};

pub use sessions::{CallRow, Closed, Opened, Outcome, Owned, ProviderSwitch, Status};

/// A statement that failed, by what it was for.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {source}")]
pub struct StoreError {
    pub step: &'static str,
    #[source]
    pub source: sqlx::Error,
}

trait Step<T> {
    fn step(self, step: &'static str) -> Result<T, StoreError>;
}

impl<T> Step<T> for Result<T, sqlx::Error> {
    fn step(self, step: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError { step, source })
    }
}

#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// A connection that sees this tenant's rows only.
    async fn of(&self, tenant: TenantId) -> Result<PoolConnection<Postgres>, StoreError> {
        database::of_tenant(&self.pool, &tenant.to_string()).await.step("connect")
    }
}
