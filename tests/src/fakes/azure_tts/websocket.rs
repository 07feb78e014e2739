//! The same service over a WebSocket: message order, request ids and sizes are checked, words come with their times.

use std::{net::SocketAddr, sync::Arc, sync::atomic::Ordering};

use axum::{
    extract::{
        ConnectInfo, Path, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    super::{
        readable_sound::{BYTES_PER_CHARACTER, spoken},
        served::{Course, Leaving, PIECE},
    },
    Frame, KEY, OUTPUT_FORMAT, Request, Script, Shared, StatusCode, read_ssml, without_sound,
};

/// The largest message that is taken.
const MESSAGE_BYTES_MAX: usize = 65_536;
const STREAM: &str = "5";
/// 100 ns in the sound of a character.
const TICKS_PER_CHARACTER: usize = BYTES_PER_CHARACTER * 10_000 / 8;

pub async fn open(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(version): Path<String>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("Ocp-Apim-Subscription-Key") != Some(KEY) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if !header("X-ConnectionId").is_some_and(is_id) || !["v1", "v2"].contains(&version.as_str()) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let refusal = |script: &Script| matches!(script, Script::Status(_) | Script::TooManyRequests { .. });
    if let Some(script) = shared.record.take_script_if(refusal) {
        return without_sound(script, shared.record.watch()).await;
    }
    shared.record.note_peer(peer);
    upgrade.on_upgrade(move |socket| async move {
        let mut session = Session { socket, shared, peer, takes_ssml: version == "v1" };
        if let Err(Ended::Violation(what)) = session.run().await {
            session.shared.violations.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(what);
        }
    })
}

/// Why a connection ended.
enum Ended {
    /// The client has gone, or we broke it off.
    Gone,
    Violation(String),
}

struct Session {
    socket: WebSocket,
    shared: Arc<Shared>,
    peer: SocketAddr,
    takes_ssml: bool,
}

/// A message of the client.
struct Received {
    path: String,
    request_id: String,
    body: String,
}

fn is_id(id: &str) -> bool {
    id.len() == 32 && id.chars().all(|character| character.is_ascii_hexdigit())
}

impl Session {
    async fn run(&mut self) -> Result<(), Ended> {
        self.expect("speech.config", None).await?;
        loop {
            let context = self.expect("synthesis.context", None).await?;
            let id = context.request_id.clone();
            let request = self.request(&context).await?;
            let text = request.text.clone();
            self.shared.record.note(self.peer, request);
            let leaving = self.shared.record.watch();
            self.speak(&id, &text, leaving).await?;
        }
    }

    /// The rest of what the client says in a turn.
    async fn request(&mut self, context: &Received) -> Result<Request, Ended> {
        let violation = |what: &str| Ended::Violation(format!("{what}: {}", context.body));
        let parsed: Value = serde_json::from_str(&context.body).map_err(|_| violation("a context that is not JSON"))?;
        let synthesis = &parsed["synthesis"];
        if synthesis["audio"]["outputFormat"] != OUTPUT_FORMAT {
            return Err(violation("another output format"));
        }
        let id = Some(context.request_id.as_str());
        if self.takes_ssml {
            let document = self.expect("ssml", id).await?;
            self.send(&context.request_id, "turn.start", r#"{"context":{"serviceTag":"1"}}"#).await?;
            return read_ssml(&document.body).ok_or_else(|| violation("SSML that cannot be read"));
        }
        let input = &synthesis["input"];
        let (Some(voice), Some(language), Some(true)) =
            (input["voiceName"].as_str(), input["language"].as_str(), input["bidirectionalStreamingMode"].as_bool())
        else {
            return Err(violation("a context without voice, language or streaming"));
        };
        let optional = |name: &str| input[name].as_str().map(str::to_owned);
        let (voice, language) = (voice.to_owned(), language.to_owned());
        let (style, rate) = (optional("style"), optional("rate"));
        self.send(&context.request_id, "turn.start", r#"{"context":{"serviceTag":"1"}}"#).await?;
        let mut text = String::new();
        loop {
            let message = self.receive().await?;
            match message.path.as_str() {
                "text.piece" if message.request_id == context.request_id => text.push_str(&message.body),
                "text.end" if message.request_id == context.request_id => break,
                other => return Err(Ended::Violation(format!("{other} where text was expected"))),
            }
        }
        Ok(Request { text, voice, language, style, rate })
    }

    async fn speak(&mut self, id: &str, text: &str, mut leaving: Leaving) -> Result<(), Ended> {
        let script = self.shared.record.take_script().unwrap_or(Script::Sound(Course::Whole));
        let response = json!({"context": {"serviceTag": "1"}, "audio": {"type": "inline", "streamId": STREAM}});
        self.send(id, "response", &response.to_string()).await?;
        let has_words = script != Script::NoWords;
        let course = match script {
            Script::Sound(course) => course,
            Script::NoAnswer => Course::StallAfter(0),
            Script::Frames(frames) => {
                for frame in frames {
                    self.put(match frame {
                        Frame::Text(text) => Message::Text(text.into()),
                        Frame::Binary(bytes) => Message::Binary(bytes.into()),
                    })
                    .await?;
                }
                Course::Whole
            }
            Script::Close(code) => {
                leaving.complete();
                let _ = self.put(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
                return Err(Ended::Gone);
            }
            Script::Empty => {
                leaving.complete();
                return self.send(id, "turn.end", "{}").await;
            }
            Script::NoWords | Script::Status(_) | Script::TooManyRequests { .. } => Course::Whole,
        };
        if self.sound(id, text, course, has_words).await? {
            leaving.complete();
        } else {
            // What was on its way when the client stopped.
            self.audio(id, &[0; 160]).await?;
        }
        self.send(id, "turn.end", "{}").await
    }

    /// Sends the sound; false when the client stopped it.
    async fn sound(&mut self, id: &str, text: &str, course: Course, has_words: bool) -> Result<bool, Ended> {
        let (sound, mut words) = (spoken(text), words(text));
        let end = match course {
            Course::StallAfter(bytes) | Course::DropAfter(bytes) => bytes.min(sound.len()),
            Course::Whole | Course::Slowly(_) => sound.len(),
        };
        for (index, piece) in sound[..end].chunks(PIECE).enumerate() {
            if let Course::Slowly(pause) = course {
                tokio::time::sleep(pause).await;
            }
            // A word's time comes before its sound.
            let reached = (index * PIECE + piece.len()).div_ceil(BYTES_PER_CHARACTER);
            let (now, later): (Vec<_>, Vec<_>) = words.into_iter().partition(|(start, _)| *start < reached);
            words = later;
            if has_words && !now.is_empty() {
                self.send(id, "audio.metadata", &metadata(&now)).await?;
            }
            self.audio(id, piece).await?;
        }
        match course {
            Course::DropAfter(_) => Err(Ended::Gone),
            Course::StallAfter(_) => {
                let stop = self.expect("synthesis.control", Some(id)).await?;
                if stop.body != r#"{"action":"stop"}"# {
                    return Err(Ended::Violation(format!("a control that is no stop: {}", stop.body)));
                }
                self.shared.stops.fetch_add(1, Ordering::SeqCst);
                Ok(false)
            }
            Course::Whole | Course::Slowly(_) => {
                self.audio(id, &[]).await?;
                Ok(true)
            }
        }
    }

    async fn expect(&mut self, path: &str, request_id: Option<&str>) -> Result<Received, Ended> {
        let message = self.receive().await?;
        if message.path != path || request_id.is_some_and(|id| id != message.request_id) {
            return Err(Ended::Violation(format!(
                "{} of {} where {path} was expected",
                message.path, message.request_id
            )));
        }
        Ok(message)
    }

    async fn receive(&mut self) -> Result<Received, Ended> {
        loop {
            let text = match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(_))) => return Err(Ended::Violation("a binary message".to_owned())),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Ended::Gone),
            };
            if text.len() > MESSAGE_BYTES_MAX {
                let _ = self.put(Message::Close(Some(CloseFrame { code: 1007, reason: "too large".into() }))).await;
                return Err(Ended::Violation("a message over 64 KB".to_owned()));
            }
            let Some((headers, body)) = text.split_once("\r\n\r\n") else {
                return Err(Ended::Violation("a message without headers".to_owned()));
            };
            let header = |name: &str| {
                let mut headers = headers.split("\r\n").filter_map(|line| line.split_once(": "));
                headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
            };
            let (Some(path), Some(request_id), Some(timestamp)) =
                (header("Path"), header("X-RequestId"), header("X-Timestamp"))
            else {
                return Err(Ended::Violation(format!("a header is missing: {headers}")));
            };
            if !is_id(&request_id) || timestamp.parse::<jiff::Timestamp>().is_err() {
                return Err(Ended::Violation(format!("a header is malformed: {headers}")));
            }
            return Ok(Received { path, request_id, body: body.to_owned() });
        }
    }

    async fn send(&mut self, id: &str, path: &str, body: &str) -> Result<(), Ended> {
        let headers = format!("X-RequestId:{id}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}");
        self.put(Message::Text(format!("{headers}\r\n\r\n{body}").into())).await
    }

    async fn audio(&mut self, id: &str, sound: &[u8]) -> Result<(), Ended> {
        self.put(Message::Binary(audio_frame(id, STREAM, sound).into())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), Ended> {
        self.socket.send(message).await.map_err(|_| Ended::Gone)
    }
}

/// A frame with sound in it.
pub fn audio_frame(id: &str, stream: &str, sound: &[u8]) -> Vec<u8> {
    let headers = format!("X-RequestId:{id}\r\nContent-Type:audio/basic\r\nX-StreamId:{stream}\r\nPath:audio\r\n");
    let length = u16::try_from(headers.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], headers.as_bytes(), sound].concat()
}

/// The words of a text, without the punctuation around them, and where they begin.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut was_word = false;
    for (at, character) in text.chars().enumerate() {
        let is_word = character.is_alphanumeric() || (was_word && character == '\'');
        match (is_word, words.last_mut()) {
            (true, Some((_, word))) if was_word => word.push(character),
            (true, _) => words.push((at, character.to_string())),
            (false, _) => {}
        }
        was_word = is_word;
    }
    words
}

fn metadata(words: &[(usize, String)]) -> String {
    let boundary = |(start, word): &(usize, String)| {
        let length = word.chars().count();
        json!({"Type": "WordBoundary", "Data": {
            "Offset": start * TICKS_PER_CHARACTER,
            "Duration": length * TICKS_PER_CHARACTER,
            "text": {"Text": word, "Length": length, "BoundaryType": "WordBoundary"},
        }})
    };
    json!({"Metadata": words.iter().map(boundary).collect::<Vec<_>>()}).to_string()
}
