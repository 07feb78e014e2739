//! Between wire messages and a conversation's types. What is malformed is named, and its value not repeated.

use std::str::FromStr;

use proto::{
    PhoneNumber,
    common::v1::Channel as WireChannel,
    conversation::v1::{
        self as wire, AgentEvent, CallEnded, CallStarted, CallStatus, EndReason, SessionOpened, Turn,
        agent_event::Event,
    },
    convert::to_wire_time,
    id::{CallSid, MalformedId},
};
use tonic::Status;

use crate::{
    agent::dialogue::{After, Channel, Expectation},
    session::{Ended, Figures, Session, Start},
    store::{self, CallRow, ProviderSwitch},
    turn::{Said, Utterance},
};

/// A provider's name: more characters are a mistake.
const PROVIDER_MAX: usize = 40;

pub fn start(started: CallStarted) -> Result<Start, Status> {
    let channel = match started.channel() {
        WireChannel::Phone => Channel::Phone,
        WireChannel::Web => Channel::Web,
        WireChannel::Unspecified => return Err(Status::invalid_argument("channel: missing")),
    };
    // A withheld number is not one; the call goes on without it.
    let caller = PhoneNumber::from_str(&started.caller_phone).ok();
    let call = match channel {
        Channel::Web => None,
        Channel::Phone => Some(CallRow {
            call_sid: id::<CallSid>(&started.call_sid)?.to_string(),
            stream_sid: started.stream_sid,
            caller: caller.clone(),
            stt_provider: provider(started.stt_provider, "stt_provider")?,
            tts_provider: provider(started.tts_provider, "tts_provider")?,
        }),
    };
    let resumes = if started.session_id.is_empty() { None } else { Some(id(&started.session_id)?) };
    Ok(Start { tenant: id(&started.tenant_id)?, channel, resumes, caller, call, trace_tools: started.trace_tools })
}

fn id<T: FromStr<Err = MalformedId>>(text: &str) -> Result<T, Status> {
    text.parse().map_err(|e: MalformedId| Status::invalid_argument(e.to_string()))
}

fn provider(name: String, field: &str) -> Result<String, Status> {
    if name.len() <= PROVIDER_MAX && !name.contains('\0') {
        Ok(name)
    } else {
        Err(Status::invalid_argument(format!("{field}: not a name")))
    }
}

pub fn opened(session: &Session) -> AgentEvent {
    event(Event::SessionOpened(SessionOpened {
        session_id: session.id.to_string(),
        greeting: session.business.greeting.clone(),
        // Nothing of a chat is recorded as sound.
        consent_sentence: match session.channel {
            Channel::Phone => session.business.consent_sentence.clone(),
            Channel::Web => String::new(),
        },
        takes_early_turns: true,
    }))
}

pub fn said(said: Said) -> AgentEvent {
    event(match said {
        Said::Tool { turn, name, arguments, result, at } => Event::ToolCalled(wire::ToolCalled {
            turn_id: turn,
            name: name.to_owned(),
            arguments_json: arguments.to_string(),
            result_json: result.to_string(),
            at: Some(to_wire_time(at)),
        }),
        Said::Sentence { turn, index, text } => Event::Sentence(wire::Sentence { turn_id: turn, index, text }),
        Said::RecordingDeclined { turn } => Event::RecordingDeclined(wire::RecordingDeclined { turn_id: turn }),
        Said::Completed { turn, expects, after, answered_by } => Event::TurnCompleted(wire::TurnCompleted {
            turn_id: turn,
            expects: expectation(expects).into(),
            directive: directive(after).into(),
            answered_by,
        }),
    })
}

const fn event(event: Event) -> AgentEvent {
    AgentEvent { event: Some(event) }
}

const fn directive(after: After) -> wire::Directive {
    match after {
        After::Listen => wire::Directive::Unspecified,
        After::HangUp => wire::Directive::HangUp,
        After::HandOff => wire::Directive::HandOff,
    }
}

const fn expectation(expects: Expectation) -> wire::Expectation {
    match expects {
        Expectation::Open => wire::Expectation::Open,
        Expectation::YesNo => wire::Expectation::YesNo,
        Expectation::Service => wire::Expectation::Service,
        Expectation::Date => wire::Expectation::Date,
        Expectation::Time => wire::Expectation::Time,
        Expectation::Name => wire::Expectation::Name,
        Expectation::Email => wire::Expectation::Email,
        Expectation::Phone => wire::Expectation::Phone,
    }
}

pub fn utterance(turn: Turn) -> Utterance {
    let goes_on = turn.continues_turn_id != 0;
    Utterance { turn: turn.turn_id, text: turn.text.into(), goes_on, early: turn.early }
}

/// None when it is malformed.
pub fn switch(switched: wire::ProviderSwitched) -> Option<ProviderSwitch> {
    let kind = match switched.kind() {
        wire::SpeechKind::Recognition => "recognition",
        wire::SpeechKind::Synthesis => "synthesis",
        wire::SpeechKind::Unspecified => return None,
    };
    let (from, to) = (provider(switched.from, "from").ok()?, provider(switched.to, "to").ok()?);
    Some(ProviderSwitch { kind, from, to })
}

pub fn ended(ended: &CallEnded) -> Ended {
    let status = match ended.status() {
        CallStatus::Failed => store::Status::Failed,
        CallStatus::Timeout => store::Status::Timeout,
        CallStatus::Completed | CallStatus::Unspecified => store::Status::Completed,
    };
    let (caller_left, reason) = match ended.reason() {
        EndReason::AgentHungUp => (false, "agent_hung_up"),
        EndReason::TurnLimit => (false, "turn_limit"),
        EndReason::HandedOff => (false, "handed_off"),
        EndReason::CallerHungUp | EndReason::Unspecified => (true, "caller_hung_up"),
        EndReason::Silence => (true, "silence"),
        EndReason::DurationLimit => (true, "duration_limit"),
        EndReason::StreamLost => (true, "stream_lost"),
        EndReason::SpeechFailed => (true, "speech_failed"),
        EndReason::ConversationLost => (true, "conversation_lost"),
        EndReason::Shutdown => (true, "shutdown"),
    };
    let figures = Figures { duration_ms: ended.duration_ms, turns: ended.turn_count, barge_ins: ended.barge_in_count };
    Ended { status, caller_left, broken: false, reason, figures: Some(figures) }
}
