//! The way out to the carrier: a lane for audio and marks, and one for `clear` that audio cannot block.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::{Sink, SinkExt as _, stream::SplitSink};
use proto::id::StreamSid;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};

use super::message;
use crate::speak::playout::Outgoing;

/// Frames and marks on their way to the socket. The pacer keeps ten frames at the carrier, so this is full only
/// while the network stalls; the driver then waits with the next frame.
const MEDIA_LANE: usize = 32;
/// `clear` and the close: one or two at a time. A full lane means a dead socket.
const CONTROL_LANE: usize = 8;
/// A carrier that reads nothing for so long is gone, whatever it still sends.
const UNREAD_MAX: Duration = Duration::from_secs(5);

/// The writing half of a stream, as a lane needs it.
trait Outlet: Sink<Message, Error: Send> + Unpin + Send + 'static {}
impl<S: Sink<Message, Error: Send> + Unpin + Send + 'static> Outlet for S {}

/// The way out. Cheap to use from the driver: nothing here waits.
pub struct Writer {
    media: mpsc::Sender<Outgoing>,
    control: mpsc::Sender<Control>,
    generation: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

enum Control {
    /// Decided at this moment.
    Clear(Instant),
    Close,
}

impl Writer {
    /// `gone` is dropped when nothing can be written any more.
    pub fn spawn(
        sink: SplitSink<WebSocket, Message>,
        stream_sid: StreamSid,
        gone: oneshot::Sender<Infallible>,
    ) -> Self {
        Self::to(sink, stream_sid, gone, UNREAD_MAX)
    }

    fn to(sink: impl Outlet, stream_sid: StreamSid, gone: oneshot::Sender<Infallible>, unread_max: Duration) -> Self {
        let (media, media_lane) = mpsc::channel(MEDIA_LANE);
        let (control, control_lane) = mpsc::channel(CONTROL_LANE);
        let generation = Arc::new(AtomicU64::new(0));
        let lanes = Lanes {
            sink,
            stream_sid,
            media: media_lane,
            control: control_lane,
            generation: generation.clone(),
            unread_max,
            _gone: gone,
        };
        Self { media, control, generation, task: tokio::spawn(lanes.write()) }
    }

    /// Room for one more frame or mark; `None` while the network stalls.
    pub fn room(&self) -> Option<mpsc::Permit<'_, Outgoing>> {
        self.media.try_reserve().ok()
    }

    /// Drops every frame older than `generation` that has not left, and tells the carrier to drop its own.
    pub fn clear(&self, generation: u64) {
        self.set_generation(generation);
        if self.control.try_send(Control::Clear(Instant::now())).is_err() {
            metrics::counter!("carrier_clear_dropped_total").increment(1);
        }
    }

    /// As `clear`, when the carrier has nothing to drop.
    pub fn set_generation(&self, generation: u64) {
        self.generation.store(generation, Ordering::Release);
    }

    /// Closes the stream in good order; waits until it is done or `patience` is over.
    pub async fn close(mut self, patience: Duration) {
        let _ = self.control.try_send(Control::Close);
        if timeout(patience, &mut self.task).await.is_err() {
            metrics::counter!("carrier_close_timeouts_total").increment(1);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Lanes<S> {
    sink: S,
    stream_sid: StreamSid,
    media: mpsc::Receiver<Outgoing>,
    control: mpsc::Receiver<Control>,
    generation: Arc<AtomicU64>,
    unread_max: Duration,
    _gone: oneshot::Sender<Infallible>,
}

impl<S: Outlet> Lanes<S> {
    async fn write(mut self) {
        loop {
            let mut decided_at = None;
            let first = tokio::select! {
                biased;
                command = self.control.recv() => match command {
                    Some(Control::Clear(at)) => {
                        decided_at = Some(at);
                        Some(message::clear(&self.stream_sid))
                    }
                    Some(Control::Close) | None => break,
                },
                outgoing = self.media.recv() => match outgoing {
                    Some(outgoing) => self.text(outgoing),
                    None => break,
                },
            };
            match timeout(self.unread_max, self.put(first)).await {
                Ok(Ok(())) => {
                    if let Some(at) = decided_at {
                        metrics::histogram!("carrier_clear_ms").record(at.elapsed().as_secs_f64() * 1_000.0);
                    }
                }
                // The reader hears of the dead socket and ends the call.
                Ok(Err(_)) => return,
                Err(_) => {
                    metrics::counter!("carrier_streams_unread_total").increment(1);
                    return;
                }
            }
        }
        let close = CloseFrame { code: close_code::NORMAL, reason: "".into() };
        let _ = self.sink.send(Message::Close(Some(close))).await;
        let _ = self.sink.close().await;
    }

    /// Writes a message, and what is ready with it: a burst is one system call. No further once a command waits.
    async fn put(&mut self, first: Option<String>) -> Result<(), S::Error> {
        if let Some(text) = first {
            self.sink.feed(Message::Text(text.into())).await?;
        }
        while self.control.is_empty()
            && let Ok(outgoing) = self.media.try_recv()
        {
            if let Some(text) = self.text(outgoing) {
                self.sink.feed(Message::Text(text.into())).await?;
            }
        }
        self.sink.flush().await
    }

    /// The message; none if it is not wanted any more.
    fn text(&self, outgoing: Outgoing) -> Option<String> {
        if outgoing.generation() < self.generation.load(Ordering::Acquire) {
            metrics::counter!("playout_stale_dropped_total").increment(1);
            return None;
        }
        let sid = &self.stream_sid;
        Some(match outgoing {
            Outgoing::Frame { mulaw, .. } => message::media(sid, &mulaw),
            Outgoing::Mark { name, .. } => message::mark(sid, &name),
        })
    }
}

#[cfg(test)]
mod tests {
    use call::SegmentId;
    use futures::{StreamExt as _, channel::mpsc};

    use super::*;

    fn sid() -> StreamSid {
        "MZ00000000000000000000000000000001".parse().expect("a Stream SID")
    }

    fn frame(generation: u64) -> Outgoing {
        Outgoing::Frame { generation, segment: SegmentId::new(1), first: false, mulaw: vec![0xFF; 160] }
    }

    fn event(message: &Message) -> String {
        let text = message.to_text().expect("text");
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        value["event"].as_str().expect("an event").to_owned()
    }

    #[tokio::test]
    async fn after_a_clear_no_frame_from_before_it_leaves() {
        let (sink, mut written) = mpsc::channel(64);
        let writer = Writer::to(sink, sid(), oneshot::channel().0, UNREAD_MAX);
        // Nothing was written yet: this task has not waited.
        for _ in 0..5 {
            writer.room().expect("room").send(frame(0));
        }
        writer.clear(1);
        writer.room().expect("room").send(frame(1));
        assert_eq!(event(&written.next().await.expect("a message")), "clear");
        assert_eq!(event(&written.next().await.expect("a message")), "media");
        writer.close(Duration::from_secs(1)).await;
        assert!(matches!(written.next().await, Some(Message::Close(_))), "the five of before are gone");
    }

    #[tokio::test]
    async fn a_carrier_that_reads_nothing_is_gone_after_a_while() {
        let (sink, _unread) = mpsc::channel(0);
        let ((gone, is_gone), patience) = (oneshot::channel(), Duration::from_millis(20));
        let writer = Writer::to(sink, sid(), gone, patience);
        let began = tokio::time::Instant::now();
        for _ in 0..MEDIA_LANE {
            writer.room().expect("room").send(frame(0));
        }
        assert!(writer.room().is_none(), "the lane is bounded");
        assert!(is_gone.await.is_err(), "it was dropped");
        assert!(began.elapsed() >= patience);
    }
}
