//! What follows when the caller speaks over our voice: it is an interruption, or may become one.

use crate::{
    barge_in::{Candidate, Verdict, least_to_interrupt},
    call::Call,
    event::Expectation,
    timer::Timer,
    words::Speech,
};

impl Call {
    /// Stops our voice if the caller's speech over it is an interruption, or sees to it that this is judged again.
    pub(crate) fn judge_barge_in(&mut self) {
        self.timers.stop(Timer::BargeInGate);
        if !self.listens() || !self.playout.is_outstanding() || self.playout.is_protected() {
            return;
        }
        if self.interrupted && self.must_speak_on() {
            return;
        }
        let speech_min = self.config.timings.barge_in_speech;
        let candidate = Candidate {
            speech_with_words: self.turns.speech_with_words(self.now, self.least_to_interrupt()),
            long_enough_at: self.turns.speech_reaches(speech_min),
        };
        let judge_at = match self.barge_in.judge(self.now, candidate, speech_min) {
            Verdict::SpeakOn => None,
            Verdict::JudgeAt(at) => Some(at),
            Verdict::Interrupt => {
                self.pause.was_right();
                self.interrupt();
                self.interrupted = true;
                return;
            }
        };
        let judge_at = judge_at.into_iter().chain(self.pause_for_sound()).min();
        self.timers.follow(Timer::BargeInGate, judge_at);
    }

    pub(crate) fn least_to_interrupt(&self) -> Speech {
        least_to_interrupt(self.answers_question())
    }

    /// What plays now is what the caller's yes would answer: the end of a question, or a phrase of ours like "are you
    /// still there?".
    pub(crate) fn answers_question(&self) -> bool {
        match &self.reply {
            Some(_) if self.going_on.continues(self.config.timings.going_on).is_some() => false,
            Some(reply) => self.expects == Expectation::YesNo && reply.is_complete() && self.playout.is_on_last(),
            None => true,
        }
    }
}
