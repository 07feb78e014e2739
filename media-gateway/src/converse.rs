//! The gRPC stream of one call to the conversation service: the caller's words out, the agent's sentences in.
//!
//! The stream opens beside the greeting, not before it. Its loss is an event like any other.

use std::time::Duration;

use proto::conversation::v1::{
    AgentEvent, CallStarted, CallerEvent, agent_event, caller_event,
    conversation_service_client::ConversationServiceClient,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

/// Turns, cuts and the end of one call: a handful a second at most. Full means that the service hangs, which is a loss.
const OUT_QUEUE: usize = 64;
/// Sentences waiting for the driver, which takes each at once. Full: the service waits (HTTP/2 back-pressure).
const IN_QUEUE: usize = 64;
const OPEN_TIMEOUT: Duration = Duration::from_secs(3);

/// One call's conversation. Dropping it ends the stream.
pub struct Conversation {
    out: Option<mpsc::Sender<CallerEvent>>,
    incoming: mpsc::Receiver<AgentEvent>,
    task: tokio::task::JoinHandle<()>,
}

impl Conversation {
    /// Begins to open the stream; `CallStarted` is its first message.
    pub fn open(channel: Channel, started: CallStarted) -> Self {
        let (out, out_receiver) = mpsc::channel(OUT_QUEUE);
        let (in_sender, incoming) = mpsc::channel(IN_QUEUE);
        // A fresh queue has room for its first message.
        let _ = out.try_send(CallerEvent { event: Some(caller_event::Event::CallStarted(started)) });
        let task = tokio::spawn(carry(channel, out_receiver, in_sender));
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

async fn carry(channel: Channel, out: mpsc::Receiver<CallerEvent>, incoming: mpsc::Sender<AgentEvent>) {
    let mut client = ConversationServiceClient::new(channel);
    let opening = client.converse(ReceiverStream::new(out));
    let mut stream = match tokio::time::timeout(OPEN_TIMEOUT, opening).await {
        Ok(Ok(response)) => response.into_inner(),
        Ok(Err(status)) => {
            tracing::warn!(code = ?status.code(), "the conversation service refused the stream");
            return;
        }
        Err(_) => {
            tracing::warn!("the conversation service did not answer in time");
            return;
        }
    };
    loop {
        match stream.message().await {
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
        }
    }
}
