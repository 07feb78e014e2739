//! How long a process keeps personal data, and what it hashes with what it may not keep.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::ring;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::Env;

const DAYS_DEFAULT: u32 = 90;
const DAYS_MAX: u32 = 3_650;
const KEY_BYTES_MIN: usize = 16;

#[derive(Debug, Clone)]
pub struct Retention {
    /// `RETENTION_DAYS`, 90 by default.
    pub kept: Duration,
    /// `RETENTION_HASH_KEY`. Unset: another one at each start, so that hashes say nothing at all.
    pub hash_key: SecretSlice<u8>,
}

impl Retention {
    /// What is older than this is due.
    pub fn before(&self, now: Timestamp) -> Timestamp {
        let kept = SignedDuration::try_from(self.kept).unwrap_or(SignedDuration::MAX);
        now.checked_sub(kept).unwrap_or(Timestamp::MIN)
    }

    /// What is malformed is recorded in `env`.
    pub fn from_env(env: &Env) -> Self {
        let days = env.parsed("RETENTION_DAYS", "a number of days").unwrap_or(DAYS_DEFAULT);
        if !(1..=DAYS_MAX).contains(&days) {
            env.reject("RETENTION_DAYS", "a number of days from 1 to 3650");
        }
        let given = env.secret("RETENTION_HASH_KEY").map(|key| key.expose_secret().trim().as_bytes().to_vec());
        if given.as_ref().is_some_and(|key| key.len() < KEY_BYTES_MIN) {
            env.reject("RETENTION_HASH_KEY", "16 characters or more");
        }
        let hash_key = given.unwrap_or_else(|| random_key(env));
        Self { kept: Duration::from_secs(u64::from(days) * 86_400), hash_key: hash_key.into() }
    }
}

fn random_key(env: &Env) -> Vec<u8> {
    let mut key = vec![0; 32];
    if ring::default_provider().secure_random.fill(&mut key).is_err() {
        env.missing("RETENTION_HASH_KEY", "the system gave no random bytes to make one");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_key_each_start_has_its_own() {
        let [one, other] = [Retention::from_env(&Env::default()), Retention::from_env(&Env::default())];
        assert_eq!(one.kept, Duration::from_secs(90 * 86_400));
        assert_ne!(one.hash_key.expose_secret(), other.hash_key.expose_secret());
        assert_eq!(one.hash_key.expose_secret().len(), 32);
    }

    #[test]
    fn what_is_malformed_is_named() {
        let env = Env::from_pairs([("RETENTION_DAYS", "0"), ("RETENTION_HASH_KEY", "short")]);
        let _ = Retention::from_env(&env);
        let error = env.finish(()).expect_err("malformed").to_string();
        assert!(error.contains("RETENTION_DAYS is malformed") && error.contains("RETENTION_HASH_KEY is malformed"));
        assert!(!error.contains("short"), "{error}");
    }
}
