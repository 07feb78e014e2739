//! Deepgram's streaming recognition, v1 and v2 (Flux), as its protocol has it: refusals, timers, results in the time of
//! the audio, and close codes. It hears the words of [`super::ear`], or real voices that say the lines of
//! [`super::voice`].

mod results;
mod turns;

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{
        ConnectInfo, OriginalUri, State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::{results::Results, turns::Turns};
use super::{
    ear::Ear,
    served::{Record, Served, close},
    voice::Lines,
};

/// The key that is taken.
pub const KEY: &str = "a-deepgram-key";
/// Without audio or a keep-alive for so long, it closes.
const IDLE_MAX: Duration = Duration::from_secs(10);

/// What is done with a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Script {
    #[default]
    Serve,
    /// Answers the upgrade with this status.
    Refuse(u16),
    /// Never answers the upgrade.
    Hang,
    /// Serves until this much audio came.
    Until(Duration, Fault),
    /// Answers no `Finalize`.
    IgnoreFinalize,
    /// Says of the words before a silence that the silence was seen, and not that they are final.
    SilenceForFinal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The socket is dropped.
    Drop,
    Close(u16, &'static str),
    /// This message so many times; then it goes on.
    Say(usize, &'static str),
    /// A binary message; then it goes on.
    SayBinary,
    /// v2's own error message, and the close that follows.
    Error,
    /// Audio is taken and nothing said any more.
    Mute,
    /// Nothing is read any more.
    StopReading,
}

/// An upgrade that was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    pub authorization: Option<String>,
}

impl Request {
    /// All values of a parameter.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// What came over all connections.
#[derive(Debug, Default)]
pub struct Counts {
    pub audio_frames: AtomicUsize,
    pub keep_alives: AtomicUsize,
    pub finalizes: AtomicUsize,
    pub close_streams: AtomicUsize,
    /// Frames that no client may send.
    pub breaches: AtomicUsize,
}

pub struct Deepgram {
    served: Served,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    record: Record<Script, Request>,
    counts: Counts,
    lines: Option<Lines>,
    gone: CancellationToken,
}

impl Deepgram {
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Shared::default()).await
    }

    /// One that hears voices say these lines.
    pub async fn start_hearing(lines: Lines) -> std::io::Result<Self> {
        Self::start_with(Shared { lines: Some(lines), ..Shared::default() }).await
    }

    async fn start_with(shared: Shared) -> std::io::Result<Self> {
        let shared = Arc::new(shared);
        let routes =
            Router::new().route("/v1/listen", get(listen)).route("/v2/listen", get(listen)).with_state(shared.clone());
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    pub fn url(&self) -> String {
        self.served.url()
    }

    /// Does so with the next connection that has no script yet.
    pub fn script(&self, script: Script) {
        self.shared.record.script(script);
    }

    /// Drops what is connected, and refuses whoever comes from now on.
    pub fn fail_for_good(&self) {
        self.shared.gone.cancel();
    }

    /// The upgrades that were asked for, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.record.requests()
    }

    pub fn counts(&self) -> &Counts {
        &self.shared.counts
    }
}

async fn listen(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query: Vec<(String, String)> = reqwest::Url::parse(&format!("ws://localhost{uri}"))
        .map_or_else(|_| Vec::new(), |url| url.query_pairs().into_owned().collect());
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let request = Request { path: uri.path().to_owned(), query, authorization };
    shared.record.note(peer, request.clone());
    if shared.gone.is_cancelled() {
        return refusal(503);
    }
    let script = shared.record.take_script().unwrap_or_default();
    match script {
        Script::Refuse(status) => return refusal(status),
        Script::Hang => std::future::pending().await,
        Script::Serve | Script::Until(..) | Script::IgnoreFinalize | Script::SilenceForFinal => {}
    }
    if request.authorization != Some(format!("Token {KEY}")) {
        return refusal(401);
    }
    match Stream::new(&request, script, shared.lines.clone()) {
        Some(stream) => upgrade.on_upgrade(async move |socket| {
            let gone = shared.gone.clone();
            // Nothing is left to say to a client that is dropped.
            let _ = gone.run_until_cancelled(stream.serve(socket, shared)).await;
        }),
        None => refusal(400),
    }
}

fn refusal(status: u16) -> Response {
    let code = match status {
        400 => "Bad Request",
        401 => "INVALID_AUTH",
        402 => "ASR_PAYMENT_REQUIRED",
        403 => "INSUFFICIENT_PERMISSIONS",
        429 => "TOO_MANY_REQUESTS",
        _ => "INTERNAL_SERVER_ERROR",
    };
    let body = serde_json::json!({
        "err_code": code, "err_msg": "As scripted.", "request_id": "0b0f2f0e-0000-4000-8000-000000000001",
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert("dg-error", HeaderValue::from_static(code));
    response
}

/// One stream: its audio, and how it is heard.
struct Stream {
    ear: Ear,
    dialect: Dialect,
    script: Script,
    had_audio: bool,
}

enum Dialect {
    Results(Results),
    Turns(Turns),
}

impl Stream {
    /// None if a parameter is not one that the path takes.
    fn new(request: &Request, script: Script, lines: Option<Lines>) -> Option<Self> {
        let query: HashMap<&str, &str> = request.query.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let mulaw = match *query.get("encoding")? {
            "linear16" => false,
            "mulaw" => true,
            _ => return None,
        };
        let rate_hz = query.get("sample_rate")?.parse().ok()?;
        let dialect = if request.path.starts_with("/v1") {
            Dialect::Results(Results::new(&query, script == Script::SilenceForFinal)?)
        } else {
            Dialect::Turns(Turns::new(&query)?)
        };
        Some(Self { ear: Ear::new(rate_hz, mulaw, lines), dialect, script, had_audio: false })
    }

    async fn serve(mut self, mut socket: WebSocket, shared: Arc<Shared>) {
        if let Dialect::Turns(turns) = &mut self.dialect
            && socket.send(Message::text(turns.connected())).await.is_err()
        {
            return;
        }
        let mut idle_at = tokio::time::Instant::now() + IDLE_MAX;
        loop {
            let Ok(message) = tokio::time::timeout_at(idle_at, socket.recv()).await else {
                return close(socket, 1011, "NET-0001").await;
            };
            let Some(Ok(message)) = message else { return };
            let answers = match message {
                Message::Binary(bytes) if bytes.is_empty() => {
                    shared.counts.breaches.fetch_add(1, Ordering::SeqCst);
                    return close(socket, 1000, "").await;
                }
                Message::Binary(bytes) => {
                    shared.counts.audio_frames.fetch_add(1, Ordering::SeqCst);
                    self.had_audio = true;
                    idle_at = tokio::time::Instant::now() + IDLE_MAX;
                    self.hear(&bytes)
                }
                Message::Text(text) => match self.obey(&text, &shared.counts) {
                    Obeyed::Answer(answers) => answers,
                    Obeyed::Alive => {
                        // It does not stand in for audio that never came.
                        if self.had_audio {
                            idle_at = tokio::time::Instant::now() + IDLE_MAX;
                        }
                        continue;
                    }
                    Obeyed::Close(answers) => {
                        for answer in answers {
                            let _ = socket.send(Message::text(answer.to_string())).await;
                        }
                        return close(socket, 1000, "").await;
                    }
                    Obeyed::Breach => {
                        shared.counts.breaches.fetch_add(1, Ordering::SeqCst);
                        return close(socket, 1008, "DATA-0000").await;
                    }
                },
                Message::Ping(_) | Message::Pong(_) => continue,
                Message::Close(_) => return,
            };
            if self.script_is(Fault::Mute) {
                continue;
            }
            for answer in answers {
                if socket.send(Message::text(answer.to_string())).await.is_err() {
                    return;
                }
            }
            if let Script::Until(after, fault) = self.script
                && self.ear.now() >= after.as_secs_f64()
            {
                match fault {
                    Fault::Drop => return,
                    Fault::Close(code, reason) => return close(socket, code, reason).await,
                    Fault::Say(count, message) => {
                        for _ in 0..count {
                            let _ = socket.send(Message::text(message)).await;
                        }
                        self.script = Script::Serve;
                    }
                    Fault::SayBinary => {
                        let _ = socket.send(Message::binary(vec![0, 1, 2])).await;
                        self.script = Script::Serve;
                    }
                    Fault::Error => {
                        let error =
                            r#"{"type":"Error","sequence_id":9,"code":"INTERNAL_SERVER_ERROR","description":"x"}"#;
                        let _ = socket.send(Message::text(error)).await;
                        return close(socket, 1011, "").await;
                    }
                    Fault::Mute => {}
                    Fault::StopReading => std::future::pending().await,
                }
            }
        }
    }

    fn script_is(&self, wanted: Fault) -> bool {
        matches!(self.script, Script::Until(after, fault) if fault == wanted && self.ear.now() >= after.as_secs_f64())
    }

    fn hear(&mut self, bytes: &[u8]) -> Vec<Value> {
        self.ear.hear(bytes);
        match &mut self.dialect {
            Dialect::Results(results) => results.heard(&self.ear),
            Dialect::Turns(turns) => turns.heard(&self.ear),
        }
    }

    fn obey(&mut self, text: &str, counts: &Counts) -> Obeyed {
        let command: Value = serde_json::from_str(text).unwrap_or_default();
        match (command["type"].as_str(), &mut self.dialect) {
            (Some("KeepAlive"), Dialect::Results(_)) => {
                counts.keep_alives.fetch_add(1, Ordering::SeqCst);
                Obeyed::Alive
            }
            (Some("Finalize"), Dialect::Results(results)) => {
                counts.finalizes.fetch_add(1, Ordering::SeqCst);
                let ignored = self.script == Script::IgnoreFinalize;
                Obeyed::Answer(if ignored { Vec::new() } else { results.flush(&self.ear).into_iter().collect() })
            }
            (Some("CloseStream"), dialect) => {
                counts.close_streams.fetch_add(1, Ordering::SeqCst);
                Obeyed::Close(match dialect {
                    Dialect::Results(results) => results.close(&self.ear),
                    Dialect::Turns(_) => Vec::new(),
                })
            }
            _ => Obeyed::Breach,
        }
    }
}

enum Obeyed {
    Answer(Vec<Value>),
    Alive,
    Close(Vec<Value>),
    Breach,
}
