//! Whether a provider is worth asking. Pure: time comes in.
//!
//! After failures in a row it is left alone, each time for longer; then one request tries it again, and the others go
//! on without it until that one is answered.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row after which a provider is left alone. One alone may be the network's hiccup.
const FAILURES_MAX: u32 = 2;
/// For how long, the first time; doubled each time after.
const BACKOFF_MIN: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(60);
/// How long others wait for the request that tries it again. Longer than any first answer may take.
const PROBE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Health {
    failures: u32,
    skip_until: Option<Instant>,
}

impl Health {
    pub fn is_worth_asking(&self, now: Instant) -> bool {
        self.skip_until.is_none_or(|until| now >= until)
    }

    /// A request is about to try it.
    pub fn asked(&mut self, now: Instant) {
        if self.skip_until.is_some() {
            self.skip_until = Some(now + PROBE);
        }
    }

    /// It does what it is asked for.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// `skip_for` is what the error itself asks for.
    pub fn failed(&mut self, now: Instant, skip_for: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let backoff = self.failures.checked_sub(FAILURES_MAX).map(backoff);
        if let Some(pause) = backoff.max(skip_for) {
            self.skip_until = Some(now + pause);
        }
    }
}

fn backoff(times_before: u32) -> Duration {
    BACKOFF_MIN.saturating_mul(1 << times_before.min(10)).min(BACKOFF_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn failures_in_a_row_lead_to_longer_and_longer_pauses() {
        let (mut health, mut now) = (Health::default(), Instant::now());
        health.failed(now, None);
        assert!(health.is_worth_asking(now), "once is nothing");
        for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
            health.failed(now, None);
            assert!(!health.is_worth_asking(now + pause * SECOND - Duration::from_millis(1)));
            now += pause * SECOND;
            assert!(health.is_worth_asking(now));
        }
        health.answered();
        health.failed(now, None);
        assert!(health.is_worth_asking(now), "what answered begins anew");
    }

    #[test]
    fn one_request_tries_it_again_while_the_others_go_on_without() {
        let (mut health, now) = (Health::default(), Instant::now());
        health.failed(now, Some(2 * SECOND));
        let again = now + 2 * SECOND;
        assert!(!health.is_worth_asking(now) && health.is_worth_asking(again));
        health.asked(again);
        assert!(!health.is_worth_asking(again));
        assert!(health.is_worth_asking(again + PROBE), "a try that was given up blocks nobody for ever");
        health.answered();
        assert!(health.is_worth_asking(again));
    }
}
