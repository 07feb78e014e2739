//! Configuration, from variables.

use secrecy::SecretString;
use service_runtime::{Env, EnvErrors};

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: SecretString,
    /// `CONVERSATION_DB_CONNECTIONS_MAX`, 8 by default.
    pub connections_max: u32,
    /// `BOOKING_GRPC_URL`, `http://127.0.0.1:7001` by default.
    pub booking_url: String,
    /// `HANDOFF_GRPC_URL`, `http://127.0.0.1:7003` by default.
    pub handoff_url: String,
}

pub const BOOKING_URL_DEFAULT: &str = "http://127.0.0.1:7001";
pub const HANDOFF_URL_DEFAULT: &str = "http://127.0.0.1:7003";

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
        let connections_max = env.parsed("CONVERSATION_DB_CONNECTIONS_MAX", "a number from 1").unwrap_or(8);
        if connections_max == 0 {
            env.reject("CONVERSATION_DB_CONNECTIONS_MAX", "a number from 1");
        }
        let booking_url = url(env, "BOOKING_GRPC_URL", BOOKING_URL_DEFAULT);
        let handoff_url = url(env, "HANDOFF_GRPC_URL", HANDOFF_URL_DEFAULT);
        let database_url = env.secret("DATABASE_URL");
        env.finish(())?;
        Ok(Self {
            database_url: database_url.ok_or(ConfigError::NoDatabase)?,
            connections_max,
            booking_url,
            handoff_url,
        })
    }
}

fn url(env: &Env, name: &str, default: &str) -> String {
    let url = env.text(name).unwrap_or_else(|| default.to_owned());
    if !url.starts_with("http://") && !url.starts_with("https://") {
        env.reject(name, "http://host:port");
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_booking_service_is_on_this_machine_unless_said_otherwise() {
        let config = Config::of(&Env::from_pairs([("DATABASE_URL", "postgres://db/x")])).expect("whole");
        assert_eq!((config.booking_url.as_str(), config.connections_max), (BOOKING_URL_DEFAULT, 8));
    }

    #[test]
    fn what_is_malformed_is_named_before_what_is_missing() {
        let env = Env::from_pairs([("BOOKING_GRPC_URL", "somewhere")]);
        assert!(Config::of(&env).expect_err("malformed").to_string().contains("BOOKING_GRPC_URL"));
        assert!(Config::of(&Env::default()).expect_err("missing").to_string().starts_with("DATABASE_URL is not set"));
    }
}
