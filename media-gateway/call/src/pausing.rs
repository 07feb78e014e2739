//! What follows when sound over our voice pauses it: words make it an interruption, and without them our voice goes on.

use crate::{action::Action, call::Call, config::BargeInMode, time::CallTime, timer::Timer, words::Speech};

impl Call {
    /// Pauses our voice for the sound that goes on, or says when it will be long enough to.
    pub(crate) fn pause_for_sound(&mut self) -> Option<CallTime> {
        let timings = &self.config.timings;
        if timings.barge_in_pause.is_zero()
            || self.config.barge_in != BargeInMode::Immediate
            || !self.playout.is_audible()
        {
            return None;
        }
        let sound_since = self.turns.speaking_since()?;
        let long_enough_at = sound_since + self.pause.speech_min(timings.barge_in_speech)?;
        let at = long_enough_at.max(self.barge_in.cool_until());
        if self.now < at {
            return Some(at);
        }
        self.timers.set(Timer::PauseLimit, self.now + timings.barge_in_pause);
        self.playout.pause();
        self.act(Action::PauseSpeaking);
        None
    }

    /// The sound is over: its words come soon, or never.
    pub(crate) fn await_words_of_pause(&mut self) {
        if self.playout.is_paused() {
            self.timers.set(Timer::PauseLimit, self.now + self.config.timings.barge_in_words);
            self.end_pause_of_nod();
        }
    }

    /// The words of a sound that is over are known. Had they been more than a nod, they would have interrupted.
    pub(crate) fn end_pause_of_nod(&mut self) {
        if self.playout.is_paused() && !self.turns.is_speaking() && self.turns.has(Speech::Backchannel) {
            self.resume_speaking();
        }
    }

    pub(crate) fn on_pause_limit(&mut self) {
        if !self.turns.has(Speech::Words) {
            self.turns.take_for_noise();
        }
        self.resume_speaking();
    }

    /// Nothing is left that could turn out to be words, or nothing is left to say.
    pub(crate) fn settle_pause(&mut self) {
        if !self.playout.is_paused() {
            return;
        }
        if !self.playout.is_outstanding() {
            // What was paused could not be synthesised.
            self.timers.stop(Timer::PauseLimit);
            self.playout.resume(self.now);
            self.act(Action::StopSpeaking);
        } else if !self.turns.has_floor() {
            self.resume_speaking();
        }
    }

    /// It was nothing: our voice goes on.
    pub(crate) fn resume_speaking(&mut self) {
        self.timers.stop(Timer::PauseLimit);
        if let Some((segment, chars)) = self.playout.resume(self.now) {
            self.pause.was_for_nothing();
            self.act(Action::ResumeSpeaking { segment, chars });
        }
    }
}
