//! The tool that hands a conversation over to the web: to the handoff service, with what was said and what is known.
//!
//! It is tried once: the service tries the carrier as often as there is time, and a second handoff would be a second text
//! message.

use std::time::Duration;

use proto::handoff::v1 as wire;
use tonic::Request;

use crate::{
    agent::dialogue::{
        Dialogue, ToolAnswer,
        handing_off::{self, HandoffReason},
    },
    session::Session,
};

/// More than the service gives the carrier, and less than a caller is kept waiting at the end of a call.
const DEADLINE: Duration = Duration::from_secs(6);

/// [`ToolAnswer::HandedOff`], whatever happens: without a message the caller is told where to go.
pub async fn start(session: &Session, dialogue: &Dialogue<'_>, reason: HandoffReason) -> ToolAnswer {
    let outcome = tokio::time::timeout(DEADLINE, once(session, dialogue, reason)).await.unwrap_or("no_answer");
    metrics::counter!("conversation_handoffs_total", "reason" => reason.as_str(), "outcome" => outcome).increment(1);
    ToolAnswer::HandedOff { sent: outcome == "sent" }
}

async fn once(session: &Session, dialogue: &Dialogue<'_>, reason: HandoffReason) -> &'static str {
    // What the caller dictated may be another's: a message goes to the line that called, or to nobody.
    let Some(caller) = &session.caller else { return "number_withheld" };
    let call = match session.voice_session().await {
        Ok(Some(call)) => call,
        Ok(None) => return "no_call",
        Err(error) => {
            tracing::error!(%error, session = %session.id, "looking for the call");
            return "no_call";
        }
    };
    let request = wire::StartRequest {
        tenant_id: session.tenant.to_string(),
        voice_session_id: call.to_string(),
        phone_number: caller.reveal().to_owned(),
        reason: to_wire(reason).into(),
        conversation_snapshot_json: handing_off::conversation(&session.state).to_string(),
        booking_state_json: handing_off::booking_state(dialogue, &session.state).to_string(),
    };
    match session.handoffs.clone().start(Request::new(request)).await {
        Ok(started) => match started.get_ref().delivery() {
            wire::Delivery::Sent => "sent",
            wire::Delivery::Off | wire::Delivery::Unspecified => "off",
            wire::Delivery::Limited => "limited",
            wire::Delivery::Refused => "refused",
            wire::Delivery::Failed | wire::Delivery::Unclear => "failed",
        },
        Err(status) => {
            // The message may repeat what was sent; the code says enough.
            tracing::warn!(code = ?status.code(), session = %session.id, "a handoff was not started");
            "not_started"
        }
    }
}

const fn to_wire(reason: HandoffReason) -> wire::HandoffReason {
    match reason {
        HandoffReason::ManySlots => wire::HandoffReason::ManySlots,
        HandoffReason::EmailInput => wire::HandoffReason::EmailInput,
        HandoffReason::UserRequest => wire::HandoffReason::UserRequest,
        HandoffReason::Timeout => wire::HandoffReason::Timeout,
    }
}
