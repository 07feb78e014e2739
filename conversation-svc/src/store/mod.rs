//! Rows of conversations: `chat_sessions`, `voice_sessions` and their lines in `audit_log`.

mod sessions;

use sqlx::PgPool;

pub use sessions::{CallRow, Closed, Opened, Outcome, Owned, ProviderSwitch, Status};

/// A statement that failed, by what it was for.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {source}")]
pub struct StoreError {
    pub step: &'static str,
    #[source]
    pub source: sqlx::Error,
}

#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}
