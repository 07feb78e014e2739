//! Whether a provider is worth a try. Shared by all calls, so that the next one does not learn again what this one did.

use std::time::Duration;

use tokio::time::Instant;

/// After the first failure; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(5);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// Doublings until the longest backoff is reached.
const DOUBLINGS_MAX: u32 = 6;

#[derive(Debug, Default, Clone, Copy)]
pub struct Health {
    failures: u32,
    retry_at: Option<Instant>,
}

impl Health {
    pub fn is_worth_a_try(&self, now: Instant) -> bool {
        self.retry_at.is_none_or(|at| at <= now)
    }

    /// A session was lost.
    pub fn failed(&mut self, now: Instant) {
        let backoff = BACKOFF_FIRST * 2_u32.pow(self.failures.min(DOUBLINGS_MAX));
        self.failures = self.failures.saturating_add(1);
        self.retry_at = Some(now + backoff.min(BACKOFF_MAX));
    }

    /// Words came. A session that began before the last failure says nothing about what is now.
    pub fn succeeded(&mut self, opened_at: Instant) {
        let is_newer = self.retry_at.is_none_or(|at| at <= opened_at);
        if is_newer {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_wait_up_to_a_limit() {
        let now = Instant::now();
        let mut health = Health::default();
        assert!(health.is_worth_a_try(now));
        for wait in [5, 10, 20, 40, 80, 160, 300, 300] {
            health.failed(now);
            assert!(!health.is_worth_a_try(now + Duration::from_secs(wait - 1)));
            assert!(health.is_worth_a_try(now + Duration::from_secs(wait)));
        }
    }

    #[test]
    fn words_of_a_newer_session_end_it() {
        let now = Instant::now();
        let mut health = Health::default();
        health.failed(now);
        health.succeeded(now);
        assert!(!health.is_worth_a_try(now), "that session was there before the failure");
        health.succeeded(now + Duration::from_secs(5));
        assert!(health.is_worth_a_try(now));
    }
}
