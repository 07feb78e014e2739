//! `BookingService` on the wire: each method translates, asks the desk, translates back.

mod lease;
mod translate;

use proto::booking::v1::{
    self as wire, book_response, booking_service_server::BookingService, cancel_response, explain_response,
    place_hold_response, reschedule_response,
};
use proto::id::TenantId;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    booking::{
        appointment::{Appointment, BookRequest, CancelRequest, RescheduleRequest},
        error::Outcome,
        hold::HoldRequest,
    },
    desk::{Desk, DeskError, SlotQuery},
};

use translate as t;

#[derive(Debug, Clone)]
pub struct Grpc {
    desk: Desk,
    leases: lease::Leases,
}

impl Grpc {
    /// An answer about an appointment whose client the request does not name. The answer itself may be a kept one.
    async fn changed(&self, tenant: TenantId, appointment: &Appointment) -> Result<wire::Appointment, Status> {
        let stored = self.desk.appointment(tenant, appointment.id).await.map_err(status)?;
        let client_name = stored.map(|stored| stored.client_name).unwrap_or_default();
        Ok(t::appointment(appointment, t::named(&client_name)))
    }

    pub fn new(desk: Desk, tasks: TaskTracker, stop: tokio_util::sync::CancellationToken) -> Self {
        Self { leases: lease::Leases::new(desk.clone(), tasks, stop), desk }
    }
}

#[tonic::async_trait]
impl BookingService for Grpc {
    type LeaseStream = ReceiverStream<Result<wire::LeaseResponse, Status>>;

    async fn resolve_number(
        &self,
        request: Request<wire::ResolveNumberRequest>,
    ) -> Result<Response<wire::Tenant>, Status> {
        let number = t::phone(&request.get_ref().called_number, "called_number")?;
        let rules = self.desk.rules_of_number(&number).await.map_err(status)?;
        Ok(Response::new(t::tenant(&rules)))
    }

    async fn get_tenant(&self, request: Request<wire::GetTenantRequest>) -> Result<Response<wire::Tenant>, Status> {
        let rules = self.desk.rules(t::id(&request.get_ref().tenant_id)?).await.map_err(status)?;
        Ok(Response::new(t::tenant(&rules)))
    }

    async fn list_services(
        &self,
        request: Request<wire::ListServicesRequest>,
    ) -> Result<Response<wire::ListServicesResponse>, Status> {
        let rules = self.desk.rules(t::id(&request.get_ref().tenant_id)?).await.map_err(status)?;
        Ok(Response::new(t::services(&rules)))
    }

    async fn find_slots(
        &self,
        request: Request<wire::FindSlotsRequest>,
    ) -> Result<Response<wire::FindSlotsResponse>, Status> {
        let request = request.into_inner();
        let query = SlotQuery {
            tenant: t::id(&request.tenant_id)?,
            choice: t::slot_choice(
                &request.service_id,
                &request.staff_id,
                &request.further_services,
                request.from.as_ref(),
            )?,
            to: t::time(request.to.as_ref())?,
            limit: t::limit(request.limit)?,
            own: t::own(&request.session_id, &request.moving_appointment_id)?,
        };
        if query.to < query.choice.start {
            return Err(Status::invalid_argument("to lies before from"));
        }
        let response = match self.desk.find_slots(query).await.map_err(status)? {
            Outcome::Done(slots) => {
                wire::FindSlotsResponse { slots: slots.iter().map(t::slot).collect(), none_because: None }
            }
            Outcome::Refused(refusal) => {
                wire::FindSlotsResponse { slots: Vec::new(), none_because: Some(t::refusal(&refusal)) }
            }
        };
        Ok(Response::new(response))
    }

    async fn explain(&self, request: Request<wire::ExplainRequest>) -> Result<Response<wire::ExplainResponse>, Status> {
        let request = request.into_inner();
        let choice =
            t::slot_choice(&request.service_id, &request.staff_id, &request.further_services, request.start.as_ref())?;
        let own = t::own(&request.session_id, &request.moving_appointment_id)?;
        let answer = self.desk.explain(t::id(&request.tenant_id)?, choice, own).await.map_err(status)?;
        let answer = match answer {
            Outcome::Done(slot) => explain_response::Answer::Free(t::slot(&slot)),
            Outcome::Refused(refusal) => explain_response::Answer::Refusal(t::refusal(&refusal)),
        };
        Ok(Response::new(wire::ExplainResponse { answer: Some(answer) }))
    }

    async fn place_hold(
        &self,
        request: Request<wire::PlaceHoldRequest>,
    ) -> Result<Response<wire::PlaceHoldResponse>, Status> {
        let request = request.into_inner();
        let request = HoldRequest {
            actor: t::actor(&request.tenant_id, &request.session_id, request.channel)?,
            idempotency_key: t::idempotency_key(request.idempotency_key)?,
            choice: t::slot_choice(
                &request.service_id,
                &request.staff_id,
                &request.further_services,
                request.start.as_ref(),
            )?,
        };
        let outcome = match self.desk.place_hold(&request).await.map_err(status)? {
            Outcome::Done(hold) => place_hold_response::Outcome::Hold(t::hold(&hold)),
            Outcome::Refused(refusal) => place_hold_response::Outcome::Refusal(t::refusal(&refusal)),
        };
        Ok(Response::new(wire::PlaceHoldResponse { outcome: Some(outcome) }))
    }

    async fn release_hold(
        &self,
        request: Request<wire::ReleaseHoldRequest>,
    ) -> Result<Response<wire::ReleaseHoldResponse>, Status> {
        let request = request.into_inner();
        let actor = t::actor(&request.tenant_id, &request.session_id, request.channel)?;
        let which = t::optional_id(&request.hold_id)?;
        let released = self.desk.release(actor.tenant, actor.session, which).await.map_err(status)?;
        Ok(Response::new(wire::ReleaseHoldResponse { released }))
    }

    async fn book(&self, request: Request<wire::BookRequest>) -> Result<Response<wire::BookResponse>, Status> {
        let request = request.into_inner();
        let request = BookRequest {
            actor: t::actor(&request.tenant_id, &request.session_id, request.channel)?,
            idempotency_key: t::idempotency_key(request.idempotency_key)?,
            wanted: t::wanted(request.what)?,
            client: t::client(request.client)?,
            notes: t::notes(&request.notes)?,
        };
        let outcome = match self.desk.book(&request).await.map_err(status)? {
            Outcome::Done(appointment) => {
                book_response::Outcome::Appointment(t::appointment(&appointment, t::client_of_request(&request.client)))
            }
            Outcome::Refused(refusal) => book_response::Outcome::Refusal(t::refusal(&refusal)),
        };
        Ok(Response::new(wire::BookResponse { outcome: Some(outcome) }))
    }

    async fn find_appointments(
        &self,
        request: Request<wire::FindAppointmentsRequest>,
    ) -> Result<Response<wire::FindAppointmentsResponse>, Status> {
        let wanted = t::find_appointments(request.into_inner())?;
        let found = self.desk.find_appointments(&wanted).await.map_err(status)?;
        let appointments =
            found.iter().map(|stored| t::appointment(&stored.appointment, t::named(&stored.client_name)));
        Ok(Response::new(wire::FindAppointmentsResponse { appointments: appointments.collect() }))
    }

    async fn reschedule(
        &self,
        request: Request<wire::RescheduleRequest>,
    ) -> Result<Response<wire::RescheduleResponse>, Status> {
        let request = request.into_inner();
        let request = RescheduleRequest {
            actor: t::actor(&request.tenant_id, &request.session_id, request.channel)?,
            idempotency_key: t::idempotency_key(request.idempotency_key)?,
            appointment: t::id(&request.appointment_id)?,
            expected_version: t::version(request.expected_version)?,
            start: t::time(request.start.as_ref())?,
            staff: t::optional_id(&request.staff_id)?,
            any_staff: request.any_staff,
        };
        let outcome = match self.desk.reschedule(&request).await.map_err(status)? {
            Outcome::Done(moved) => {
                reschedule_response::Outcome::Appointment(self.changed(request.actor.tenant, &moved).await?)
            }
            Outcome::Refused(refusal) => reschedule_response::Outcome::Refusal(t::refusal(&refusal)),
        };
        Ok(Response::new(wire::RescheduleResponse { outcome: Some(outcome) }))
    }

    async fn cancel(&self, request: Request<wire::CancelRequest>) -> Result<Response<wire::CancelResponse>, Status> {
        let request = request.into_inner();
        let request = CancelRequest {
            actor: t::actor(&request.tenant_id, &request.session_id, request.channel)?,
            idempotency_key: t::idempotency_key(request.idempotency_key)?,
            appointment: t::id(&request.appointment_id)?,
            expected_version: t::version(request.expected_version)?,
        };
        let outcome = match self.desk.cancel(&request).await.map_err(status)? {
            Outcome::Done(cancelled) => {
                cancel_response::Outcome::Appointment(self.changed(request.actor.tenant, &cancelled).await?)
            }
            Outcome::Refused(refusal) => cancel_response::Outcome::Refusal(t::refusal(&refusal)),
        };
        Ok(Response::new(wire::CancelResponse { outcome: Some(outcome) }))
    }

    async fn lease(
        &self,
        request: Request<Streaming<wire::LeaseRequest>>,
    ) -> Result<Response<Self::LeaseStream>, Status> {
        Ok(Response::new(self.leases.open(request.into_inner())))
    }
}

/// The one place where the desk's errors become gRPC statuses. Faults are logged here and not sent.
fn status(error: DeskError) -> Status {
    let kind = error.kind();
    match kind {
        proto::ErrorKind::Internal => {
            tracing::error!(%error, "request failed");
            kind.status("internal error")
        }
        proto::ErrorKind::Unavailable => {
            tracing::warn!(%error, "request refused for now");
            kind.status("busy: send the same request again")
        }
        _ => kind.status(error.to_string()),
    }
}
