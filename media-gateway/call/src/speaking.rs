//! What follows when the agent answers and when our voice is played: what is said, when it may be said, and what is
//! reported as heard.

use crate::{
    action::{Action, EndReason, Status},
    call::Call,
    ending::Closing,
    event::{Directive, Expectation},
    id::{SegmentId, TurnId},
    playout::Line,
    reply::Reply,
    reprompt::AfterSilence,
    timer::Timer,
};

/// Replies, or segments, that may fail in a row: at this many the call ends.
const FAILURES_MAX: u32 = 2;

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
        for text in std::mem::take(&mut self.config.greeting) {
            self.say(Line { turn: TurnId::UNASKED, text, reported: true });
        }
        self.reply = self.playout.is_outstanding().then(Reply::greeting);
    }

    /// Sends the caller's words to the agent, or ends the call if there were too many.
    pub(crate) fn ask(&mut self, text: String) {
        self.interrupted = false;
        self.reprompt.caller_is_there(self.now);
        let Some(turn) = self.turn_count.take(self.config.limits.turns) else {
            self.on_turn_limit();
            return;
        };
        self.reply = Some(Reply::asked(turn));
        self.act(Action::AskAgent { turn, text });
        self.restart_agent_deadline();
    }

    pub(crate) fn on_sentence(&mut self, turn: TurnId, text: String) {
        let sentences_max = self.config.limits.sentences;
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.takes(turn)) else {
            self.count_late();
            return;
        };
        if text.trim().is_empty() {
            return;
        }
        if reply.sentences() >= sentences_max {
            self.cancel_turn();
            return;
        }
        reply.add_sentence();
        self.playout.wait(Line { turn, text, reported: true });
        self.restart_agent_deadline();
    }

    pub(crate) fn on_reply_completed(&mut self, turn: TurnId, expects: Expectation, directive: Directive) {
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.takes(turn)) else {
            self.count_late();
            return;
        };
        self.timers.stop(Timer::AgentDeadline);
        if reply.sentences() == 0 && directive == Directive::Listen {
            // An answer of no words would leave the caller in silence.
            self.fail_reply();
            return;
        }
        reply.complete();
        self.failed_replies = 0;
        self.expects = expects;
        match directive {
            Directive::Listen => {}
            Directive::HangUp => self.closing = Some(Closing::after_farewell(EndReason::AgentHungUp)),
        }
    }

    pub(crate) fn on_reply_failed(&mut self, turn: TurnId) {
        if self.reply.as_ref().is_some_and(|reply| reply.takes(turn)) {
            self.fail_reply();
        } else {
            self.count_late();
        }
    }

    pub(crate) fn on_agent_overdue(&mut self) {
        self.cancel_turn();
        self.fail_reply();
    }

    pub(crate) fn on_segment_started(&mut self, segment: SegmentId) {
        if !self.playout.started(self.now, segment) {
            self.count_late();
        }
    }

    pub(crate) fn on_played(&mut self, segment: SegmentId, chars: u32, last: bool) {
        if !self.playout.played(self.now, segment, chars, last) {
            self.count_late();
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
        match self.reprompt.next() {
            AfterSilence::AskForCaller => self.say_when_free(self.config.phrases.still_there.clone()),
            AfterSilence::SayGoodbye => {
                self.closing = Some(Closing::after_farewell(EndReason::Silence));
                self.say_when_free(self.config.phrases.silence_goodbye.clone());
            }
        }
        // Even if the phrase is empty, the next silence begins now.
        self.reprompt.our_turn_ended(self.now);
    }

    /// The caller makes sound but says no word: what waits is said, over the sound if need be.
    pub(crate) fn on_reply_held_long(&mut self) {
        if !self.turns.has_words() {
            self.turns.take_for_noise();
            self.say_waiting();
        }
    }

    /// Says what waits as soon as the caller does not have the floor. What began goes on: from then on only an
    /// interruption stops it.
    pub(crate) fn release_waiting(&mut self) {
        if !self.playout.is_waiting() {
            self.timers.stop(Timer::HeldReply);
        } else if self.playout.is_outstanding() || !self.turns.has_floor() {
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
        self.cut_speech();
    }

    /// The caller's new words come first: whatever we say or were about to say is over.
    pub(crate) fn give_way(&mut self) {
        if self.playout.is_outstanding() {
            self.interrupt();
        } else {
            self.cut_speech();
        }
    }

    /// Ends the reply where it stands, heard or not. A farewell that is cut does not end the call.
    pub(crate) fn cut_speech(&mut self) {
        if self.playout.is_outstanding() {
            self.act(Action::StopSpeaking);
        }
        self.timers.stop(Timer::BargeInGate);
        self.cancel_turn();
        if let Some(reply) = self.reply.take() {
            self.act(Action::ReportHeard { turn: reply.turn(), text: self.playout.heard(), complete: false });
        }
        self.playout.clear();
        self.closing = self.closing.filter(|closing| closing.firm);
        self.reprompt.our_turn_ended(self.now);
    }

    /// The agent need not go on, if it still does.
    pub(crate) fn cancel_turn(&mut self) {
        if let Some(reply) = self.reply.as_mut().filter(|reply| reply.is_open()) {
            let turn = reply.turn();
            reply.fail();
            self.timers.stop(Timer::AgentDeadline);
            self.act(Action::CancelTurn { turn });
        }
    }

    /// Sends a line to be spoken at once.
    pub(crate) fn say(&mut self, line: Line) {
        if line.text.trim().is_empty() {
            return;
        }
        let (turn, text) = (line.turn, line.text.clone());
        let segment = self.playout.say(self.now, line);
        self.act(Action::Speak { segment, turn, text });
    }

    /// Says a phrase once the caller does not have the floor.
    pub(crate) fn say_when_free(&mut self, phrase: String) {
        self.playout.wait(Line { turn: TurnId::UNASKED, text: phrase, reported: false });
    }

    fn say_waiting(&mut self) {
        self.timers.stop(Timer::HeldReply);
        while let Some(line) = self.playout.take_waiting() {
            self.say(line);
        }
    }

    /// The agent gave no answer, or not all of it.
    fn fail_reply(&mut self) {
        self.timers.stop(Timer::AgentDeadline);
        if let Some(reply) = self.reply.as_mut() {
            reply.fail();
        }
        self.playout.drop_waiting();
        self.failed_replies += 1;
        if self.failed_replies >= FAILURES_MAX {
            self.apologise_and_close(Status::Failed, EndReason::ConversationLost);
        } else {
            self.say_when_free(self.config.phrases.not_understood.clone());
        }
    }

    /// The reply is over: everything was played, or failed.
    fn finish_reply(&mut self) {
        let Some(reply) = self.reply.take() else { return };
        let (text, lost_some) = (self.playout.heard(), self.playout.lost_some());
        let silent = text.is_empty() && lost_some;
        let complete = reply.is_complete() && !lost_some;
        self.act(Action::ReportHeard { turn: reply.turn(), text, complete });
        self.playout.clear();
        self.listen_again();
        if silent && self.closing.is_none() {
            // The voice failed on all of it; a phrase may still be at hand.
            let text = self.config.phrases.not_understood.clone();
            self.say(Line { turn: TurnId::UNASKED, text, reported: false });
        }
    }

    /// A voice that fails again and again is no voice: there is no use in another phrase.
    fn check_voice(&mut self) {
        if self.playout.failures_in_a_row() >= FAILURES_MAX {
            self.hang_up_as(Status::Failed, EndReason::SpeechFailed);
        }
    }

    fn restart_agent_deadline(&mut self) {
        self.timers.set(Timer::AgentDeadline, self.now + self.config.timings.agent);
    }
}
