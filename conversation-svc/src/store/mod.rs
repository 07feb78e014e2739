//! Rows of conversations: `chat_sessions`, `voice_sessions` and their lines in `audit_log`.

mod sessions;

use std::{str::FromStr as _, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use sessions::{CallRow, Closed, Opened, Outcome, Owned, ProviderSwitch, Status};

/// How long a request waits for a free connection before it is refused as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Set on each connection; no statement of ours takes a tenth of this.
const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "5s"), ("lock_timeout", "1s"), ("idle_in_transaction_session_timeout", "10s")];

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The text is not repeated: it may hold a password.
    #[error("DATABASE_URL is malformed: expected postgres://user:password@host/database")]
    Url,
    #[error("connecting to PostgreSQL: {0}")]
    Connect(sqlx::Error),
}

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

pub async fn connect(url: &SecretString, connections_max: u32) -> Result<PgPool, ConnectError> {
    let options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| ConnectError::Url)?
        .application_name("conversation-svc")
        .options(LIMITS);
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(ConnectError::Connect)
}
