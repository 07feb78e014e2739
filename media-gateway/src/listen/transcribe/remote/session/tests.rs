use call::TurnEnd;
use serde_json::json;
use service_runtime::Env;

use super::{
    super::{
        super::{
            Hints,
            deepgram::{Deepgram, DeepgramSettings},
        },
        connection::MALFORMED_MAX,
    },
    *,
};

const FRAME: Duration = Duration::from_millis(20);
/// What is sent at once while nobody speaks.
const PIECE: Duration = Duration::from_millis(100);

/// A session in a time of its own.
struct Script {
    session: Session,
    now: Instant,
}

impl Script {
    fn new(is_flux: bool) -> Self {
        let now = Instant::now();
        let model = if is_flux { "flux-general-en" } else { "nova-3" };
        let env = Env::from_pairs([("DEEPGRAM_API_KEY", "key"), ("DEEPGRAM_MODEL", model)]);
        let dialect = Deepgram::new(DeepgramSettings::from_env(&env).unwrap(), Hints::default());
        Self { session: Session::new(now, UtteranceId::FIRST, Box::new(dialect)), now }
    }

    fn connected(is_flux: bool) -> Self {
        let mut script = Self::new(is_flux);
        script.connect();
        script
    }

    fn connect(&mut self) {
        assert!(self.session.wants_connection(self.now));
        self.session.connecting();
        self.session.connected(self.now);
    }

    fn command(&mut self, command: Command) {
        self.session.command(self.now, command);
    }

    fn audio(&mut self, length: Duration) {
        for _ in 0..length.as_millis() / FRAME.as_millis() {
            self.command(Command::Audio(vec![0.1; 320]));
        }
    }

    /// Lets time pass, deadline by deadline.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.session.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.session.handle_timeout(self.now);
            if self.session.poll_timeout() == Some(at) {
                // Nothing to do but to connect, which the script does not.
                break;
            }
        }
        self.now = end;
    }

    /// What goes out, with audio as its milliseconds.
    fn sent(&mut self) -> Vec<String> {
        let mut sent = Vec::new();
        let mut ms = 0;
        while let Some(outgoing) = self.session.poll_outgoing(self.now) {
            match outgoing {
                Message::Binary(bytes) => {
                    assert!(!bytes.is_empty());
                    ms += bytes.len() / 32;
                    continue;
                }
                Message::Text(text) if text.contains("KeepAlive") => sent.push("keep-alive".to_owned()),
                Message::Text(text) if text.contains("Finalize") => {
                    sent.push(format!("{ms} ms"));
                    ms = 0;
                    sent.push("finalize".to_owned());
                }
                other => panic!("{other:?}"),
            }
        }
        if ms > 0 {
            sent.push(format!("{ms} ms"));
        }
        sent
    }

    fn words(&mut self, start: f64, duration: f64, is_final: bool, text: &str) {
        let message = json!({
            "type": "Results", "start": start, "duration": duration, "is_final": is_final,
            "channel": {"alternatives": [{"transcript": text, "words": []}]},
        });
        self.session.message(self.now, &message.to_string());
    }

    fn heard(&mut self) -> Vec<Heard> {
        std::iter::from_fn(|| self.session.poll_heard()).collect()
    }

    fn is_lost(&mut self) -> bool {
        self.heard().contains(&Heard::Lost)
    }
}

#[test]
fn a_pause_gets_keep_alives_and_a_stream_without_audio_gets_some() {
    let mut script = Script::connected(false);
    script.pass(Duration::from_secs(4));
    assert_eq!(script.sent(), ["240 ms"], "a keep-alive does not stand in for audio");
    script.pass(Duration::from_secs(4));
    assert_eq!(script.sent(), ["keep-alive"]);
    script.audio(PIECE);
    script.pass(Duration::from_millis(100));
    assert_eq!(script.sent(), ["100 ms"]);
    script.pass(Duration::from_millis(3_900));
    assert!(script.sent().is_empty());
    script.audio(FRAME);
    script.pass(Duration::from_millis(100));
    assert_eq!(script.sent(), ["keep-alive", "20 ms"], "what does not fill a piece goes before a sign of life");
}

#[test]
fn audio_never_waits_behind_what_follows_it() {
    let mut script = Script::connected(false);
    script.audio(FRAME);
    assert!(script.sent().is_empty());
    script.command(Command::SpeechStarted);
    assert_eq!(script.sent(), ["20 ms"], "the beginning of a word");
    script.audio(5 * FRAME);
    assert_eq!(script.sent(), ["80 ms"], "in speech the pieces are small");
    script.command(Command::Finalize(UtteranceId::FIRST));
    script.audio(FRAME);
    assert_eq!(script.sent(), ["20 ms", "finalize"]);
}

#[test]
fn flux_gets_silence_and_no_keep_alive() {
    let mut script = Script::connected(true);
    for _ in 0..20 {
        script.pass(Duration::from_millis(500));
        assert_eq!(script.sent(), ["240 ms"]);
    }
}

#[test]
fn empty_audio_is_never_sent() {
    let mut script = Script::connected(false);
    script.command(Command::Audio(Vec::new()));
    assert!(script.sent().is_empty());
}

#[test]
fn audio_without_a_connection_is_kept_up_to_a_limit() {
    let mut script = Script::new(false);
    script.audio(Duration::from_secs(22));
    script.command(Command::Finalize(UtteranceId::FIRST));
    script.connect();
    assert_eq!(script.sent(), ["20000 ms"], "the utterance had no speech, so nothing is to be flushed");
    assert_eq!(script.heard().len(), 1);
}

#[test]
fn a_network_that_takes_no_audio_is_left() {
    let mut script = Script::new(false);
    script.audio(Duration::from_secs(9));
    script.connect();
    script.audio(Duration::from_millis(5_000));
    assert!(script.session.is_up(), "what waited for the connection is not held against it");
    script.audio(PIECE);
    assert!(!script.session.is_up());
    script.connect();
    assert_eq!(script.sent(), ["14100 ms"]);
}

#[test]
fn a_break_replays_two_seconds_and_asks_again() {
    let mut script = Script::connected(false);
    script.command(Command::SpeechStarted);
    script.audio(Duration::from_secs(3));
    script.command(Command::Finalize(UtteranceId::FIRST));
    script.audio(Duration::from_millis(480));
    assert_eq!(script.sent(), ["3000 ms", "finalize", "480 ms"]);
    script.session.failed(script.now, Trouble::Broken);
    script.audio(Duration::from_millis(120));
    script.connect();
    assert_eq!(script.sent(), ["1520 ms", "finalize", "600 ms"]);
    script.words(0.0, 1.52, true, "please");
    let [.., Heard::Final { text, .. }] = &script.heard()[..] else { panic!("the words") };
    assert_eq!(text.reveal(), "please", "counted from the beginning of the replay");
}

#[test]
fn what_was_final_is_not_replayed() {
    let mut script = Script::connected(false);
    script.audio(Duration::from_secs(3));
    script.sent();
    script.words(0.0, 2.5, true, "hello");
    script.session.failed(script.now, Trouble::Closed(1011));
    script.connect();
    assert_eq!(script.sent(), ["500 ms"]);
}

#[test]
fn tries_are_bounded_and_spaced() {
    let mut script = Script::connected(false);
    for wait in [0, 200, 500] {
        script.session.failed(script.now, Trouble::Broken);
        assert_eq!(script.session.wants_connection(script.now), wait == 0);
        script.pass(Duration::from_millis(wait));
        script.connect();
    }
    script.session.failed(script.now, Trouble::Broken);
    assert!(script.is_lost());
    assert_eq!(script.session.poll_timeout(), None);
    script.audio(FRAME);
    script.command(Command::Finalize(UtteranceId::FIRST));
    assert!(script.sent().is_empty() && script.heard().is_empty(), "lost is the last word");
}

#[test]
fn a_connection_that_held_forgives_what_was_before() {
    let mut script = Script::connected(false);
    for _ in 0..10 {
        script.pass(Duration::from_secs(11));
        script.session.failed(script.now, Trouble::Broken);
        script.connect();
    }
    assert!(!script.is_lost());
}

#[test]
fn an_outage_has_an_end_even_if_nothing_is_asked() {
    let mut script = Script::new(false);
    script.session.connecting();
    script.pass(Duration::from_millis(2_499));
    assert!(!script.is_lost());
    script.pass(Duration::from_millis(1));
    assert!(script.is_lost());
}

#[test]
fn speech_that_goes_unheard_is_a_stall() {
    let mut script = Script::connected(false);
    script.command(Command::SpeechStarted);
    for _ in 0..49 {
        script.audio(Duration::from_millis(100));
        script.sent();
        script.pass(Duration::from_millis(100));
    }
    assert!(script.session.is_up());
    script.pass(Duration::from_millis(100));
    assert!(!script.session.is_up());
}

#[test]
fn a_server_that_still_speaks_may_owe_words_and_one_that_does_not_is_left() {
    for speaks in [true, false] {
        let mut script = Script::connected(false);
        script.command(Command::SpeechStarted);
        script.audio(Duration::from_secs(1));
        script.command(Command::Finalize(UtteranceId::FIRST));
        assert_eq!(script.sent(), ["1000 ms", "finalize"]);
        script.pass(Duration::from_millis(300));
        if speaks {
            script.session.message(script.now, r#"{"type":"SpeechStarted"}"#);
        }
        script.pass(Duration::from_millis(499));
        assert!(script.heard().is_empty());
        script.pass(Duration::from_millis(1));
        assert_eq!(script.is_lost(), !speaks);
    }
}

#[test]
fn an_error_of_flux_and_many_malformed_messages_end_a_connection() {
    let mut script = Script::connected(true);
    script.session.message(script.now, r#"{"type":"Error","code":"INTERNAL_SERVER_ERROR"}"#);
    assert!(!script.session.is_up());
    script.connect();
    for _ in 0..MALFORMED_MAX {
        script.session.message(script.now, "{");
    }
    assert!(script.session.is_up());
    script.session.message(script.now, "{");
    assert!(!script.session.is_up());
}

fn turn_ends(heard: &[Heard]) -> Vec<TurnEnd> {
    let end = |heard: &Heard| match heard {
        Heard::TurnEnd { utterance, end } => {
            assert_eq!(*utterance, UtteranceId::FIRST);
            Some(*end)
        }
        _ => None,
    };
    heard.iter().filter_map(end).collect()
}

#[test]
fn deepgrams_end_of_speech_is_a_hint_that_follows_its_words() {
    let mut script = Script::connected(false);
    script.audio(Duration::from_secs(1));
    script.sent();
    let message = json!({
        "type": "Results", "start": 0.0, "duration": 1.0, "is_final": true, "speech_final": true,
        "channel": {"alternatives": [{"transcript": "Tomorrow at two.", "words": []}]},
    });
    script.session.message(script.now, &message.to_string());
    let heard = script.heard();
    assert!(matches!(heard.first(), Some(Heard::Partial { .. })), "{heard:?}");
    assert_eq!(turn_ends(&heard), [TurnEnd::Likely]);
    script.session.message(script.now, &json!({"type": "UtteranceEnd", "last_word_end": 0.9}).to_string());
    assert_eq!(turn_ends(&script.heard()), [TurnEnd::Sure]);
}

#[test]
fn an_end_says_nothing_while_words_of_an_earlier_utterance_are_owed() {
    let mut script = Script::connected(false);
    script.command(Command::SpeechStarted);
    script.audio(Duration::from_secs(1));
    script.command(Command::SpeechStopped);
    script.command(Command::Finalize(UtteranceId::FIRST));
    script.sent();
    script.session.message(script.now, &json!({"type": "UtteranceEnd", "last_word_end": 0.9}).to_string());
    assert_eq!(script.heard(), []);
}

#[test]
fn flux_says_how_sure_it_is_of_the_end() {
    let mut script = Script::connected(true);
    script.audio(Duration::from_secs(1));
    script.sent();
    for event in ["EagerEndOfTurn", "TurnResumed", "EagerEndOfTurn", "EndOfTurn"] {
        let message = json!({
            "type": "TurnInfo", "event": event, "turn_index": 0, "audio_window_start": 0.0, "audio_window_end": 1.0,
            "transcript": "Tomorrow at two.", "words": [],
        });
        script.session.message(script.now, &message.to_string());
    }
    let ends = [TurnEnd::Likely, TurnEnd::TakenBack, TurnEnd::Likely, TurnEnd::Sure];
    assert_eq!(turn_ends(&script.heard()), ends);
}
