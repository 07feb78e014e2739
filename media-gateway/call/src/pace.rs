//! The caller's own pace, learned while they speak: someone who pauses within sentences is given more time before a pause
//! ends their turn, and someone who speaks in one go is answered sooner. Both within bounds, so that no mistake is lasting.

use std::time::Duration;

/// Of the wait that fits what was asked, in percent.
const PERCENT_MIN: u32 = 70;
const PERCENT_MAX: u32 = 160;
/// A pause within speech is expected again, a little longer.
const MARGIN: Duration = Duration::from_millis(200);
/// Of the way to the shortest wait, in percent, for each long stretch of speech without a pause.
const QUICKER_PERCENT: u32 = 10;
/// Shorter speech ("yes", "at two") tells nothing of the caller's pauses.
const TELLING_SPEECH: Duration = Duration::from_millis(2_000);

#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// Of the usual wait.
    percent: u32,
    /// There was a pause in the utterance that is open.
    paused: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { percent: 100, paused: false }
    }
}

impl Pace {
    /// The usual wait, as it fits this caller. What was asked may make a long wait necessary (a spelled address), so only
    /// the caller's slowness counts then.
    pub fn fit(&self, wait: Duration, may_be_quick: bool) -> Duration {
        let percent = if may_be_quick { self.percent } else { self.percent.max(100) };
        wait.saturating_mul(percent) / 100
    }

    /// The caller went on after a pause: within the utterance, or, too late for it, with what became the next. `usual` is
    /// the wait for this kind of answer.
    pub fn went_on(&mut self, pause: Duration, usual: Duration) {
        self.paused = true;
        let needed = percent_of(pause + MARGIN, usual).min(PERCENT_MAX);
        if needed > self.percent {
            // Half the way: one pause is not a habit.
            self.percent += (needed - self.percent).div_ceil(2);
        }
    }

    /// The utterance is over; its longest stretch of speech.
    pub fn utterance_ended(&mut self, speech: Duration) {
        let in_one_go = !std::mem::take(&mut self.paused);
        if in_one_go && speech >= TELLING_SPEECH {
            self.percent -= (self.percent - PERCENT_MIN) * QUICKER_PERCENT / 100;
        }
    }
}

fn percent_of(part: Duration, whole: Duration) -> u32 {
    u32::try_from(part.as_millis() * 100 / whole.as_millis().max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn pauses_lengthen_the_wait_half_the_way_each_time() {
        let mut pace = Pace::default();
        assert_eq!(pace.fit(ms(500), true), ms(500));
        pace.went_on(ms(450), ms(500));
        assert_eq!(pace.fit(ms(500), true), ms(575));
        pace.went_on(ms(900), ms(500));
        assert_eq!(pace.fit(ms(500), true), ms(690));
        pace.went_on(ms(250), ms(500));
        assert_eq!(pace.fit(ms(500), true), ms(690), "a short pause takes nothing back");
    }

    #[test]
    fn long_speech_in_one_go_shortens_it_and_short_answers_tell_nothing() {
        let mut pace = Pace::default();
        pace.utterance_ended(ms(1_999));
        assert_eq!(pace.fit(ms(500), true), ms(500));
        pace.utterance_ended(ms(2_000));
        assert_eq!(pace.fit(ms(500), true), ms(485));
        assert_eq!(pace.fit(ms(900), false), ms(900));
        pace.went_on(ms(250), ms(500));
        pace.utterance_ended(ms(4_000));
        assert_eq!(pace.fit(ms(500), true), ms(485), "it had a pause");
    }

    proptest! {
        #[test]
        fn the_wait_stays_within_bounds(heard in prop::collection::vec((0_u64..5_000, 0_u64..60_000), 0..50)) {
            let mut pace = Pace::default();
            for (pause, speech) in heard {
                pace.went_on(ms(pause), ms(500));
                pace.utterance_ended(ms(speech));
                pace.utterance_ended(ms(speech));
                prop_assert!((ms(350)..=ms(800)).contains(&pace.fit(ms(500), true)));
            }
        }
    }
}
