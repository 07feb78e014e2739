//! The Azure recogniser against a server that speaks Azure's protocol, faults included.

use std::time::Duration;

use media_gateway::listen::transcribe::{AzureSttSettings, Command, Heard, Hints, TranscriberFactory};
use rstest::rstest;
use service_runtime::Env;
use system_tests::{
    eventually,
    fakes::{
        azure_stt::{AzureStt, Fault, KEY, Nonsense, Script},
        ear::{pause, say},
    },
};
use tokio::time::{Instant, timeout};

use crate::line::{BOUND, FRAME, HANGOVER, Line};

fn line(fake: &AzureStt) -> Line {
    line_with(fake, &[], Hints::default())
}

fn line_with(fake: &AzureStt, variables: &[(&str, &str)], hints: Hints) -> Line {
    let env = variables
        .iter()
        .fold(Env::from_pairs([("AZURE_STT_KEY", KEY), ("AZURE_STT_BASE_URL", &fake.url())]), |env, (name, value)| {
            env.with(name, *value)
        });
    let settings = env.finish(AzureSttSettings::from_env(&env)).expect("settings").expect("a key");
    Line::on(TranscriberFactory::azure(settings).open(hints))
}

async fn fake() -> AzureStt {
    service_runtime::install_crypto_provider();
    AzureStt::start().await.expect("a free port")
}

/// Words as they were said: neither the capitals nor the full stops of how they are written.
fn said(written: &str) -> String {
    let words = written.split_whitespace().map(|word| word.trim_end_matches('.').to_lowercase());
    words.collect::<Vec<_>>().join(" ")
}

fn no_violations(fake: &AzureStt) {
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn utterances_come_one_after_another_on_one_connection() {
    let fake = fake().await;
    let mut caller = line(&fake);
    caller.say("hello").await;
    assert_eq!(caller.words().await, "Hello.");
    caller.say("book a massage with Anna").await;
    assert_eq!(caller.words().await, "Book a massage with Anna.");
    assert!(caller.partials().contains(&"book a massage"), "{:?}", caller.partials());
    caller.sound(pause(Duration::from_secs(4))).await;
    assert_eq!(caller.words().await, "", "nothing was said");
    caller.say("tomorrow").await;
    caller.sound(pause(Duration::from_millis(350))).await;
    caller.say("at three").await;
    assert_eq!(caller.words().await, "Tomorrow. At three.");
    assert_eq!(fake.upgrades(), 1);
    no_violations(&fake);
}

#[tokio::test]
async fn words_that_are_not_final_come_as_soon_as_the_utterance_ends() {
    let fake = fake().await;
    let mut caller = line_with(&fake, &[("AZURE_STT_SEGMENTATION_SILENCE_MS", "5000")], Hints::default());
    for words in ["hello", "book a massage", "please"] {
        caller.say(words).await;
        let asked = Instant::now();
        let Heard::Final { text, .. } = caller.finalize().await else { panic!("the words of {words}") };
        assert_eq!(said(text.reveal()), words);
        assert!(asked.elapsed() < Duration::from_millis(700), "by the end of the turn: {:?}", asked.elapsed());
    }
    assert_eq!((fake.turns().len(), fake.upgrades()), (3, 1), "each in a turn of its own");
    no_violations(&fake);
}

#[tokio::test]
async fn an_utterance_that_ends_while_the_caller_speaks_divides_between_words() {
    let fake = fake().await;
    let mut caller = line(&fake);
    caller.transcriber.send(Command::SpeechStarted);
    caller.sound(say("hello book a")).await;
    let Heard::Final { text, .. } = caller.finalize().await else { panic!("the words") };
    assert_eq!(said(text.reveal()), "hello book a");
    caller.sound(say("massage with Anna")).await;
    caller.sound(pause(HANGOVER)).await;
    caller.transcriber.send(Command::SpeechStopped);
    assert_eq!(said(&caller.words().await), "massage with anna");
    no_violations(&fake);
}

#[tokio::test]
async fn a_turn_says_language_segmentation_and_the_tenants_names() {
    let fake = fake().await;
    let hints = Hints { language: "es-MX".to_owned(), terms: vec!["Masaje Profundo".to_owned()] };
    let mut caller = line_with(&fake, &[("AZURE_STT_SEGMENTATION_SILENCE_MS", "250")], hints);
    caller.say("hello").await;
    caller.words().await;
    let [turn] = &fake.turns()[..] else { panic!("one turn: {:?}", fake.turns()) };
    assert!(turn.query.contains(&("language".to_owned(), "es-MX".to_owned())));
    assert_eq!(turn.context["dgi"]["groups"][0]["items"][0]["text"], "Masaje Profundo");
    let segmentation = &turn.context["phraseDetection"]["conversation"]["segmentation"];
    assert_eq!(segmentation["segmentationSilenceTimeoutMs"], 250);
    no_violations(&fake);
}

#[rstest]
#[case::bad_parameter(400)]
#[case::bad_key(401)]
#[case::no_permission(403)]
#[case::too_many(429)]
#[tokio::test]
async fn a_refusal_is_not_tried_again(#[case] status: u16) {
    let fake = fake().await;
    fake.script(Script::Refuse(status));
    let mut caller = line(&fake);
    caller.next(|heard| *heard == Heard::Lost).await;
    assert_eq!(fake.upgrades(), 1);
    let again = timeout(Duration::from_millis(50), caller.transcriber.next()).await;
    assert!(again.is_err(), "lost is said once");
}

#[rstest]
#[case::key(&[("AZURE_STT_KEY", "wrong")])]
#[case::address(&[("AZURE_STT_BASE_URL", "http://127.0.0.1:9")])]
#[tokio::test]
async fn a_wrong_key_or_address_is_a_loss(#[case] variables: &[(&str, &str)]) {
    let fake = fake().await;
    let mut caller = line_with(&fake, variables, Hints::default());
    caller.next(|heard| *heard == Heard::Lost).await;
}

const fn until(ms: u64, fault: Fault) -> Script {
    Script::Until(Duration::from_millis(ms), fault)
}

#[rstest]
#[case::unavailable(Script::Refuse(503))]
#[case::mid_word(until(1_000, Fault::Drop))]
#[case::mid_utterance(until(1_500, Fault::Drop))]
#[case::at_once(until(0, Fault::Drop))]
#[case::closed(until(900, Fault::Close(1000, "")))]
#[case::internal(until(900, Fault::Close(1011, "internal error")))]
#[case::turn_ended(until(1_200, Fault::EndTurn))]
#[case::turn_ended_for_nothing(until(700, Fault::EndTurnMute))]
#[case::service_error(until(700, Fault::Phrase("Error")))]
#[case::first_words_late(Script::Late(Duration::from_millis(1_500)))]
#[case::reads_slowly(Script::ReadSlowly(Duration::from_millis(4)))]
#[case::ends_slowly(Script::EndSlowly(Duration::from_millis(400)))]
#[tokio::test]
async fn no_word_is_lost_or_doubled_by_a_passing_fault(#[case] script: Script) {
    let fake = fake().await;
    fake.script(script);
    let mut caller = line(&fake);
    caller.say("hello book a massage with Anna tomorrow").await;
    assert_eq!(said(&caller.words().await), "hello book a massage with anna tomorrow");
    caller.say("at three").await;
    assert_eq!(said(&caller.words().await), "at three");
    no_violations(&fake);
}

#[rstest]
#[case(Nonsense::NoHeaders)]
#[case(Nonsense::NoPath)]
#[case(Nonsense::NoJson)]
#[case(Nonsense::UnknownStatus)]
#[case(Nonsense::UnknownPath)]
#[case(Nonsense::Stale)]
#[case(Nonsense::Binary)]
#[tokio::test]
async fn what_cannot_be_understood_is_borne(
    #[case] nonsense: Nonsense,
    #[values((3, 1), (50, 2))] (count, connections_max): (usize, usize),
) {
    let fake = fake().await;
    fake.script(until(700, Fault::Say(count, nonsense)));
    let mut caller = line(&fake);
    caller.say("hello book a massage").await;
    assert_eq!(said(&caller.words().await), "hello book a massage");
    assert!((1..=connections_max).contains(&fake.upgrades()), "{}", fake.upgrades());
    no_violations(&fake);
}

#[rstest]
#[case::no_match("NoMatch")]
#[case::silence("InitialSilenceTimeout")]
#[case::babble("BabbleTimeout")]
#[case::dictation("EndOfDictation")]
#[tokio::test]
async fn a_phrase_without_words_changes_nothing(#[case] status: &'static str) {
    let fake = fake().await;
    fake.script(until(100, Fault::Phrase(status)));
    let mut caller = line(&fake);
    caller.sound(pause(Duration::from_millis(200))).await;
    caller.say("hello").await;
    assert_eq!(caller.words().await, "Hello.");
    assert_eq!(fake.upgrades(), 1);
    no_violations(&fake);
}

#[rstest]
#[case::too_many(Fault::Phrase("TooManyRequests"))]
#[case::bad_request(Fault::Phrase("BadRequest"))]
#[case::no_quota(Fault::Phrase("Forbidden"))]
#[case::protocol(Fault::Close(1002, "Missing/Empty header. Path"))]
#[case::payload(Fault::Close(1007, "Incorrect message format."))]
#[tokio::test]
async fn what_a_second_try_would_not_heal_is_a_loss_at_once(#[case] fault: Fault) {
    let fake = fake().await;
    fake.script(until(100, fault));
    let mut caller = line(&fake);
    caller.sound(say("hello")).await;
    if !caller.heard.contains(&Heard::Lost) {
        caller.next(|heard| *heard == Heard::Lost).await;
    }
    assert_eq!(fake.upgrades(), 1);
}

#[tokio::test]
async fn a_server_that_keeps_breaking_is_given_up() {
    let fake = fake().await;
    for _ in 0..10 {
        fake.script(until(20, Fault::Drop));
    }
    let mut caller = line(&fake);
    caller.transcriber.send(Command::SpeechStarted);
    for frame in say("hello book a massage").chunks(FRAME) {
        caller.transcriber.send(Command::Audio(frame.to_vec()));
    }
    caller.next(|heard| *heard == Heard::Lost).await;
    assert_eq!(fake.upgrades(), 4, "the first and three more");
}

#[rstest]
#[case::no_upgrade(Script::Hang)]
#[case::says_nothing(until(300, Fault::Mute))]
#[case::reads_nothing(until(300, Fault::StopReading))]
#[tokio::test]
async fn words_that_do_not_come_are_a_loss_in_time(#[case] script: Script) {
    let fake = fake().await;
    fake.script(script);
    let mut caller = line(&fake);
    caller.say("hello book a massage").await;
    let asked = Instant::now();
    assert_eq!(caller.finalize().await, Heard::Lost);
    assert!(asked.elapsed() < Duration::from_millis(1_400), "the core waits 1.5 s: {:?}", asked.elapsed());
}

#[tokio::test]
async fn a_turn_that_does_not_end_leaves_the_words_so_far() {
    let fake = fake().await;
    fake.script(Script::EndSlowly(BOUND));
    let mut caller = line(&fake);
    caller.transcriber.send(Command::SpeechStarted);
    caller.sound(say("hello book a")).await;
    let Heard::Final { text, .. } = caller.finalize().await else { panic!("words") };
    assert_eq!(said(text.reveal()), "hello book a", "the phrase came, and only the end of the turn did not");
    caller.sound(pause(HANGOVER)).await;
    caller.transcriber.send(Command::SpeechStopped);
    // What is said meanwhile is kept for the connection that takes the place of this one.
    caller.say("massage").await;
    caller.until("another connection", || fake.upgrades() == 2).await;
    assert_eq!(said(&caller.words().await), "massage");
}

#[tokio::test]
async fn a_pause_in_the_audio_is_filled_and_the_end_is_said() {
    let fake = fake().await;
    let mut caller = line_with(&fake, &[("AZURE_STT_SEGMENTATION_SILENCE_MS", "1000")], Hints::default());
    caller.transcriber.send(Command::SpeechStarted);
    caller.sound(say("hello")).await;
    caller.transcriber.send(Command::SpeechStopped);
    // Only silence that is sent can end a phrase.
    caller.next(|heard| matches!(heard, Heard::Partial { text, .. } if text.reveal() == "Hello.")).await;
    assert_eq!(caller.words().await, "Hello.");
    drop(caller);
    eventually(BOUND, "a close in order", async || fake.goodbyes() == 1).await;
    no_violations(&fake);
}
