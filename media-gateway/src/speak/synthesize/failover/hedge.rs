//! When a voice that keeps a caller waiting is no longer waited for alone. Pure: time comes in.
//!
//! While much sound waits to be played there is no hurry. When the caller would fall into silence, the next voice is asked
//! as well, and goes before the first once the silence has lasted too long.

use std::time::Duration;

use tokio::time::Instant;

/// So long before the caller falls into silence the next voice is asked: it needs about this for its first sound.
const ASK_AHEAD: Duration = Duration::from_millis(150);
/// Silence after which another voice goes before the one that was asked first. Shorter ones are taken for a breath, and
/// a change of voice is heard too.
const SILENCE_MAX: Duration = Duration::from_millis(250);
/// Between two sounds of a voice; networks deliver in bursts.
const PATIENCE_MIN: Duration = Duration::from_millis(200);
/// A voice that always needs longer is waited for up to here, so that it is not outrun in each sentence.
const PATIENCE_MAX: Duration = Duration::from_secs(1);
/// Silences within one sentence, all together, after which its voice is too slow to go on.
const STARVED_MAX: Duration = Duration::from_millis(600);

/// What a first sound is expected to take of a voice that was not measured yet.
const USUAL_START: Duration = Duration::from_millis(150);
/// How much one sentence counts in what is usual.
const WEIGHT: f64 = 0.2;

/// How long there is something to hear yet for whom a sentence is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runway {
    /// Nobody listens: the sentence is made ahead.
    Endless,
    /// The last sound that waits to be played ends then, or did.
    Until(Instant),
    /// Nothing was played before it.
    Empty,
}

/// What a first sound usually takes of a provider.
#[derive(Debug)]
pub struct Usual(Duration);

impl Default for Usual {
    fn default() -> Self {
        Self(USUAL_START)
    }
}

impl Usual {
    pub fn learn(&mut self, first_sound: Duration) {
        self.0 = self.0.mul_f64(1.0 - WEIGHT) + first_sound.mul_f64(WEIGHT);
    }

    /// For how long a first sound is waited for without concern.
    pub fn patience(&self) -> Duration {
        (2 * self.0).clamp(PATIENCE_MIN, PATIENCE_MAX)
    }
}

/// A wait for a voice.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    /// The voice that has the floor was asked, or gave its last sound.
    pub quiet_since: Instant,
    /// The latest one was asked: the same while it is alone.
    pub asked_last: Instant,
    /// How long its first sound may take; `None` between two of its sounds.
    pub first_sound: Option<Duration>,
    pub runway: Runway,
    /// How many others were asked in this sentence and did not have to speak.
    pub in_vain: u32,
}

impl Wait {
    /// When the next voice is asked as well; `None` while nobody listens. Each time that it was in vain it is asked
    /// later.
    pub fn ask_at(&self) -> Option<Instant> {
        let patience = self.first_sound.unwrap_or(PATIENCE_MIN).saturating_mul(1 << self.in_vain.min(6));
        let late_at = self.asked_last + patience;
        match self.runway {
            Runway::Endless => None,
            Runway::Until(dry_at) => Some(dry_at.checked_sub(ASK_AHEAD).unwrap_or(late_at).max(late_at)),
            Runway::Empty => Some(late_at),
        }
    }

    /// From when on another voice that has sound goes before the first.
    pub fn switch_at(&self) -> Option<Instant> {
        Some(self.silent_from()? + SILENCE_MAX)
    }

    /// Silence that the caller has heard when sound comes `now`.
    pub fn silence(&self, now: Instant) -> Duration {
        self.silent_from().map_or(Duration::ZERO, |from| now.saturating_duration_since(from))
    }

    fn silent_from(&self) -> Option<Instant> {
        match self.runway {
            Runway::Endless => None,
            Runway::Until(dry_at) => Some(dry_at.max(self.quiet_since)),
            Runway::Empty => Some(self.quiet_since),
        }
    }
}

/// Whether a voice that let the caller wait so long within one sentence is too slow to go on.
pub fn is_starved(silences: Duration) -> bool {
    silences > STARVED_MAX
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Milliseconds from the beginning of a wait to the question to the next voice and to its turn.
    fn times(runway: impl Fn(Instant) -> Runway, first_sound: Option<u64>, in_vain: u32) -> Option<(u128, u128)> {
        let since = Instant::now() + ms(60_000);
        let first_sound = first_sound.map(ms);
        let wait = Wait { quiet_since: since, asked_last: since, first_sound, runway: runway(since), in_vain };
        let after = |at: Instant| (at - since).as_millis();
        Some((after(wait.ask_at()?), after(wait.switch_at()?)))
    }

    #[rstest]
    #[case::a_reply_begins(|_| Runway::Empty, Some(300), 0, Some((300, 250)))]
    #[case::long_after_the_last_sound(|since| Runway::Until(since - ms(9_000)), Some(300), 0, Some((300, 250)))]
    #[case::the_sentence_before_still_plays(|since| Runway::Until(since + ms(4_000)), Some(300), 0, Some((3_850, 4_250)))]
    #[case::it_stalls_with_much_to_play(|since| Runway::Until(since + ms(2_000)), None, 0, Some((1_850, 2_250)))]
    #[case::it_stalls_with_little_to_play(|since| Runway::Until(since + ms(100)), None, 0, Some((200, 350)))]
    #[case::once_in_vain(|since| Runway::Until(since + ms(100)), None, 1, Some((400, 350)))]
    #[case::nobody_listens(|_| Runway::Endless, Some(300), 0, None)]
    fn the_hurry_is_what_the_caller_still_hears(
        #[case] runway: fn(Instant) -> Runway,
        #[case] first_sound: Option<u64>,
        #[case] in_vain: u32,
        #[case] expected: Option<(u128, u128)>,
    ) {
        assert_eq!(times(runway, first_sound, in_vain), expected);
    }

    #[test]
    fn a_slow_voice_is_given_the_time_that_it_usually_takes_but_not_for_ever() {
        let mut usual = Usual::default();
        assert_eq!(usual.patience(), ms(300));
        for (first_sound, patience) in [(60, 200), (400, 800), (3_000, 1_000)] {
            for _ in 0..50 {
                usual.learn(ms(first_sound));
            }
            assert!(usual.patience().abs_diff(ms(patience)) < ms(2), "{first_sound} ms: {:?}", usual.patience());
        }
    }

    #[test]
    fn silence_is_what_came_after_the_last_sound_was_played() {
        let since = Instant::now();
        let wait = |runway| Wait { quiet_since: since, asked_last: since, first_sound: None, runway, in_vain: 0 };
        assert_eq!(wait(Runway::Until(since + ms(200))).silence(since + ms(150)), ms(0));
        assert_eq!(wait(Runway::Until(since + ms(200))).silence(since + ms(350)), ms(150));
        assert_eq!(wait(Runway::Empty).silence(since + ms(350)), ms(350));
        assert_eq!(wait(Runway::Endless).silence(since + ms(9_000)), ms(0));
        assert!(!is_starved(ms(600)) && is_starved(ms(601)));
    }
}
