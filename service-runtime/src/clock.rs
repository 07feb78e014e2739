//! Wall time, as a value that is handed to whoever needs it.
//!
//! Domain code never reads the system clock itself (`clippy.toml` forbids it), so `--now` and the tests can
//! put a whole process at another date.

use jiff::{SignedDuration, Timestamp};

/// The process's wall clock; may stand at an offset from the system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset: SignedDuration,
}

impl Clock {
    pub const fn system() -> Self {
        Self { offset: SignedDuration::ZERO }
    }

    /// A clock that reads `start` now and runs on from there.
    pub fn starting_at(start: Timestamp) -> Self {
        Self { offset: start.duration_since(system_now()) }
    }

    pub fn now(&self) -> Timestamp {
        let now = system_now();
        now.checked_add(self.offset).unwrap_or(now)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_starts_where_it_was_put() {
        let start: Timestamp = "2019-03-01T09:00:00Z".parse().expect("a timestamp");
        let read = Clock::starting_at(start).now();
        assert!(read >= start && read.duration_since(start) < SignedDuration::from_secs(60));
    }
}
