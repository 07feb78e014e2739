//! What Deepgram sends, in both of its dialects. What is unknown is ignored; what is missing has its default.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(tag = "type")]
pub enum ServerMessage {
    /// v1: words of a span of audio.
    Results(Results),
    /// v1: its voice activity detector fired. Ours decides, so this is a sign of life only.
    SpeechStarted,
    /// v1: no word for `utterance_end_ms`.
    UtteranceEnd,
    /// v1: the figures of the stream, before it closes.
    Metadata,
    /// v2: the first message.
    Connected,
    /// v2: the state of a turn.
    TurnInfo(TurnInfo),
    /// v2: a close follows.
    Error(Failure),
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
pub struct Results {
    /// Seconds since the stream's first sample.
    #[serde(default)]
    pub start: f64,
    /// Seconds.
    #[serde(default)]
    pub duration: f64,
    /// The text of this span will not change.
    #[serde(default)]
    pub is_final: bool,
    /// Silence was seen after it.
    #[serde(default)]
    pub speech_final: bool,
    /// It answers a `Finalize`.
    #[serde(default)]
    pub from_finalize: bool,
    pub channel: Channel,
}

#[derive(Deserialize)]
pub struct Channel {
    /// The best first.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
}

#[derive(Default, Deserialize)]
pub struct Alternative {
    #[serde(default)]
    pub transcript: String,
    #[serde(default)]
    pub words: Vec<Word>,
}

#[derive(Deserialize)]
pub struct Word {
    pub word: String,
    /// With capitals and punctuation; absent when they were not asked for.
    pub punctuated_word: Option<String>,
    /// Seconds since the stream's first sample.
    #[serde(default)]
    pub start: f64,
    #[serde(default)]
    pub end: f64,
}

#[derive(Deserialize)]
pub struct TurnInfo {
    pub event: TurnEvent,
    #[serde(default)]
    pub turn_index: u64,
    /// Seconds since the stream's first sample: where the turn begins.
    #[serde(default)]
    pub audio_window_start: f64,
    /// How far this message's words go.
    #[serde(default)]
    pub audio_window_end: f64,
    /// All words of the turn so far.
    #[serde(default)]
    pub transcript: String,
    #[serde(default)]
    pub words: Vec<Word>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TurnEvent {
    StartOfTurn,
    Update,
    EagerEndOfTurn,
    TurnResumed,
    EndOfTurn,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
pub struct Failure {
    #[serde(default)]
    pub code: String,
}

pub fn parse(text: &str) -> Result<ServerMessage, serde_json::Error> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn results_have_their_span_flags_and_words() {
        let text = r#"{"type":"Results","channel_index":[0,1],"duration":1.04,"start":2.5,"is_final":true,
            "speech_final":true,"from_finalize":false,"channel":{"alternatives":[{"transcript":"I need","confidence":0.98,
            "words":[{"word":"i","start":2.58,"end":2.66,"confidence":0.99,"punctuated_word":"I"},
                     {"word":"need","start":2.66,"end":2.9,"confidence":0.98}]}]},
            "metadata":{"request_id":"0b0f2f0e-0000-4000-8000-000000000001"}}"#;
        let Ok(ServerMessage::Results(results)) = parse(text) else { panic!("results") };
        assert_eq!((results.start, results.duration), (2.5, 1.04));
        assert!(results.is_final && results.speech_final && !results.from_finalize);
        let best = &results.channel.alternatives[0];
        assert_eq!(best.transcript, "I need");
        assert_eq!(best.words[0].punctuated_word.as_deref(), Some("I"));
        assert_eq!((best.words[1].start, best.words[1].end), (2.66, 2.9));
    }

    #[test]
    fn a_turn_has_its_event_and_all_its_words() {
        let text = r#"{"type":"TurnInfo","request_id":"0b0f2f0e-0000-4000-8000-000000000002","sequence_id":7,
            "event":"EagerEndOfTurn","turn_index":3,"audio_window_start":0.0,"audio_window_end":1.76,"transcript":"Yes.",
            "words":[{"word":"Yes.","confidence":0.99,"start":0.08,"end":0.16}],"end_of_turn_confidence":0.83}"#;
        let Ok(ServerMessage::TurnInfo(turn)) = parse(text) else { panic!("a turn") };
        assert!(turn.event == TurnEvent::EagerEndOfTurn);
        assert_eq!((turn.turn_index, turn.audio_window_end, turn.transcript.as_str()), (3, 1.76, "Yes."));
    }

    #[rstest]
    #[case(r#"{"type":"SpeechStarted","channel":[0,1],"timestamp":1.52}"#, "speech")]
    #[case(r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":-1}"#, "end")]
    #[case(r#"{"type":"Metadata","transaction_key":"deprecated","duration":12.3,"channels":1}"#, "metadata")]
    #[case(r#"{"type":"Connected","sequence_id":0}"#, "connected")]
    #[case(r#"{"type":"Error","sequence_id":9,"code":"INTERNAL_SERVER_ERROR","description":"x"}"#, "error")]
    #[case(r#"{"type":"ConfigureSuccess"}"#, "unknown")]
    #[case(r#"{"type":"Results"}"#, "malformed")]
    #[case(r#"{"kind":"Results"}"#, "malformed")]
    #[case("[1,2", "malformed")]
    fn every_message_has_its_kind(#[case] text: &str, #[case] kind: &str) {
        let parsed = match parse(text) {
            Ok(ServerMessage::SpeechStarted) => "speech",
            Ok(ServerMessage::UtteranceEnd) => "end",
            Ok(ServerMessage::Metadata) => "metadata",
            Ok(ServerMessage::Connected) => "connected",
            Ok(ServerMessage::Error(_)) => "error",
            Ok(ServerMessage::Unknown) => "unknown",
            Ok(ServerMessage::Results(_) | ServerMessage::TurnInfo(_)) => "words",
            Err(_) => "malformed",
        };
        assert_eq!(parsed, kind);
    }
}
