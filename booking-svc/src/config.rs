//! Configuration, from variables.

use std::time::Duration;

use secrecy::SecretString;
use service_runtime::{Env, EnvErrors};

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: SecretString,
    /// `BOOKING_DB_CONNECTIONS_MAX`, 16 by default.
    pub connections_max: u32,
    /// `BOOKING_HOLD_TTL_MS`, 120000 by default: how long a hold lives without a heartbeat.
    pub hold_ttl: Duration,
}

pub const HOLD_TTL_MS_DEFAULT: u64 = 120_000;
/// A hold of a day would be an appointment that nobody made.
const HOLD_TTL_MS_MAX: u64 = 3_600_000;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "DATABASE_URL is not set: point it at a PostgreSQL 15 or later, or run `receptionist up`, which brings its own"
    )]
    NoDatabase,
    #[error(transparent)]
    Malformed(#[from] EnvErrors),
}

impl Config {
    pub fn of(env: &Env) -> Result<Self, ConfigError> {
        let connections_max = env.parsed("BOOKING_DB_CONNECTIONS_MAX", "a number from 1").unwrap_or(16);
        if connections_max == 0 {
            env.reject("BOOKING_DB_CONNECTIONS_MAX", "a number from 1");
        }
        let ttl_ms = env.parsed("BOOKING_HOLD_TTL_MS", "milliseconds").unwrap_or(HOLD_TTL_MS_DEFAULT);
        if !(1_000..=HOLD_TTL_MS_MAX).contains(&ttl_ms) {
            env.reject("BOOKING_HOLD_TTL_MS", "milliseconds from 1000 to 3600000");
        }
        let database_url = env.secret("DATABASE_URL");
        env.finish(())?;
        let database_url = database_url.ok_or(ConfigError::NoDatabase)?;
        Ok(Self { database_url, connections_max, hold_ttl: Duration::from_millis(ttl_ms) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_the_error_says_how_to_get_one() {
        let error = Config::of(&Env::default()).expect_err("no database");
        assert_eq!(
            error.to_string(),
            "DATABASE_URL is not set: point it at a PostgreSQL 15 or later, or run `receptionist up`, which brings its own"
        );
    }

    #[test]
    fn malformed_values_are_named() {
        let env = Env::from_pairs([("BOOKING_HOLD_TTL_MS", "5"), ("BOOKING_DB_CONNECTIONS_MAX", "many")]);
        let error = Config::of(&env).expect_err("malformed").to_string();
        assert!(error.contains("BOOKING_HOLD_TTL_MS") && error.contains("BOOKING_DB_CONNECTIONS_MAX"), "{error}");
    }
}
