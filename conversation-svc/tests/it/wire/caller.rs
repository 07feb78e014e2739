//! A caller that speaks the conversation protocol.

use proto::{
    common::v1::Channel,
    conversation::v1::{
        self as conversation, AgentEvent, CallerEvent, agent_event, caller_event,
        conversation_service_client::ConversationServiceClient,
    },
};
use service_runtime::grpc;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

use super::{Installation, PATIENCE};

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

    pub(super) async fn open(installation: &Installation, channel: Channel, session_id: String) -> Self {
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
