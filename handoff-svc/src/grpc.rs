//! `HandoffService` on the wire: translates, and nothing else.

use proto::{
    ErrorKind, PhoneNumber, Private,
    convert::to_wire_time,
    handoff::v1::{self as wire, handoff_service_server::HandoffService},
    id::{MalformedId, TenantId},
};
use serde_json::Value;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::handoff::{
    Delivery, Handoff, NewHandoff, Reason,
    lifecycle::{HandoffError, Handoffs},
};

/// A conversation of twenty turns is a tenth of this.
const JSON_BYTES_MAX: usize = 64 * 1024;
/// The carrier's limit.
const TEXT_CHARACTERS_MAX: usize = 1_600;
const KEY_BYTES_MAX: usize = 200;

#[derive(Debug, Clone)]
pub struct Grpc {
    handoffs: Handoffs,
}

impl Grpc {
    pub fn new(handoffs: Handoffs) -> Self {
        Self { handoffs }
    }
}

#[tonic::async_trait]
impl HandoffService for Grpc {
    async fn start(&self, request: Request<wire::StartRequest>) -> Result<Response<wire::StartResponse>, Status> {
        let started = self.handoffs.start(&new_handoff(request.into_inner())?).await.map_err(status)?;
        Ok(Response::new(wire::StartResponse {
            token: started.token.reveal().to_owned(),
            expires_at: Some(to_wire_time(started.expires_at)),
            delivery: delivery(started.delivery).into(),
        }))
    }

    async fn claim(&self, request: Request<wire::ClaimRequest>) -> Result<Response<wire::Handoff>, Status> {
        let handoff = self.handoffs.claim(&request.get_ref().token).await.map_err(status)?;
        Ok(Response::new(to_wire(&handoff)))
    }

    async fn get(&self, request: Request<wire::GetRequest>) -> Result<Response<wire::Handoff>, Status> {
        let handoff = self.handoffs.look(&request.get_ref().token).await.map_err(status)?;
        Ok(Response::new(to_wire(&handoff)))
    }

    async fn send_text(
        &self,
        request: Request<wire::SendTextRequest>,
    ) -> Result<Response<wire::SendTextResponse>, Status> {
        let request = request.into_inner();
        let (tenant, phone) = (tenant(&request.tenant_id)?, phone(&request.phone_number)?);
        let characters = request.body.chars().count();
        if characters == 0 || characters > TEXT_CHARACTERS_MAX {
            return Err(malformed(format!("body: expected 1 to {TEXT_CHARACTERS_MAX} characters")));
        }
        let key = request.idempotency_key;
        if key.is_empty() || key.len() > KEY_BYTES_MAX {
            return Err(malformed(format!("idempotency_key: expected 1 to {KEY_BYTES_MAX} bytes")));
        }
        let sent = self.handoffs.send_text(tenant, &phone, &Private::new(request.body), &key).await;
        Ok(Response::new(wire::SendTextResponse { delivery: delivery(sent).into() }))
    }
}

fn tenant(id: &str) -> Result<TenantId, Status> {
    id.parse().map_err(|e: MalformedId| malformed(e.to_string()))
}

fn phone(number: &str) -> Result<PhoneNumber, Status> {
    number.parse().map_err(|e: proto::phone::NotE164| malformed(format!("phone_number: {e}")))
}

fn new_handoff(request: wire::StartRequest) -> Result<NewHandoff, Status> {
    Ok(NewHandoff {
        tenant: tenant(&request.tenant_id)?,
        voice_session: Uuid::parse_str(&request.voice_session_id)
            .map_err(|_| malformed("malformed voice_session_id: expected a UUID"))?,
        phone_number: phone(&request.phone_number)?,
        reason: reason(request.reason)?,
        conversation: json(&request.conversation_snapshot_json, "conversation_snapshot_json")?,
        booking_state: json(&request.booking_state_json, "booking_state_json")?,
    })
}

const fn delivery(delivery: Delivery) -> wire::Delivery {
    match delivery {
        Delivery::Sent => wire::Delivery::Sent,
        Delivery::Off => wire::Delivery::Off,
        Delivery::Limited => wire::Delivery::Limited,
        Delivery::Refused => wire::Delivery::Refused,
        Delivery::Failed => wire::Delivery::Failed,
        Delivery::Unclear => wire::Delivery::Unclear,
    }
}

fn reason(reason: i32) -> Result<Reason, Status> {
    match wire::HandoffReason::try_from(reason) {
        Ok(wire::HandoffReason::ManySlots) => Ok(Reason::ManySlots),
        Ok(wire::HandoffReason::EmailInput) => Ok(Reason::EmailInput),
        Ok(wire::HandoffReason::UserRequest) => Ok(Reason::UserRequest),
        Ok(wire::HandoffReason::Timeout) => Ok(Reason::Timeout),
        Ok(wire::HandoffReason::Unspecified) | Err(_) => Err(malformed("reason: missing")),
    }
}

/// Empty means an empty object.
fn json(text: &str, field: &str) -> Result<Private<Value>, Status> {
    if text.len() > JSON_BYTES_MAX {
        return Err(malformed(format!("{field}: longer than {JSON_BYTES_MAX} bytes")));
    }
    // PostgreSQL's jsonb cannot hold a zero character.
    if text.contains('\0') || text.contains("\\u0000") {
        return Err(malformed(format!("{field}: contains a zero character")));
    }
    let text = if text.trim().is_empty() { "{}" } else { text };
    serde_json::from_str(text).map(Private::new).map_err(|_| malformed(format!("{field}: not JSON")))
}

fn malformed(message: impl Into<String>) -> Status {
    ErrorKind::InvalidArgument.status(message)
}

fn to_wire(handoff: &Handoff) -> wire::Handoff {
    let reason = match handoff.reason {
        Reason::ManySlots => wire::HandoffReason::ManySlots,
        Reason::EmailInput => wire::HandoffReason::EmailInput,
        Reason::UserRequest => wire::HandoffReason::UserRequest,
        Reason::Timeout => wire::HandoffReason::Timeout,
    };
    wire::Handoff {
        tenant_id: handoff.tenant.to_string(),
        voice_session_id: handoff.voice_session.to_string(),
        reason: reason.into(),
        conversation_snapshot_json: handoff.conversation.reveal().to_string(),
        booking_state_json: handoff.booking_state.reveal().to_string(),
        expires_at: Some(to_wire_time(handoff.expires_at)),
    }
}

fn status(error: HandoffError) -> Status {
    let kind = error.kind();
    if kind == ErrorKind::Internal || kind == ErrorKind::Unavailable {
        tracing::error!(%error, "request failed");
        return kind.status("the handoff service could not answer: try again");
    }
    kind.status(error.to_string())
}
