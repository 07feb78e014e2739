//! Configuration, from variables.

use std::time::Duration;

use service_runtime::{Env, EnvErrors, database::DatabaseSettings};

use crate::sms::TwilioSettings;

#[derive(Debug, Clone)]
pub struct Config {
    /// `DATABASE_URL`, `HANDOFF_DB_CONNECTIONS_MAX`, 4 by default, and `HANDOFF_DB_ROLE`, such as `receptionist_handoff`.
    pub database: DatabaseSettings,
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

impl Config {
    pub fn of(env: &Env) -> Result<Self, EnvErrors> {
        let database =
            DatabaseSettings::from_env(env, "HANDOFF_DB_CONNECTIONS_MAX", 4).with_role(env, "HANDOFF_DB_ROLE");
        let ttl_ms = env.parsed("VOICE_HANDOFF_TOKEN_TTL_MS", "milliseconds").unwrap_or(TOKEN_TTL_MS_DEFAULT);
        if !(1..=TOKEN_TTL_MS_MAX).contains(&ttl_ms) {
            env.reject("VOICE_HANDOFF_TOKEN_TTL_MS", "milliseconds from 1 to 86400000");
        }
        let web_url = env.text("PUBLIC_WEB_URL");
        if web_url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            env.reject("PUBLIC_WEB_URL", "a URL such as https://book.example.com");
        }
        let sms = TwilioSettings::from_env(env);
        env.finish(Self { database, token_ttl: Duration::from_millis(ttl_ms), web_url, sms })
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
