//! How old audio is when it is read: the carrier's time of each frame against ours.

use std::time::Duration;

/// The age of one stream's audio. The freshest frame of the call counts as new: neither clock knows the other's beginning.
#[derive(Debug, Default)]
pub struct Lag {
    newest: Option<i128>,
    last_ms: Option<u64>,
}

impl Lag {
    /// `read_at`: since any fixed moment. None for a frame whose time does not go on from the one before: it tells nothing.
    pub fn of(&mut self, read_at: Duration, timestamp_ms: u64) -> Option<Duration> {
        if self.last_ms.replace(timestamp_ms).is_some_and(|last| last >= timestamp_ms) {
            return None;
        }
        let offset = read_at.as_millis() as i128 - i128::from(timestamp_ms);
        let newest = self.newest.map_or(offset, |newest| newest.min(offset));
        self.newest = Some(newest);
        Some(Duration::from_millis(u64::try_from(offset - newest).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn after_a_pause_of_ours_the_oldest_frames_are_the_latest() {
        let mut lag = Lag::default();
        assert_eq!(lag.of(ms(500), 5), Some(ms(0)));
        assert_eq!(lag.of(ms(523), 25), Some(ms(3)));
        // Nothing was read for three seconds, then everything at once.
        assert_eq!(lag.of(ms(3_525), 45), Some(ms(2_985)));
        assert_eq!(lag.of(ms(3_525), 3_005), Some(ms(25)));
    }

    #[test]
    fn a_carrier_that_sends_nothing_in_silence_is_not_late() {
        let mut lag = Lag::default();
        lag.of(ms(0), 0);
        assert_eq!(lag.of(ms(9_000), 9_000), Some(ms(0)));
    }

    #[test]
    fn times_that_stand_still_or_go_back_tell_nothing() {
        let mut lag = Lag::default();
        lag.of(ms(0), 700);
        assert_eq!(lag.of(ms(5_000), 700), None);
        assert_eq!(lag.of(ms(5_000), 3), None);
        assert_eq!(lag.of(Duration::MAX, u64::MAX), Some(Duration::from_millis(u64::MAX)));
    }
}
