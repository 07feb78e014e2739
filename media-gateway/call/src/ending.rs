//! How a call ends: by a farewell, at a limit, or because a part of it is lost. Whatever the way, the outcome is recorded
//! once and nothing happens after it.

use std::time::Duration;

use crate::{
    action::{Action, EndReason, HandoffReason, Outcome, Status},
    call::Call,
    id::TurnId,
    playout::Line,
    reply::Reply,
    time::CallTime,
    timer::Timer,
};

/// The call is to end once the last words were played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closing {
    status: Status,
    reason: EndReason,
    /// The caller cannot talk us out of it.
    pub firm: bool,
}

impl Closing {
    /// A caller who interrupts a farewell stays.
    const fn after_farewell(reason: EndReason) -> Self {
        Self { status: Status::Completed, reason, firm: false }
    }
}

impl Call {
    pub(crate) fn on_transcription_lost(&mut self) {
        self.apologise_and_close(Status::Failed, EndReason::SpeechFailed);
    }

    /// Once, it is dialled again: another instance of the service takes the session up.
    pub(crate) fn on_conversation_lost(&mut self) {
        self.early.lose_agent();
        let is_firm = self.closing.is_some_and(|closing| closing.firm);
        if !is_firm && !std::mem::replace(&mut self.redialled, true) {
            self.act(Action::RedialConversation);
            return self.ask_again();
        }
        // There is nobody to cancel the turn with.
        if let Some(reply) = self.reply.as_mut().filter(|reply| reply.is_open()) {
            reply.fail();
            if is_firm {
                return self.end_last_words();
            }
        }
        self.apologise_and_close(Status::Failed, EndReason::ConversationLost);
    }

    pub(crate) fn on_caller_hung_up(&mut self) {
        self.end(Status::Completed, EndReason::CallerHungUp);
    }

    /// The carrier goes on with what it was told to do when the stream breaks, so there is no hanging up.
    pub(crate) fn on_stream_lost(&mut self) {
        self.end(Status::Failed, EndReason::StreamLost);
    }

    pub(crate) fn on_shutdown(&mut self) {
        self.end_within(self.config.timings.shutdown_cap);
        if self.wrap_up(Status::Completed, EndReason::Shutdown) {
            self.end_last_words();
        }
    }

    pub(crate) fn on_duration_limit(&mut self) {
        self.end_within(self.config.timings.ending_cap);
        if self.wrap_up(Status::Timeout, EndReason::DurationLimit) {
            self.ask_for_last_words(|turn| Action::AskSummary { turn }, self.config.timings.summary);
        }
    }

    pub(crate) fn on_turn_limit(&mut self) {
        self.close(Status::Completed, EndReason::TurnLimit, self.config.phrases.turn_limit.clone());
        let request = |turn| Action::RequestHandoff { turn, reason: HandoffReason::TurnLimit };
        self.ask_for_last_words(request, self.config.timings.handoff);
    }

    pub(crate) fn on_ending_cap(&mut self) {
        match self.closing {
            Some(Closing { status, reason, .. }) => self.hang_up_as(status, reason),
            None => self.hang_up_as(Status::Timeout, EndReason::DurationLimit),
        }
    }

    /// The call ends after what is being said, unless the caller says more.
    pub(crate) fn close_after_farewell(&mut self, reason: EndReason) {
        self.closing = Some(Closing::after_farewell(reason));
        self.end_within(self.config.timings.farewell_cap);
    }

    /// The caller says more: a farewell does not end the call.
    pub(crate) fn stay_if_free_to(&mut self) {
        if self.closing.take_if(|closing| !closing.firm).is_some() {
            self.timers.stop(Timer::EndingCap);
        }
    }

    /// The agent said its last words, or will not: goodbye.
    pub(crate) fn end_last_words(&mut self) {
        self.timers.stop(Timer::AgentDeadline);
        self.say_when_free(self.config.phrases.wrap_up_goodbye.clone());
    }

    /// What was sent to be spoken is still played, then the apology, then the call ends.
    pub(crate) fn apologise_and_close(&mut self, status: Status, reason: EndReason) {
        self.close(status, reason, self.config.phrases.trouble.clone());
    }

    /// The last words were played, or there were none.
    pub(crate) fn end_if_closing(&mut self) {
        if let Some(Closing { status, reason, .. }) = self.closing {
            self.hang_up_as(status, reason);
        }
    }

    /// Ends the call at the carrier, whatever is still to be played.
    pub(crate) fn hang_up_as(&mut self, status: Status, reason: EndReason) {
        self.report_unfinished();
        self.act(Action::HangUp);
        self.end(status, reason);
    }

    /// Last words in place of whatever is being said; true if they are to be gone on with. A farewell that is being said
    /// serves as well.
    fn wrap_up(&mut self, status: Status, reason: EndReason) -> bool {
        if let Some(closing) = self.closing.as_mut() {
            closing.firm = true;
            self.stop_listening();
            return false;
        }
        self.cut_speech();
        self.close(status, reason, self.config.phrases.wrap_up.clone());
        true
    }

    /// The agent has a moment to say what came of the call, or where it goes on, if anything was said.
    fn ask_for_last_words(&mut self, question: impl FnOnce(TurnId) -> Action, patience: Duration) {
        let Some(turn) = self.turn_count.after_last() else { return self.end_last_words() };
        self.reply = Some(Reply::asked(turn, None));
        self.act(question(turn));
        self.timers.set(Timer::AgentDeadline, self.now + patience);
    }

    /// From here on only the last words count. The first reason to end a call stands.
    fn close(&mut self, status: Status, reason: EndReason, last_words: String) {
        if self.closing.is_some_and(|closing| closing.firm) {
            return;
        }
        self.closing = Some(Closing { status, reason, firm: true });
        self.end_within(self.config.timings.farewell_cap);
        self.stop_listening();
        self.cancel_turn();
        self.playout.drop_waiting();
        self.say(Line::phrase(last_words));
    }

    fn stop_listening(&mut self) {
        self.resume_speaking();
        self.drop_early();
        self.turns.close();
        self.overheard.clear();
        self.keypad.take();
        for timer in [Timer::Endpoint, Timer::UtteranceCap, Timer::WordsStalled, Timer::BargeInGate, Timer::Typing] {
            self.timers.stop(timer);
        }
    }

    fn end_within(&mut self, cap: Duration) {
        let latest = self.now + cap;
        let deadline = self.timers.get(Timer::EndingCap).map_or(latest, |earlier| earlier.min(latest));
        self.timers.set(Timer::EndingCap, deadline);
    }

    /// The outcome of a firm closing stands even if the caller or the line was faster.
    fn end(&mut self, status: Status, reason: EndReason) {
        self.report_unfinished();
        let (status, reason) = match self.closing {
            Some(Closing { status, reason, firm: true }) => (status, reason),
            _ => (status, reason),
        };
        self.act(Action::RecordOutcome(Outcome {
            status,
            reason,
            duration: self.now.since(CallTime::ZERO),
            turns: self.turn_count.used(),
            barge_ins: self.barge_in.count(),
        }));
        self.ended = true;
        self.playout.clear();
    }

    fn report_unfinished(&mut self) {
        self.drop_early();
        self.cancel_turn();
        if let Some(turn) = self.reply.take().as_ref().map(Reply::turn) {
            self.act(Action::ReportHeard { turn, text: self.playout.heard(), complete: false });
        }
    }
}
