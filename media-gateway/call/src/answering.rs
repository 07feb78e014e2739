//! What follows when the agent is asked and when it answers: one reply at a time, from the question to the report of what
//! was heard of it.

use crate::{
    action::{Action, EndReason, Status},
    call::Call,
    event::{Directive, Expectation},
    id::TurnId,
    playout::Line,
    reply::{Question, Reply},
    timer::Timer,
};

/// Replies that may fail in a row: at this many the call ends.
const FAILED_REPLIES_MAX: u32 = 2;

impl Call {
    /// Sends the caller's words to the agent, or ends the call if there were too many.
    pub(crate) fn ask(&mut self, text: String) {
        self.interrupted = false;
        self.handed_off = false;
        self.unheard = 0;
        self.reprompt.caller_is_there(self.now);
        let continues = self.going_on.continues(self.config.timings.going_on);
        if let Some(pause) = self.going_on.pause().filter(|_| continues.is_some()) {
            // The turn before was ended too soon.
            self.pace.went_on(pause, self.config.timings.endpoint_for(self.expects));
        }
        if let Some(early) = self.early.take_confirmed(&text) {
            return self.take_up_early(early);
        }
        self.drop_early();
        let Some(turn) = self.turn_count.take(self.config.limits.turns_max) else { return self.on_turn_limit() };
        self.act(Action::AskAgent { turn, text: text.clone(), continues });
        self.begin_reply(turn, Question { text, continues });
    }

    pub(crate) fn begin_reply(&mut self, turn: TurnId, question: Question) {
        self.going_on.asked(turn, self.now);
        self.reply = Some(Reply::asked(turn, Some(question)));
        self.restart_agent_deadline();
        self.filler.begin();
    }

    /// The answer that was owed, if any, is lost with the stream that it was to come on.
    pub(crate) fn ask_again(&mut self) {
        let Some(reply) = self.reply.as_ref().filter(|reply| reply.is_open()) else { return };
        match reply.unanswered() {
            Some(Question { text, continues }) => {
                let (turn, text, continues) = (reply.turn(), text.clone(), *continues);
                self.act(Action::AskAgent { turn, text, continues });
                self.restart_agent_deadline();
            }
            None => self.fail_reply(),
        }
    }

    pub(crate) fn on_sentence(&mut self, turn: TurnId, text: String) {
        let sentences_max = self.config.limits.sentences_max;
        if let Some(early) = self.early.asked_as(turn) {
            if early.add_sentence(&text, sentences_max) {
                self.act(Action::PrepareSpeech { turn, text });
            }
            return;
        }
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
        self.end_wait();
        self.playout.wait(Line::reply(turn, text));
        self.restart_agent_deadline();
    }

    pub(crate) fn on_reply_completed(&mut self, turn: TurnId, expects: Expectation, directive: Directive) {
        if let Some(early) = self.early.asked_as(turn) {
            early.completed = Some((expects, directive));
            return;
        }
        let Some(reply) = self.reply.as_mut().filter(|reply| reply.takes(turn)) else {
            self.count_late();
            return;
        };
        if self.closing.is_some_and(|closing| closing.firm) {
            reply.complete();
            return self.end_last_words();
        }
        self.timers.stop(Timer::AgentDeadline);
        if reply.sentences() == 0 && directive == Directive::Listen {
            // An answer of no words would leave the caller in silence.
            self.fail_reply();
            return;
        }
        reply.complete();
        self.failed_replies = 0;
        self.expects = expects;
        self.handed_off = directive == Directive::HandOff;
        match directive {
            Directive::Listen | Directive::HandOff => {}
            Directive::HangUp => self.close_after_farewell(EndReason::AgentHungUp),
        }
    }

    pub(crate) fn on_reply_failed(&mut self, turn: TurnId) {
        if self.early.asked_as(turn).is_some() {
            // It is asked again when the words are known.
            self.early.drop_open();
            return;
        }
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

    /// The agent need not go on, if it still does.
    pub(crate) fn cancel_turn(&mut self) {
        if let Some(reply) = self.reply.as_mut().filter(|reply| reply.is_open()) {
            let turn = reply.turn();
            reply.fail();
            self.timers.stop(Timer::AgentDeadline);
            self.act(Action::CancelTurn { turn });
        }
    }

    /// The reply is over: everything was played, or failed.
    pub(crate) fn finish_reply(&mut self) {
        let Some(reply) = self.reply.take() else { return };
        let (text, lost_some) = (self.playout.heard(), self.playout.lost_some());
        let silent = text.is_empty() && lost_some;
        let complete = reply.is_complete() && !lost_some;
        if complete {
            self.going_on.heard_out();
        }
        self.act(Action::ReportHeard { turn: reply.turn(), text, complete });
        self.playout.clear();
        self.listen_again();
        if silent && self.closing.is_none() && self.overheard.is_empty() {
            // The voice failed on all of it; a phrase may still be at hand.
            let text = self.config.phrases.not_understood.clone();
            self.say(Line::phrase(text));
        }
    }

    /// The agent gave no answer, or not all of it.
    fn fail_reply(&mut self) {
        self.timers.stop(Timer::AgentDeadline);
        if let Some(reply) = self.reply.as_mut() {
            reply.fail();
        }
        if self.closing.is_some_and(|closing| closing.firm) {
            return self.end_last_words();
        }
        self.playout.drop_waiting();
        self.failed_replies += 1;
        if self.failed_replies >= FAILED_REPLIES_MAX {
            self.apologise_and_close(Status::Failed, EndReason::ConversationLost);
        } else {
            self.say_when_free(self.config.phrases.not_understood.clone());
        }
    }

    pub(crate) fn restart_agent_deadline(&mut self) {
        let timings = &self.config.timings;
        let patience = if self.closing.is_some() { timings.summary } else { timings.agent };
        self.timers.set(Timer::AgentDeadline, self.now + patience);
    }
}
