//! How long to wait before a listener is told again, and when to give up.

use std::time::Duration;

use rand::Rng;

/// About six hours with the pauses below: a mail server's bad night.
pub const ATTEMPTS_MAX: u32 = 20;
const FIRST: Duration = Duration::from_secs(5);
const MAX: Duration = Duration::from_secs(30 * 60);

/// The pause after the `attempt`th failure, from 1: it doubles, and up to half of it is left out at random, so that what failed
/// together does not come back together. `None`: that was the last attempt.
pub fn after(attempt: u32, at_least: Option<Duration>, random: &mut impl Rng) -> Option<Duration> {
    if attempt >= ATTEMPTS_MAX {
        return None;
    }
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(MAX);
    let pause = random.random_range(doubled / 2..=doubled);
    // A listener that asks for more than a day is not believed.
    Some(pause.max(at_least.unwrap_or_default().min(Duration::from_secs(86_400))))
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn pauses_double_up_to_half_an_hour_and_end() {
        let mut random = StdRng::seed_from_u64(1);
        for (attempt, most) in [(1, 5), (2, 10), (5, 80), (10, 1_800), (19, 1_800)] {
            let most = Duration::from_secs(most);
            for _ in 0..100 {
                let pause = after(attempt, None, &mut random).expect("another attempt");
                assert!(pause >= most / 2 && pause <= most, "{attempt}: {pause:?}");
            }
        }
        assert_eq!(after(ATTEMPTS_MAX, None, &mut random), None);
        assert_eq!(after(u32::MAX, None, &mut random), None);
    }

    #[test]
    fn a_listener_may_ask_for_a_longer_pause() {
        let mut random = StdRng::seed_from_u64(1);
        let hour = Duration::from_secs(3_600);
        assert_eq!(after(1, Some(hour), &mut random), Some(hour));
        assert_eq!(after(1, Some(hour * 1_000), &mut random), Some(hour * 24));
    }
}
