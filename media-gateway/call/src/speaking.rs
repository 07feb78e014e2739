//! What follows when our voice is played: when something may be said, what was played or failed, and how the voice is cut.

use crate::{
    action::{Action, EndReason, Status},
    call::Call,
    config::BargeInMode,
    id::SegmentId,
    playout::Line,
    reply::Reply,
    reprompt::AfterSilence,
    timer::Timer,
};

/// Segments that may fail in a row: at this many the call ends.
const FAILED_SEGMENTS_MAX: u32 = 2;

impl Call {
    pub(crate) fn on_line_ready(&mut self) {
        if std::mem::replace(&mut self.line_ready, true) {
            return;
        }
        self.timers.stop(Timer::LineReady);
        self.reprompt.our_turn_ended(self.now);
        if self.closing.is_some() {
            return;
        }
        let mut last = None;
        for text in std::mem::take(&mut self.config.greeting) {
            last = self.say(Line::greeting(text, self.config.greeting_ends_in_consent));
        }
        self.consent = last.filter(|_| self.config.greeting_ends_in_consent);
        self.reply = self.playout.is_outstanding().then(Reply::greeting);
    }

    pub(crate) fn on_segment_started(&mut self, segment: SegmentId) {
        if self.playout.started(self.now, segment) {
            // Sound may have begun before our voice did.
            self.judge_barge_in();
        } else {
            self.count_late();
        }
    }

    pub(crate) fn on_played(&mut self, segment: SegmentId, chars: u32, last: bool) {
        if self.playout.is_paused() || !self.playout.played(self.now, segment, chars, last) {
            self.count_late();
        } else if last && self.consent.take_if(|consent| *consent == segment).is_some() {
            // Only a mark proves it: a sentence that merely should have been played by now does not count.
            self.act(Action::ConsentHeard);
        }
    }

    pub(crate) fn on_segment_failed(&mut self, segment: SegmentId) {
        if self.playout.failed(self.now, segment) {
            self.check_voice();
        } else {
            self.count_late();
        }
    }

    pub(crate) fn on_mark_overdue(&mut self) {
        self.playout.overdue(self.now);
        self.check_voice();
    }

    pub(crate) fn on_silence(&mut self) {
        if self.handed_off {
            self.close_after_farewell(EndReason::HandedOff);
            self.say_when_free(self.config.phrases.link_goodbye.clone());
            return self.reprompt.our_turn_ended(self.now);
        }
        match self.reprompt.next() {
            AfterSilence::AskForCaller => self.say_when_free(self.config.phrases.still_there.clone()),
            AfterSilence::SayGoodbye => {
                self.close_after_farewell(EndReason::Silence);
                self.say_when_free(self.config.phrases.silence_goodbye.clone());
            }
        }
        // Even if the phrase is empty, the next silence begins now.
        self.reprompt.our_turn_ended(self.now);
    }

    /// The caller makes sound but says no word: what waits is said, over the sound if need be.
    pub(crate) fn on_reply_held_long(&mut self) {
        if !self.turns.has_words() && !self.keypad.is_typing() {
            self.turns.take_for_noise();
            self.say_waiting();
        }
    }

    /// Says what waits as soon as the caller does not have the floor. What began goes on: from then on only an
    /// interruption stops it.
    pub(crate) fn release_waiting(&mut self) {
        if !self.playout.is_waiting() {
            self.timers.stop(Timer::HeldReply);
        } else if self.playout.is_outstanding() || !self.caller_has_floor() {
            self.say_waiting();
        } else if self.timers.get(Timer::HeldReply).is_none() {
            self.timers.set(Timer::HeldReply, self.now + self.config.timings.held_reply);
        }
    }

    /// If all that was to be said was played: reports what was heard, and ends the call if it is to end.
    pub(crate) fn settle_speech(&mut self) {
        if self.playout.is_outstanding() || self.playout.is_waiting() {
            return;
        }
        if self.reply.as_ref().is_some_and(|reply| !reply.is_open()) {
            self.finish_reply();
        }
        if self.reply.is_none() && !self.playout.is_outstanding() {
            if self.playout.has_spoken() {
                self.playout.clear();
                self.listen_again();
            }
            self.end_if_closing();
        }
    }

    /// The caller interrupts.
    pub(crate) fn interrupt(&mut self) {
        self.barge_in.record(self.now, self.config.timings.barge_in_cool_down);
        match self.config.barge_in {
            BargeInMode::Immediate => self.cut_speech(),
            BargeInMode::AfterSentence => self.cut_after_sentence(),
        }
    }

    /// The caller's new words come first: whatever we say or were about to say is over.
    pub(crate) fn give_way(&mut self) {
        if self.playout.is_outstanding() {
            self.interrupt();
        } else {
            self.cut_speech();
        }
    }

    /// Ends the reply after the sentence that plays. A farewell that is cut does not end the call.
    fn cut_after_sentence(&mut self) {
        self.timers.stop(Timer::BargeInGate);
        self.cancel_turn();
        self.playout.drop_waiting();
        if let Some(segment) = self.playout.drop_after_first() {
            self.act(Action::StopSpeakingAfter { segment });
        }
        self.stay_if_free_to();
    }

    /// Ends the reply where it stands, heard or not. A farewell that is cut does not end the call.
    pub(crate) fn cut_speech(&mut self) {
        if self.playout.is_outstanding() {
            self.act(Action::StopSpeaking);
        }
        self.timers.stop(Timer::BargeInGate);
        self.timers.stop(Timer::PauseLimit);
        self.cancel_turn();
        if let Some(reply) = self.reply.take() {
            self.act(Action::ReportHeard { turn: reply.turn(), text: self.playout.heard(), complete: false });
        }
        self.playout.clear();
        self.stay_if_free_to();
        self.reprompt.our_turn_ended(self.now);
    }

    /// Sends a line to be spoken at once; `None` for an empty one.
    pub(crate) fn say(&mut self, line: Line) -> Option<SegmentId> {
        if line.text.trim().is_empty() {
            return None;
        }
        let (turn, text) = (line.turn, line.text.clone());
        let segment = self.playout.say(self.now, line);
        self.act(Action::Speak { segment, turn, text });
        Some(segment)
    }

    /// Says a phrase once the caller does not have the floor.
    pub(crate) fn say_when_free(&mut self, phrase: String) {
        self.playout.wait(Line::phrase(phrase));
    }

    fn say_waiting(&mut self) {
        self.timers.stop(Timer::HeldReply);
        while let Some(line) = self.playout.take_waiting() {
            self.say(line);
        }
    }

    /// A voice that fails again and again is no voice: there is no use in another phrase.
    fn check_voice(&mut self) {
        if self.playout.failures_in_a_row() >= FAILED_SEGMENTS_MAX {
            self.hang_up_as(Status::Failed, EndReason::SpeechFailed);
        }
    }
}
