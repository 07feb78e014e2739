//! Both ends of the service for its tests: a booking service on a socket that answers from the scripts' world, and a
//! caller that speaks the conversation protocol.

use std::{future::Future, sync::Arc, time::Duration};

use conversation_svc::{
    ConversationSvc, GRPC_NAME,
    agent::{
        dialogue::tool::{
            Appointment, Client, Contact, Hold, Reason, Refusal, Segment, ServiceChoice, Slot, ToolAnswer, ToolCall,
        },
        llm::{LlmSettings, Models},
    },
};
use proto::{
    booking::v1::{
        self as booking, book_request, book_response,
        booking_service_server::{BookingService, BookingServiceServer},
        cancel_response, place_hold_response, reschedule_response,
    },
    common::v1::{Channel, LocalTimeRange},
    conversation::v1::{
        self as conversation, AgentEvent, CallerEvent, agent_event, caller_event,
        conversation_service_client::ConversationServiceClient,
    },
    convert::{from_wire_time, to_wire_date, to_wire_time},
};
use service_runtime::{Clock, Env, database, grpc, lifecycle::Lifecycle};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Notify, mpsc},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming, service::RoutesBuilder};

use super::world::{Made, World};

/// No answer of a test takes as long; it bounds a test that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `probe` gives a value.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut probe: impl FnMut() -> F) -> T {
    let poll = async {
        loop {
            if let Some(value) = probe().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, poll).await.expect("the condition comes true")
}

pub struct Installation {
    world: Arc<Mutex<World>>,
    gate: Arc<Gate>,
    uri: String,
    tenant: String,
    _lifecycle: Stopping,
}

/// The same database, in the role that the service takes.
pub async fn in_role(pool: &PgPool) -> PgPool {
    let options = database::in_role(pool.connect_options().as_ref().clone(), "receptionist_conversation");
    PgPoolOptions::new().max_connections(8).connect_with(options).await.expect("the role")
}

struct Stopping(Lifecycle);

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Holds a booking back until a test lets it go.
#[derive(Default)]
struct Gate {
    closed: std::sync::atomic::AtomicBool,
    waits: Notify,
    go: Notify,
}

impl Installation {
    pub async fn start(pool: PgPool) -> Self {
        Self::start_with(pool, &Env::default()).await
    }

    /// With the models that `env` names.
    pub async fn start_with(pool: PgPool, env: &Env) -> Self {
        service_runtime::install_crypto_provider();
        let models = Models::new(LlmSettings::from_env(env)).expect("a client");
        let now = "2026-11-24T15:00:00Z".parse().expect("an instant");
        let world = World::new(now);
        let tenant = world.business.tenant;
        sqlx::query("INSERT INTO tenants (id, slug, name, time_zone, greeting) VALUES ($1, 'bloom', 'Bloom', 'America/New_York', 'Hello')")
            .bind(tenant.as_uuid())
            .execute(&pool)
            .await
            .expect("a tenant");
        let world = Arc::new(Mutex::new(world));
        let gate = Arc::new(Gate::default());
        let lifecycle = Lifecycle::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = grpc::uri_of(listener.local_addr().expect("its address"));
        let service =
            ConversationSvc::start_on(in_role(&pool).await, &uri, &uri, models, Clock::starting_at(now), &lifecycle)
                .await
                .expect("the service starts");
        let mut routes = RoutesBuilder::default();
        service.add_grpc(&mut routes);
        routes.add_service(BookingServiceServer::new(Booking { world: world.clone(), gate: gate.clone() }));
        let stop = lifecycle.soft().clone();
        tokio::spawn(grpc::serve(listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop));
        Self { world, gate, uri, tenant: tenant.to_string(), _lifecycle: Stopping(lifecycle) }
    }

    pub async fn call(&self, channel: Channel) -> Caller {
        Caller::open(self, channel, String::new()).await
    }

    pub async fn resume(&self, channel: Channel, session: &str) -> Caller {
        Caller::open(self, channel, session.to_owned()).await
    }

    pub async fn holds(&self) -> usize {
        self.world.lock().await.holds.len()
    }

    /// An appointment of the number that calls, made before.
    pub async fn has(&self, service: &str, start: &str, name: &str) {
        self.world.lock().await.has(service, "Dana", start, name, "+12125550123");
    }

    pub async fn appointments(&self) -> Vec<String> {
        let world = self.world.lock().await;
        world
            .appointments
            .iter()
            .map(|Made { appointment, client }| {
                let (service, start) = (world.name_of(appointment), world.local(appointment.slot.start));
                format!("{service} {start} {} {}", client.name, client.email)
            })
            .collect()
    }

    pub async fn make_booking_wait(&self) {
        self.gate.closed.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    pub async fn booking_waits(&self) {
        tokio::time::timeout(PATIENCE, self.gate.waits.notified()).await.expect("a booking comes");
    }

    pub fn let_booking_go(&self) {
        self.gate.closed.store(false, std::sync::atomic::Ordering::SeqCst);
        self.gate.go.notify_one();
    }
}

/// A whole reply.
pub struct Heard {
    pub text: String,
    pub tools: Vec<String>,
    pub recording_declined: bool,
    pub expects: conversation::Expectation,
    pub directive: conversation::Directive,
    pub answered_by: String,
}

pub struct Caller {
    out: mpsc::Sender<CallerEvent>,
    events: Streaming<AgentEvent>,
    pub session_id: String,
    turn: u32,
}

impl Caller {
    async fn stream(
        installation: &Installation,
        first: caller_event::Event,
    ) -> (mpsc::Sender<CallerEvent>, Streaming<AgentEvent>) {
        let (out, receiver) = mpsc::channel(16);
        out.send(CallerEvent { event: Some(first) }).await.expect("queued");
        let channel = grpc::channel(&installation.uri).expect("an address");
        let events = ConversationServiceClient::new(channel)
            .converse(ReceiverStream::new(receiver))
            .await
            .expect("a stream")
            .into_inner();
        (out, events)
    }

    async fn open(installation: &Installation, channel: Channel, session_id: String) -> Self {
        let phone = channel == Channel::Phone;
        let started = conversation::CallStarted {
            tenant_id: installation.tenant.clone(),
            channel: channel.into(),
            call_sid: if phone { format!("CA{}", "0a".repeat(16)) } else { String::new() },
            stream_sid: if phone { format!("MZ{}", "0b".repeat(16)) } else { String::new() },
            caller_phone: "+12125550123".to_owned(),
            stt_provider: String::new(),
            tts_provider: String::new(),
            session_id,
            trace_tools: true,
        };
        let (out, mut events) = Self::stream(installation, caller_event::Event::CallStarted(started)).await;
        let session_id = match next(&mut events).await {
            agent_event::Event::SessionOpened(opened) => opened.session_id,
            other => panic!("not a session: {other:?}"),
        };
        Self { out, events, session_id, turn: 0 }
    }

    /// A call goes on counting on its new stream.
    pub fn after_turns(self, turn: u32) -> Self {
        Self { turn, ..self }
    }

    /// Begins a stream with a turn instead of a start; the refusal's code.
    pub async fn open_wrongly(installation: &Installation) -> tonic::Code {
        let turn = conversation::Turn { turn_id: 1, text: "hello".to_owned(), ..Default::default() };
        let (_out, mut events) = Self::stream(installation, caller_event::Event::Turn(turn)).await;
        events.message().await.expect_err("a refusal").code()
    }

    async fn send(&self, event: caller_event::Event) {
        self.out.send(CallerEvent { event: Some(event) }).await.expect("the stream is open");
    }

    pub async fn begins(&mut self, text: &str) {
        self.turn += 1;
        self.send(caller_event::Event::Turn(conversation::Turn {
            turn_id: self.turn,
            text: text.to_owned(),
            ..Default::default()
        }))
        .await;
    }

    /// Asks from the words so far.
    pub async fn begins_early(&mut self, text: &str) {
        self.turn += 1;
        self.send(caller_event::Event::Turn(conversation::Turn {
            turn_id: self.turn,
            text: text.to_owned(),
            early: true,
            ..Default::default()
        }))
        .await;
    }

    pub async fn confirms(&self) {
        self.send(caller_event::Event::ConfirmTurn(conversation::ConfirmTurn { turn_id: self.turn })).await;
    }

    /// The end of the reply, whatever is said before it.
    pub async fn next_end(&mut self) -> conversation::TurnCompleted {
        loop {
            if let agent_event::Event::TurnCompleted(done) = self.next().await {
                return done;
            }
        }
    }

    /// What comes next.
    pub async fn next(&mut self) -> agent_event::Event {
        next(&mut self.events).await
    }

    pub async fn cancels(&self) {
        self.send(caller_event::Event::CancelTurn(conversation::CancelTurn { turn_id: self.turn })).await;
    }

    /// The call must end: what came of it.
    pub async fn is_summed_up(&mut self) -> Heard {
        self.turn += 1;
        self.send(caller_event::Event::SummaryWanted(conversation::SummaryWanted { turn_id: self.turn })).await;
        self.hears().await
    }

    /// The caller had all turns.
    pub async fn is_handed_over(&mut self) -> Heard {
        self.turn += 1;
        let reason = conversation::HandoffReason::TurnLimit.into();
        let requested = conversation::HandoffRequested { reason, turn_id: self.turn };
        self.send(caller_event::Event::HandoffRequested(requested)).await;
        self.hears().await
    }

    pub async fn says(&mut self, text: &str) -> Heard {
        self.begins(text).await;
        self.hears().await
    }

    /// The reply to the last turn; words of another turn fail the test.
    pub async fn hears(&mut self) -> Heard {
        let (mut sentences, mut tools) = (Vec::new(), Vec::new());
        let mut recording_declined = false;
        loop {
            match next(&mut self.events).await {
                agent_event::Event::Sentence(sentence) => {
                    assert_eq!((sentence.turn_id, sentence.index as usize), (self.turn, sentences.len()));
                    sentences.push(sentence.text);
                }
                agent_event::Event::ToolCalled(called) => tools.push(called.name),
                agent_event::Event::RecordingDeclined(declined) => {
                    assert_eq!((declined.turn_id, sentences.len()), (self.turn, 0), "obeyed before it is answered");
                    recording_declined = true;
                }
                agent_event::Event::TurnCompleted(done) => {
                    assert_eq!(done.turn_id, self.turn);
                    return Heard {
                        text: sentences.join(" "),
                        tools,
                        recording_declined,
                        expects: done.expects(),
                        directive: done.directive(),
                        answered_by: done.answered_by,
                    };
                }
                agent_event::Event::SessionOpened(_) => panic!("a second session"),
            }
        }
    }

    /// Waits until the service has closed its side.
    pub async fn is_closed(&mut self) {
        let closed = tokio::time::timeout(PATIENCE, self.events.message()).await.expect("an end in time");
        assert!(matches!(closed, Ok(None)), "more was said");
    }

    pub async fn ends(&self, status: conversation::CallStatus, reason: conversation::EndReason, turn_count: u32) {
        let ended = conversation::CallEnded {
            status: status.into(),
            reason: reason.into(),
            duration_ms: 60_000,
            turn_count,
            barge_in_count: 0,
        };
        self.send(caller_event::Event::CallEnded(ended)).await;
    }
}

async fn next(events: &mut Streaming<AgentEvent>) -> agent_event::Event {
    let message = tokio::time::timeout(PATIENCE, events.message()).await.expect("an event in time").expect("no error");
    message.and_then(|m| m.event).expect("an event")
}

struct Booking {
    world: Arc<Mutex<World>>,
    gate: Arc<Gate>,
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
