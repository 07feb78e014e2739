//! Every deadline of a call, by name, in one table. Who sets a deadline and what follows from it is the business
//! of the policy that owns it; the table only knows which one is next.

use serde::{Deserialize, Serialize};

use crate::time::CallTime;

/// What a deadline is for: a wake-up explains itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// The line should carry sound by now.
    LineReady,
    /// The caller's pause is long enough to end the turn.
    Endpoint,
    /// The caller has talked for so long that what was said is taken as it is.
    UtteranceCap,
    /// No new word came of the sound for so long that the rest of it is noise.
    WordsStalled,
    /// The words of a finished utterance should have come.
    TranscriptDeadline,
    /// The agent should have said something.
    AgentDeadline,
    /// No key was pressed for so long that what was typed is complete.
    Typing,
    /// The agent takes so long that the caller is told to wait.
    Filler,
    /// A reply has waited long enough for a caller who makes sound but says no word.
    HeldReply,
    /// Speech over our voice reaches the length that makes it an interruption, or the cool-down is over.
    BargeInGate,
    /// No word came of the sound that paused our voice.
    PauseLimit,
    /// The mark of the segment that plays should have come back.
    MarkDeadline,
    /// The caller has been silent for long.
    Idle,
    /// The call has lasted as long as a call may.
    DurationLimit,
    /// The last words had their time; the call ends now.
    EndingCap,
}

impl Timer {
    /// All of them. Of two deadlines at the same time the earlier in this list comes first.
    pub const ALL: [Self; 15] = [
        Self::LineReady,
        Self::Endpoint,
        Self::UtteranceCap,
        Self::WordsStalled,
        Self::TranscriptDeadline,
        Self::AgentDeadline,
        Self::Typing,
        Self::Filler,
        Self::HeldReply,
        Self::BargeInGate,
        Self::PauseLimit,
        Self::MarkDeadline,
        Self::Idle,
        Self::DurationLimit,
        Self::EndingCap,
    ];
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Timers {
    /// By the position of the timer in [`Timer::ALL`].
    deadlines: [Option<CallTime>; Timer::ALL.len()],
}

impl Timers {
    pub fn set(&mut self, timer: Timer, deadline: CallTime) {
        self.deadlines[timer as usize] = Some(deadline);
    }

    /// Sets the deadline, or stops the timer if there is none.
    pub fn follow(&mut self, timer: Timer, deadline: Option<CallTime>) {
        self.deadlines[timer as usize] = deadline;
    }

    pub fn stop(&mut self, timer: Timer) {
        self.deadlines[timer as usize] = None;
    }

    pub fn stop_all(&mut self) {
        self.deadlines = Default::default();
    }

    pub fn get(&self, timer: Timer) -> Option<CallTime> {
        self.deadlines[timer as usize]
    }

    pub fn next(&self) -> Option<(CallTime, Timer)> {
        Timer::ALL.into_iter().filter_map(|timer| Some((self.get(timer)?, timer))).min_by_key(|(deadline, _)| *deadline)
    }

    /// Takes out the earliest deadline that `now` has reached.
    pub fn take_due(&mut self, now: CallTime) -> Option<Timer> {
        let (deadline, timer) = self.next()?;
        (deadline <= now).then(|| {
            self.stop(timer);
            timer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_enum() {
        for (position, timer) in Timer::ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, position);
        }
    }

    #[test]
    fn due_timers_come_out_earliest_first_and_once() {
        let mut timers = Timers::default();
        timers.set(Timer::Idle, CallTime::from_ms(10));
        timers.set(Timer::Endpoint, CallTime::from_ms(20));
        timers.set(Timer::MarkDeadline, CallTime::from_ms(30));

        assert_eq!(timers.next(), Some((CallTime::from_ms(10), Timer::Idle)));
        assert_eq!(timers.take_due(CallTime::from_ms(9)), None);
        assert_eq!(timers.take_due(CallTime::from_ms(20)), Some(Timer::Idle));
        assert_eq!(timers.take_due(CallTime::from_ms(20)), Some(Timer::Endpoint));
        assert_eq!(timers.take_due(CallTime::from_ms(20)), None);
    }

    #[test]
    fn of_two_at_the_same_time_the_earlier_named_wins() {
        let mut timers = Timers::default();
        timers.set(Timer::EndingCap, CallTime::from_ms(5));
        timers.set(Timer::Endpoint, CallTime::from_ms(5));
        assert_eq!(timers.take_due(CallTime::from_ms(5)), Some(Timer::Endpoint));
    }
}
