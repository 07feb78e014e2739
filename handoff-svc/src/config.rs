//! Configuration, from variables.

use std::time::Duration;

use secrecy::SecretString;
use service_runtime::{Env, EnvErrors};

use crate::sms::TwilioSettings;

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: SecretString,
    /// `HANDOFF_DB_CONNECTIONS_MAX`, 4 by default.
    pub connections_max: u32,
    /// `VOICE_HANDOFF_TOKEN_TTL_MS`, 900000 by default.
    pub token_ttl: Duration,
    /// `PUBLIC_WEB_URL`: where the web chat is; unset: on each business's own web address.
    pub web_url: Option<String>,
    /// `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN`, `TWILIO_PHONE_NUMBER`, unless `TWILIO_SMS_ENABLED` is false;
    /// `TWILIO_BASE_URL`. None: no text messages are sent.
    pub sms: Option<TwilioSettings>,
}

const TOKEN_TTL_MS_DEFAULT: u64 = 900_000;
const TOKEN_TTL_MS_MAX: u64 = 86_400_000;

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
        let connections_max = env.parsed("HANDOFF_DB_CONNECTIONS_MAX", "a number from 1").unwrap_or(4);
        if connections_max == 0 {
            env.reject("HANDOFF_DB_CONNECTIONS_MAX", "a number from 1");
        }
        let ttl_ms = env.parsed("VOICE_HANDOFF_TOKEN_TTL_MS", "milliseconds").unwrap_or(TOKEN_TTL_MS_DEFAULT);
        if !(1..=TOKEN_TTL_MS_MAX).contains(&ttl_ms) {
            env.reject("VOICE_HANDOFF_TOKEN_TTL_MS", "milliseconds from 1 to 86400000");
        }
        let web_url = env.text("PUBLIC_WEB_URL");
        if web_url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            env.reject("PUBLIC_WEB_URL", "a URL such as https://book.example.com");
        }
        let sms = TwilioSettings::from_env(env);
        env.finish(())?;
        let database_url = env.secret("DATABASE_URL").ok_or(ConfigError::NoDatabase)?;
        Ok(Self { database_url, connections_max, token_ttl: Duration::from_millis(ttl_ms), web_url, sms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_good_for_a_quarter_of_an_hour_unless_set() {
        let env = Env::from_pairs([("DATABASE_URL", "postgres://localhost/x")]);
        assert_eq!(Config::of(&env).expect("a configuration").token_ttl, Duration::from_secs(15 * 60));
        let env = env.with("VOICE_HANDOFF_TOKEN_TTL_MS", "0");
        assert!(Config::of(&env).expect_err("malformed").to_string().contains("VOICE_HANDOFF_TOKEN_TTL_MS"));
    }
}
