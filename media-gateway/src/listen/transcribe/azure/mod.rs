//! Recognition by Azure: one connection for a call, on which turns follow each other. A turn ends when we say so, which is
//! when an utterance has ended and its words are not all there; Azure then gives them at once.

mod context;
mod message;
mod settings;
mod turn;

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use service_runtime::Clock;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

pub use self::settings::AzureSttSettings;
use self::turn::Turn;
use super::{
    Hints,
    remote::{
        Encoding, Trouble,
        assembly::Assembly,
        dialect::{Answer, Dialect, Filler, Outbox},
        segment::{Position, Segment},
    },
};
use crate::azure::{
    self, CONNECTION_HEADER, JSON, KEY_HEADER,
    frame::{self, binary_frame, text_frame},
};

/// Of the provider, in metrics and in a session's row.
pub const NAME: &str = "azure";

/// After a pause in the audio it is sent silence: it knows no other way to keep a turn alive, and finds the end of a
/// phrase by silence that it is sent.
const PAUSE_MAX: Duration = Duration::from_millis(500);
/// A turn is answered as soon as it begins, and ended as soon as we end it.
const ANSWER_PATIENCE: Duration = Duration::from_millis(2_500);

/// How Azure is spoken to in one call.
pub struct Azure {
    settings: AzureSttSettings,
    context: String,
    language: String,
    clock: Clock,
    turn: Option<Turn>,
}

impl Azure {
    pub fn new(settings: AzureSttSettings, hints: &Hints) -> Self {
        let context = context::speech_context(&settings, &hints.terms);
        let language = context::locale(&hints.language);
        // What Azure is told is the world's time, wherever the process was put in time.
        Self { settings, context, language, clock: Clock::system(), turn: None }
    }

    fn text(&self, path: &str, request_id: &str, body: &str) -> Message {
        Message::text(text_frame(path, request_id, &azure::timestamp(self.clock), JSON, body))
    }

    fn sound(&self, request_id: &str, content_type: Option<&str>, body: &[u8]) -> Message {
        Message::binary(binary_frame("audio", request_id, &azure::timestamp(self.clock), content_type, body))
    }

    /// Begins a turn: what it is about, and what its audio is like.
    fn begin_turn(&mut self, origin: Position, outbox: &mut Outbox) -> String {
        let request_id = azure::new_id();
        outbox.push_back(self.text("speech.context", &request_id, &self.context));
        outbox.push_back(self.sound(&request_id, Some("audio/x-wav"), &context::wav_header()));
        self.turn = Some(Turn::new(request_id.clone(), origin));
        request_id
    }

    fn end_turn(&mut self, assembly: &mut Assembly) -> Answer {
        match self.turn.take() {
            Some(Turn { ended_at: Some(end), .. }) => {
                // All that could be heard in it was.
                assembly.hear_final(Segment::silence(end, end));
                assembly.flushed(end);
                Answer::Taken
            }
            Some(Turn { has_phrase: true, .. }) => {
                metrics::counter!("transcribe_turns_cut_total", "provider" => NAME).increment(1);
                Answer::Restart
            }
            // Going on in the same way would only be cut off in the same way.
            _ => Answer::Trouble(Trouble::ServerError),
        }
    }
}

impl Dialect for Azure {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encoding(&self) -> Encoding {
        Encoding::Linear16
    }

    fn request(&self) -> Result<http::Request<()>, Trouble> {
        let url = self.settings.recognition_url(&self.language);
        let mut request = url.into_client_request().map_err(|_| Trouble::Request)?;
        let id = HeaderValue::try_from(azure::new_id()).map_err(|_| Trouble::Request)?;
        let headers = request.headers_mut();
        headers.insert(KEY_HEADER, azure::key_value(&self.settings.key));
        headers.insert(CONNECTION_HEADER, id);
        Ok(request)
    }

    fn opened(&mut self, _: Position, outbox: &mut Outbox) {
        self.turn = None;
        outbox.push_back(self.text("speech.config", &azure::new_id(), &azure::speech_config()));
    }

    /// Not between our end of a turn and Azure's: a new turn would drop what is left of the old one.
    fn takes_audio(&self) -> bool {
        self.turn.as_ref().is_none_or(|turn| turn.ended_at.is_none())
    }

    fn audio(&mut self, bytes: Bytes, start: Position, outbox: &mut Outbox) {
        let request_id = match &self.turn {
            Some(turn) => turn.request_id.clone(),
            None => self.begin_turn(start, outbox),
        };
        outbox.push_back(self.sound(&request_id, None, &bytes));
    }

    fn flush(&mut self, end: Position, outbox: &mut Outbox) -> bool {
        let Some(turn) = &mut self.turn else { return false };
        turn.ended_at = Some(end);
        let request_id = turn.request_id.clone();
        // No audio is the end of the audio.
        outbox.push_back(self.sound(&request_id, None, &[]));
        true
    }

    fn filler(&self) -> (Duration, Filler) {
        (PAUSE_MAX, Filler::Silence)
    }

    fn patience(&self) -> Option<Duration> {
        let turn = self.turn.as_ref()?;
        (!turn.is_answered || turn.ended_at.is_some()).then_some(ANSWER_PATIENCE)
    }

    fn hear(&mut self, text: &str, assembly: &mut Assembly) -> Answer {
        let Ok(message) = frame::Message::of_text(text) else { return Answer::Malformed };
        let Some(path) = message.header("Path") else { return Answer::Malformed };
        let is_ours =
            |turn: &&mut Turn| message.header("X-RequestId").is_none_or(|id| id.eq_ignore_ascii_case(&turn.request_id));
        match self.turn.as_mut().filter(is_ours) {
            Some(_) if path.eq_ignore_ascii_case("turn.end") => self.end_turn(assembly),
            Some(turn) => turn.hear(path, message.body, assembly),
            None => ignored("stale"),
        }
    }

    /// The codes with which a client is told that it breaks the protocol are of no use to try again.
    fn trouble_of_close(&self, code: u16, _: &str) -> Trouble {
        match code {
            1002 | 1003 | 1007 | 4000 => Trouble::Protocol(code),
            code => Trouble::Closed(code),
        }
    }

    fn farewell(&self) -> Message {
        Message::Close(None)
    }
}

/// It belongs to a turn that is over, or is of a kind that tells us nothing.
fn ignored(kind: &'static str) -> Answer {
    metrics::counter!("transcribe_messages_ignored_total", "provider" => NAME, "kind" => kind).increment(1);
    Answer::Taken
}

#[cfg(test)]
mod tests;
