//! Translates between the conversation service's stream and the core: one function for each message, no decisions.

use call::{Event, TurnId};
use proto::conversation::v1::{
    AgentEvent, CallEnded, CancelTurn, ConfirmTurn, HandoffReason, HandoffRequested, Heard, SessionOpened,
    SummaryWanted, Turn, agent_event, caller_event::Event as ToAgent,
};

/// What the conversation service sent.
#[derive(Debug)]
pub enum FromAgent {
    /// For the core.
    Event(Event),
    SessionOpened(SessionOpened),
    RecordingDeclined,
    /// Nothing that a call needs.
    Ignored,
}

/// `None` is the end of the stream, which a call does not expect.
pub fn from_agent(sent: Option<AgentEvent>) -> FromAgent {
    let Some(AgentEvent { event }) = sent else { return FromAgent::Event(Event::ConversationLost) };
    match event {
        Some(agent_event::Event::SessionOpened(opened)) => FromAgent::SessionOpened(opened),
        Some(agent_event::Event::Sentence(sentence)) => {
            FromAgent::Event(Event::Sentence { turn: TurnId::new(sentence.turn_id), text: sentence.text })
        }
        Some(agent_event::Event::TurnCompleted(done)) => FromAgent::Event(Event::ReplyCompleted {
            turn: TurnId::new(done.turn_id),
            expects: expectation(done.expects()),
            directive: directive(done.directive()),
        }),
        Some(agent_event::Event::RecordingDeclined(_)) => FromAgent::RecordingDeclined,
        Some(agent_event::Event::ToolCalled(_)) | None => FromAgent::Ignored,
    }
}

pub fn turn(turn: TurnId, text: String, continues: Option<TurnId>) -> ToAgent {
    let continues_turn_id = continues.map_or(0, TurnId::number);
    ToAgent::Turn(Turn { turn_id: turn.number(), text, continues_turn_id, early: false })
}

pub fn early_turn(turn: TurnId, text: String, continues: Option<TurnId>) -> ToAgent {
    let continues_turn_id = continues.map_or(0, TurnId::number);
    ToAgent::Turn(Turn { turn_id: turn.number(), text, continues_turn_id, early: true })
}

pub fn confirm(turn: TurnId) -> ToAgent {
    ToAgent::ConfirmTurn(ConfirmTurn { turn_id: turn.number() })
}

pub fn summary(turn: TurnId) -> ToAgent {
    ToAgent::SummaryWanted(SummaryWanted { turn_id: turn.number() })
}

pub fn handoff(turn: TurnId, reason: call::HandoffReason) -> ToAgent {
    let reason = match reason {
        call::HandoffReason::TurnLimit => HandoffReason::TurnLimit,
    };
    ToAgent::HandoffRequested(HandoffRequested { reason: reason.into(), turn_id: turn.number() })
}

pub fn cancel(turn: TurnId) -> ToAgent {
    ToAgent::CancelTurn(CancelTurn { turn_id: turn.number() })
}

pub fn heard(turn: TurnId, text: String, complete: bool) -> ToAgent {
    ToAgent::Heard(Heard { turn_id: turn.number(), text, complete })
}

pub fn call_ended(outcome: &call::Outcome) -> ToAgent {
    use proto::conversation::v1::{CallStatus, EndReason};
    let status = match outcome.status {
        call::Status::Completed => CallStatus::Completed,
        call::Status::Failed => CallStatus::Failed,
        call::Status::Timeout => CallStatus::Timeout,
    };
    let reason = match outcome.reason {
        call::EndReason::CallerHungUp => EndReason::CallerHungUp,
        call::EndReason::AgentHungUp => EndReason::AgentHungUp,
        call::EndReason::Silence => EndReason::Silence,
        call::EndReason::DurationLimit => EndReason::DurationLimit,
        call::EndReason::TurnLimit => EndReason::TurnLimit,
        call::EndReason::HandedOff => EndReason::HandedOff,
        call::EndReason::StreamLost => EndReason::StreamLost,
        call::EndReason::SpeechFailed => EndReason::SpeechFailed,
        call::EndReason::ConversationLost => EndReason::ConversationLost,
        call::EndReason::Shutdown => EndReason::Shutdown,
    };
    ToAgent::CallEnded(CallEnded {
        status: status.into(),
        reason: reason.into(),
        duration_ms: u64::try_from(outcome.duration.as_millis()).unwrap_or(u64::MAX),
        turn_count: outcome.turns,
        barge_in_count: outcome.barge_ins,
    })
}

fn expectation(expects: proto::conversation::v1::Expectation) -> call::Expectation {
    use proto::conversation::v1::Expectation as Wire;
    match expects {
        Wire::Unspecified | Wire::Open => call::Expectation::Open,
        Wire::YesNo => call::Expectation::YesNo,
        Wire::Service => call::Expectation::Service,
        Wire::Date => call::Expectation::Date,
        Wire::Time => call::Expectation::Time,
        Wire::Name => call::Expectation::Name,
        Wire::Email => call::Expectation::Email,
        Wire::Phone => call::Expectation::Phone,
    }
}

fn directive(directive: proto::conversation::v1::Directive) -> call::Directive {
    use proto::conversation::v1::Directive as Wire;
    match directive {
        Wire::Unspecified => call::Directive::Listen,
        Wire::HangUp => call::Directive::HangUp,
        Wire::HandOff => call::Directive::HandOff,
    }
}
