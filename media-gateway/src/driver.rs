//! Runs one call: carries what happens to the pure core as events, and what the core wants done to the outside.
//!
//! One task a call, one `select!`. Everything it starts is owned by it and ends with it. It decides nothing that
//! the core could decide.

mod call_span;
mod measure;
mod served;
mod speaking;
mod trace_file;
mod wire;

use std::{pin::Pin, time::Duration};

use call::{Action, Call, CallTime, Event};
use proto::{
    common::v1::Channel,
    conversation::v1::{AgentEvent, CallStarted, SessionOpened, SpeechKind, caller_event::Event as ToAgent},
    id::SessionId,
};
use tokio::{
    task::JoinSet,
    time::{Instant, Sleep},
};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tracing::Instrument as _;

use crate::{
    admission::Place,
    converse::{Caller, Conversation},
    gateway::Gateway,
    lease,
    listen::{
        leg::{self, Listening},
        transcribe::{Heard, Hints},
    },
    phrases,
    recording::Recording,
    tenant_call,
    twilio::{
        media_stream::{Line, Opened},
        reader::{FromCarrier, Reader},
        writer::Writer,
    },
};
use call_span::CallSpan;
use measure::{Live, Measure};
use served::Served;
use speaking::{Made, Speaking};
use trace_file::TraceFile;
use wire::FromAgent;

/// A carrier sends a frame every 20 ms, silence too. Without one for this long its socket is half dead.
const CARRIER_SILENT_MAX: Duration = Duration::from_secs(5);
/// How long the ends of a call may take: the close at the carrier, the conversation's last writes.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// A stalled network is asked again after this.
const RETRY_STALLED: Duration = Duration::from_millis(20);

/// Runs a call whose line is open, to its end.
pub async fn run(gateway: Gateway, opened: Opened, line: Line) {
    let span = tracing::info_span!("call", call_sid = %opened.call_sid);
    let tenant_id = opened.admitted.tenant_id;
    async {
        // Both end with this block, also by a panic in it.
        let _live = Live::count(metrics::gauge!("calls_active"));
        let tasks = gateway.lifecycle().tasks().clone();
        let _place = Place::of(gateway.admission().clone(), tenant_id, opened.call_sid.clone(), tasks);
        match tokio::join!(gateway.tenant(tenant_id), gateway.names_to_expect(tenant_id)) {
            (Ok(tenant), names) => Driver::begin(&gateway, &opened, &tenant, names, line).run().await,
            (Err(status), _) => tracing::error!(code = ?status.code(), "could not load the call's tenant"),
        }
        gateway.engine().release_call(&opened.call_sid);
    }
    .instrument(span)
    .await;
}

struct Driver {
    gateway: Gateway,
    opened: Opened,
    began: Instant,
    call: Call,
    reader: Reader,
    writer: Writer,
    listening: Listening,
    speaking: Speaking,
    listener: Served,
    speaker: Served,
    conversation: Conversation,
    /// Should the conversation's stream be opened again.
    caller: Caller,
    conversation_lost: bool,
    /// The call's place and its holds; ended with the call.
    leases: JoinSet<()>,
    measure: Measure,
    trace: TraceFile,
    recording: Recording,
    line_ready: bool,
    last_frame_at: Instant,
    /// At the latest when something is due.
    alarm: Pin<Box<Sleep>>,
    stopping: Pin<Box<WaitForCancellationFutureOwned>>,
    hung_up: bool,
    told_to_stop: bool,
    outcome: Option<call::Outcome>,
}

impl Driver {
    fn begin(
        gateway: &Gateway,
        opened: &Opened,
        tenant: &proto::booking::v1::Tenant,
        names: Vec<String>,
        line: Line,
    ) -> Self {
        let config = gateway.config();
        let call_config = tenant_call::config(tenant, config);

        let speech = gateway.speech_of(tenant);
        let hints = Hints { language: speech.language_tag.clone(), terms: names };
        let listening = Listening::begin(gateway.engine(), &speech.transcribers, hints);
        let speaking = Speaking::begin(speech.synthesizer.for_call());
        let call_started = CallStarted {
            tenant_id: opened.admitted.tenant_id.to_string(),
            channel: Channel::Phone.into(),
            call_sid: opened.call_sid.to_string(),
            stream_sid: opened.stream_sid.to_string(),
            caller_phone: opened.admitted.caller_phone.clone(),
            stt_provider: listening.provider().to_owned(),
            tts_provider: speaking.provider().to_owned(),
            session_id: String::new(),
            trace_tools: false,
        };
        let span = CallSpan::begin(&opened.call_sid);
        let caller = Caller { channel: gateway.conversation(), started: call_started, span: span.context() };
        let conversation = Conversation::open(caller.clone());
        let mut leases = JoinSet::new();
        leases.spawn(lease::keep_place(
            gateway.admission().clone(),
            opened.admitted.tenant_id,
            opened.call_sid.clone(),
        ));
        // Without a consent sentence nothing could be consented to.
        let store = config.recording.store.as_ref();
        let recorded = store.filter(|_| tenant.recording_enabled && phrases::asks_consent(tenant, config));
        let recorded = recorded.map(|store| store.file(opened.admitted.tenant_id, &opened.call_sid));
        let now = Instant::now();
        Self {
            gateway: gateway.clone(),
            opened: opened.clone(),
            began: now,
            trace: TraceFile::begin(config.trace_dir.as_deref(), &opened.call_sid, &call_config),
            recording: Recording::prepared(recorded, gateway.lifecycle().clone()),
            call: Call::new(call_config),
            reader: line.reader,
            writer: line.writer,
            listener: Served::new(SpeechKind::Recognition, listening.provider()),
            speaker: Served::new(SpeechKind::Synthesis, speaking.provider()),
            listening,
            speaking,
            conversation,
            caller,
            conversation_lost: false,
            leases,
            measure: Measure::of_call(span),
            line_ready: false,
            last_frame_at: now,
            alarm: Box::pin(tokio::time::sleep_until(now)),
            stopping: Box::pin(gateway.lifecycle().soft().clone().cancelled_owned()),
            hung_up: false,
            told_to_stop: false,
            outcome: None,
        }
    }

    async fn run(mut self) {
        tracing::info!("the call began");
        while self.outcome.is_none() {
            self.step().await;
            while let Some(action) = self.call.poll_action() {
                self.trace.action(&action);
                self.carry_out(action);
            }
        }
        self.end().await;
    }

    /// Waits for the next thing that happens and tells the core. The order is the order of urgency.
    async fn step(&mut self) {
        let now = Instant::now();
        let frame_due = self.speaking.next_due(now);
        if frame_due.is_some_and(|due| due <= now) {
            return self.send_due_frames();
        }
        let deadline = self.call.poll_timeout().map(|(at, _)| self.instant(at));
        let carrier_silent_at = self.last_frame_at + CARRIER_SILENT_MAX;
        let wake_at = [frame_due, deadline].into_iter().flatten().fold(carrier_silent_at, Instant::min);
        // An alarm that comes too early costs less than moving it on with each frame.
        if self.alarm.deadline() > wake_at || self.alarm.is_elapsed() {
            self.alarm.as_mut().reset(wake_at);
        }

        tokio::select! {
            biased;
            from_carrier = self.reader.next() => self.hear_carrier(from_carrier),
            heard = self.listening.next() => self.hear_words(heard),
            from_agent = self.conversation.next(), if !self.conversation_lost => self.hear_agent(from_agent),
            made = self.speaking.next() => self.take_audio(made),
            () = &mut self.alarm => {
                let now = Instant::now();
                // A frame that is due goes out in the next step.
                if deadline.is_some_and(|at| at <= now) {
                    self.pass_deadline();
                } else if carrier_silent_at <= now {
                    self.lose_carrier();
                }
            }
            () = &mut self.stopping, if !self.told_to_stop => self.stop(),
        }
    }

    /// Not even silence comes.
    fn lose_carrier(&mut self) {
        metrics::counter!("carrier_streams_lost_total", "why" => "silent").increment(1);
        self.tell(Event::StreamLost);
    }

    fn hear_carrier(&mut self, from_carrier: FromCarrier) {
        match from_carrier {
            FromCarrier::Audio(mulaw) => {
                self.last_frame_at = Instant::now();
                self.recording.caller(self.last_frame_at, &mulaw);
                if !std::mem::replace(&mut self.line_ready, true) {
                    self.tell(Event::LineReady);
                }
                for event in self.listening.hear(&mulaw) {
                    self.measure.voice(&event);
                    self.tell(event);
                }
                // The carrier's frames wake this call as often as its own need to leave.
                if self.speaking.is_worth_sending(self.last_frame_at) {
                    self.send_due_frames();
                }
            }
            FromCarrier::MarkReturned(name) => {
                self.recording.mark_returned(&name);
                for event in self.speaking.mark_returned(&name) {
                    self.tell(event);
                }
            }
            FromCarrier::Dtmf(digit) => self.tell(Event::Dtmf { digit }),
            FromCarrier::Stopped => self.tell(Event::CallerHungUp),
            FromCarrier::Lost => {
                // After our own hang-up the carrier closes, as it should.
                self.tell(Event::StreamLost);
            }
        }
    }

    fn hear_words(&mut self, heard: Heard) {
        self.measure.transcribed(&heard);
        self.record_who_serves();
        self.tell(leg::event(heard));
    }

    fn take_audio(&mut self, made: Made) {
        if let Made::Chunk(_) = made {
            self.measure.first_byte(self.speaking.makes_turn());
        }
        let event = self.speaking.take(made);
        self.record_who_serves();
        if let Some(event) = event {
            self.tell(event);
        }
    }

    fn stop(&mut self) {
        self.told_to_stop = true;
        self.tell(Event::Shutdown);
    }

    fn hear_agent(&mut self, from_agent: Option<AgentEvent>) {
        match wire::from_agent(from_agent) {
            FromAgent::Event(event) => {
                match &event {
                    Event::Sentence { turn, .. } => self.measure.first_sentence(*turn),
                    Event::ReplyCompleted { expects, .. } => self.listening.expect(*expects),
                    Event::ConversationLost => self.conversation_lost = true,
                    _ => {}
                }
                self.tell(event);
            }
            FromAgent::SessionOpened(opened) => self.session_opened(opened),
            FromAgent::RecordingDeclined => self.recording.declined(),
            FromAgent::Ignored => metrics::counter!("conversation_messages_ignored_total").increment(1),
        }
    }

    fn session_opened(&mut self, opened: SessionOpened) {
        if opened.takes_early_turns && self.gateway.config().early_turns {
            self.tell(Event::EarlyTurnsOffered);
        }
        if opened.session_id == self.caller.started.session_id {
            return tracing::info!("the call's session goes on");
        }
        let tenant = self.opened.admitted.tenant_id;
        match opened.session_id.parse::<SessionId>() {
            Ok(session) => {
                self.caller.started.session_id = opened.session_id;
                tracing::info!(session_id = %session, "the call's session is open");
                self.leases.spawn(lease::keep_holds(self.gateway.booking(), tenant, session));
            }
            Err(error) => tracing::error!(%error, "the conversation service sent a malformed session"),
        }
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Speak { segment, turn, text } => self.speaking.speak(segment, turn, text),
            Action::StopSpeaking => {
                let at_carrier = self.speaking.stop(Instant::now());
                self.clear(at_carrier);
            }
            Action::StopSpeakingAfter { segment } => self.speaking.stop_after(segment),
            Action::PauseSpeaking => {
                let at_carrier = self.speaking.pause(Instant::now());
                self.clear(at_carrier);
            }
            // The marks that the core goes by are the ones that our playout went back to.
            Action::ResumeSpeaking { .. } => self.speaking.resume(),
            Action::FinalizeTranscript { utterance } => {
                self.measure.endpoint();
                self.listening.finalize(utterance);
            }
            Action::AskAgent { turn, text, continues } => {
                self.measure.asked(turn);
                self.tell_agent(wire::turn(turn, text, continues));
            }
            Action::AskEarly { turn, text, continues } => self.tell_agent(wire::early_turn(turn, text, continues)),
            Action::PrepareSpeech { turn, text } => self.speaking.prepare(turn, text),
            Action::ConfirmTurn { turn } => {
                self.measure.confirmed(turn);
                self.tell_agent(wire::confirm(turn));
            }
            Action::RedialConversation => {
                metrics::counter!("conversation_redials_total").increment(1);
                self.conversation = Conversation::reopen(self.caller.clone());
                self.conversation_lost = false;
            }
            Action::AskSummary { turn } => self.tell_agent(wire::summary(turn)),
            Action::RequestHandoff { turn, reason } => self.tell_agent(wire::handoff(turn, reason)),
            Action::CancelTurn { turn } => {
                self.measure.cancelled(turn);
                self.speaking.forget_prepared(turn);
                self.tell_agent(wire::cancel(turn));
            }
            Action::ReportHeard { turn, text, complete } => self.tell_agent(wire::heard(turn, text, complete)),
            Action::ConsentHeard => self.recording.consent_heard(Instant::now()),
            Action::HangUp => self.hung_up = true,
            Action::RecordOutcome(outcome) => self.outcome = Some(outcome),
        }
    }

    /// What was sent and not heard is dropped, here and, if it got so far, at the carrier.
    fn clear(&mut self, at_carrier: bool) {
        self.recording.cleared(Instant::now());
        let generation = self.speaking.generation();
        if at_carrier {
            self.writer.clear(generation);
        } else {
            self.writer.set_generation(generation);
        }
    }

    fn record_who_serves(&mut self) {
        let listens = self.listener.by(self.listening.provider());
        let speaks = self.speaker.by(self.speaking.provider());
        for switched in listens.into_iter().chain(speaks) {
            self.tell_agent(ToAgent::ProviderSwitched(switched));
        }
    }

    /// A conversation that does not take a message is as good as lost; the core hears of it once.
    fn tell_agent(&mut self, event: ToAgent) {
        if !self.conversation.send(event) && !std::mem::replace(&mut self.conversation_lost, true) {
            self.tell(Event::ConversationLost);
        }
    }

    fn send_due_frames(&mut self) {
        let now = Instant::now();
        let mut first_frames = Vec::new();
        loop {
            let Some(room) = self.writer.room() else {
                self.speaking.hold_back_until(now + RETRY_STALLED);
                metrics::counter!("playout_stalls_total").increment(1);
                break;
            };
            let Some(outgoing) = self.speaking.poll(now) else { break };
            first_frames.extend(outgoing.first_of());
            self.recording.sent(now, &outgoing);
            room.send(outgoing);
        }
        for segment in first_frames {
            self.measure.first_frame(self.speaking.turn_of(segment));
            self.tell(Event::SegmentStarted { segment });
        }
    }

    fn tell(&mut self, event: Event) {
        let at = self.now();
        let event = self.call.judged(event);
        self.trace.event(at, &event);
        self.call.handle(at, event);
    }

    fn pass_deadline(&mut self) {
        let at = self.now();
        if let Some((_, timer)) = self.call.poll_timeout() {
            self.trace.timeout(at, timer);
        }
        self.call.handle_timeout(at);
    }

    fn now(&self) -> CallTime {
        CallTime::from(self.began.elapsed())
    }

    fn instant(&self, at: CallTime) -> Instant {
        self.began + Duration::from_millis(at.as_ms())
    }

    async fn end(mut self) {
        let Some(outcome) = self.outcome else { return };
        self.measure.call_ended(&outcome);
        if self.hung_up
            && let Err(error) = self.gateway.admission().note_ended(&self.opened.call_sid).await
        {
            tracing::warn!(%error, "could not note that we ended the call");
        }
        self.record_who_serves();
        self.tell_agent(wire::call_ended(&outcome));
        // The leases end first, so that a call that is over keeps nothing.
        self.leases.shutdown().await;
        let over_at = Instant::now();
        let ((), declined) = tokio::join!(self.writer.close(CLOSE_PATIENCE), self.conversation.close(CLOSE_PATIENCE));
        if declined {
            self.recording.declined();
        }
        self.recording.finish(over_at).await;
        self.trace.finish().await;
        if self.hung_up {
            self.gateway.hang_up(self.opened.call_sid.clone());
        }
        metrics::counter!("playout_gaps_total").increment(self.speaking.gaps());
        metrics::counter!("call_late_answers_total").increment(u64::from(self.call.late_answers()));
        tracing::info!(
            status = ?outcome.status,
            reason = ?outcome.reason,
            duration_ms = outcome.duration.as_millis(),
            turns = outcome.turns,
            barge_ins = outcome.barge_ins,
            "the call ended"
        );
    }
}
