//! Connections, with the time limits under which every statement runs.

use std::{str::FromStr as _, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// How long a request waits for a free connection before it is refused as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Set on each connection. No statement of ours takes a tenth of this; a stuck one must not hold locks.
const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "5s"), ("lock_timeout", "500ms"), ("idle_in_transaction_session_timeout", "10s")];

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The text is not repeated: it may hold a password.
    #[error("DATABASE_URL is malformed: expected postgres://user:password@host/database")]
    Url,
    #[error("connecting to PostgreSQL: {0}")]
    Connect(sqlx::Error),
}

/// Options for a database's URL, with our limits.
pub fn options(url: &SecretString) -> Result<PgConnectOptions, ConnectError> {
    let options = PgConnectOptions::from_str(url.expose_secret()).map_err(|_| ConnectError::Url)?;
    Ok(limited(options))
}

pub fn limited(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("booking-svc").options(LIMITS)
}

/// A pool that has proven that the database answers.
pub async fn connect(options: PgConnectOptions, connections_max: u32) -> Result<PgPool, ConnectError> {
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(ConnectError::Connect)
}
