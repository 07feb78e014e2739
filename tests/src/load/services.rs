//! The agent and the bookings for a load: every turn is answered by one sentence that names its call.

use std::{pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _};
use proto::{
    booking::v1::{
        self as booking,
        booking_service_server::{BookingService, BookingServiceServer},
    },
    conversation::v1::{
        AgentEvent, CallerEvent, Sentence, SessionOpened, TurnCompleted,
        agent_event::Event as FromAgent,
        caller_event::Event as FromCaller,
        conversation_service_server::{ConversationService, ConversationServiceServer},
    },
};
use tokio::{net::TcpListener, sync::mpsc, time::Instant};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::{Request, Response, Status, Streaming, transport::Server};

use super::{AGENT_DELAY, CALLED, Shared, figures::Measured, lock};

/// A turn's answer is two messages, and turns are seconds apart.
const ANSWERS: usize = 8;

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let sockets = TcpListenerStream::new(listener).inspect(|socket| {
        if let Ok(socket) = socket {
            let _ = socket.set_nodelay(true);
        }
    });
    let server = Server::builder()
        .add_service(ConversationServiceServer::new(Agent(shared)))
        .add_service(BookingServiceServer::new(Bookings))
        .serve_with_incoming(sockets);
    // It ends by being dropped.
    let _ = server.await;
}

fn sentence(call_sid: &str, turn: u32) -> String {
    format!("Of call {call_sid} this answers turn {turn}.")
}

/// The Call SID in a sentence of this agent.
pub fn call_of_sentence(text: &str) -> Option<&str> {
    text.strip_prefix("Of call ")?.split(' ').next()
}

struct Agent(Arc<Shared>);

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ConversationService for Agent {
    type ConverseStream = Answers<AgentEvent>;

    async fn converse(
        &self,
        request: Request<Streaming<CallerEvent>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let (answers, receiver) = mpsc::channel(ANSWERS);
        tokio::spawn(converse(request.into_inner(), answers, Arc::clone(&self.0)));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

async fn converse(
    mut events: Streaming<CallerEvent>,
    answers: mpsc::Sender<Result<AgentEvent, Status>>,
    shared: Arc<Shared>,
) {
    let mut call_sid = String::new();
    while let Ok(Some(CallerEvent { event: Some(event) })) = events.message().await {
        match event {
            FromCaller::CallStarted(started) => {
                call_sid = started.call_sid;
                let session_id = uuid::Uuid::new_v4().to_string();
                let opened = SessionOpened { session_id, ..SessionOpened::default() };
                if answers.send(Ok(event_of(FromAgent::SessionOpened(opened)))).await.is_err() {
                    return;
                }
            }
            FromCaller::Turn(turn) => {
                let sent = lock(&shared.finals).remove(&turn.text);
                if let Some(sent) = sent {
                    shared.figures.measured(Measured::FinalToRequest, sent.elapsed());
                }
                let text = sentence(&call_sid, turn.turn_id);
                tokio::spawn(answer(answers.clone(), turn.turn_id, text, Instant::now() + AGENT_DELAY));
            }
            FromCaller::CallEnded(_) => return,
            // Nothing else wants an answer.
            _ => {}
        }
    }
}

async fn answer(answers: mpsc::Sender<Result<AgentEvent, Status>>, turn_id: u32, text: String, at: Instant) {
    tokio::time::sleep_until(at).await;
    let sentence = Sentence { turn_id, index: 0, text };
    let completed = TurnCompleted { turn_id, ..TurnCompleted::default() };
    for event in [FromAgent::Sentence(sentence), FromAgent::TurnCompleted(completed)] {
        // A call that ended wants no answer.
        let _ = answers.send(Ok(event_of(event))).await;
    }
}

const fn event_of(event: FromAgent) -> AgentEvent {
    AgentEvent { event: Some(event) }
}

/// One tenant that takes every number.
struct Bookings;

fn tenant() -> booking::Tenant {
    booking::Tenant {
        tenant_id: "00000000-0000-4000-8000-000000000001".to_owned(),
        slug: "load".to_owned(),
        name: "Load".to_owned(),
        time_zone: "UTC".to_owned(),
        language: "en-US".to_owned(),
        greeting: "Thank you for calling. How can I help you?".to_owned(),
        phone_numbers: vec![CALLED.to_owned()],
        ..booking::Tenant::default()
    }
}

#[tonic::async_trait]
impl BookingService for Bookings {
    async fn resolve_number(
        &self,
        _: Request<booking::ResolveNumberRequest>,
    ) -> Result<Response<booking::Tenant>, Status> {
        Ok(Response::new(tenant()))
    }

    async fn get_tenant(&self, _: Request<booking::GetTenantRequest>) -> Result<Response<booking::Tenant>, Status> {
        Ok(Response::new(tenant()))
    }

    async fn list_services(
        &self,
        _: Request<booking::ListServicesRequest>,
    ) -> Result<Response<booking::ListServicesResponse>, Status> {
        Ok(Response::new(booking::ListServicesResponse::default()))
    }

    type LeaseStream = Answers<booking::LeaseResponse>;

    async fn lease(
        &self,
        request: Request<Streaming<booking::LeaseRequest>>,
    ) -> Result<Response<Self::LeaseStream>, Status> {
        // Open as long as the gateway's half is; heartbeats need no answer.
        let beats = request.into_inner().filter_map(async |beat| beat.err().map(Err));
        Ok(Response::new(Box::pin(beats)))
    }

    async fn find_slots(
        &self,
        _: Request<booking::FindSlotsRequest>,
    ) -> Result<Response<booking::FindSlotsResponse>, Status> {
        not_of_a_gateway()
    }

    async fn explain(&self, _: Request<booking::ExplainRequest>) -> Result<Response<booking::ExplainResponse>, Status> {
        not_of_a_gateway()
    }

    async fn place_hold(
        &self,
        _: Request<booking::PlaceHoldRequest>,
    ) -> Result<Response<booking::PlaceHoldResponse>, Status> {
        not_of_a_gateway()
    }

    async fn release_hold(
        &self,
        _: Request<booking::ReleaseHoldRequest>,
    ) -> Result<Response<booking::ReleaseHoldResponse>, Status> {
        not_of_a_gateway()
    }

    async fn book(&self, _: Request<booking::BookRequest>) -> Result<Response<booking::BookResponse>, Status> {
        not_of_a_gateway()
    }

    async fn find_appointments(
        &self,
        _: Request<booking::FindAppointmentsRequest>,
    ) -> Result<Response<booking::FindAppointmentsResponse>, Status> {
        not_of_a_gateway()
    }

    async fn reschedule(
        &self,
        _: Request<booking::RescheduleRequest>,
    ) -> Result<Response<booking::RescheduleResponse>, Status> {
        not_of_a_gateway()
    }

    async fn cancel(&self, _: Request<booking::CancelRequest>) -> Result<Response<booking::CancelResponse>, Status> {
        not_of_a_gateway()
    }
}

/// A media gateway asks for none of these.
fn not_of_a_gateway<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("the load has no bookings"))
}
