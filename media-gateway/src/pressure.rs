//! Whether this process keeps up. A gateway that does not would make every call worse with each one it takes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// How often it is looked at.
const EACH: Duration = Duration::from_millis(100);
/// A task that is woken so late has waited behind too many others. The carrier has as much of our voice still to play, so
/// that callers begin to hear gaps.
const LATE: Duration = Duration::from_millis(200);
/// So many looks in a row that were late are no hiccup, and so many in time are no luck.
const IN_A_ROW: u32 = 5;

/// Tells whether the process is overloaded. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Pressure(Arc<AtomicBool>);

impl Pressure {
    pub fn is_too_high(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Looks as long as it is polled.
    pub async fn watch(self) {
        let mut judge = Judge::default();
        loop {
            let due = Instant::now() + EACH;
            tokio::time::sleep_until(due).await;
            let late = due.elapsed();
            metrics::histogram!("gateway_wake_up_lateness_ms").record(late.as_secs_f64() * 1_000.0);
            if let Some(too_high) = judge.take(late) {
                tracing::warn!(too_high, "the pressure on this process changed");
                self.0.store(too_high, Ordering::Relaxed);
            }
        }
    }
}

#[derive(Debug, Default)]
struct Judge {
    too_high: bool,
    against: u32,
}

impl Judge {
    /// The new verdict, if it changes.
    fn take(&mut self, late: Duration) -> Option<bool> {
        let is_late = late > LATE;
        self.against = if is_late == self.too_high { 0 } else { self.against + 1 };
        if self.against < IN_A_ROW {
            return None;
        }
        (self.too_high, self.against) = (is_late, 0);
        Some(is_late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hiccup_is_no_overload_and_a_lucky_moment_no_recovery() {
        let mut judge = Judge::default();
        let (late, early) = (LATE * 2, LATE / 2);
        let mut verdicts =
            |lates: &[Duration]| -> Vec<bool> { lates.iter().filter_map(|&late| judge.take(late)).collect() };
        assert_eq!(verdicts(&[late, late, late, late, early]), [false; 0]);
        assert_eq!(verdicts(&[late; 9]), [true]);
        assert_eq!(verdicts(&[early, early, early, early, late]), [false; 0]);
        assert_eq!(verdicts(&[early; 9]), [false]);
    }
}
