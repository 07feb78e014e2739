//! The one table of tools: carries a tool call of the agent to the booking service and its answer back.
//!
//! Every call that changes something has an idempotency key made of the session and of what it is about, so that a
//! retry, here or by a caller's impatience, has one effect.

use std::time::Duration;

use jiff::Timestamp;
use proto::{
    ErrorKind,
    booking::v1::{
        self as wire, book_request, book_response, booking_service_client::BookingServiceClient, cancel_response,
        place_hold_response, reschedule_response,
    },
    common::v1 as common,
    convert::{from_wire_time, to_wire_time},
    id::{HoldId, MalformedId, ServiceId, SessionId, TenantId},
};
use serde_json::{Value, json};
use tonic::{Request, Status, transport::Channel as Transport};

use crate::agent::dialogue::{
    Channel, ToolAnswer, ToolCall,
    tool::{Appointment, Contact, Hold, Reason, Refusal, Segment, ServiceChoice, Slot},
};

/// One try. A booking's own retries end within about 1.5 s.
const DEADLINE: Duration = Duration::from_millis(2_500);
/// Waits between the tries of a call that met a passing fault; then the agent says so.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// Slots asked for at once: enough for a month of choices to be thinned to three.
const SLOTS_MAX: u32 = 300;
/// Appointments of one client that are looked through.
const APPOINTMENTS_MAX: u32 = 20;

/// The tools of one session.
#[derive(Clone)]
pub struct Tools {
    booking: BookingServiceClient<Transport>,
    tenant: TenantId,
    session: SessionId,
    channel: Channel,
}

impl Tools {
    pub fn new(
        booking: BookingServiceClient<Transport>,
        tenant: TenantId,
        session: SessionId,
        channel: Channel,
    ) -> Self {
        Self { booking, tenant, session, channel }
    }

    /// Carries out a call of turn `turn`; a fault that lasts becomes [`ToolAnswer::Failed`].
    pub async fn carry_out(&self, turn: u32, call: &ToolCall) -> ToolAnswer {
        let mut pauses = PAUSES.iter();
        loop {
            let tried = match tokio::time::timeout(DEADLINE, self.once(turn, call)).await {
                Ok(tried) => tried,
                Err(_) => Err(Status::deadline_exceeded("no answer in time")),
            };
            let status = match tried {
                Ok(answer) => return answer,
                Err(status) => status,
            };
            metrics::counter!("conversation_tool_failures_total", "tool" => call.name()).increment(1);
            match pauses.next().filter(|_| ErrorKind::of_grpc(status.code()).is_transient()) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => {
                    // The message may repeat what was sent; the code says enough.
                    tracing::warn!(tool = call.name(), code = ?status.code(), session = %self.session, "tool failed");
                    return ToolAnswer::Failed;
                }
            }
        }
    }

    /// Ends one hold; true when the booking service said so.
    pub async fn release_hold(&self, hold: HoldId) -> bool {
        let request = self.release(hold.to_string());
        matches!(tokio::time::timeout(DEADLINE, self.booking.clone().release_hold(request)).await, Ok(Ok(_)))
    }

    async fn once(&self, turn: u32, call: &ToolCall) -> Result<ToolAnswer, Status> {
        let mut booking = self.booking.clone();
        match call {
            ToolCall::FindSlots { service, staff, from, to, moving, further } => {
                let request = wire::FindSlotsRequest {
                    tenant_id: self.tenant.to_string(),
                    service_id: service.to_string(),
                    staff_id: staff.map(|s| s.to_string()).unwrap_or_default(),
                    from: Some(to_wire_time(*from)),
                    to: Some(to_wire_time(*to)),
                    limit: SLOTS_MAX,
                    session_id: self.session.to_string(),
                    moving_appointment_id: moving.map(|a| a.to_string()).unwrap_or_default(),
                    further_services: further.iter().map(choice).collect(),
                };
                let found = booking.find_slots(Request::new(request)).await?.into_inner();
                let slots = found.slots.into_iter().map(slot).collect::<Result<_, _>>()?;
                Ok(ToolAnswer::Slots { slots, none_because: found.none_because.map(refusal).transpose()? })
            }
            ToolCall::PlaceHold { service, staff, start, further } => {
                let request = wire::PlaceHoldRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: self.session.to_string(),
                    channel: self.wire_channel(),
                    idempotency_key: format!(
                        "hold:{}:{turn}:{service}{}:{}",
                        self.session,
                        and_more(further),
                        start.as_second()
                    ),
                    service_id: service.to_string(),
                    staff_id: staff.map(|s| s.to_string()).unwrap_or_default(),
                    start: Some(to_wire_time(*start)),
                    further_services: further.iter().map(choice).collect(),
                };
                match booking.place_hold(Request::new(request)).await?.into_inner().outcome {
                    Some(place_hold_response::Outcome::Hold(hold)) => {
                        let slot = slot(hold.slot.ok_or_else(|| missing("the hold's slot"))?)?;
                        Ok(ToolAnswer::Held(Hold { id: id(&hold.hold_id)?, slot }))
                    }
                    Some(place_hold_response::Outcome::Refusal(no)) => Ok(ToolAnswer::Refused(refusal(no)?)),
                    None => Err(missing("the outcome")),
                }
            }
            ToolCall::ReleaseHold { hold } => {
                booking.release_hold(self.release(hold.to_string())).await?;
                Ok(ToolAnswer::Released)
            }
            ToolCall::Book { hold, client } => {
                let request = wire::BookRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: self.session.to_string(),
                    channel: self.wire_channel(),
                    // One hold becomes one appointment, in whatever turn.
                    idempotency_key: format!("book:{}:{hold}", self.session),
                    what: Some(book_request::What::HoldId(hold.to_string())),
                    client: Some(wire::Client {
                        name: client.name.clone(),
                        email: client.email.clone(),
                        phone: client.phone.clone(),
                    }),
                    notes: String::new(),
                };
                match booking.book(Request::new(request)).await?.into_inner().outcome {
                    Some(book_response::Outcome::Appointment(made)) => Ok(ToolAnswer::Booked(appointment(made)?)),
                    Some(book_response::Outcome::Refusal(no)) => Ok(ToolAnswer::Refused(refusal(no)?)),
                    None => Err(missing("the outcome")),
                }
            }
            ToolCall::FindAppointments { contact } => {
                let (phone, email) = match contact {
                    Contact::Phone(number) => (number.clone(), String::new()),
                    Contact::Email(address) => (String::new(), address.clone()),
                };
                let tenant_id = self.tenant.to_string();
                let request = wire::FindAppointmentsRequest {
                    tenant_id,
                    phone,
                    email,
                    limit: APPOINTMENTS_MAX,
                    ..Default::default()
                };
                let found = booking.find_appointments(Request::new(request)).await?.into_inner();
                let appointments = found.appointments.into_iter().map(appointment).collect::<Result<_, _>>()?;
                Ok(ToolAnswer::Appointments(appointments))
            }
            ToolCall::Reschedule { appointment: of, version, start, staff } => {
                let staff = staff.map(|s| s.to_string()).unwrap_or_default();
                let request = wire::RescheduleRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: self.session.to_string(),
                    channel: self.wire_channel(),
                    // One version is moved to one place once, in whatever turn.
                    idempotency_key: format!("move:{}:{of}:{version}:{}:{staff}", self.session, start.as_second()),
                    appointment_id: of.to_string(),
                    expected_version: *version,
                    start: Some(to_wire_time(*start)),
                    staff_id: staff,
                    any_staff: false,
                };
                match booking.reschedule(Request::new(request)).await?.into_inner().outcome {
                    Some(reschedule_response::Outcome::Appointment(moved)) => {
                        Ok(ToolAnswer::Moved(appointment(moved)?))
                    }
                    Some(reschedule_response::Outcome::Refusal(no)) => Ok(ToolAnswer::Refused(refusal(no)?)),
                    None => Err(missing("the outcome")),
                }
            }
            ToolCall::Cancel { appointment: of, version } => {
                let request = wire::CancelRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: self.session.to_string(),
                    channel: self.wire_channel(),
                    idempotency_key: format!("cancel:{}:{of}:{version}", self.session),
                    appointment_id: of.to_string(),
                    expected_version: *version,
                };
                match booking.cancel(Request::new(request)).await?.into_inner().outcome {
                    Some(cancel_response::Outcome::Appointment(cancelled)) => {
                        Ok(ToolAnswer::Cancelled(appointment(cancelled)?))
                    }
                    Some(cancel_response::Outcome::Refusal(no)) => Ok(ToolAnswer::Refused(refusal(no)?)),
                    None => Err(missing("the outcome")),
                }
            }
            // Not of the booking service.
            ToolCall::StartHandoff { .. } => Err(Status::unimplemented("not of the booking service")),
        }
    }

    fn release(&self, hold_id: String) -> Request<wire::ReleaseHoldRequest> {
        Request::new(wire::ReleaseHoldRequest {
            tenant_id: self.tenant.to_string(),
            session_id: self.session.to_string(),
            channel: self.wire_channel(),
            hold_id,
        })
    }

    fn wire_channel(&self) -> i32 {
        match self.channel {
            Channel::Phone => common::Channel::Phone.into(),
            Channel::Web => common::Channel::Web.into(),
        }
    }
}

fn missing(what: &str) -> Status {
    Status::internal(format!("the booking service left out {what}"))
}

fn id<T: std::str::FromStr<Err = MalformedId>>(text: &str) -> Result<T, Status> {
    text.parse().map_err(|e: MalformedId| Status::internal(e.to_string()))
}

fn choice(of: &ServiceChoice) -> wire::ServiceChoice {
    let staff_id = of.staff.map(|s| s.to_string()).unwrap_or_default();
    wire::ServiceChoice { service_id: of.service.to_string(), staff_id }
}

/// Short enough for a key, and different for other services: an id ends at random.
fn and_more(further: &[ServiceChoice]) -> String {
    let end = |id: String| id.chars().rev().take(8).collect::<String>();
    further.iter().map(|choice| format!("+{}", end(choice.service.to_string()))).collect()
}

fn slot(slot: wire::Slot) -> Result<Slot, Status> {
    let time = |at: Option<prost_types::Timestamp>| -> Result<Timestamp, Status> { Ok(from_wire_time(at.as_ref())?) };
    let segment = |of: wire::Segment| -> Result<Segment, Status> {
        Ok(Segment { service: id(&of.service_id)?, staff: id(&of.staff_id)?, staff_name: of.staff_name })
    };
    Ok(Slot {
        start: time(slot.start)?,
        end: time(slot.end)?,
        staff: id(&slot.staff_id)?,
        staff_name: slot.staff_name,
        further: slot.further.into_iter().map(segment).collect::<Result<_, _>>()?,
    })
}

fn appointment(of: wire::Appointment) -> Result<Appointment, Status> {
    Ok(Appointment {
        id: id(&of.appointment_id)?,
        version: of.version,
        service: id(&of.service_id)?,
        slot: slot(of.slot.ok_or_else(|| missing("the appointment's slot"))?)?,
        client_name: of.client.map(|client| client.name).unwrap_or_default(),
    })
}

fn refusal(no: wire::Refusal) -> Result<Refusal, Status> {
    let reason = match no.reason() {
        wire::RefusalReason::Closed => Reason::Closed,
        wire::RefusalReason::StaffAway => Reason::StaffAway,
        wire::RefusalReason::CalendarUnknown => Reason::CalendarUnknown,
        wire::RefusalReason::TooSoon => Reason::TooSoon,
        wire::RefusalReason::TooFar => Reason::TooFar,
        wire::RefusalReason::OffGrid => Reason::OffGrid,
        wire::RefusalReason::UnknownService => Reason::UnknownService,
        wire::RefusalReason::UnknownStaff => Reason::UnknownStaff,
        wire::RefusalReason::HoldExpired => Reason::HoldExpired,
        wire::RefusalReason::UnknownAppointment => Reason::UnknownAppointment,
        wire::RefusalReason::ChangedMeanwhile => Reason::ChangedMeanwhile,
        wire::RefusalReason::AlreadyCancelled => Reason::AlreadyCancelled,
        wire::RefusalReason::TooLate => Reason::TooLate { notice_min: no.change_notice_minutes },
        wire::RefusalReason::Taken | wire::RefusalReason::Unspecified => Reason::Taken,
    };
    Ok(Refusal { reason, alternatives: no.alternatives.into_iter().map(slot).collect::<Result<_, _>>()? })
}

/// A call's arguments for a trace that the conversation's own side asked for.
pub fn arguments(call: &ToolCall) -> Value {
    match call {
        ToolCall::FindSlots { service, staff, from, to, moving, further } => json!({
            "service_id": service, "staff_id": staff, "from": from.to_string(), "to": to.to_string(),
            "moving_appointment_id": moving, "further_service_ids": services_of(further),
        }),
        ToolCall::PlaceHold { service, staff, start, further } => json!({
            "service_id": service, "staff_id": staff, "start": start.to_string(),
            "further_service_ids": services_of(further),
        }),
        ToolCall::ReleaseHold { hold } => json!({ "hold_id": hold }),
        ToolCall::Book { hold, client } => {
            json!({ "hold_id": hold, "client": { "name": client.name, "email": client.email, "phone": client.phone } })
        }
        ToolCall::FindAppointments { contact: Contact::Phone(phone) } => json!({ "phone": phone }),
        ToolCall::FindAppointments { contact: Contact::Email(email) } => json!({ "email": email }),
        ToolCall::Reschedule { appointment, version, start, staff } => json!({
            "appointment_id": appointment, "expected_version": version, "start": start.to_string(), "staff_id": staff,
        }),
        ToolCall::Cancel { appointment, version } => {
            json!({ "appointment_id": appointment, "expected_version": version })
        }
        ToolCall::StartHandoff { reason } => json!({ "reason": reason }),
    }
}

fn services_of(further: &[ServiceChoice]) -> Vec<ServiceId> {
    further.iter().map(|choice| choice.service).collect()
}

/// An answer for the same trace.
pub fn result(answer: &ToolAnswer) -> Value {
    match answer {
        ToolAnswer::Slots { slots, none_because } => {
            json!({ "slots": slots.len(), "none_because": none_because.as_ref().map(refused) })
        }
        ToolAnswer::Held(hold) => {
            json!({ "hold_id": hold.id, "start": hold.slot.start.to_string(), "staff": hold.slot.staff_name })
        }
        ToolAnswer::Released => json!({ "released": true }),
        ToolAnswer::Booked(appointment) => shown(appointment),
        ToolAnswer::Appointments(found) => json!({ "appointments": found.iter().map(shown).collect::<Vec<_>>() }),
        ToolAnswer::Moved(appointment) => json!({ "moved": shown(appointment) }),
        ToolAnswer::Cancelled(appointment) => json!({ "cancelled": shown(appointment) }),
        ToolAnswer::Refused(no) => json!({ "refused": refused(no) }),
        ToolAnswer::HandedOff { sent } => json!({ "sent": sent }),
        ToolAnswer::Failed => json!({ "failed": true }),
    }
}

fn shown(appointment: &Appointment) -> Value {
    let Appointment { id, version, slot, .. } = appointment;
    json!({ "appointment_id": id, "version": version, "start": slot.start.to_string(), "staff": slot.staff_name })
}

fn refused(no: &Refusal) -> Value {
    let alternatives: Vec<String> = no.alternatives.iter().map(|s| s.start.to_string()).collect();
    json!({ "reason": format!("{:?}", no.reason), "alternatives": alternatives })
}
