//! A service's PostgreSQL: where it is, how many connections it may have, and the limits under which every
//! statement runs.

use std::{str::FromStr as _, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    PgConnection, PgPool, Postgres, Row as _,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::Env;

/// How long a request waits for a free connection before it is refused as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Set on each connection. No statement of ours takes a tenth of this; a stuck one must not hold locks.
const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "5s"), ("lock_timeout", "500ms"), ("idle_in_transaction_session_timeout", "10s")];

#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    url: SecretString,
    connections_max: u32,
    role: Option<String>,
}

impl DatabaseSettings {
    /// `DATABASE_URL`, and the service's own variable for its number of connections.
    pub fn from_env(env: &Env, connections_name: &str, connections_default: u32) -> Self {
        let connections_max = env.parsed(connections_name, "a number from 1").unwrap_or(connections_default);
        if connections_max == 0 {
            env.reject(connections_name, "a number from 1");
        }
        let url = env.secret("DATABASE_URL").unwrap_or_else(|| {
            env.missing(
                "DATABASE_URL",
                "point it at a PostgreSQL 15 or later, or run `receptionist up`, which brings its own",
            );
            SecretString::default()
        });
        Self { url, connections_max, role: None }
    }

    /// Takes a role after connecting, where the variable names one; otherwise the URL's own user stays.
    #[must_use]
    pub fn with_role(mut self, env: &Env, role_name: &str) -> Self {
        self.role = env.text(role_name).filter(|role| !role.is_empty());
        let plain = |role: &String| role.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !self.role.as_ref().is_none_or(plain) {
            env.reject(role_name, "letters, digits and underscores");
        }
        self
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The text is not repeated: it may hold a password.
    #[error("DATABASE_URL is malformed: expected postgres://user:password@host/database")]
    Url,
    #[error("connecting to PostgreSQL: {0}")]
    Connect(sqlx::Error),
    #[error("looking for the tables: {0}")]
    Tables(sqlx::Error),
    #[error("the database has no tables of ours: run `receptionist migrate` against it first")]
    NotMigrated,
}

/// A pool that has proven that the database answers. `application` is its name in the server's lists.
pub async fn open(settings: &DatabaseSettings, application: &str) -> Result<PgPool, DatabaseError> {
    let options = PgConnectOptions::from_str(settings.url.expose_secret()).map_err(|_| DatabaseError::Url)?;
    let options = match &settings.role {
        Some(role) => in_role(limited(options), role),
        None => limited(options),
    };
    PgPoolOptions::new()
        .max_connections(settings.connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_release(|connection, _| Box::pin(has_no_transaction(connection)))
        .connect_with(options.application_name(application))
        .await
        .map_err(DatabaseError::Connect)
}

/// Whether the server has no transaction open on the connection; one that has goes back to no pool. sqlx counts a transaction
/// only once the server has answered its beginning: one that is given up before, by a caller who hangs up, would stay
/// open, and whoever comes next would read its old snapshot and lose what it writes.
async fn has_no_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // The two are the same in the first statement of a transaction, as long as that is one message.
    let row = sqlx::raw_sql("SELECT transaction_timestamp() = statement_timestamp()").fetch_one(connection).await?;
    let has_none: bool = row.try_get(0)?;
    if !has_none {
        metrics::counter!("database_transactions_left_open_total").increment(1);
    }
    Ok(has_none)
}

/// The same options, with our limits on each statement.
pub fn limited(options: PgConnectOptions) -> PgConnectOptions {
    options.options(LIMITS)
}

/// The same options, for connections that take a role at once: row security holds for it, where it does not hold for the
/// tables' owner.
pub fn in_role(options: PgConnectOptions, role: &str) -> PgConnectOptions {
    options.options([("role", role)])
}

/// In place of a tenant: all rows, for jobs that serve every tenant.
pub const EVERY_TENANT: &str = "*";

/// A connection that sees a tenant's rows only, where it has taken a role that row security holds for. The next one to have it
/// names its own: every statement on such a table goes through this.
pub async fn of_tenant(pool: &PgPool, tenant: &str) -> Result<PoolConnection<Postgres>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    sqlx::query("SELECT set_config('receptionist.tenant', $1, false)").bind(tenant).execute(&mut *connection).await?;
    Ok(connection)
}

/// Fails unless the database has a table of the service's own, so that a service says at its start what it lacks.
pub async fn expect_table(pool: &PgPool, table: &str) -> Result<(), DatabaseError> {
    let found: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(table)
        .fetch_one(pool)
        .await
        .map_err(DatabaseError::Tables)?;
    if found { Ok(()) } else { Err(DatabaseError::NotMigrated) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_the_error_says_how_to_get_one() {
        let env = Env::default();
        DatabaseSettings::from_env(&env, "CONNECTIONS_MAX", 4);
        assert_eq!(
            env.finish(()).expect_err("no database").to_string(),
            "configuration: DATABASE_URL is not set: point it at a PostgreSQL 15 or later, or run `receptionist up`, \
             which brings its own"
        );
    }

    #[test]
    fn no_connection_at_all_is_malformed() {
        let env = Env::from_pairs([("DATABASE_URL", "postgres://db/x"), ("CONNECTIONS_MAX", "0")]);
        DatabaseSettings::from_env(&env, "CONNECTIONS_MAX", 4);
        assert!(env.finish(()).expect_err("zero").to_string().contains("CONNECTIONS_MAX is malformed"));
    }

    #[test]
    fn a_role_is_a_plain_name() {
        let env = Env::from_pairs([("DATABASE_URL", "postgres://db/x"), ("ROLE", "x -c log_statement=all")]);
        let _ = DatabaseSettings::from_env(&env, "CONNECTIONS_MAX", 4).with_role(&env, "ROLE");
        assert!(env.finish(()).expect_err("not a name").to_string().contains("ROLE is malformed"));
    }

    #[tokio::test]
    async fn a_malformed_address_is_not_repeated() {
        let env = Env::from_pairs([("DATABASE_URL", "hunter2")]);
        let settings = DatabaseSettings::from_env(&env, "CONNECTIONS_MAX", 4);
        let error = open(&settings, "test").await.expect_err("malformed").to_string();
        assert!(error.starts_with("DATABASE_URL is malformed") && !error.contains("hunter2"), "{error}");
    }
}
