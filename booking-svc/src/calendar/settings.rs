//! How calendars are connected, from variables.

use std::time::Duration;

use service_runtime::Env;

use super::{google::GoogleSettings, seal::SealingKey};

const MIRROR_AGE_MS_DEFAULT: u64 = 3_600_000;
const SWEEP_MS_DEFAULT: u64 = 600_000;
const DAY_MS: u64 = 86_400_000;

#[derive(Debug, Clone)]
pub struct CalendarSettings {
    /// `GOOGLE_SERVICE_ACCOUNT_FILE`, or `GOOGLE_CLIENT_ID` with `GOOGLE_CLIENT_SECRET`; none: no calendar can be linked.
    pub google: Option<GoogleSettings>,
    /// `CALENDAR_SECRETS_KEY`: seals what people let us in with.
    pub sealing: Option<SealingKey>,
    /// `PUBLIC_URL`: where calendars announce changes.
    pub public_url: Option<String>,
    /// `CALENDAR_MIRROR_AGE_MAX_MS`, an hour by default: how long it is believed what a calendar said.
    pub mirror_age_max: Duration,
    /// `CALENDAR_SWEEP_MS`, ten minutes by default: how often a calendar is read that announces nothing.
    pub sweep: Duration,
}

impl Default for CalendarSettings {
    /// Without any calendar.
    fn default() -> Self {
        Self {
            google: None,
            sealing: None,
            public_url: None,
            mirror_age_max: Duration::from_millis(MIRROR_AGE_MS_DEFAULT),
            sweep: Duration::from_millis(SWEEP_MS_DEFAULT),
        }
    }
}

impl CalendarSettings {
    pub fn from_env(env: &Env) -> Self {
        let google = GoogleSettings::from_env(env);
        let key = env.secret("CALENDAR_SECRETS_KEY");
        let sealing = key.as_ref().and_then(SealingKey::read);
        if key.is_some() && sealing.is_none() {
            env.reject("CALENDAR_SECRETS_KEY", "64 hexadecimal digits");
        }
        if google.as_ref().is_some_and(|google| google.oauth.is_some()) && key.is_none() {
            env.missing(
                "CALENDAR_SECRETS_KEY",
                "64 random hexadecimal digits, which seal the access to people's calendars",
            );
        }
        let milliseconds = |name: &str, default: u64| {
            let given = env.parsed(name, "milliseconds").unwrap_or(default);
            if !(1_000..=DAY_MS).contains(&given) {
                env.reject(name, "milliseconds from 1000 to 86400000");
            }
            Duration::from_millis(given)
        };
        let mirror_age_max = milliseconds("CALENDAR_MIRROR_AGE_MAX_MS", MIRROR_AGE_MS_DEFAULT);
        let sweep = milliseconds("CALENDAR_SWEEP_MS", SWEEP_MS_DEFAULT);
        if sweep >= mirror_age_max {
            env.reject("CALENDAR_SWEEP_MS", "less than CALENDAR_MIRROR_AGE_MAX_MS, or nobody would ever be free");
        }
        let public_url = env.text("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned());
        Self { google, sealing, public_url, mirror_age_max, sweep }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_malformed_or_missing_is_named() {
        let env = Env::from_pairs([
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_CLIENT_SECRET", "secret"),
            ("CALENDAR_SWEEP_MS", "7200000"),
        ]);
        CalendarSettings::from_env(&env);
        let error = env.finish(()).expect_err("malformed").to_string();
        assert!(error.contains("CALENDAR_SECRETS_KEY is not set") && error.contains("CALENDAR_SWEEP_MS"), "{error}");
        let env = Env::from_pairs([("CALENDAR_SECRETS_KEY", "short")]);
        CalendarSettings::from_env(&env);
        assert!(env.finish(()).expect_err("malformed").to_string().contains("CALENDAR_SECRETS_KEY is malformed"));
    }
}
