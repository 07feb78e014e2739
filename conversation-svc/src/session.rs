//! A conversation while it lives: its state, its tools, its rows.

use std::sync::Arc;

use jiff::Timestamp;
use proto::{
    PhoneNumber,
    booking::v1::booking_service_client::BookingServiceClient,
    handoff::v1::handoff_service_client::HandoffServiceClient,
    id::{HoldId, SessionId, TenantId},
};
use service_runtime::Clock;
use tonic::{Status as GrpcStatus, transport::Channel as Transport};

use crate::{
    agent::{
        business::Business,
        dialogue::{Channel, State, existing::Changed},
        llm::Models,
    },
    store::{CallRow, Closed, Opened, Outcome, Owned, ProviderSwitch, Status, Store, StoreError},
    turn::{prompt::Briefing, tools::Tools},
};

/// What a conversation starts with.
#[derive(Clone)]
pub struct Start {
    pub tenant: TenantId,
    pub channel: Channel,
    /// A session to take up again.
    pub resumes: Option<SessionId>,
    pub caller: Option<PhoneNumber>,
    /// Phone only.
    pub call: Option<CallRow>,
    pub trace_tools: bool,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub status: Status,
    /// The caller left, rather than being said goodbye to.
    pub caller_left: bool,
    /// The stream broke without a word.
    pub broken: bool,
    pub reason: &'static str,
    /// As the gateway counted; none when the stream broke.
    pub figures: Option<Figures>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub duration_ms: u64,
    pub turns: u32,
    pub barge_ins: u32,
}

/// Whom a session calls.
#[derive(Clone)]
pub struct Clients {
    pub booking: BookingServiceClient<Transport>,
    pub handoffs: HandoffServiceClient<Transport>,
    pub models: Models,
}

pub struct Session {
    pub id: SessionId,
    pub tenant: TenantId,
    pub channel: Channel,
    pub business: Arc<Business>,
    pub state: State,
    pub tools: Tools,
    pub handoffs: HandoffServiceClient<Transport>,
    pub models: Models,
    /// What models are told first; made when one is asked.
    pub briefing: Option<Briefing>,
    /// The line that called; none when it is withheld, and on the web.
    pub caller: Option<PhoneNumber>,
    pub clock: Clock,
    pub trace_tools: bool,
    /// That were handled on this connection.
    pub turns: u32,
    /// Replies that were cut.
    pub cuts: u32,
    started: Timestamp,
    store: Store,
}

impl Session {
    /// Opens the rows. A session that is to be taken up again and is not there begins anew.
    pub async fn open(
        store: Store,
        clients: Clients,
        clock: Clock,
        business: Arc<Business>,
        start: Start,
    ) -> Result<Self, GrpcStatus> {
        let unavailable = |error: StoreError| {
            tracing::error!(%error, "opening a session");
            GrpcStatus::unavailable("the session could not be opened")
        };
        let stored = match start.resumes {
            Some(id) => store.load(start.tenant, id).await.map_err(unavailable)?.map(|state| (id, state)),
            None => None,
        };
        let resumed = stored.and_then(|(id, state)| Some((id, serde_json::from_value::<State>(state).ok()?)));
        let phone = start.caller.as_ref().map(|p| p.reveal().to_owned());
        let (id, state) = match resumed {
            Some((id, mut state)) => {
                state.channel = start.channel;
                state.phone = state.phone.or(phone);
                (id, state)
            }
            None => (SessionId::new(), State::new(start.channel, phone)),
        };
        let state = State { connection: uuid::Uuid::now_v7(), ..state };
        let stored = serde_json::to_value(&state).map_err(|_| GrpcStatus::internal("the session's state"))?;
        let now = clock.now();
        let opened = Opened {
            session: id,
            tenant: start.tenant,
            channel: start.channel,
            call: start.call,
            state: stored,
            at: now,
        };
        store.open(&opened).await.map_err(unavailable)?;
        let tools = Tools::new(clients.booking, start.tenant, id, start.channel);
        Ok(Self {
            id,
            tenant: start.tenant,
            channel: start.channel,
            business,
            state,
            tools,
            handoffs: clients.handoffs,
            models: clients.models,
            briefing: None,
            caller: start.caller,
            clock,
            trace_tools: start.trace_tools,
            turns: 0,
            cuts: 0,
            started: now,
            store,
        })
    }

    /// False when another connection owns the session now.
    pub async fn save(&self) -> bool {
        let saved = match serde_json::to_value(&self.state) {
            Ok(state) => self.store.save(self.owned(), &state, self.clock.now()).await.map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        saved.unwrap_or_else(|error| {
            // The conversation goes on from memory; only a replica that takes over would miss this turn.
            metrics::counter!("conversation_saves_failed_total").increment(1);
            tracing::error!(error, session = %self.id, "saving a session");
            true
        })
    }

    /// The row of the call behind this session.
    pub async fn voice_session(&self) -> Result<Option<uuid::Uuid>, StoreError> {
        self.store.voice_session(self.tenant, self.id).await
    }

    fn owned(&self) -> Owned {
        Owned { tenant: self.tenant, session: self.id, connection: self.state.connection }
    }

    pub async fn report_injection(&self, turn: u32, attempts: &[&'static str]) {
        metrics::counter!("conversation_injection_attempts_total").increment(1);
        let details = serde_json::json!({ "turn": turn, "phrases": attempts });
        if let Err(error) = self.store.audit(self.tenant, self.id, self.channel, "injection_attempt", &details).await {
            tracing::error!(%error, session = %self.id, "writing the audit log");
        }
    }

    /// A model's sentence was not said. Which words they were is not kept.
    pub async fn report_fault(&self, turn: u32, fault: &'static str) {
        metrics::counter!("conversation_replies_replaced_total", "fault" => fault).increment(1);
        tracing::warn!(fault, session = %self.id, "a reply failed its check");
        let details = serde_json::json!({ "turn": turn, "fault": fault });
        if let Err(error) = self.store.audit(self.tenant, self.id, self.channel, "reply_replaced", &details).await {
            tracing::error!(%error, session = %self.id, "writing the audit log");
        }
    }

    pub async fn report_switch(&self, switch: &ProviderSwitch) {
        if let Err(error) = self.store.provider_switched(self.tenant, self.id, switch).await {
            metrics::counter!("conversation_switches_unrecorded_total").increment(1);
            tracing::error!(%error, session = %self.id, "recording a switch of providers");
        }
    }

    /// Releases what is held, and writes how it ended. Nothing of that when another connection took the session up:
    /// what is held is that one's.
    pub async fn end(mut self, ended: Ended) {
        let holds = self.let_go();
        if !self.save().await {
            return;
        }
        for hold in holds {
            if !self.tools.release_hold(hold).await {
                // It runs out by itself, a little later.
                metrics::counter!("conversation_releases_failed_total").increment(1);
                tracing::warn!(session = %self.id, "a hold could not be released");
            }
        }
        // A web session outlives its connection.
        if self.channel == Channel::Web && ended.broken {
            return;
        }
        let now = self.clock.now();
        let lived_ms = u64::try_from(now.duration_since(self.started).as_millis()).unwrap_or(0);
        let figures =
            ended.figures.unwrap_or(Figures { duration_ms: lived_ms, turns: self.turns, barge_ins: self.cuts });
        let closed = Closed {
            status: ended.status,
            outcome: outcome(&self.state, ended.caller_left),
            reason: ended.reason,
            duration_ms: figures.duration_ms,
            turns: figures.turns,
            barge_ins: figures.barge_ins,
            at: now,
        };
        if let Err(error) = self.store.close(self.owned(), self.channel, &closed).await {
            metrics::counter!("conversation_closes_failed_total").increment(1);
            tracing::error!(%error, session = %self.id, "closing a session");
        }
    }

    /// Takes the holds out of the state. Who comes back to this session gets the slot held again, if it is still free.
    fn let_go(&mut self) -> Vec<HoldId> {
        let booking = &mut self.state.booking;
        let held = booking.hold.take();
        let holds = booking.stale_hold.take().into_iter().chain(held.as_ref().map(|h| h.id)).collect();
        if let Some(hold) = held {
            booking.chosen = Some(hold.slot);
            booking.confirmed = false;
        }
        holds
    }
}

/// Booked; or what was changed last; or handed over to the web; or abandoned, when the caller went away without it; or
/// nothing, when nothing was wanted but to know.
fn outcome(state: &State, caller_left: bool) -> Option<Outcome> {
    if !state.booked.is_empty() {
        return Some(Outcome::Booked);
    }
    match state.changed.last() {
        Some(Changed::Moved(_)) => return Some(Outcome::Rescheduled),
        Some(Changed::Cancelled(_)) => return Some(Outcome::Cancelled),
        None => {}
    }
    if state.handed_off.is_some() {
        return Some(Outcome::Handoff);
    }
    (caller_left && !state.said_goodbye).then_some(Outcome::Abandoned)
}
