//! Whether the caller goes on with what they were saying. "Yes." ends a turn, and the "please" after a breath meets a reply
//! that the caller could not have taken in yet: it is the rest of the turn, neither an answer nor an objection.

use std::time::Duration;

use crate::{id::TurnId, time::CallTime};

#[derive(Debug, Clone, Default)]
pub(crate) struct GoingOn {
    /// The speech of the open utterance, and of those whose words are owed.
    open: Option<Span>,
    owed: Option<Span>,
    /// The turn that was asked last, and when the caller's speech for it ended.
    asked: Option<(TurnId, CallTime)>,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    began: CallTime,
    ended: CallTime,
}

impl GoingOn {
    pub fn speech_started(&mut self, at: CallTime) {
        self.open.get_or_insert(Span { began: at, ended: at });
    }

    pub fn speech_ended(&mut self, at: CallTime) {
        if let Some(open) = &mut self.open {
            open.ended = open.ended.max(at);
        }
    }

    /// The open utterance is over. Speech that goes on belongs to the next.
    pub fn finalized(&mut self, now: CallTime, is_speaking: bool) {
        if let Some(mut span) = self.open.take() {
            if is_speaking {
                span.ended = now;
                self.open = Some(Span { began: now, ended: now });
            }
            let began = self.owed.map_or(span.began, |owed| owed.began.min(span.began));
            self.owed = Some(Span { began, ended: span.ended });
        }
    }

    /// The turn that the caller goes on with, if what is heard now, or was heard last, began within `window` of its end.
    pub fn continues(&self, window: Duration) -> Option<TurnId> {
        let (turn, _) = self.asked?;
        (self.pause()? <= window).then_some(turn)
    }

    /// How long after the end of the last turn what is heard began.
    pub fn pause(&self) -> Option<Duration> {
        let (_, ended) = self.asked?;
        Some(self.owed.or(self.open)?.began.since(ended))
    }

    /// What was said became this turn.
    pub fn asked(&mut self, turn: TurnId, now: CallTime) {
        let ended = self.owed.take().map_or(now, |span| span.ended);
        self.asked = Some((turn, ended));
    }

    /// What was said became no turn.
    pub fn dropped(&mut self) {
        self.owed = None;
    }

    /// The reply was heard to its end: what comes now answers it.
    pub fn heard_out(&mut self) {
        self.asked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(1);

    fn at(ms: u64) -> CallTime {
        CallTime::from_ms(ms)
    }

    /// A turn whose speech ended at 1,000 ms.
    fn after_a_turn() -> GoingOn {
        let mut going_on = GoingOn::default();
        going_on.speech_started(at(500));
        going_on.speech_ended(at(1_000));
        going_on.finalized(at(1_250), false);
        going_on.asked(TurnId::new(3), at(1_300));
        going_on
    }

    #[test]
    fn speech_that_begins_soon_after_goes_on_with_the_turn() {
        let mut going_on = after_a_turn();
        assert_eq!(going_on.continues(WINDOW), None, "nothing was said since");
        going_on.speech_started(at(2_000));
        assert_eq!(going_on.continues(WINDOW), Some(TurnId::new(3)));
        going_on.speech_ended(at(4_000));
        going_on.finalized(at(4_500), false);
        assert_eq!(going_on.continues(WINDOW), Some(TurnId::new(3)), "until its words come");
        going_on.asked(TurnId::new(4), at(4_600));
        going_on.speech_started(at(5_100));
        assert_eq!(going_on.continues(WINDOW), None, "the next turn ended at 4,000 ms");
    }

    #[test]
    fn later_speech_and_speech_after_the_whole_reply_are_turns_of_their_own() {
        let mut going_on = after_a_turn();
        going_on.speech_started(at(2_001));
        assert_eq!(going_on.continues(WINDOW), None);

        let mut going_on = after_a_turn();
        going_on.heard_out();
        going_on.speech_started(at(1_500));
        assert_eq!(going_on.continues(WINDOW), None);
    }

    #[test]
    fn noise_is_forgotten() {
        let mut going_on = after_a_turn();
        going_on.speech_started(at(1_400));
        going_on.finalized(at(1_700), false);
        going_on.dropped();
        going_on.speech_started(at(3_000));
        assert_eq!(going_on.continues(WINDOW), None);
    }
}
