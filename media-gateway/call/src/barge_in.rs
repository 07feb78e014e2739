//! When the caller's speech over our voice is an interruption: it is long enough, it has words, and the last
//! interruption is not too fresh. What an interruption stops is done elsewhere.

use std::time::Duration;

use crate::{time::CallTime, words::Speech};

#[derive(Debug, Clone, Default)]
pub(crate) struct BargeIn {
    cool_until: CallTime,
    count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Go on speaking; only something new can change that.
    SpeakOn,
    /// Go on speaking, and judge again at this time.
    JudgeAt(CallTime),
    /// Stop speaking.
    Interrupt,
}

/// What is known of the caller's speech while our voice plays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// How long the speech was, or is so far, in which words were heard; None without words.
    pub speech_with_words: Option<Duration>,
    /// When the speech that goes on reaches the length of an interruption.
    pub long_enough_at: Option<CallTime>,
}

impl BargeIn {
    pub fn judge(&self, now: CallTime, candidate: Candidate, speech_min: Duration) -> Verdict {
        let Some(speech) = candidate.speech_with_words else { return Verdict::SpeakOn };
        if speech < speech_min {
            return candidate.long_enough_at.filter(|at| *at > now).map_or(Verdict::SpeakOn, Verdict::JudgeAt);
        }
        if now < self.cool_until { Verdict::JudgeAt(self.cool_until) } else { Verdict::Interrupt }
    }

    /// An interruption happened.
    pub fn record(&mut self, now: CallTime, cool_down: Duration) {
        self.count = self.count.saturating_add(1);
        self.cool_until = now + cool_down;
    }

    /// No interruption before this.
    pub const fn cool_until(&self) -> CallTime {
        self.cool_until
    }

    pub const fn count(&self) -> u32 {
        self.count
    }
}

/// The least that words must be to interrupt. Signs of listening are not enough, unless they answer the question that
/// is being spoken.
pub(crate) fn least_to_interrupt(answers_question: bool) -> Speech {
    if answers_question { Speech::Backchannel } else { Speech::Words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, classify};

    const MIN: Duration = Duration::from_millis(150);

    fn candidate(speech_ms: u64, has_words: bool) -> Candidate {
        Candidate {
            speech_with_words: has_words.then(|| Duration::from_millis(speech_ms)),
            long_enough_at: Some(CallTime::from_ms(1_150)),
        }
    }

    fn judge(at: u64, candidate: Candidate) -> Verdict {
        BargeIn::default().judge(CallTime::from_ms(at), candidate, MIN)
    }

    #[test]
    fn both_gates_must_open() {
        assert_eq!(judge(1_500, candidate(500, false)), Verdict::SpeakOn);
        assert_eq!(judge(1_149, candidate(149, true)), Verdict::JudgeAt(CallTime::from_ms(1_150)));
        assert_eq!(judge(1_150, candidate(150, true)), Verdict::Interrupt);
    }

    #[test]
    fn short_speech_that_is_over_never_interrupts() {
        assert_eq!(judge(1_149, Candidate { long_enough_at: None, ..candidate(149, true) }), Verdict::SpeakOn);
    }

    #[test]
    fn words_of_short_speech_do_not_gain_by_other_speech_that_goes_on() {
        assert_eq!(judge(1_400, candidate(100, true)), Verdict::SpeakOn);
    }

    #[test]
    fn a_second_interruption_waits_for_the_cool_down() {
        let mut barge_in = BargeIn::default();
        barge_in.record(CallTime::from_ms(1_000), Duration::from_millis(300));
        assert_eq!(barge_in.count(), 1);
        let judge = |at| barge_in.judge(CallTime::from_ms(at), candidate(200, true), MIN);
        assert_eq!(judge(1_299), Verdict::JudgeAt(CallTime::from_ms(1_300)));
        assert_eq!(judge(1_300), Verdict::Interrupt);
    }

    #[test]
    fn an_early_yes_answers_the_question_but_a_nod_does_not_interrupt() {
        let interrupts = |text, answers| classify(Language::English, text) >= least_to_interrupt(answers);
        assert!(!interrupts("yeah", false));
        assert!(interrupts("yeah", true));
        assert!(!interrupts("um", true));
        assert!(interrupts("no", false));
    }
}
