//! Azure over a WebSocket: connections that are kept and used again, one turn at a time on each, and the time of every
//! word.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use http::HeaderValue;
use tokio::{net::TcpStream, time::Instant};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        self, Message as Frame,
        client::IntoClientRequest as _,
        protocol::{WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{
    super::vendor::{Answer, Piece, VendorError, by},
    Azure, Wanted,
    ssml::{is_allowed, ssml},
    turn::{self, Answered, Turn},
};
use crate::azure::{
    self, CONNECTION_HEADER, JSON, KEY_HEADER,
    frame::{Message, text_frame},
};

/// Connections that are kept open: the next sentence's, and one more. Others are closed after their turn.
const IDLE_MAX: usize = 2;
/// Older ones may have been closed at the other end.
const IDLE_AGE_MAX: Duration = Duration::from_secs(50);
/// The most that the service takes in one message, and far more than it sends.
const MESSAGE_BYTES_MAX: usize = 64 << 10;
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// How long a turn that was given up may take to end; then its connection is closed instead.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct Pool(Mutex<Vec<Connection>>);

struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    is_configured: bool,
    idle_since: Instant,
}

impl Pool {
    fn take(&self) -> Option<Connection> {
        self.fresh().pop()
    }

    /// Those that are kept and young enough.
    fn fresh(&self) -> MutexGuard<'_, Vec<Connection>> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| connection.idle_since.elapsed() < IDLE_AGE_MAX);
        idle
    }

    fn put(&self, mut connection: Connection) {
        connection.idle_since = Instant::now();
        let mut idle = self.fresh();
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}

/// Opens a connection for the next sentence, if none is open.
pub async fn warm(azure: &Azure) -> Result<(), VendorError> {
    if azure.connections.fresh().is_empty() {
        let patience = azure.settings.deadlines.first_byte;
        let connected = by(Instant::now() + patience, VendorError::FirstByteLate(patience), connect(azure));
        azure.connections.put(connected.await?);
    }
    Ok(())
}

/// Speaks a text, once more if that may help and no sound has come yet.
pub async fn carry(azure: Arc<Azure>, wanted: Wanted, mut answer: Answer) -> Result<(), VendorError> {
    let deadline = Instant::now() + azure.settings.deadlines.first_byte;
    let kept = azure.connections.take();
    let was_kept = kept.is_some();
    let error = match attempt(&azure, kept, &wanted, deadline, &mut answer).await {
        Ok(()) => return Ok(()),
        Err(error) if answer.has_sound() => return Err(error),
        Err(error) => error,
    };
    // A kept connection may have been closed at the other end, which says nothing of the service.
    let stale = was_kept && error == VendorError::BrokeOff;
    let left = deadline.saturating_duration_since(Instant::now());
    let pause = if stale { Duration::ZERO } else { error.retry_pause(left).ok_or(error)? };
    metrics::counter!("tts_retries_total").increment(1);
    tokio::time::sleep(pause).await;
    attempt(&azure, None, &wanted, deadline, &mut answer).await
}

async fn attempt(
    azure: &Azure,
    kept: Option<Connection>,
    wanted: &Wanted,
    deadline: Instant,
    answer: &mut Answer,
) -> Result<(), VendorError> {
    let unwanted = answer.unwanted();
    tokio::pin!(unwanted);
    let late = VendorError::FirstByteLate(azure.settings.deadlines.first_byte);
    let mut connection = match kept {
        Some(connection) => connection,
        None => tokio::select! {
            () = &mut unwanted => return Ok(()),
            connected = by(deadline, late, connect(azure)) => connected?,
        },
    };
    let mut turn = Turn::new(azure::new_id());
    let ended = tokio::select! {
        () = &mut unwanted => None,
        ended = connection.speak(azure, &mut turn, wanted, deadline, answer) => Some(ended),
    };
    match ended {
        Some(Ok(())) => azure.connections.put(connection),
        Some(Err(error)) => return Err(error),
        None => {
            let stopped = tokio::time::timeout(STOP_PATIENCE, connection.stop(azure, &mut turn)).await;
            if let Ok(Ok(())) = stopped {
                azure.connections.put(connection);
            }
        }
    }
    Ok(())
}

async fn connect(azure: &Azure) -> Result<Connection, VendorError> {
    // `https` becomes `wss`, and `http` becomes `ws`.
    let base = azure.settings.base_url.replacen("http", "ws", 1);
    let mut request =
        format!("{base}{}", azure.settings.websocket_path).into_client_request().map_err(|_| VendorError::Connect)?;
    let headers = request.headers_mut();
    headers.insert(KEY_HEADER, azure.key.clone());
    let id = HeaderValue::from_str(&azure::new_id()).map_err(|_| VendorError::Connect)?;
    headers.insert(CONNECTION_HEADER, id);
    let config =
        WebSocketConfig::default().max_message_size(Some(ANSWER_BYTES_MAX)).max_frame_size(Some(ANSWER_BYTES_MAX));
    match connect_async_with_config(request, Some(config), true).await {
        Ok((socket, _)) => Ok(Connection { socket, is_configured: false, idle_since: Instant::now() }),
        Err(tungstenite::Error::Http(refused)) => Err(VendorError::of_status(refused.status(), refused.headers())),
        Err(_) => Err(VendorError::Connect),
    }
}

impl Connection {
    /// One turn, from the text to its end.
    async fn speak(
        &mut self,
        azure: &Azure,
        turn: &mut Turn,
        wanted: &Wanted,
        first_byte_by: Instant,
        answer: &mut Answer,
    ) -> Result<(), VendorError> {
        let deadlines = azure.settings.deadlines;
        let Wanted { voice, text } = wanted;
        let takes_ssml = azure.settings.websocket_path.ends_with("/v1");
        if !std::mem::replace(&mut self.is_configured, true) {
            self.send(azure, turn, "speech.config", JSON, &azure::speech_config()).await?;
        }
        let named = (!takes_ssml).then_some(voice);
        self.send(azure, turn, "synthesis.context", JSON, &turn::context(named)).await?;
        if takes_ssml {
            self.send(azure, turn, "ssml", "application/ssml+xml", &ssml(voice, text)?).await?;
        }
        let (mut deadline, mut late) = (first_byte_by, VendorError::FirstByteLate(deadlines.first_byte));
        loop {
            let answered = by(deadline, late.clone(), self.next(turn)).await?;
            match answered {
                Answered::Started if !takes_ssml => {
                    let plain: String = text.chars().filter(|&character| is_allowed(character)).collect();
                    self.send(azure, turn, "text.piece", "text/plain", &plain).await?;
                    self.send(azure, turn, "text.end", "text/plain", "").await?;
                }
                Answered::Started | Answered::Nothing => {}
                Answered::Pieces(pieces) => {
                    for piece in pieces {
                        let is_sound = matches!(piece, Piece::Sound(_));
                        if !answer.give(piece).await? {
                            // Nobody wants the rest; whoever called us notices the same.
                            return std::future::pending().await;
                        }
                        if is_sound {
                            deadline = Instant::now() + deadlines.progress;
                            late = VendorError::Stalled(deadlines.progress);
                        }
                    }
                }
                Answered::Ended if answer.has_sound() => {
                    answer.give(Piece::End).await?;
                    return Ok(());
                }
                Answered::Ended => return Err(VendorError::Protocol("a turn without sound")),
            }
        }
    }

    /// Ends a turn whose sound nobody wants, so that the connection can be used again.
    async fn stop(&mut self, azure: &Azure, turn: &mut Turn) -> Result<(), VendorError> {
        self.send(azure, turn, "synthesis.control", JSON, &turn::stop()).await?;
        while !matches!(self.next(turn).await?, Answered::Ended) {}
        Ok(())
    }

    async fn send(
        &mut self,
        azure: &Azure,
        turn: &Turn,
        path: &str,
        content_type: &str,
        body: &str,
    ) -> Result<(), VendorError> {
        let timestamp = azure::timestamp(azure.clock);
        let frame = text_frame(path, &turn.request_id, &timestamp, content_type, body);
        if frame.len() > MESSAGE_BYTES_MAX {
            return Err(VendorError::TextTooLong);
        }
        self.socket.send(Frame::text(frame)).await.map_err(|_| VendorError::BrokeOff)
    }

    /// What the next message tells the turn.
    async fn next(&mut self, turn: &mut Turn) -> Result<Answered, VendorError> {
        loop {
            let frame = self.socket.next().await.ok_or(VendorError::BrokeOff)?.map_err(|_| VendorError::BrokeOff)?;
            return match frame {
                Frame::Text(text) => turn.answered(&Message::of_text(text.as_str())?),
                Frame::Binary(bytes) => turn.answered(&Message::of_binary(&bytes)?),
                Frame::Close(Some(close)) if close.code == CloseCode::Invalid => {
                    Err(VendorError::BadRequest(close.code.into()))
                }
                Frame::Close(_) => Err(VendorError::BrokeOff),
                Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) => continue,
            };
        }
    }
}
