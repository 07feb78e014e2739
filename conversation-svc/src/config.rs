//! Configuration, from variables.

use service_runtime::{Env, EnvErrors, database::DatabaseSettings, retention::Retention};

use crate::agent::llm::LlmSettings;

#[derive(Debug, Clone)]
pub struct Config {
    /// `DATABASE_URL`, `CONVERSATION_DB_CONNECTIONS_MAX`, 8 by default, and `CONVERSATION_DB_ROLE`, such as
    /// `receptionist_conversation`.
    pub database: DatabaseSettings,
    /// `BOOKING_GRPC_URL`, `http://127.0.0.1:7001` by default.
    pub booking_url: String,
    /// `HANDOFF_GRPC_URL`, `http://127.0.0.1:7003` by default.
    pub handoff_url: String,
    pub llm: LlmSettings,
    pub retention: Retention,
}

pub const BOOKING_URL_DEFAULT: &str = "http://127.0.0.1:7001";
pub const HANDOFF_URL_DEFAULT: &str = "http://127.0.0.1:7003";

impl Config {
    pub fn of(env: &Env) -> Result<Self, EnvErrors> {
        let database = DatabaseSettings::from_env(env, "CONVERSATION_DB_CONNECTIONS_MAX", 8);
        let database = database.with_role(env, "CONVERSATION_DB_ROLE");
        let booking_url = url(env, "BOOKING_GRPC_URL", BOOKING_URL_DEFAULT);
        let handoff_url = url(env, "HANDOFF_GRPC_URL", HANDOFF_URL_DEFAULT);
        let (llm, retention) = (LlmSettings::from_env(env), Retention::from_env(env));
        env.finish(Self { database, booking_url, handoff_url, llm, retention })
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
        assert_eq!(config.booking_url, BOOKING_URL_DEFAULT);
    }

    #[test]
    fn what_is_malformed_is_named_with_what_is_missing() {
        let env = Env::from_pairs([("BOOKING_GRPC_URL", "somewhere")]);
        let error = Config::of(&env).expect_err("malformed").to_string();
        assert!(
            error.contains("BOOKING_GRPC_URL is malformed") && error.contains("DATABASE_URL is not set"),
            "{error}"
        );
    }
}
