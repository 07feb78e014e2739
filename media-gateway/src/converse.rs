//! The gRPC stream of one call to the conversation service: the caller's words out, the agent's sentences in.
//!
//! The stream opens beside the greeting, not before it. Its loss is an event like any other; the stream that replaces it
//! takes the same session up.

use std::time::Duration;

use proto::conversation::v1::{
    AgentEvent, CallStarted, CallerEvent, agent_event, caller_event,
    conversation_service_client::ConversationServiceClient,
};
use service_runtime::spans::{self, Context};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status, Streaming, transport::Channel};

/// Turns, cuts and the end of one call: a handful a second at most. Full means that the service hangs, which is a loss.
const OUT_QUEUE: usize = 64;
/// Sentences waiting for the driver, which takes each at once. Full: the service waits (HTTP/2 back-pressure).
const IN_QUEUE: usize = 64;
/// From dialling to the first message, in which the service says that the session is open.
const OPEN_TIMEOUT: Duration = Duration::from_secs(3);
/// Before each further try of a lost stream: a service that restarts, or another instance of it, is there in a moment. A
/// caller who waits for an answer hears a filler meanwhile.
const REDIAL_PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(1), Duration::from_secs(2)];

/// One call's conversation. Dropping it ends the stream.
pub struct Conversation {
    out: Option<mpsc::Sender<CallerEvent>>,
    incoming: mpsc::Receiver<AgentEvent>,
    task: tokio::task::JoinHandle<()>,
}

/// Who calls the service, and for which call.
#[derive(Clone)]
pub struct Caller {
    pub channel: Channel,
    /// The first message. Names the session once it is known.
    pub started: CallStarted,
    pub span: Context,
}

/// The stream, and what it opened with.
struct Open {
    out: mpsc::Sender<CallerEvent>,
    first: AgentEvent,
    stream: Streaming<AgentEvent>,
}

impl Conversation {
    /// Begins to open the stream; `CallStarted` is its first message.
    pub fn open(caller: Caller) -> Self {
        Self::begin(caller, &[])
    }

    /// The same for a stream that was lost: tried several times.
    pub fn reopen(caller: Caller) -> Self {
        Self::begin(caller, &REDIAL_PAUSES)
    }

    fn begin(caller: Caller, pauses: &'static [Duration]) -> Self {
        let (out, out_receiver) = mpsc::channel(OUT_QUEUE);
        let (in_sender, incoming) = mpsc::channel(IN_QUEUE);
        let task = tokio::spawn(async move {
            if let Some(open) = dial(caller, pauses).await {
                carry(open, out_receiver, in_sender).await;
            }
        });
        Self { out: Some(out), incoming, task }
    }

    /// Queues a message; false when the stream is lost or does not take it.
    pub fn send(&self, event: caller_event::Event) -> bool {
        let Some(out) = &self.out else { return false };
        let sent = out.try_send(CallerEvent { event: Some(event) }).is_ok();
        if !sent {
            metrics::counter!("conversation_messages_dropped_total").increment(1);
        }
        sent
    }

    /// The next message; `None` once the stream is lost.
    pub async fn next(&mut self) -> Option<AgentEvent> {
        self.incoming.recv().await
    }

    /// Ends our half and waits until the service ended its own: it has stored what it must then. True if the caller's
    /// last words declined the recording.
    pub async fn close(mut self, patience: Duration) -> bool {
        self.out = None;
        let mut declined = false;
        let drained = async {
            while let Some(AgentEvent { event }) = self.incoming.recv().await {
                declined |= matches!(event, Some(agent_event::Event::RecordingDeclined(_)));
            }
        };
        if tokio::time::timeout(patience, drained).await.is_err() {
            tracing::warn!("the conversation service did not end its stream in time");
        }
        declined
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// `None`: the service cannot be reached, or does not open the session.
async fn dial(caller: Caller, pauses: &[Duration]) -> Option<Open> {
    let mut pauses = pauses.iter();
    loop {
        match tokio::time::timeout(OPEN_TIMEOUT, try_open(caller.clone())).await {
            Ok(Ok(open)) => return Some(open),
            Ok(Err(status)) => tracing::warn!(code = ?status.code(), "the conversation service refused the stream"),
            Err(_) => tracing::warn!("the conversation service did not answer in time"),
        }
        tokio::time::sleep(*pauses.next()?).await;
    }
}

async fn try_open(caller: Caller) -> Result<Open, Status> {
    let Caller { channel, started, span } = caller;
    let (out, receiver) = mpsc::channel(OUT_QUEUE);
    // A fresh queue has room for its first message.
    let _ = out.try_send(CallerEvent { event: Some(caller_event::Event::CallStarted(started)) });
    let mut request = Request::new(ReceiverStream::new(receiver));
    spans::carry(&span, request.metadata_mut());
    let mut stream = ConversationServiceClient::new(channel).converse(request).await?.into_inner();
    let first = stream.message().await?.ok_or_else(|| Status::unavailable("the stream ended at once"))?;
    Ok(Open { out, first, stream })
}

async fn carry(open: Open, mut waiting: mpsc::Receiver<CallerEvent>, incoming: mpsc::Sender<AgentEvent>) {
    let Open { out, first, mut stream } = open;
    if incoming.send(first).await.is_err() {
        return;
    }
    let mut out = Some(out);
    loop {
        tokio::select! {
            event = waiting.recv(), if out.is_some() => match (event, &out) {
                (Some(event), Some(sender)) => {
                    if sender.send(event).await.is_err() {
                        return;
                    }
                }
                // Our half is over; the service may still have something to say.
                _ => out = None,
            },
            event = stream.message() => match event {
                Ok(Some(event)) => {
                    if incoming.send(event).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(status) => {
                    tracing::warn!(code = ?status.code(), "the conversation stream broke");
                    return;
                }
            },
        }
    }
}
