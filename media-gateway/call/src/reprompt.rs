//! What to do about a silent caller: ask once, then say goodbye. Silence counts from the last word of either side, not
//! from the last noise, so that a noisy line does not keep a dead call up.

use std::time::Duration;

use crate::time::CallTime;

#[derive(Debug, Clone, Default)]
pub(crate) struct Reprompt {
    silent_since: CallTime,
    asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterSilence {
    AskForCaller,
    SayGoodbye,
}

impl Reprompt {
    /// We stopped speaking: the caller has all the time again.
    pub fn our_turn_ended(&mut self, now: CallTime) {
        self.silent_since = now;
    }

    /// The caller is there.
    pub fn caller_is_there(&mut self, now: CallTime) {
        *self = Self { silent_since: now, asked: false };
    }

    pub fn deadline(&self, idle: Duration) -> CallTime {
        self.silent_since + idle
    }

    /// The deadline came.
    pub fn next(&mut self) -> AfterSilence {
        if std::mem::replace(&mut self.asked, true) { AfterSilence::SayGoodbye } else { AfterSilence::AskForCaller }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_silence_in_a_row_is_the_last() {
        let mut reprompt = Reprompt::default();
        assert_eq!(reprompt.next(), AfterSilence::AskForCaller);
        reprompt.our_turn_ended(CallTime::from_ms(10));
        assert_eq!(reprompt.next(), AfterSilence::SayGoodbye);
    }

    #[test]
    fn a_caller_who_spoke_is_asked_for_again() {
        let mut reprompt = Reprompt::default();
        reprompt.next();
        reprompt.caller_is_there(CallTime::from_ms(10));
        assert_eq!(reprompt.deadline(Duration::from_millis(5)), CallTime::from_ms(15));
        assert_eq!(reprompt.next(), AfterSilence::AskForCaller);
    }
}
