//! `ConversationService` on the wire: one task a conversation, which takes its events in order.
//!
//! Turns of a session run one after the other; while one runs, further events wait, except a cancellation, which
//! reaches the running turn at once.

mod listener;
mod translate;

use std::{collections::VecDeque, future::Future, pin::Pin, sync::Arc, time::Duration};

use proto::{
    booking::v1::booking_service_client::BookingServiceClient,
    conversation::v1::{
        AgentEvent, CallerEvent, caller_event::Event, conversation_service_server::ConversationService,
    },
    handoff::v1::handoff_service_client::HandoffServiceClient,
};
use service_runtime::{
    Clock,
    lifecycle::Lifecycle,
    spans::{self, Context, KeyValue, Past},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming, transport::Channel as Transport};

use self::listener::{Stream, Wanted};
use crate::{
    agent::llm::Models,
    session::{Clients, Ended, Session},
    store::{self, ProviderSwitch, Store},
    turn::{self, Listener as _, Utterance, directory::Directory},
};

/// Events to a caller's side that wait there; a reply has a handful of sentences. Full: the turn waits.
const OUT_QUEUE: usize = 64;
/// Turns and reports that wait for the running turn; beyond them the oldest turn is dropped and counted.
const WAITING_MAX: usize = 64;
/// From the stream's opening to its first message.
const FIRST_MESSAGE_MAX: Duration = Duration::from_secs(10);
/// What a running turn gets to finish its tools after the stream has ended.
const LAST_TURN_MAX: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct Grpc {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    booking: BookingServiceClient<Transport>,
    handoffs: HandoffServiceClient<Transport>,
    models: Models,
    directory: Directory,
    clock: Clock,
    lifecycle: Lifecycle,
}

type Running = Pin<Box<dyn Future<Output = Session> + Send>>;

/// What waits for its turn.
enum Waiting {
    Turn(Utterance),
    /// The call must end, and the agent has a last word.
    LastWords(LastWords, u32),
    Heard {
        id: u32,
        text: String,
        complete: bool,
    },
    /// A reply that was completed already is not wanted.
    Cancelled {
        id: u32,
    },
    Switched(ProviderSwitch),
}

#[derive(Debug, Clone, Copy)]
enum LastWords {
    Summary,
    Handoff,
}

impl Grpc {
    pub fn new(
        store: Store,
        booking: Transport,
        handoffs: Transport,
        models: Models,
        clock: Clock,
        lifecycle: Lifecycle,
    ) -> Self {
        let booking = BookingServiceClient::new(booking);
        let handoffs = HandoffServiceClient::new(handoffs);
        let directory = Directory::new(booking.clone());
        Self { shared: Arc::new(Shared { store, booking, handoffs, models, directory, clock, lifecycle }) }
    }
}

#[tonic::async_trait]
impl ConversationService for Grpc {
    type ConverseStream = ReceiverStream<Result<AgentEvent, Status>>;

    async fn converse(
        &self,
        request: Request<Streaming<CallerEvent>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        if self.shared.lifecycle.soft().is_cancelled() {
            return Err(Status::unavailable("stopping"));
        }
        let (out, answers) = mpsc::channel(OUT_QUEUE);
        let caller = spans::carried(request.metadata());
        let shared = self.shared.clone();
        // Its own task: what is begun is finished when the caller's side goes away.
        self.shared.lifecycle.tasks().spawn(async move { shared.run(request.into_inner(), out, &caller).await });
        Ok(Response::new(ReceiverStream::new(answers)))
    }
}

impl Shared {
    async fn run(&self, mut events: Streaming<CallerEvent>, out: Stream, caller: &Context) {
        let session = match self.open(&mut events).await {
            Ok(session) => session,
            Err(status) => {
                let _ = out.send(Err(status)).await;
                return;
            }
        };
        let _ = out.send(Ok(translate::opened(&session))).await;
        metrics::gauge!("conversation_sessions_open").increment(1.0);
        let (session, ended) = self.converse(session, events, &out, caller).await;
        if let Some(session) = session {
            session.end(ended).await;
        }
        // The stream closes once the rows say how it ended.
        drop(out);
        metrics::gauge!("conversation_sessions_open").decrement(1.0);
    }

    async fn open(&self, events: &mut Streaming<CallerEvent>) -> Result<Session, Status> {
        let first = tokio::time::timeout(FIRST_MESSAGE_MAX, events.message())
            .await
            .map_err(|_| Status::deadline_exceeded("no CallStarted in time"))??;
        let Some(Event::CallStarted(started)) = first.and_then(|e| e.event) else {
            return Err(Status::invalid_argument("the first message must be CallStarted"));
        };
        let start = translate::start(started)?;
        let business = self.directory.business(start.tenant).await?;
        let clients =
            Clients { booking: self.booking.clone(), handoffs: self.handoffs.clone(), models: self.models.clone() };
        if !self.models.is_empty() {
            // The first question finds its connection open.
            self.lifecycle.tasks().spawn(self.models.clone().warm());
        }
        Session::open(self.store.clone(), clients, self.clock, business, start).await
    }

    /// Until the conversation ends. The session is none only when its last turn hung.
    async fn converse(
        &self,
        session: Session,
        mut events: Streaming<CallerEvent>,
        out: &Stream,
        caller: &Context,
    ) -> (Option<Session>, Ended) {
        let mut idle = Some(session);
        let mut running: Option<(u32, Wanted, Running)> = None;
        let mut waiting: VecDeque<Waiting> = VecDeque::new();
        let mut stopping = false;
        let ended = loop {
            while let Some(mut session) = idle.take() {
                match waiting.pop_front() {
                    Some(Waiting::Turn(utterance)) => {
                        let (id, wanted) = (utterance.turn, Wanted::new(utterance.early));
                        let turn = run_turn(session, utterance, out.clone(), wanted.clone(), caller.clone());
                        running = Some((id, wanted, Box::pin(turn)));
                        break;
                    }
                    Some(Waiting::LastWords(what, id)) => {
                        let wanted = Wanted::new(false);
                        let turn = say_last_words(session, what, id, out.clone(), wanted.clone());
                        running = Some((id, wanted, Box::pin(turn)));
                        break;
                    }
                    Some(Waiting::Heard { id, text, complete }) => {
                        session.cuts += u32::from(!complete);
                        session.state.heard(id, &text, complete);
                        idle = Some(session);
                    }
                    Some(Waiting::Cancelled { id }) => {
                        session.state.cancelled(id);
                        idle = Some(session);
                    }
                    Some(Waiting::Switched(switch)) => {
                        session.report_switch(&switch).await;
                        idle = Some(session);
                    }
                    None => {
                        idle = Some(session);
                        break;
                    }
                }
            }
            tokio::select! {
                session = finished(&mut running) => {
                    running = None;
                    idle = Some(session);
                }
                event = events.message() => match event {
                    Ok(Some(CallerEvent { event: Some(event) })) => match event {
                        Event::Turn(turn) => wait(&mut waiting, Waiting::Turn(translate::utterance(turn))),
                        Event::Heard(heard) => wait(&mut waiting, Waiting::Heard { id: heard.turn_id, text: heard.text, complete: heard.complete }),
                        Event::CancelTurn(cancel) => cancel_turn(cancel.turn_id, running.as_ref(), &mut waiting),
                        Event::ConfirmTurn(confirmed) => confirm_turn(confirmed.turn_id, running.as_ref(), &mut waiting),
                        Event::ProviderSwitched(switched) => match translate::switch(switched) {
                            Some(switch) => wait(&mut waiting, Waiting::Switched(switch)),
                            None => metrics::counter!("conversation_events_malformed_total").increment(1),
                        },
                        Event::SummaryWanted(wanted) => wait(&mut waiting, Waiting::LastWords(LastWords::Summary, wanted.turn_id)),
                        Event::HandoffRequested(wanted) => wait(&mut waiting, Waiting::LastWords(LastWords::Handoff, wanted.turn_id)),
                        Event::CallEnded(ended) => break translate::ended(&ended),
                        Event::CallStarted(_) => {
                            let _ = out.try_send(Err(Status::invalid_argument("CallStarted comes once")));
                            break broken("protocol");
                        }
                    },
                    Ok(Some(CallerEvent { event: None })) => {}
                    Ok(None) | Err(_) => break broken("stream_lost"),
                },
                () = self.lifecycle.soft().cancelled(), if !stopping => {
                    // Calls finish by themselves; a chat that merely stays open does not keep the process.
                    stopping = true;
                    if idle.as_ref().is_some_and(|s| s.channel == crate::agent::dialogue::Channel::Web) {
                        break broken("shutdown");
                    }
                }
            }
        };
        (self.last_turn(idle, running, waiting).await, ended)
    }

    /// Tools outlive the call: what runs is finished. What was not begun is not.
    async fn last_turn(
        &self,
        idle: Option<Session>,
        running: Option<(u32, Wanted, Running)>,
        waiting: VecDeque<Waiting>,
    ) -> Option<Session> {
        let mut session = match running {
            None => idle,
            Some((_, wanted, turn)) => {
                wanted.no_more();
                let session = tokio::time::timeout(LAST_TURN_MAX, turn).await.ok();
                if session.is_none() {
                    metrics::counter!("conversation_turns_hung_total").increment(1);
                    tracing::error!("a turn did not end; its session is left open");
                }
                session
            }
        };
        if let Some(session) = &mut session {
            for event in waiting {
                match event {
                    Waiting::Heard { id, text, complete } => session.state.heard(id, &text, complete),
                    Waiting::Switched(switch) => session.report_switch(&switch).await,
                    Waiting::Turn(_) | Waiting::LastWords(..) | Waiting::Cancelled { .. } => {}
                }
            }
        }
        session
    }
}

async fn run_turn(mut session: Session, utterance: Utterance, out: Stream, wanted: Wanted, caller: Context) -> Session {
    let began = spans::now();
    let mut listener = listener::Wire::new(out, wanted);
    turn::handle(&mut session, &utterance, &mut listener).await;
    let attributes = vec![
        KeyValue::new("turn.id", i64::from(utterance.turn)),
        KeyValue::new("turn.early", utterance.early),
        KeyValue::new("turn.wanted", listener.wants()),
    ];
    let name = "agent_turn";
    spans::record(&caller, Past { scope: "conversation-svc", name, began, attributes, events: Vec::new() });
    session
}

async fn say_last_words(mut session: Session, what: LastWords, id: u32, out: Stream, wanted: Wanted) -> Session {
    let mut listener = listener::Wire::new(out, wanted);
    match what {
        LastWords::Summary => turn::sum_up(&mut session, id, &mut listener).await,
        LastWords::Handoff => turn::leave_for_the_web(&mut session, id, &mut listener).await,
    }
    session
}

async fn finished(running: &mut Option<(u32, Wanted, Running)>) -> Session {
    match running {
        Some((_, _, turn)) => turn.await,
        None => std::future::pending().await,
    }
}

fn wait(waiting: &mut VecDeque<Waiting>, event: Waiting) {
    if waiting.len() >= WAITING_MAX {
        metrics::counter!("conversation_events_dropped_total").increment(1);
        waiting.pop_front();
    }
    waiting.push_back(event);
}

/// An early turn that was cancelled before is none that could be confirmed.
fn confirm_turn(id: u32, running: Option<&(u32, Wanted, Running)>, waiting: &mut VecDeque<Waiting>) {
    if let Some((_, wanted, _)) = running.filter(|(current, _, _)| *current == id) {
        return wanted.confirm();
    }
    for waiting in waiting {
        if let Waiting::Turn(utterance) = waiting
            && utterance.turn == id
        {
            utterance.early = false;
        }
    }
}

fn cancel_turn(id: u32, running: Option<&(u32, Wanted, Running)>, waiting: &mut VecDeque<Waiting>) {
    if let Some((_, wanted, _)) = running.filter(|(current, _, _)| *current == id) {
        wanted.no_more();
        return;
    }
    let before = waiting.len();
    waiting.retain(|w| match w {
        Waiting::Turn(utterance) => utterance.turn != id,
        Waiting::LastWords(_, turn) => *turn != id,
        Waiting::Heard { .. } | Waiting::Cancelled { .. } | Waiting::Switched(_) => true,
    });
    if waiting.len() == before {
        wait(waiting, Waiting::Cancelled { id });
    }
}

fn broken(reason: &'static str) -> Ended {
    Ended { status: store::Status::Failed, caller_left: true, broken: true, reason, figures: None }
}
