//! The Media Streams WebSocket of one call: who may open it.
//!
//! The upgrade must be signed, and the stream must bring the one-use token of a webhook that we answered; neither
//! alone opens a call.

use std::time::Duration;

use axum::{
    extract::{
        OriginalUri, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use futures::StreamExt as _;
use proto::id::{CallSid, StreamSid};
use tokio::sync::oneshot;

use super::{
    message::{self, Inbound, Start},
    reader::Reader,
    writer::Writer,
};
use crate::{admission::Admitted, gateway::Gateway};

/// Twilio's messages are under 1 KiB; a larger one is not Twilio's.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// What is read of a socket at once: a dozen frames. Kept for as long as the call lasts, and 128 KiB by default.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// From the open socket to `start`.
const START_TIMEOUT: Duration = Duration::from_secs(10);

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
    let socket = socket.read_buffer_size(READ_BUFFER_BYTES);
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
            let (gone, is_gone) = oneshot::channel();
            let line = Line {
                reader: Reader::new(stream, opened.stream_sid.clone(), is_gone),
                writer: Writer::spawn(sink, opened.stream_sid.clone(), gone),
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
                Ok(message::Message { inbound: Inbound::Start(start), .. }) => return Ok(start),
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
