//! Azure's streaming recognition as its protocol has it: frames and their headers, one turn after another on a
//! connection, results in the time of the audio, and close codes. It hears the words of [`super::ear`], or real voices
//! that say the lines of [`super::voice`].

mod frames;
mod turn;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
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
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::any,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::{
    frames::{Received, Violation},
    turn::Turn,
};
use super::{
    served::{Record, Served, close},
    voice::Lines,
};

/// The key that is taken.
pub const KEY: &str = "an-azure-stt-key";
const PATH: &str = "/speech/recognition/conversation/cognitiveservices/v1";

/// What is done with a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Script {
    #[default]
    Serve,
    /// Answers the upgrade with this status.
    Refuse(u16),
    /// Never answers the upgrade.
    Hang,
    /// Serves until this much audio came over the connection.
    Until(Duration, Fault),
    /// Says nothing in the first turn until so much audio came; then all of it.
    Late(Duration),
    /// Pauses before it reads each message.
    ReadSlowly(Duration),
    /// Takes so long to end a turn.
    EndSlowly(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The socket is dropped.
    Drop,
    Close(u16, &'static str),
    /// So many messages, then it goes on.
    Say(usize, Nonsense),
    /// Ends the turn though the client did not, after a phrase for what was heard.
    EndTurn,
    /// The same without a phrase.
    EndTurnMute,
    /// A phrase with this status.
    Phrase(&'static str),
    /// Audio is taken and nothing said any more.
    Mute,
    /// Nothing is read any more.
    StopReading,
}

/// What a client has to bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonsense {
    /// Headers without an end.
    NoHeaders,
    NoPath,
    /// A phrase whose body is cut off.
    NoJson,
    UnknownStatus,
    UnknownPath,
    /// A hypothesis of another turn.
    Stale,
    Binary,
}

/// A turn that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    pub context: Value,
}

#[derive(Default)]
struct Shared {
    record: Record<Script, Request>,
    upgrades: AtomicUsize,
    violations: Mutex<Vec<String>>,
    /// Goodbyes: connections that were closed in order.
    goodbyes: AtomicUsize,
    lines: Option<Lines>,
    gone: CancellationToken,
}

/// The running fake.
pub struct AzureStt {
    served: Served,
    shared: Arc<Shared>,
}

impl AzureStt {
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Shared::default()).await
    }

    /// One that hears voices say these lines.
    pub async fn start_hearing(lines: Lines) -> std::io::Result<Self> {
        Self::start_with(Shared { lines: Some(lines), ..Shared::default() }).await
    }

    async fn start_with(shared: Shared) -> std::io::Result<Self> {
        let shared = Arc::new(shared);
        let routes = Router::new().route(PATH, any(open)).with_state(shared.clone());
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

    /// The turns that were begun, in order.
    pub fn turns(&self) -> Vec<Request> {
        self.shared.record.requests()
    }

    /// The upgrades that were asked for.
    pub fn upgrades(&self) -> usize {
        self.shared.upgrades.load(Ordering::SeqCst)
    }

    /// Connections that were closed in order by the client.
    pub fn goodbyes(&self) -> usize {
        self.shared.goodbyes.load(Ordering::SeqCst)
    }

    /// What clients did that the protocol does not allow.
    pub fn violations(&self) -> Vec<String> {
        self.shared.violations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn open(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    shared.upgrades.fetch_add(1, Ordering::SeqCst);
    if shared.gone.is_cancelled() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let script = shared.record.take_script().unwrap_or_default();
    match script {
        Script::Refuse(status) => {
            return StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
        Script::Hang => std::future::pending().await,
        _ => {}
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("Ocp-Apim-Subscription-Key") != Some(KEY) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let query: Vec<(String, String)> = reqwest::Url::parse(&format!("ws://localhost{uri}"))
        .map_or_else(|_| Vec::new(), |url| url.query_pairs().into_owned().collect());
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    // A language without a country is none here.
    let fits = value("language").is_some_and(|language| language.contains('-')) && value("format") == Some("detailed");
    if !fits || !header("X-ConnectionId").is_some_and(frames::is_id) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    upgrade.on_upgrade(async move |socket| {
        let gone = shared.gone.clone();
        let connection = Connection {
            shared: shared.clone(),
            peer,
            query,
            script,
            turn: None,
            ended: Vec::new(),
            cut: None,
            heard: 0.0,
        };
        // Nothing is left to say to a client that is dropped.
        let _ = gone.run_until_cancelled(connection.serve(socket)).await;
    })
}

/// One connection: its turns one after another.
struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    query: Vec<(String, String)>,
    script: Script,
    turn: Option<Turn>,
    /// The ids of turns that are over.
    ended: Vec<String>,
    /// The turn that was ended here and not by the client, whose audio may still be on its way.
    cut: Option<String>,
    /// Seconds of audio in turns that are over.
    heard: f64,
}

/// What becomes of a connection after a message.
enum Then {
    GoOn,
    Drop,
    Close(u16, &'static str),
    Stop,
}

impl Connection {
    async fn serve(mut self, mut socket: WebSocket) {
        if let Err(Violation { code, what }) = self.expect_config(&mut socket).await {
            return self.refuse(socket, code, what).await;
        }
        loop {
            if let Script::ReadSlowly(pause) = self.script {
                tokio::time::sleep(pause).await;
            }
            let received = match frames::receive(&mut socket).await {
                Ok(Some(received)) => received,
                Ok(None) => {
                    self.shared.goodbyes.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                Err(Violation { code, what }) => return self.refuse(socket, code, what).await,
            };
            let answers = match self.take(received) {
                Ok(answers) => answers,
                Err(Violation { code, what }) => return self.refuse(socket, code, what).await,
            };
            if self.is_mute() {
                continue;
            }
            for answer in answers {
                if socket.send(Message::text(answer)).await.is_err() {
                    return;
                }
            }
            if let Some(ending) = self.turn.as_mut().filter(|turn| turn.is_ended()) {
                if let Script::EndSlowly(pause) = self.script {
                    tokio::time::sleep(pause).await;
                }
                if socket.send(Message::text(ending.message("turn.end", ""))).await.is_err() {
                    return;
                }
                self.end_turn();
            }
            match self.fault(&mut socket).await {
                Then::GoOn => {}
                Then::Drop => return,
                Then::Close(code, reason) => return close(socket, code, reason).await,
                Then::Stop => std::future::pending().await,
            }
        }
    }

    async fn expect_config(&mut self, socket: &mut WebSocket) -> Result<(), Violation> {
        match frames::receive(socket).await? {
            Some(Received { path, body, is_text: true, .. }) if path == "speech.config" => {
                let config: Value = serde_json::from_slice(&body).unwrap_or_default();
                let os = &config["context"]["os"];
                let is_whole = ["platform", "name", "version"].iter().all(|name| os[name].is_string());
                if is_whole { Ok(()) } else { Err(Violation::new(1007, "an incomplete speech.config")) }
            }
            Some(Received { path, .. }) => Err(Violation::new(1002, &format!("{path} before speech.config"))),
            None => Ok(()),
        }
    }

    /// What is answered to a message.
    fn take(&mut self, received: Received) -> Result<Vec<String>, Violation> {
        let Received { path, request_id, content_type, body, is_text } = received;
        if self.cut.as_ref() == Some(&request_id) && path == "audio" {
            return Ok(Vec::new());
        }
        if self.ended.contains(&request_id) {
            return Err(Violation::new(1002, "a request id that was used before"));
        }
        match (path.as_str(), is_text, &mut self.turn) {
            ("speech.context", true, Some(_)) => Err(Violation::new(1002, "a turn before the one before it ended")),
            ("speech.context", true, None) => {
                let context: Value =
                    serde_json::from_slice(&body).map_err(|_| Violation::new(1007, "a context that is not JSON"))?;
                self.shared.record.note(self.peer, Request { query: self.query.clone(), context: context.clone() });
                let turn = Turn::new(request_id, &context, self.shared.lines.clone())
                    .ok_or_else(|| Violation::new(1007, "a context without segmentation or detailed output"))?;
                self.turn = Some(turn);
                Ok(Vec::new())
            }
            ("audio", false, Some(turn)) if turn.id() == request_id => turn.take_audio(content_type.as_deref(), &body),
            (path, _, _) => Err(Violation::new(1002, &format!("{path} where it does not belong"))),
        }
    }

    fn end_turn(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.heard += turn.now();
            self.cut = (!turn.is_ended()).then(|| turn.id().to_owned());
            self.ended.push(turn.id().to_owned());
        }
    }

    fn is_due(&self, after: Duration) -> bool {
        self.heard + self.turn.as_ref().map_or(0.0, Turn::now) >= after.as_secs_f64()
    }

    fn is_mute(&self) -> bool {
        match self.script {
            Script::Until(after, Fault::Mute) => self.is_due(after),
            _ => false,
        }
    }

    async fn fault(&mut self, socket: &mut WebSocket) -> Then {
        if let Script::Late(after) = self.script {
            let is_due = self.is_due(after);
            if let Some(turn) = &mut self.turn {
                turn.hold(!is_due);
            }
            return Then::GoOn;
        }
        let Script::Until(after, fault) = self.script else { return Then::GoOn };
        if !self.is_due(after) {
            return Then::GoOn;
        }
        let Some(turn) = &mut self.turn else { return Then::GoOn };
        let messages = match fault {
            Fault::Mute => return Then::GoOn,
            Fault::Drop => return Then::Drop,
            Fault::Close(code, reason) => return Then::Close(code, reason),
            Fault::StopReading => return Then::Stop,
            Fault::Say(count, nonsense) => (0..count).map(|_| turn.nonsense(nonsense)).collect(),
            Fault::Phrase(status) => vec![turn.bare_phrase(status)],
            Fault::EndTurn => {
                let mut messages = turn.last_words();
                messages.push(turn.message("turn.end", ""));
                self.end_turn();
                messages
            }
            Fault::EndTurnMute => {
                let message = turn.message("turn.end", "{}");
                self.end_turn();
                vec![message]
            }
        };
        self.script = Script::Serve;
        for message in messages {
            // A binary message has the mark of one.
            let message = match message.strip_prefix('\0') {
                Some(binary) => Message::binary(binary.as_bytes().to_vec()),
                None => Message::text(message),
            };
            if socket.send(message).await.is_err() {
                return Then::Drop;
            }
        }
        Then::GoOn
    }

    async fn refuse(&self, socket: WebSocket, code: u16, what: String) {
        if code != 0 {
            self.shared.violations.lock().unwrap_or_else(PoisonError::into_inner).push(what.clone());
            close(socket, code, &what).await;
        }
    }
}
