//! Recognition by Deepgram: v1, which gives results of spans, and v2 (Flux), which gives turns.

mod flux;
mod message;
mod settings;

use std::time::Duration;

use bytes::Bytes;
use call::TurnEnd;
use http::{HeaderValue, header::AUTHORIZATION};
use secrecy::ExposeSecret as _;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

pub use self::settings::DeepgramSettings;
use self::{
    flux::Turns,
    message::{Alternative, Results, ServerMessage, Word},
};
use super::{
    Hints,
    remote::{
        Encoding, Trouble,
        assembly::Assembly,
        dialect::{Answer, Dialect, Filler, Outbox},
        segment::{Position, Segment, TimedWord, position},
    },
};

/// Of the provider, in metrics and in a session's row.
pub const NAME: &str = "deepgram";

/// v1 closes after 10 s without a sign of life.
const KEEP_ALIVE: Duration = Duration::from_secs(4);
/// v2 knows no keep-alive: it is sent silence after a pause in the audio.
const FLUX_PAUSE_MAX: Duration = Duration::from_millis(500);
/// v1 has results about each second, empty ones too. Speech that goes without any for so long is not heard.
const STALL: Duration = Duration::from_secs(5);

/// How Deepgram is spoken to in one call.
pub struct Deepgram {
    settings: DeepgramSettings,
    hints: Hints,
    mode: Mode,
    /// The position of the connection's first sample.
    origin: Position,
    /// The connection has had audio. Until then it needs some, whatever else is sent.
    had_audio: bool,
    /// Speech was sent, and no message came since.
    speech_unanswered: bool,
}

enum Mode {
    Results,
    Turns(Turns),
}

impl Deepgram {
    pub fn new(settings: DeepgramSettings, hints: Hints) -> Self {
        let mode = if settings.is_flux() { Mode::Turns(Turns::default()) } else { Mode::Results };
        Self { settings, hints, mode, origin: 0, had_audio: false, speech_unanswered: false }
    }

    fn hear_results(&self, results: Results, assembly: &mut Assembly) {
        let start = position(self.origin, results.start);
        let end = position(self.origin, results.start + results.duration);
        let best = results.channel.alternatives.into_iter().next().unwrap_or_default();
        let segment = self.segment(best, start, end);
        // One page of the documentation has `speech_final` without `is_final`: the words are as good as final then.
        if results.is_final || results.speech_final || results.from_finalize {
            assembly.hear_final(segment);
        } else {
            assembly.hear_interim(segment);
        }
        if results.from_finalize {
            assembly.flushed(end);
        } else if results.speech_final {
            assembly.hear_turn_end(TurnEnd::Likely);
        }
    }

    fn segment(&self, best: Alternative, start: Position, end: Position) -> Segment {
        let timed = |word: Word| TimedWord {
            start: position(self.origin, word.start),
            end: position(self.origin, word.end),
            text: word.punctuated_word.unwrap_or(word.word),
        };
        Segment { text: best.transcript, words: best.words.into_iter().map(timed).collect(), start, end }
    }
}

impl Dialect for Deepgram {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encoding(&self) -> Encoding {
        self.settings.encoding
    }

    fn request(&self) -> Result<http::Request<()>, Trouble> {
        let mut request = self.settings.listen_url(&self.hints).into_client_request().map_err(|_| Trouble::Request)?;
        let token = format!("Token {}", self.settings.key.expose_secret().trim());
        let mut token = HeaderValue::try_from(token).map_err(|_| Trouble::Request)?;
        token.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, token);
        Ok(request)
    }

    fn opened(&mut self, origin: Position, _: &mut Outbox) {
        if let Mode::Turns(turns) = &mut self.mode {
            *turns = Turns::default();
        }
        (self.origin, self.had_audio, self.speech_unanswered) = (origin, false, false);
    }

    fn audio(&mut self, bytes: Bytes, _: Position, outbox: &mut Outbox) {
        self.had_audio = true;
        outbox.push_back(Message::Binary(bytes));
    }

    fn speech_started(&mut self) {
        self.speech_unanswered = true;
    }

    fn flush(&mut self, _: Position, outbox: &mut Outbox) -> bool {
        let has_results = matches!(self.mode, Mode::Results);
        if has_results {
            outbox.push_back(Message::text(r#"{"type":"Finalize"}"#));
        }
        has_results
    }

    fn filler(&self) -> (Duration, Filler) {
        match self.mode {
            Mode::Results if self.had_audio => (KEEP_ALIVE, Filler::Message(Message::text(r#"{"type":"KeepAlive"}"#))),
            Mode::Results => (KEEP_ALIVE, Filler::Silence),
            Mode::Turns(_) => (FLUX_PAUSE_MAX, Filler::Silence),
        }
    }

    fn patience(&self) -> Option<Duration> {
        (self.speech_unanswered && matches!(self.mode, Mode::Results)).then_some(STALL)
    }

    fn hear(&mut self, text: &str, assembly: &mut Assembly) -> Answer {
        self.speech_unanswered = false;
        match (message::parse(text), &mut self.mode) {
            (Ok(ServerMessage::Results(results)), _) => self.hear_results(results, assembly),
            (Ok(ServerMessage::TurnInfo(turn)), Mode::Turns(turns)) => turns.hear(turn, self.origin, assembly),
            (Ok(ServerMessage::UtteranceEnd), _) => assembly.hear_turn_end(TurnEnd::Sure),
            (Ok(ServerMessage::Error(failure)), _) => {
                tracing::warn!(code = ?failure.code.get(..64).unwrap_or(&failure.code), "Deepgram reported an error");
                return Answer::Trouble(Trouble::ServerError);
            }
            (
                Ok(
                    ServerMessage::TurnInfo(_)
                    | ServerMessage::SpeechStarted
                    | ServerMessage::Metadata
                    | ServerMessage::Connected
                    | ServerMessage::Unknown,
                ),
                _,
            ) => {}
            (Err(_), _) => return Answer::Malformed,
        }
        Answer::Taken
    }

    /// The reason may have other text around its code.
    fn trouble_of_close(&self, code: u16, reason: &str) -> Trouble {
        if reason.contains("DATA-0000") {
            Trouble::NotDecodable
        } else if reason.contains("NET-0000") {
            Trouble::ServerSilent
        } else if reason.contains("NET-0001") {
            Trouble::NoAudio
        } else {
            Trouble::Closed(code)
        }
    }

    fn farewell(&self) -> Message {
        Message::text(r#"{"type":"CloseStream"}"#)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use service_runtime::Env;

    use super::*;

    #[rstest]
    #[case(1008, "DATA-0000", Trouble::NotDecodable, false)]
    #[case(1011, "received NET-0000: no text", Trouble::ServerSilent, true)]
    #[case(1011, "NET-0001", Trouble::NoAudio, true)]
    #[case(1011, "", Trouble::Closed(1011), true)]
    fn a_close_frame_has_its_kind(
        #[case] code: u16,
        #[case] reason: &str,
        #[case] trouble: Trouble,
        #[case] passing: bool,
    ) {
        let env = Env::from_pairs([("DEEPGRAM_API_KEY", "key")]);
        let deepgram = Deepgram::new(DeepgramSettings::from_env(&env).unwrap(), Hints::default());
        let of_close = deepgram.trouble_of_close(code, reason);
        assert_eq!((of_close, of_close.is_passing()), (trouble, passing));
    }
}
