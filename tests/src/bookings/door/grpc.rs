//! The door of the other services.

use std::{net::SocketAddr, time::Duration};

use proto::{
    booking::v1::{
        self as wire, AppointmentStatus, RefusalReason, book_request::What, book_response,
        booking_service_client::BookingServiceClient, cancel_response, place_hold_response, reschedule_response,
    },
    common::v1::Channel as WireChannel,
    convert::{from_wire_time, to_wire_time},
};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use super::{Answer, instant};
use crate::bookings::journal::{Request, Said, Told, Visit, Wanted};

/// Nothing takes as long unless the service is gone.
const ANSWER_MAX: Duration = Duration::from_secs(8);

/// What a response says: each has an outcome of its own type, of the same shape.
macro_rules! answer {
    ($response:expr, $outcome:path, $done:ident => $said:path) => {{
        use $outcome as Outcome;
        let response = $response.into_inner();
        let said = match &response.outcome {
            Some(Outcome::$done(done)) => $said(done),
            Some(Outcome::Refusal(refusal)) => Some(refused(refusal)),
            None => None,
        };
        Answer { said: said.unwrap_or(Said::Fault), whole: format!("{response:?}") }
    }};
}

#[derive(Clone)]
pub struct Grpc {
    client: BookingServiceClient<Channel>,
    tenant: Uuid,
}

impl Grpc {
    /// Connects with the first request, and again after the service was away.
    pub fn new(address: SocketAddr, tenant: Uuid) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?.timeout(ANSWER_MAX);
        Ok(Self { client: BookingServiceClient::new(endpoint.connect_lazy()), tenant })
    }

    pub async fn send(&self, key: &str, request: &Request) -> Answer {
        let answer = match request {
            Request::Hold { session, visit } => self.hold(key, *session, visit).await,
            Request::Book { session, wanted } => self.book(key, *session, wanted).await,
            Request::Move { session, appointment, version, start, any_staff } => {
                let request = wire::RescheduleRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: session.to_string(),
                    channel: WireChannel::Phone.into(),
                    idempotency_key: key.to_owned(),
                    appointment_id: appointment.to_string(),
                    expected_version: *version,
                    start: Some(to_wire_time(instant(*start))),
                    staff_id: String::new(),
                    any_staff: *any_staff,
                };
                self.reschedule(request).await
            }
            Request::Cancel { session, appointment, version } => {
                let request = wire::CancelRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: session.to_string(),
                    channel: WireChannel::Phone.into(),
                    idempotency_key: key.to_owned(),
                    appointment_id: appointment.to_string(),
                    expected_version: *version,
                };
                self.cancel(request).await
            }
            Request::Overbook { .. }
            | Request::Block { .. }
            | Request::Lift { .. }
            | Request::Resume { .. }
            | Request::Enter { .. }
            | Request::LookUp { .. } => Err(Status::unimplemented("there is no such thing at this door")),
            Request::Release { session, hold } => {
                let request = wire::ReleaseHoldRequest {
                    tenant_id: self.tenant.to_string(),
                    session_id: session.to_string(),
                    channel: WireChannel::Phone.into(),
                    hold_id: hold.to_string(),
                };
                self.client
                    .clone()
                    .release_hold(request)
                    .await
                    .map(|response| Answer { said: Said::Released, whole: format!("{:?}", response.into_inner()) })
            }
        };
        answer.unwrap_or_else(|status| failed(&status))
    }

    async fn hold(&self, key: &str, session: Uuid, visit: &Visit) -> Result<Answer, Status> {
        let ((service_id, staff_id), further_services) = services(visit);
        let request = wire::PlaceHoldRequest {
            tenant_id: self.tenant.to_string(),
            session_id: session.to_string(),
            channel: WireChannel::Phone.into(),
            idempotency_key: key.to_owned(),
            service_id,
            staff_id,
            start: Some(to_wire_time(instant(visit.start))),
            further_services,
        };
        Ok(answer!(self.client.clone().place_hold(request).await?, place_hold_response::Outcome, Hold => held))
    }

    async fn book(&self, key: &str, session: Uuid, wanted: &Wanted) -> Result<Answer, Status> {
        let what = match wanted {
            Wanted::Hold { hold, .. } => What::HoldId(hold.to_string()),
            Wanted::Slot(visit) => {
                let ((service_id, staff_id), further_services) = services(visit);
                let start = Some(to_wire_time(instant(visit.start)));
                What::Slot(wire::SlotChoice { service_id, staff_id, start, further_services })
            }
        };
        let client =
            wire::Client { name: "A Client".to_owned(), email: "client@example.com".to_owned(), ..<_>::default() };
        let request = wire::BookRequest {
            tenant_id: self.tenant.to_string(),
            session_id: session.to_string(),
            channel: WireChannel::Phone.into(),
            idempotency_key: key.to_owned(),
            client: Some(client),
            notes: key.to_owned(),
            what: Some(what),
        };
        Ok(answer!(self.client.clone().book(request).await?, book_response::Outcome, Appointment => told))
    }

    async fn reschedule(&self, request: wire::RescheduleRequest) -> Result<Answer, Status> {
        Ok(answer!(self.client.clone().reschedule(request).await?, reschedule_response::Outcome, Appointment => told))
    }

    async fn cancel(&self, request: wire::CancelRequest) -> Result<Answer, Status> {
        Ok(answer!(self.client.clone().cancel(request).await?, cancel_response::Outcome, Appointment => told))
    }
}

/// The first service with its person, and what follows it.
fn services(visit: &Visit) -> ((String, String), Vec<wire::ServiceChoice>) {
    let name = |(service, staff): &(Uuid, Option<Uuid>)| {
        (service.to_string(), staff.map(|staff| staff.to_string()).unwrap_or_default())
    };
    let mut services = visit.services.iter().map(name);
    let first = services.next().unwrap_or_default();
    (first, services.map(|(service_id, staff_id)| wire::ServiceChoice { service_id, staff_id }).collect())
}

/// `None`: a malformed answer.
fn held(hold: &wire::Hold) -> Option<Said> {
    Some(Said::Held {
        hold: hold.hold_id.parse().ok()?,
        expires_at: from_wire_time(hold.expires_at.as_ref()).ok()?.as_microsecond(),
    })
}

fn told(appointment: &wire::Appointment) -> Option<Said> {
    let slot = appointment.slot.as_ref()?;
    let people = std::iter::once(&slot.staff_id).chain(slot.further.iter().map(|segment| &segment.staff_id));
    Some(Said::Stands(Told {
        appointment: appointment.appointment_id.parse().ok()?,
        version: appointment.version,
        cancelled: appointment.status() == AppointmentStatus::Cancelled,
        start: from_wire_time(slot.start.as_ref()).ok()?.as_microsecond(),
        end: from_wire_time(slot.end.as_ref()).ok()?.as_microsecond(),
        people: people.map(|id| id.parse()).collect::<Result<_, _>>().ok()?,
    }))
}

fn refused(refusal: &wire::Refusal) -> Said {
    let reason = RefusalReason::try_from(refusal.reason).unwrap_or_default();
    let reason = reason.as_str_name().trim_start_matches("REFUSAL_REASON_").to_lowercase();
    Said::Refused { reason }
}

fn failed(status: &Status) -> Answer {
    let said = match status.code() {
        Code::InvalidArgument if status.message().contains("idempotency key was used") => Said::KeyReused,
        // The transport says Unknown when the connection breaks in the middle of an answer.
        Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded | Code::Unknown => Said::Nothing,
        _ => Said::Fault,
    };
    Answer { said, whole: format!("{:?}: {}", status.code(), status.message()) }
}
