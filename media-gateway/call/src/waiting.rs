//! What follows when the agent takes long: the caller hears that they are not forgotten. A filler is a phrase of ours, no
//! word of the agent, and gives way to the agent's sentence if that comes before it is heard.

use crate::{action::Action, call::Call, playout::Line, reply::Reply, timer::Timer};

impl Call {
    /// Whether the caller hears nothing and all that is missing is the agent's next sentence. Over our own voice or the
    /// caller's, a filler fills nothing.
    pub(crate) fn settle_wait(&mut self) {
        let is_silent = !self.playout.is_outstanding() && !self.playout.is_waiting() && !self.caller_has_floor();
        let waits = is_silent && self.closing.is_none() && self.reply.as_ref().is_some_and(Reply::is_open);
        if !waits {
            self.timers.stop(Timer::Filler);
        } else if self.timers.get(Timer::Filler).is_none() {
            let timings = &self.config.timings;
            let wait = if self.filler.is_first() { timings.filler } else { timings.progress };
            let says_something = self.filler.has_next(&self.config.phrases);
            self.timers.follow(Timer::Filler, says_something.then(|| self.now + wait));
        }
    }

    pub(crate) fn on_long_wait(&mut self) {
        if let Some(phrase) = self.filler.next(&self.config.phrases).map(str::to_owned) {
            self.say(Line::filler(phrase));
        }
    }

    /// There is something to say. A filler that nobody heard yet is not said any more.
    pub(crate) fn end_wait(&mut self) {
        self.filler.answered();
        if self.playout.is_unheard_filler() {
            self.playout.drop_outstanding();
            self.act(Action::StopSpeaking);
        }
    }
}
