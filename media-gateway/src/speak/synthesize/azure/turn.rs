//! One turn on Azure's WebSocket, as messages: what we send for a text, and what the answers mean. Pure; the connection
//! is left to `websocket`.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::vendor::{Piece, VendorError},
    OUTPUT_FORMAT, Voice,
};
use crate::azure::frame::Message;

/// Times come in units of 100 ns: ten thousand are a millisecond, which is eight bytes.
const TICKS_PER_MS: u64 = 10_000;
const BYTES_PER_MS: u64 = 8;

/// What an answer of the service says.
#[derive(Debug)]
pub enum Answered {
    /// The turn has begun: text may follow.
    Started,
    Pieces(Vec<Piece>),
    Ended,
    /// It belongs to a turn that was given up, or is of a kind that tells us nothing.
    Nothing,
}

/// A turn that is underway.
pub struct Turn {
    pub request_id: String,
    stream_id: Option<String>,
}

impl Turn {
    pub const fn new(request_id: String) -> Self {
        Self { request_id, stream_id: None }
    }

    /// What a message tells this turn.
    pub fn answered(&mut self, message: &Message<'_>) -> Result<Answered, VendorError> {
        let path = message.header("Path").ok_or(VendorError::Protocol("a message without a path"))?;
        if message.header("X-RequestId").is_some_and(|id| !id.eq_ignore_ascii_case(&self.request_id)) {
            return Ok(nothing("stale"));
        }
        match path.to_ascii_lowercase().as_str() {
            "turn.start" => Ok(Answered::Started),
            "response" => {
                self.stream_id = serde_json::from_slice(message.body).ok().map(|response: Response| response.audio.id);
                Ok(Answered::Pieces(Vec::new()))
            }
            "audio" => Ok(self.sound(message)),
            "audio.metadata" => Ok(words(message.body)),
            "turn.end" => Ok(Answered::Ended),
            _ => Ok(nothing("unknown")),
        }
    }

    fn sound(&self, message: &Message<'_>) -> Answered {
        let of_another = match (&self.stream_id, message.header("X-StreamId")) {
            (Some(known), Some(named)) => known != named,
            _ => false,
        };
        if of_another {
            return nothing("stale");
        }
        // An empty body closes the stream.
        let sound = (!message.body.is_empty()).then(|| Piece::Sound(Bytes::copy_from_slice(message.body)));
        Answered::Pieces(sound.into_iter().collect())
    }
}

/// The body of `synthesis.context`. Where the text is sent as it is, the context names the voice; SSML names its own.
pub fn context(voice: Option<&Voice>) -> String {
    let mut synthesis = json!({
        "audio": {
            "metadataOptions": {
                "bookmarkEnabled": false,
                "punctuationBoundaryEnabled": false,
                "sentenceBoundaryEnabled": false,
                "sessionEndEnabled": true,
                "visemeEnabled": false,
                "wordBoundaryEnabled": true,
            },
            "outputFormat": OUTPUT_FORMAT,
        },
        "language": {"autoDetection": false},
    });
    if let Some(voice) = voice {
        let mut input =
            json!({"bidirectionalStreamingMode": true, "voiceName": voice.name, "language": voice.language});
        if let Some(style) = &voice.style {
            input["style"] = json!(style);
        }
        if voice.rate_percent != 0 {
            input["rate"] = json!(format!("{:+}%", voice.rate_percent));
        }
        synthesis["input"] = input;
    }
    json!({"synthesis": synthesis}).to_string()
}

/// The body of `synthesis.control` that ends a turn.
pub fn stop() -> String {
    json!({"action": "stop"}).to_string()
}

#[derive(Deserialize)]
struct Response {
    audio: ResponseAudio,
}

#[derive(Deserialize)]
struct ResponseAudio {
    #[serde(rename = "streamId")]
    id: String,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "Metadata")]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Type")]
    kind: String,
    /// Its shape depends on the kind.
    #[serde(rename = "Data", default)]
    data: serde_json::Value,
}

#[derive(Deserialize)]
struct WordBoundary {
    #[serde(rename = "Offset")]
    offset: u64,
    #[serde(rename = "Duration", default)]
    duration: u64,
    text: WordText,
}

#[derive(Deserialize)]
struct WordText {
    #[serde(rename = "Text")]
    text: String,
    #[serde(rename = "BoundaryType", default)]
    kind: String,
}

/// The words of a metadata message. One that cannot be read costs the times of its words, not the sound.
fn words(body: &[u8]) -> Answered {
    let Ok(metadata) = serde_json::from_slice::<Metadata>(body) else { return nothing("unreadable") };
    let boundaries = metadata.entries.into_iter().filter(|entry| entry.kind == "WordBoundary");
    let boundaries = boundaries.filter_map(|entry| serde_json::from_value::<WordBoundary>(entry.data).ok());
    let words = boundaries.filter(|boundary| boundary.text.kind != "PunctuationBoundary").map(|boundary| {
        let WordBoundary { offset, duration, text } = boundary;
        Piece::Word { word: text.text, starts: bytes(offset), ends: bytes(offset.saturating_add(duration)) }
    });
    Answered::Pieces(words.collect())
}

fn bytes(ticks: u64) -> usize {
    usize::try_from(ticks.saturating_mul(BYTES_PER_MS) / TICKS_PER_MS).unwrap_or(usize::MAX)
}

fn nothing(kind: &'static str) -> Answered {
    metrics::counter!("tts_messages_ignored_total", "kind" => kind).increment(1);
    Answered::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(turn: &mut Turn, path: &str, headers: &str, body: &str) -> Answered {
        let frame = format!("Path:{path}\r\n{headers}\r\n\r\n{body}");
        turn.answered(&Message::of_text(&frame).expect("a frame")).expect("an answer")
    }

    #[test]
    fn words_have_their_times_and_other_metadata_none() {
        let body = r#"{"Metadata":[
            {"Type":"WordBoundary","Data":{"Offset":500000,"Duration":3375000,
             "text":{"Text":"Your","Length":4,"BoundaryType":"WordBoundary"}}},
            {"Type":"WordBoundary","Data":{"Offset":500000,"Duration":1,
             "text":{"Text":",","Length":1,"BoundaryType":"PunctuationBoundary"}}},
            {"Type":"SessionEnd","Data":{"Offset":9000000}},
            {"Type":"Viseme","Data":{"Offset":1,"VisemeId":4}}]}"#;
        let found = answered(&mut Turn::new("1".to_owned()), "audio.metadata", "X-RequestId:1", body);
        let Answered::Pieces(pieces) = found else { panic!("{found:?}") };
        assert!(
            matches!(&pieces[..], [Piece::Word { word, starts: 400, ends: 3_100 }] if word == "Your"),
            "{pieces:?}"
        );
        let unreadable =
            answered(&mut Turn::new("1".to_owned()), "audio.metadata", "X-RequestId:1", "{\"Metadata\":7}");
        assert!(matches!(unreadable, Answered::Nothing));
    }

    #[test]
    fn what_belongs_to_another_turn_or_stream_tells_nothing() {
        let mut turn = Turn::new("aa".to_owned());
        assert!(matches!(answered(&mut turn, "turn.start", "X-RequestId:AA", "{}"), Answered::Started));
        let response = r#"{"context":{"serviceTag":"1"},"audio":{"type":"inline","streamId":"S"}}"#;
        answered(&mut turn, "response", "X-RequestId:aa", response);
        assert!(matches!(answered(&mut turn, "turn.end", "X-RequestId:bb", "{}"), Answered::Nothing));
        assert!(matches!(answered(&mut turn, "audio", "X-StreamId:T", "xx"), Answered::Nothing));
        assert!(matches!(answered(&mut turn, "audio", "X-StreamId:S", "xx"), Answered::Pieces(p) if p.len() == 1));
        assert!(matches!(answered(&mut turn, "audio", "X-StreamId:S", ""), Answered::Pieces(p) if p.is_empty()));
        assert!(matches!(answered(&mut turn, "news", "X-RequestId:aa", "{}"), Answered::Nothing));
        assert!(matches!(answered(&mut turn, "Turn.End", "X-RequestId:aa", "{}"), Answered::Ended));
    }
}
