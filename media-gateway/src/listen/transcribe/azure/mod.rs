//! Recognition by Azure: one connection for a call, on which turns follow each other. A turn ends when we say so, which is
//! when an utterance has ended and its words are not all there; Azure then gives them at once.

mod context;
mod message;
mod settings;

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use service_runtime::Clock;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

use self::message::{Hypothesis, Phrase, Status, seconds};
pub use self::settings::AzureSttSettings;
use super::{
    Hints,
    remote::{
        Encoding, Trouble,
        assembly::Assembly,
        dialect::{Answer, Dialect, Filler, Outbox},
        segment::{Position, Segment, placed, position},
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

/// What Azure was sent under one request id.
struct Turn {
    request_id: String,
    /// The position of its first sample.
    origin: Position,
    /// Something came for it.
    is_answered: bool,
    /// Something in it was heard for certain, be it silence.
    has_phrase: bool,
    /// Where we ended it. Azure still has to.
    ended_at: Option<Position>,
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
        self.turn = Some(Turn {
            request_id: request_id.clone(),
            origin,
            is_answered: false,
            has_phrase: false,
            ended_at: None,
        });
        request_id
    }

    fn hear_in_turn(&mut self, path: &str, body: &[u8], assembly: &mut Assembly) -> Answer {
        let Some(turn) = &mut self.turn else { return ignored("stale") };
        turn.is_answered = true;
        match path.to_ascii_lowercase().as_str() {
            // Our own detector decides when speech begins and ends.
            "turn.start" | "speech.startdetected" | "speech.enddetected" => Answer::Taken,
            "speech.hypothesis" => match serde_json::from_slice::<Hypothesis>(body) {
                Ok(hypothesis) => {
                    assembly.hear_interim(turn.hypothesis(&hypothesis));
                    Answer::Taken
                }
                Err(_) => Answer::Malformed,
            },
            "speech.phrase" => match serde_json::from_slice::<Phrase>(body) {
                Ok(phrase) => turn.hear_phrase(phrase, assembly),
                Err(_) => Answer::Malformed,
            },
            "turn.end" => self.end_turn(assembly),
            _ => ignored("unknown"),
        }
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

impl Turn {
    fn hypothesis(&self, hypothesis: &Hypothesis) -> Segment {
        let (start, end) = self.span(hypothesis.offset, hypothesis.duration);
        let words = placed(&hypothesis.text, &[], start, end);
        Segment { text: hypothesis.text.clone(), words, start, end }
    }

    fn hear_phrase(&mut self, phrase: Phrase, assembly: &mut Assembly) -> Answer {
        let (start, end) = self.span(phrase.offset, phrase.duration);
        self.has_phrase = true;
        match phrase.status {
            Status::Success => {
                let timed: Vec<_> = phrase.words().iter().map(|word| self.span(word.offset, word.duration)).collect();
                let text = phrase.into_text();
                assembly.hear_final(Segment { words: placed(&text, &timed, start, end), text, start, end });
                Answer::Taken
            }
            // There was sound, or none, and no words in it.
            Status::NoMatch | Status::InitialSilenceTimeout | Status::BabbleTimeout => {
                assembly.hear_final(Segment::silence(start, end));
                Answer::Taken
            }
            Status::EndOfDictation => Answer::Taken,
            Status::Error => Answer::Trouble(Trouble::ServerError),
            Status::TooManyRequests => Answer::Trouble(Trouble::TooManyStreams),
            Status::BadRequest => Answer::Trouble(Trouble::BadRequest),
            Status::Forbidden => Answer::Trouble(Trouble::NoCredit),
            Status::Unknown => Answer::Malformed,
        }
    }

    /// A span of the turn, given in Azure's units.
    fn span(&self, offset: f64, duration: f64) -> (Position, Position) {
        (position(self.origin, seconds(offset)), position(self.origin, seconds(offset + duration)))
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
            |turn: &Turn| message.header("X-RequestId").is_none_or(|id| id.eq_ignore_ascii_case(&turn.request_id));
        if self.turn.as_ref().is_some_and(is_ours) {
            self.hear_in_turn(path, message.body, assembly)
        } else {
            ignored("stale")
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
