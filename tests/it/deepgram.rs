//! The Deepgram client against a server that speaks Deepgram's protocol, faults included.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use media_gateway::listen::transcribe::{Command, DeepgramSettings, Heard, Hints, TranscriberFactory};
use rstest::rstest;
use service_runtime::Env;
use system_tests::fakes::{
    deepgram::{Deepgram, Fault, KEY, Request, Script},
    ear::{pause, say},
};
use tokio::time::{Instant, timeout};

use crate::line::{BOUND, FRAME, HANGOVER, Line};

fn line(fake: &Deepgram, variables: &[(&str, &str)]) -> Line {
    line_with(fake, variables, Hints::default())
}

fn line_with(fake: &Deepgram, variables: &[(&str, &str)], hints: Hints) -> Line {
    let env = variables.iter().fold(
        Env::from_pairs([("DEEPGRAM_API_KEY", KEY), ("DEEPGRAM_BASE_URL", &fake.url())]),
        |env, (name, value)| env.with(name, *value),
    );
    let settings = env.finish(DeepgramSettings::from_env(&env)).expect("settings").expect("a key");
    Line::on(TranscriberFactory::deepgram(settings).open(hints))
}

async fn fake() -> Deepgram {
    service_runtime::install_crypto_provider();
    Deepgram::start().await.expect("a free port")
}

fn count_of_breaches(fake: &Deepgram) -> usize {
    count(&fake.counts().breaches)
}

fn count(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::SeqCst)
}

#[rstest]
#[case::linear(&[])]
#[case::mulaw(&[("DEEPGRAM_ENCODING", "mulaw")])]
#[case::nova_3(&[("DEEPGRAM_MODEL", "nova-3")])]
#[case::flux(&[("DEEPGRAM_MODEL", "flux-general-en")])]
#[case::flux_eager(&[("DEEPGRAM_MODEL", "flux-general-en"), ("DEEPGRAM_EAGER_EOT_THRESHOLD", "0.4")])]
#[tokio::test]
async fn utterances_come_one_after_another(#[case] variables: &[(&str, &str)]) {
    let fake = fake().await;
    let mut caller = line(&fake, variables);
    caller.say("hello").await;
    assert_eq!(caller.words().await, "hello");
    caller.say("book a massage with Anna").await;
    assert_eq!(caller.words().await, "book a massage with Anna");
    assert!(caller.partials().contains(&"book a massage"), "{:?}", caller.partials());
    caller.sound(pause(Duration::from_secs(4))).await;
    assert_eq!(caller.words().await, "", "nothing was said");
    caller.say("tomorrow").await;
    caller.sound(pause(Duration::from_millis(350))).await;
    caller.say("at three").await;
    assert_eq!(caller.words().await, "tomorrow at three");
    assert_eq!((fake.requests().len(), count(&fake.counts().breaches)), (1, 0));
}

#[rstest]
#[case::v1(&[])]
#[case::flux(&[("DEEPGRAM_MODEL", "flux-general-en")])]
#[tokio::test]
async fn an_utterance_that_ends_while_the_caller_speaks_divides_between_words(#[case] variables: &[(&str, &str)]) {
    let fake = fake().await;
    let mut caller = line(&fake, variables);
    caller.transcriber.send(Command::SpeechStarted);
    caller.sound(say("hello book a")).await;
    let Heard::Final { text, .. } = ({
        caller.transcriber.send(Command::Finalize(caller.utterance));
        caller.utterance = caller.utterance.next();
        caller.sound(say("massage with Anna")).await;
        let given = caller.heard.iter().find(|heard| matches!(heard, Heard::Final { .. })).cloned();
        match given {
            Some(given) => given,
            None => caller.next(|heard| matches!(heard, Heard::Final { .. })).await,
        }
    }) else {
        panic!("the words");
    };
    assert_eq!(text.reveal(), "hello book a");
    caller.sound(pause(HANGOVER)).await;
    caller.transcriber.send(Command::SpeechStopped);
    assert_eq!(caller.words().await, "massage with Anna");
}

#[tokio::test]
async fn the_upgrade_has_the_key_and_the_tenants_names() {
    let fake = fake().await;
    let hints = Hints { language: "en-US".to_owned(), terms: vec!["Deep Massage".to_owned()] };
    let mut caller = line_with(&fake, &[], hints);
    caller.say("hello").await;
    caller.words().await;
    let [request] = &fake.requests()[..] else { panic!("one connection") };
    let value = |name| Request::values(request, name);
    assert_eq!(
        (request.path.as_str(), request.authorization.as_deref()),
        ("/v1/listen", Some(&*format!("Token {KEY}")))
    );
    assert_eq!((value("model"), value("language")), (vec!["nova-2-phonecall"], vec!["en-US"]));
    assert_eq!((value("encoding"), value("sample_rate")), (vec!["linear16"], vec!["16000"]));
    assert_eq!(value("keywords"), ["Deep:2", "Massage:2"]);
}

#[rstest]
#[case::bad_parameter(400)]
#[case::bad_key(401)]
#[case::no_credit(402)]
#[case::no_permission(403)]
#[case::too_many(429)]
#[tokio::test]
async fn a_refusal_is_not_tried_again(#[case] status: u16) {
    let fake = fake().await;
    fake.script(Script::Refuse(status));
    let mut caller = line(&fake, &[]);
    caller.next(|heard| *heard == Heard::Lost).await;
    assert_eq!(fake.requests().len(), 1);
    let again = timeout(Duration::from_millis(50), caller.transcriber.next()).await;
    assert!(again.is_err(), "lost is said once");
}

#[tokio::test]
async fn a_wrong_key_is_a_loss() {
    let fake = fake().await;
    let mut caller = line(&fake, &[("DEEPGRAM_API_KEY", "wrong")]);
    caller.next(|heard| *heard == Heard::Lost).await;
}

#[rstest]
#[case::unavailable(Script::Refuse(503))]
#[case::mid_word(Script::Until(Duration::from_millis(1_000), Fault::Drop))]
#[case::mid_utterance(Script::Until(Duration::from_millis(1_500), Fault::Drop))]
#[case::at_once(Script::Until(Duration::ZERO, Fault::Drop))]
#[case::no_audio(Script::Until(Duration::from_millis(700), Fault::Close(1011, "NET-0001: no audio")))]
#[case::no_text(Script::Until(Duration::from_millis(700), Fault::Close(1011, "NET-0000")))]
#[case::closed(Script::Until(Duration::from_millis(900), Fault::Close(1000, "")))]
#[case::policy(Script::Until(Duration::from_millis(900), Fault::Close(1008, "")))]
#[case::internal(Script::Until(Duration::from_millis(900), Fault::Close(1011, "")))]
#[case::error(Script::Until(Duration::from_millis(700), Fault::Error))]
#[case::silence_for_final(Script::SilenceForFinal)]
#[tokio::test]
async fn no_word_is_lost_or_doubled_by_a_passing_fault(#[case] script: Script) {
    let fake = fake().await;
    fake.script(script);
    let mut caller = line(&fake, &[]);
    caller.say("hello book a massage with Anna tomorrow").await;
    assert_eq!(caller.words().await, "hello book a massage with Anna tomorrow");
    caller.say("at three").await;
    assert_eq!(caller.words().await, "at three");
}

/// v1's and v2's kinds, in either version: none of them is a reason to stop, nor to hear anything else.
#[rstest]
#[case::cut_off(r#"{"type":"Results","channel":"#, true)]
#[case::empty("", true)]
#[case::no_kind(r#"{"kind":"Results"}"#, true)]
#[case::no_channel(r#"{"type":"Results","is_final":true}"#, true)]
#[case::no_event(r#"{"type":"TurnInfo","transcript":"x"}"#, true)]
#[case::unknown_kind(r#"{"type":"Weather","words":7}"#, false)]
#[case::metadata(r#"{"type":"Metadata","duration":12.3,"channels":1}"#, false)]
#[case::speech_started(r#"{"type":"SpeechStarted","channel":[0,1],"timestamp":1.52}"#, false)]
#[case::utterance_end(r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":-1}"#, false)]
#[case::connected(r#"{"type":"Connected","sequence_id":0}"#, false)]
#[case::configured(r#"{"type":"ConfigureSuccess"}"#, false)]
#[case::not_configured(r#"{"type":"ConfigureFailure"}"#, false)]
#[tokio::test]
async fn what_says_nothing_is_borne(
    #[case] message: &'static str,
    #[case] malformed: bool,
    #[values(3, 50)] count: usize,
    #[values("nova-3", "flux-general-en")] model: &str,
) {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(500), Fault::Say(count, message)));
    let mut caller = line(&fake, &[("DEEPGRAM_MODEL", model)]);
    caller.say("hello book a massage").await;
    assert_eq!(caller.words().await, "hello book a massage");
    let connections = if malformed && count > 10 { 2 } else { 1 };
    assert_eq!((fake.requests().len(), count_of_breaches(&fake)), (connections, 0));
}

#[tokio::test]
async fn a_binary_message_of_the_server_is_borne() {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(500), Fault::SayBinary));
    let mut caller = line(&fake, &[]);
    caller.say("hello book a massage").await;
    assert_eq!(caller.words().await, "hello book a massage");
    assert_eq!(fake.requests().len(), 1);
}

#[rstest]
#[case::dropped(Fault::Drop)]
#[case::error(Fault::Error)]
#[case::internal(Fault::Close(1011, ""))]
#[tokio::test]
async fn flux_loses_no_word_by_a_passing_fault(#[case] fault: Fault) {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(1_000), fault));
    let mut caller = line(&fake, &[("DEEPGRAM_MODEL", "flux-general-en")]);
    caller.say("hello book a massage").await;
    assert_eq!(caller.words().await, "hello book a massage");
    assert_eq!((fake.requests().len(), count(&fake.counts().breaches)), (2, 0));
}

#[tokio::test]
async fn audio_that_cannot_be_decoded_is_a_loss_at_once() {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(100), Fault::Close(1008, "DATA-0000")));
    let mut caller = line(&fake, &[]);
    caller.sound(say("hello")).await;
    if !caller.heard.contains(&Heard::Lost) {
        caller.next(|heard| *heard == Heard::Lost).await;
    }
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_keeps_breaking_is_given_up() {
    let fake = fake().await;
    for _ in 0..10 {
        fake.script(Script::Until(Duration::from_millis(20), Fault::Drop));
    }
    let mut caller = line(&fake, &[]);
    caller.transcriber.send(Command::SpeechStarted);
    for frame in say("hello book a massage").chunks(FRAME) {
        caller.transcriber.send(Command::Audio(frame.to_vec()));
    }
    caller.next(|heard| *heard == Heard::Lost).await;
    assert_eq!(fake.requests().len(), 4, "the first and three more");
}

#[rstest]
#[case::no_upgrade(Script::Hang)]
#[case::says_nothing(Script::Until(Duration::from_millis(300), Fault::Mute))]
#[case::reads_nothing(Script::Until(Duration::from_millis(300), Fault::StopReading))]
#[tokio::test]
async fn words_that_do_not_come_are_a_loss_in_time(#[case] script: Script) {
    let fake = fake().await;
    fake.script(script);
    let mut caller = line(&fake, &[]);
    caller.say("hello book a massage").await;
    let asked = Instant::now();
    assert_eq!(caller.finalize().await, Heard::Lost);
    assert!(asked.elapsed() < Duration::from_millis(1_400), "the core waits 1.5 s: {:?}", asked.elapsed());
}

#[tokio::test]
async fn a_flush_that_is_not_answered_leaves_the_words_so_far() {
    let fake = fake().await;
    fake.script(Script::IgnoreFinalize);
    let mut caller = line(&fake, &[]);
    caller.transcriber.send(Command::SpeechStarted);
    caller.sound(say("hello book a")).await;
    caller.sound(pause(Duration::from_millis(100))).await;
    let Heard::Final { text, .. } = caller.finalize().await else { panic!("words") };
    assert!("hello book a".starts_with(text.reveal().as_str()) && !text.reveal().is_empty(), "{}", text.reveal());
    assert_eq!(count(&fake.counts().finalizes), 1);
}

#[tokio::test]
async fn a_pause_in_the_audio_is_kept_alive_and_the_end_is_said() {
    let fake = fake().await;
    let mut caller = line(&fake, &[]);
    caller.say("hello").await;
    caller.until("a keep-alive", || count(&fake.counts().keep_alives) > 0).await;
    assert_eq!(caller.words().await, "hello");
    drop(caller);
    system_tests::eventually(BOUND, "CloseStream", async || count(&fake.counts().close_streams) == 1).await;
    assert_eq!(count(&fake.counts().breaches), 0);
}
