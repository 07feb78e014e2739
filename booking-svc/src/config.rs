//! Configuration, from variables.

use std::time::Duration;

use service_runtime::{Env, EnvErrors, database::DatabaseSettings, retention::Retention};

use crate::{calendar::CalendarSettings, messages::MessageSettings};

#[derive(Debug, Clone)]
pub struct Config {
    /// `DATABASE_URL`, `BOOKING_DB_CONNECTIONS_MAX`, 16 by default, and `BOOKING_DB_ROLE`, such as `receptionist_booking`.
    pub database: DatabaseSettings,
    /// `BOOKING_HOLD_TTL_MS`, 120000 by default: how long a hold lives without a heartbeat.
    pub hold_ttl: Duration,
    pub messages: MessageSettings,
    pub calendars: CalendarSettings,
    pub retention: Retention,
}

pub const HOLD_TTL_MS_DEFAULT: u64 = 120_000;
/// A hold of a day would be an appointment that nobody made.
const HOLD_TTL_MS_MAX: u64 = 3_600_000;

impl Config {
    pub fn of(env: &Env) -> Result<Self, EnvErrors> {
        let database = DatabaseSettings::from_env(env, "BOOKING_DB_CONNECTIONS_MAX", 16);
        let database = database.with_role(env, "BOOKING_DB_ROLE");
        let ttl_ms = env.parsed("BOOKING_HOLD_TTL_MS", "milliseconds").unwrap_or(HOLD_TTL_MS_DEFAULT);
        if !(1_000..=HOLD_TTL_MS_MAX).contains(&ttl_ms) {
            env.reject("BOOKING_HOLD_TTL_MS", "milliseconds from 1000 to 3600000");
        }
        let messages = MessageSettings::from_env(env);
        let calendars = CalendarSettings::from_env(env);
        let retention = Retention::from_env(env);
        env.finish(Self { database, hold_ttl: Duration::from_millis(ttl_ms), messages, calendars, retention })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_values_are_named() {
        let env = Env::from_pairs([("BOOKING_HOLD_TTL_MS", "5"), ("BOOKING_DB_CONNECTIONS_MAX", "many")]);
        let error = Config::of(&env).expect_err("malformed").to_string();
        assert!(error.contains("BOOKING_HOLD_TTL_MS") && error.contains("BOOKING_DB_CONNECTIONS_MAX"), "{error}");
    }
}
