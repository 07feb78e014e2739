//! The Media Streams WebSocket of one call: who may open it, what it carries in, and the two lanes out.
//!
//! The upgrade must be signed, and the stream must bring the one-use token of a webhook that we answered; neither
//! alone opens a call. The writer has a lane for `clear` that audio cannot block.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{
        OriginalUri, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use futures::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use proto::id::{CallSid, StreamSid};
use tokio::sync::mpsc;

use super::message::{self, Inbound, Start};
use crate::{admission::Admitted, gateway::Gateway, speak::playout::Outgoing};

/// Twilio's messages are under 1 KiB; a larger one is not Twilio's.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// From the open socket to `start`.
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// A stream with more malformed messages than this is not a carrier's.
const MALFORMED_MAX: u32 = 100;
/// Frames and marks on their way to the socket. The pacer keeps ten frames at the carrier, so this is full only
/// while the network stalls; the driver then waits with the next frame.
const MEDIA_LANE: usize = 32;
/// `clear` and the close: one or two at a time. A full lane means a dead socket.
const CONTROL_LANE: usize = 8;

/// `GET /twilio-stream`.
pub async fn upgrade(
    State(gateway): State<Gateway>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    if !gateway.config().voice_enabled {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !super::webhook::upgrade_is_signed(&gateway, &headers, &uri) {
        tracing::warn!("refused a media stream: its upgrade is not signed by the carrier");
        metrics::counter!("carrier_requests_refused_total", "route" => "/twilio-stream").increment(1);
        return StatusCode::FORBIDDEN.into_response();
    }
    socket.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX).on_upgrade(move |socket| async move {
        let tasks = gateway.lifecycle().tasks().clone();
        // A call is tracked, so that a stop waits for it.
        tasks.track_future(serve(gateway, socket)).await;
    })
}

async fn serve(gateway: Gateway, mut socket: WebSocket) {
    let opened = tokio::time::timeout(START_TIMEOUT, open(&gateway, &mut socket)).await;
    let refusal = match opened {
        Ok(Ok(opened)) => {
            let (sink, stream) = socket.split();
            let line = Line {
                reader: Reader { stream, malformed: 0, next_sequence: None },
                writer: Writer::spawn(sink, opened.stream_sid.clone()),
            };
            return crate::driver::run(gateway, opened, line).await;
        }
        Ok(Err(refusal)) => refusal,
        Err(_) => Refusal::NoStart,
    };
    tracing::warn!(%refusal, "refused a media stream");
    metrics::counter!("media_streams_refused_total", "reason" => refusal.label()).increment(1);
    let close = CloseFrame { code: close_code::POLICY, reason: refusal.label().into() };
    // The peer may be gone already.
    let _ = socket.send(Message::Close(Some(close))).await;
}

/// A stream whose right to be here is proved.
#[derive(Debug, Clone)]
pub struct Opened {
    pub stream_sid: StreamSid,
    pub call_sid: CallSid,
    pub admitted: Admitted,
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("no start message came")]
    NoStart,
    #[error("the socket ended before its start message")]
    Ended,
    #[error("its start message is malformed")]
    MalformedStart,
    #[error("its audio is not 8 kHz mono μ-law")]
    Format,
    #[error("its token is unknown, used or too old")]
    Token,
    #[error("its call is not the one that the token was issued for")]
    OtherCall,
    #[error("its token could not be checked: {0}")]
    Unchecked(#[from] crate::admission::AdmissionError),
}

impl Refusal {
    const fn label(&self) -> &'static str {
        match self {
            Self::NoStart => "no_start",
            Self::Ended => "ended",
            Self::MalformedStart => "malformed_start",
            Self::Format => "format",
            Self::Token => "token",
            Self::OtherCall => "other_call",
            Self::Unchecked(_) => "unchecked",
        }
    }
}

async fn open(gateway: &Gateway, socket: &mut WebSocket) -> Result<Opened, Refusal> {
    let start = read_start(socket).await?;
    if !start.format.is_mulaw_8k() {
        return Err(Refusal::Format);
    }
    let call_sid: CallSid = start.call_sid.parse().map_err(|_| Refusal::MalformedStart)?;
    let stream_sid: StreamSid = start.stream_sid.parse().map_err(|_| Refusal::MalformedStart)?;
    let token = start.token.ok_or(Refusal::Token)?;
    let admitted = gateway.admission().redeem_token(&token).await?.ok_or(Refusal::Token)?;
    if admitted.call_sid != start.call_sid || admitted.account_sid != start.account_sid {
        return Err(Refusal::OtherCall);
    }
    Ok(Opened { stream_sid, call_sid, admitted })
}

async fn read_start(socket: &mut WebSocket) -> Result<Start, Refusal> {
    // `connected`, then `start`: anything else before them is no carrier's doing.
    for _ in 0..4 {
        match socket.recv().await {
            Some(Ok(Message::Text(text))) => match message::parse(&text) {
                Ok(Inbound::Start(start)) => return Ok(start),
                Ok(_) => {}
                Err(_) => return Err(Refusal::MalformedStart),
            },
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(Refusal::MalformedStart),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Refusal::Ended),
        }
    }
    Err(Refusal::NoStart)
}

/// Both ways of one stream.
pub struct Line {
    pub reader: Reader,
    pub writer: Writer,
}

/// What the carrier says, as far as a call wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromCarrier {
    /// Caller audio: μ-law, 8 kHz, mono; 160 bytes are 20 ms.
    Audio(Vec<u8>),
    MarkReturned(String),
    Dtmf(char),
    /// The call ended.
    Stopped,
    /// The socket ended without a word, or carries nonsense.
    Lost,
}

pub struct Reader {
    stream: SplitStream<WebSocket>,
    malformed: u32,
    next_sequence: Option<u64>,
}

impl Reader {
    /// The next thing the carrier says. Cancel-safe. Malformed and unknown messages are counted and passed over.
    pub async fn next(&mut self) -> FromCarrier {
        loop {
            let text = match self.stream.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(_))) => {
                    if self.count_malformed("binary") {
                        return FromCarrier::Lost;
                    }
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return FromCarrier::Lost,
            };
            match message::parse(&text) {
                Ok(Inbound::Media { sequence, mulaw }) => {
                    self.count_gap(sequence);
                    return FromCarrier::Audio(mulaw);
                }
                Ok(Inbound::Mark { name }) => return FromCarrier::MarkReturned(name),
                Ok(Inbound::Dtmf { digit }) => return FromCarrier::Dtmf(digit),
                Ok(Inbound::Stop) => return FromCarrier::Stopped,
                Ok(Inbound::Connected | Inbound::Start(_) | Inbound::Unknown) => {
                    metrics::counter!("carrier_messages_ignored_total").increment(1);
                }
                Err(_) => {
                    if self.count_malformed("json") {
                        return FromCarrier::Lost;
                    }
                }
            }
        }
    }

    fn count_malformed(&mut self, kind: &'static str) -> bool {
        metrics::counter!("carrier_messages_malformed_total", "kind" => kind).increment(1);
        self.malformed += 1;
        self.malformed > MALFORMED_MAX
    }

    /// Sequence numbers count every message, so a jump between two audio frames is counted, not repaired.
    fn count_gap(&mut self, sequence: Option<u64>) {
        let Some(sequence) = sequence else { return };
        if self.next_sequence.is_some_and(|expected| sequence < expected) {
            metrics::counter!("carrier_messages_out_of_order_total").increment(1);
        }
        self.next_sequence = Some(sequence + 1);
    }
}

/// The way out. Cheap to use from the driver: nothing here waits.
pub struct Writer {
    media: mpsc::Sender<Outgoing>,
    control: mpsc::Sender<Control>,
    generation: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

enum Control {
    Clear,
    Close,
}

impl Writer {
    fn spawn(sink: SplitSink<WebSocket, Message>, stream_sid: StreamSid) -> Self {
        let (media, media_lane) = mpsc::channel(MEDIA_LANE);
        let (control, control_lane) = mpsc::channel(CONTROL_LANE);
        let generation = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(write(sink, stream_sid, media_lane, control_lane, generation.clone()));
        Self { media, control, generation, task }
    }

    /// Room for one more frame or mark; `None` while the network stalls.
    pub fn room(&self) -> Option<mpsc::Permit<'_, Outgoing>> {
        self.media.try_reserve().ok()
    }

    /// Drops every frame older than `generation` that has not left, and tells the carrier to drop its own.
    pub fn clear(&self, generation: u64) {
        self.set_generation(generation);
        if self.control.try_send(Control::Clear).is_err() {
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
        if tokio::time::timeout(patience, &mut self.task).await.is_err() {
            metrics::counter!("carrier_close_timeouts_total").increment(1);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    stream_sid: StreamSid,
    mut media: mpsc::Receiver<Outgoing>,
    mut control: mpsc::Receiver<Control>,
    generation: Arc<AtomicU64>,
) {
    let sid = stream_sid.as_str();
    loop {
        let text = tokio::select! {
            biased;
            command = control.recv() => match command {
                Some(Control::Clear) => message::clear(sid),
                Some(Control::Close) | None => break,
            },
            outgoing = media.recv() => match outgoing {
                Some(outgoing) if outgoing.generation() < generation.load(Ordering::Acquire) => {
                    metrics::counter!("playout_stale_dropped_total").increment(1);
                    continue;
                }
                Some(Outgoing::Frame { mulaw, .. }) => message::media(sid, &mulaw),
                Some(Outgoing::Mark { name, .. }) => message::mark(sid, &name),
                None => break,
            },
        };
        if sink.send(Message::Text(text.into())).await.is_err() {
            // The reader hears of the dead socket and ends the call.
            return;
        }
    }
    let close = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    let _ = sink.send(Message::Close(Some(close))).await;
    let _ = sink.close().await;
}
