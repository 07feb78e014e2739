//! A booking service that answers from the scripts' world.

use std::sync::Arc;

use conversation_svc::agent::dialogue::tool::{
    Appointment, Client, Contact, Hold, Reason, Refusal, Segment, ServiceChoice, Slot, ToolAnswer, ToolCall,
};
use proto::{
    booking::v1::{
        self as booking, book_request, book_response, booking_service_server::BookingService, cancel_response,
        place_hold_response, reschedule_response,
    },
    common::v1::LocalTimeRange,
    convert::{from_wire_time, to_wire_date, to_wire_time},
};
use tokio::sync::Mutex;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::Gate;
use crate::world::World;

pub(super) struct Booking {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) gate: Arc<Gate>,
}

fn wire_slot(slot: &Slot) -> booking::Slot {
    booking::Slot {
        start: Some(to_wire_time(slot.start)),
        end: Some(to_wire_time(slot.end)),
        staff_id: slot.staff.to_string(),
        staff_name: slot.staff_name.clone(),
        further: slot.further.iter().map(wire_segment).collect(),
    }
}

fn wire_segment(of: &Segment) -> booking::Segment {
    booking::Segment {
        service_id: of.service.to_string(),
        staff_id: of.staff.to_string(),
        staff_name: of.staff_name.clone(),
        ..Default::default()
    }
}

fn wire_appointment(made: &Appointment) -> booking::Appointment {
    booking::Appointment {
        appointment_id: made.id.to_string(),
        version: made.version,
        service_id: made.service.to_string(),
        slot: Some(wire_slot(&made.slot)),
        client: Some(booking::Client { name: made.client_name.clone(), ..Default::default() }),
        ..Default::default()
    }
}

fn wire_refusal(no: &Refusal) -> booking::Refusal {
    let reason = match no.reason {
        Reason::Closed => booking::RefusalReason::Closed,
        Reason::ChangedMeanwhile => booking::RefusalReason::ChangedMeanwhile,
        Reason::TooLate { .. } => booking::RefusalReason::TooLate,
        _ => booking::RefusalReason::Taken,
    };
    booking::Refusal {
        reason: reason.into(),
        detail: String::new(),
        alternatives: no.alternatives.iter().map(wire_slot).collect(),
        ..booking::Refusal::default()
    }
}

fn optional<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn choices(further: Vec<booking::ServiceChoice>) -> Vec<ServiceChoice> {
    let choice = |of: booking::ServiceChoice| ServiceChoice {
        service: optional(&of.service_id).expect("a service"),
        staff: optional(&of.staff_id),
    };
    further.into_iter().map(choice).collect()
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl BookingService for Booking {
    type LeaseStream = ReceiverStream<Result<booking::LeaseResponse, Status>>;

    async fn resolve_number(&self, _: Request<booking::ResolveNumberRequest>) -> Answer<booking::Tenant> {
        Err(Status::unimplemented("not of these tests"))
    }

    async fn get_tenant(&self, _: Request<booking::GetTenantRequest>) -> Answer<booking::Tenant> {
        let business = self.world.lock().await.business.clone();
        Ok(Response::new(booking::Tenant {
            tenant_id: business.tenant.to_string(),
            name: business.name,
            time_zone: "America/New_York".to_owned(),
            greeting: business.greeting,
            address: business.address,
            web_address: business.web_address,
            phone_numbers: vec![business.phone],
            ..Default::default()
        }))
    }

    async fn list_services(&self, _: Request<booking::ListServicesRequest>) -> Answer<booking::ListServicesResponse> {
        let business = self.world.lock().await.business.clone();
        let ranges = |open: &[conversation_svc::agent::business::OpenRange]| -> Vec<LocalTimeRange> {
            open.iter().map(|r| LocalTimeRange { start_minute: r.start, end_minute: r.end }).collect()
        };
        Ok(Response::new(booking::ListServicesResponse {
            services: business
                .services
                .iter()
                .map(|s| booking::Service {
                    service_id: s.id.to_string(),
                    name: s.name.clone(),
                    synonyms: s.synonyms.clone(),
                    duration_minutes: s.minutes,
                    price: None,
                    staff_ids: s.staff.iter().map(ToString::to_string).collect(),
                    description: String::new(),
                })
                .collect(),
            staff: business
                .staff
                .iter()
                .map(|s| booking::Staff { staff_id: s.id.to_string(), name: s.name.clone() })
                .collect(),
            opening_days: (1..)
                .zip(&business.week)
                .map(|(weekday, open)| booking::OpeningDay { weekday, open: ranges(open) })
                .collect(),
            date_exceptions: business
                .exceptions
                .iter()
                .map(|(date, open)| booking::DateException {
                    date: Some(to_wire_date(*date)),
                    open: ranges(open),
                    reason: String::new(),
                })
                .collect(),
        }))
    }

    async fn find_slots(&self, request: Request<booking::FindSlotsRequest>) -> Answer<booking::FindSlotsResponse> {
        let request = request.into_inner();
        let call = ToolCall::FindSlots {
            service: optional(&request.service_id).expect("a service"),
            staff: optional(&request.staff_id),
            from: from_wire_time(request.from.as_ref())?,
            to: from_wire_time(request.to.as_ref())?,
            moving: optional(&request.moving_appointment_id),
            further: choices(request.further_services),
        };
        match self.world.lock().await.answer(call) {
            ToolAnswer::Slots { slots, none_because } => Ok(Response::new(booking::FindSlotsResponse {
                slots: slots.iter().map(wire_slot).collect(),
                none_because: none_because.as_ref().map(wire_refusal),
            })),
            _ => Err(Status::unavailable("away")),
        }
    }

    async fn explain(&self, _: Request<booking::ExplainRequest>) -> Answer<booking::ExplainResponse> {
        Err(Status::unimplemented("not of these tests"))
    }

    async fn place_hold(&self, request: Request<booking::PlaceHoldRequest>) -> Answer<booking::PlaceHoldResponse> {
        let request = request.into_inner();
        assert!(!request.idempotency_key.is_empty());
        let call = ToolCall::PlaceHold {
            service: optional(&request.service_id).expect("a service"),
            staff: optional(&request.staff_id),
            start: from_wire_time(request.start.as_ref())?,
            further: choices(request.further_services),
        };
        let outcome = match self.world.lock().await.answer(call) {
            ToolAnswer::Held(Hold { id, slot }) => place_hold_response::Outcome::Hold(booking::Hold {
                hold_id: id.to_string(),
                slot: Some(wire_slot(&slot)),
                service_id: request.service_id,
                expires_at: None,
            }),
            ToolAnswer::Refused(no) => place_hold_response::Outcome::Refusal(wire_refusal(&no)),
            _ => return Err(Status::unavailable("away")),
        };
        Ok(Response::new(booking::PlaceHoldResponse { outcome: Some(outcome) }))
    }

    async fn release_hold(
        &self,
        request: Request<booking::ReleaseHoldRequest>,
    ) -> Answer<booking::ReleaseHoldResponse> {
        let mut world = self.world.lock().await;
        let before = world.holds.len();
        match optional(&request.get_ref().hold_id) {
            Some(id) => {
                world.holds.remove(&id);
            }
            None => world.holds.clear(),
        }
        let released = u32::try_from(before - world.holds.len()).unwrap_or(0);
        Ok(Response::new(booking::ReleaseHoldResponse { released }))
    }

    async fn book(&self, request: Request<booking::BookRequest>) -> Answer<booking::BookResponse> {
        let request = request.into_inner();
        if self.gate.closed.load(std::sync::atomic::Ordering::SeqCst) {
            self.gate.waits.notify_one();
            self.gate.go.notified().await;
        }
        let Some(book_request::What::HoldId(hold)) = request.what else {
            return Err(Status::invalid_argument("a hold"));
        };
        let client = request.client.unwrap_or_default();
        let client = Client { name: client.name, email: client.email, phone: client.phone };
        let outcome =
            match self.world.lock().await.answer(ToolCall::Book { hold: optional(&hold).expect("a hold"), client }) {
                ToolAnswer::Booked(made) => book_response::Outcome::Appointment(wire_appointment(&made)),
                ToolAnswer::Refused(no) => book_response::Outcome::Refusal(wire_refusal(&no)),
                _ => return Err(Status::unavailable("away")),
            };
        Ok(Response::new(booking::BookResponse { outcome: Some(outcome) }))
    }

    async fn find_appointments(
        &self,
        request: Request<booking::FindAppointmentsRequest>,
    ) -> Answer<booking::FindAppointmentsResponse> {
        let request = request.into_inner();
        let contact =
            if request.phone.is_empty() { Contact::Email(request.email) } else { Contact::Phone(request.phone) };
        match self.world.lock().await.answer(ToolCall::FindAppointments { contact }) {
            ToolAnswer::Appointments(found) => Ok(Response::new(booking::FindAppointmentsResponse {
                appointments: found.iter().map(wire_appointment).collect(),
            })),
            _ => Err(Status::unavailable("away")),
        }
    }

    async fn reschedule(&self, request: Request<booking::RescheduleRequest>) -> Answer<booking::RescheduleResponse> {
        let request = request.into_inner();
        assert!(!request.idempotency_key.is_empty());
        let call = ToolCall::Reschedule {
            appointment: optional(&request.appointment_id).expect("an appointment"),
            version: request.expected_version,
            start: from_wire_time(request.start.as_ref())?,
            staff: optional(&request.staff_id),
        };
        let outcome = match self.world.lock().await.answer(call) {
            ToolAnswer::Moved(moved) => reschedule_response::Outcome::Appointment(wire_appointment(&moved)),
            ToolAnswer::Refused(no) => reschedule_response::Outcome::Refusal(wire_refusal(&no)),
            _ => return Err(Status::unavailable("away")),
        };
        Ok(Response::new(booking::RescheduleResponse { outcome: Some(outcome) }))
    }

    async fn cancel(&self, request: Request<booking::CancelRequest>) -> Answer<booking::CancelResponse> {
        let request = request.into_inner();
        assert!(!request.idempotency_key.is_empty());
        let call = ToolCall::Cancel {
            appointment: optional(&request.appointment_id).expect("an appointment"),
            version: request.expected_version,
        };
        let outcome = match self.world.lock().await.answer(call) {
            ToolAnswer::Cancelled(cancelled) => cancel_response::Outcome::Appointment(wire_appointment(&cancelled)),
            ToolAnswer::Refused(no) => cancel_response::Outcome::Refusal(wire_refusal(&no)),
            _ => return Err(Status::unavailable("away")),
        };
        Ok(Response::new(booking::CancelResponse { outcome: Some(outcome) }))
    }

    async fn lease(&self, _: Request<Streaming<booking::LeaseRequest>>) -> Answer<Self::LeaseStream> {
        Err(Status::unimplemented("not of these tests"))
    }
}
