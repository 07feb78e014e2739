use call::UtteranceId;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;
use service_runtime::Env;

use super::{super::Heard, *};

const FRAME: Position = 320;
const SECOND: Position = 16_000;

/// A dialect with an assembly, and the messages that went out, as short lines.
struct Script {
    azure: Azure,
    assembly: Assembly,
    outbox: Outbox,
    sent: Position,
}

impl Script {
    fn connected() -> Self {
        let env = Env::from_pairs([("AZURE_STT_KEY", "key")]);
        let hints = Hints { language: "en-US".to_owned(), terms: vec!["Anna".to_owned()] };
        let azure = Azure::new(AzureSttSettings::from_env(&env).unwrap(), &hints);
        let mut script = Self { azure, assembly: Assembly::new(UtteranceId::FIRST), outbox: Outbox::new(), sent: 0 };
        script.azure.opened(0, &mut script.outbox);
        script
    }

    fn audio(&mut self, samples: Position) {
        for _ in 0..samples / FRAME {
            self.azure.audio(Bytes::from(vec![0; 2 * FRAME as usize]), self.sent, &mut self.outbox);
            self.sent += FRAME;
        }
    }

    /// Each message as its path, with the bytes of its body when it is audio.
    fn sent(&mut self) -> Vec<String> {
        let mut sent: Vec<String> = Vec::new();
        for message in self.outbox.drain(..) {
            match &message {
                Message::Text(text) => {
                    let message = frame::Message::of_text(text.as_str()).unwrap();
                    assert_eq!(message.header("Content-Type"), Some(JSON));
                    sent.push(message.header("Path").unwrap().to_owned());
                }
                Message::Binary(bytes) => {
                    let message = frame::Message::of_binary(bytes).unwrap();
                    assert_eq!(message.header("Path"), Some("audio"));
                    let kind = message.header("Content-Type").unwrap_or("audio");
                    sent.push(format!("{kind} {}", message.body.len()));
                }
                other => panic!("{other:?}"),
            }
        }
        sent.dedup();
        sent
    }

    fn request_id(&self) -> String {
        self.azure.turn.as_ref().expect("a turn").request_id.clone()
    }

    fn hear(&mut self, path: &str, body: &str) -> Answer {
        let text = format!("X-RequestId:{}\r\nPath:{path}\r\n\r\n{body}", self.request_id());
        self.azure.hear(&text, &mut self.assembly)
    }

    fn phrase(&mut self, status: &str, offset: u64, duration: u64, text: &str) -> Answer {
        let body = json!({"RecognitionStatus": status, "Offset": offset, "Duration": duration, "DisplayText": text});
        self.hear("speech.phrase", &body.to_string())
    }

    fn heard(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.assembly.poll_heard())
            .map(|heard| match heard {
                Heard::Partial { utterance, text } => format!("{}? {}", utterance.number(), text.reveal()),
                Heard::Final { utterance, text } => format!("{}. {}", utterance.number(), text.reveal()),
                Heard::TurnEnd { utterance, end } => format!("{} {end:?}", utterance.number()),
                Heard::Lost => "lost".to_owned(),
            })
            .collect()
    }
}

#[test]
fn a_connection_has_one_config_and_each_turn_its_context_and_header() {
    let mut script = Script::connected();
    assert_eq!(script.sent(), ["speech.config"]);
    script.audio(SECOND);
    assert_eq!(script.sent(), ["speech.context", "audio/x-wav 44", "audio 640"]);
    let first = script.request_id();
    assert!(script.azure.flush(script.sent, &mut script.outbox));
    assert_eq!(script.sent(), ["audio 0"]);
    assert!(!script.azure.takes_audio(), "a new turn would drop what is left of this one");
    assert_eq!(script.hear("turn.end", ""), Answer::Taken);
    assert!(script.azure.takes_audio());
    assert!(!script.azure.flush(script.sent, &mut script.outbox), "there is nothing to flush");
    script.audio(FRAME);
    assert_eq!(script.sent(), ["speech.context", "audio/x-wav 44", "audio 640"]);
    assert_ne!(script.request_id(), first, "no id is used twice");
}

#[test]
fn a_turn_counts_from_its_own_first_sample() {
    let mut script = Script::connected();
    script.audio(2 * SECOND);
    script.azure.flush(script.sent, &mut script.outbox);
    script.hear("turn.end", "");
    script.audio(2 * SECOND);
    script.assembly.speech_started();
    assert_eq!(
        script.hear("speech.hypothesis", r#"{"Text":"at three","Offset":5000000,"Duration":5000000}"#),
        Answer::Taken
    );
    assert_eq!(script.heard(), ["1? at three"]);
    script.phrase("Success", 5_000_000, 10_000_000, "At 3.");
    script.assembly.speech_stopped(3 * SECOND + SECOND / 2);
    assert!(!script.assembly.finalize(UtteranceId::FIRST, 4 * SECOND), "its words are all there");
    assert_eq!(script.heard(), ["1? At 3.", "1 Likely", "1. At 3."]);
}

#[test]
fn the_end_of_a_turn_answers_an_utterance_in_which_nothing_was_understood() {
    let mut script = Script::connected();
    script.audio(SECOND);
    script.assembly.speech_started();
    assert!(script.assembly.finalize(UtteranceId::FIRST, script.sent));
    assert!(script.azure.flush(script.sent, &mut script.outbox));
    script.assembly.flush_sent(UtteranceId::FIRST, script.sent);
    assert_eq!(script.azure.patience(), Some(ANSWER_PATIENCE));
    assert!(script.heard().is_empty());
    script.hear("turn.end", "");
    assert_eq!(script.heard(), ["1. "]);
    assert_eq!(script.azure.patience(), None);
}

#[rstest]
#[case("NoMatch", Answer::Taken)]
#[case("InitialSilenceTimeout", Answer::Taken)]
#[case("BabbleTimeout", Answer::Taken)]
#[case("EndOfDictation", Answer::Taken)]
#[case("Error", Answer::Trouble(Trouble::ServerError))]
#[case("TooManyRequests", Answer::Trouble(Trouble::TooManyStreams))]
#[case("BadRequest", Answer::Trouble(Trouble::BadRequest))]
#[case("Forbidden", Answer::Trouble(Trouble::NoCredit))]
#[case("Startled", Answer::Malformed)]
fn every_status_has_its_meaning(#[case] status: &str, #[case] answer: Answer) {
    let mut script = Script::connected();
    script.audio(SECOND);
    script.hear("speech.hypothesis", r#"{"Text":"hm","Offset":0,"Duration":5000000}"#);
    assert_eq!(script.phrase(status, 0, 8_000_000, ""), answer);
    assert_eq!(script.heard(), ["1? hm"], "no words come of it");
}

#[test]
fn a_turn_that_azure_ends_is_gone_on_with_unless_nothing_came_of_it() {
    let mut script = Script::connected();
    script.audio(SECOND);
    assert_eq!(script.hear("turn.end", "{}"), Answer::Trouble(Trouble::ServerError));
    script.audio(SECOND);
    script.phrase("InitialSilenceTimeout", 0, 10_000_000, "");
    assert_eq!(script.hear("turn.end", "{}"), Answer::Restart);
    assert!(script.azure.takes_audio());
}

#[test]
fn what_belongs_to_another_turn_or_is_unknown_tells_nothing() {
    let mut script = Script::connected();
    let stale = "X-RequestId:00ff\r\nPath:speech.hypothesis\r\n\r\n{\"Text\":\"stale\"}";
    assert_eq!(script.azure.hear(stale, &mut script.assembly), Answer::Taken);
    script.audio(FRAME);
    assert_eq!(script.azure.hear(stale, &mut script.assembly), Answer::Taken);
    assert_eq!(script.azure.patience(), Some(ANSWER_PATIENCE), "the turn is still to be answered");
    for path in ["turn.start", "speech.startDetected", "speech.endDetected", "speech.news", "Speech.EndDetected"] {
        assert_eq!(script.hear(path, "{}"), Answer::Taken);
    }
    assert_eq!(script.azure.patience(), None);
    assert!(script.heard().is_empty());
}

#[rstest]
#[case::no_separator("Path:turn.start")]
#[case::no_path("X-RequestId:1\r\n\r\n{}")]
#[case::hypothesis_without_text("Path:speech.hypothesis\r\n\r\n{}")]
#[case::phrase_without_status("Path:speech.phrase\r\n\r\n{}")]
#[case::phrase_cut_off("Path:speech.phrase\r\n\r\n{\"RecognitionStatus\":")]
#[case::empty("")]
fn what_cannot_be_read_is_malformed(#[case] text: &str) {
    let mut script = Script::connected();
    script.audio(FRAME);
    assert_eq!(script.azure.hear(text, &mut script.assembly), Answer::Malformed);
}

#[rstest]
#[case(1000, Trouble::Closed(1000), true)]
#[case(1002, Trouble::Protocol(1002), false)]
#[case(1003, Trouble::Protocol(1003), false)]
#[case(1006, Trouble::Closed(1006), true)]
#[case(1007, Trouble::Protocol(1007), false)]
#[case(1011, Trouble::Closed(1011), true)]
#[case(4000, Trouble::Protocol(4000), false)]
fn a_close_code_has_its_kind(#[case] code: u16, #[case] trouble: Trouble, #[case] passing: bool) {
    let of_close = Script::connected().azure.trouble_of_close(code, "");
    assert_eq!((of_close, of_close.is_passing()), (trouble, passing));
}

#[test]
fn the_upgrade_has_the_key_and_an_id() {
    let script = Script::connected();
    let request = script.azure.request().unwrap();
    assert_eq!(request.headers()[KEY_HEADER], "key");
    assert!(request.headers()[KEY_HEADER].is_sensitive());
    assert_eq!(request.headers()[CONNECTION_HEADER].len(), 32);
    assert!(request.uri().query().unwrap().starts_with("language=en-US&format=detailed"));
}

proptest! {
    #[test]
    fn no_message_does_harm(path in "turn\\.(start|end)|speech\\.(phrase|hypothesis)|.*", body in ".*", status in "Success|NoMatch|.*",
                            offset in any::<f64>(), duration in any::<f64>()) {
        let mut script = Script::connected();
        script.audio(SECOND);
        let text = format!("Path:{path}\r\n\r\n{body}");
        let _ = script.azure.hear(&text, &mut script.assembly);
        script.audio(SECOND);
        let phrase = json!({"RecognitionStatus": status, "Offset": offset, "Duration": duration, "DisplayText": body, "Text": body});
        let _ = script.hear("speech.hypothesis", &phrase.to_string());
        let _ = script.hear("speech.phrase", &phrase.to_string());
        script.heard();
    }
}
