//! Azure's speech over its WebSocket: the messages of a turn, the time of every word, and connections that are kept.

use std::time::Duration;

use media_gateway::speak::synthesize::{SynthesisError, Synthesizer, vendor::VendorError};
use rstest::rstest;
use system_tests::{
    eventually,
    fakes::{
        azure_tts::{AzureTts, Frame, KEY, Script, audio_frame},
        elevenlabs::{self, ElevenLabs},
        served::Course,
    },
};

use crate::spoken::{self, PATIENCE, Spoken};

const TEXT: &str = "Your appointment is on Tuesday at half past two.";

async fn fake() -> AzureTts {
    AzureTts::start().await.expect("a port")
}

fn synthesizer(fake: &AzureTts, more: &[(&str, &str)]) -> Synthesizer {
    let url = fake.url();
    let basic = [
        ("AZURE_TTS_KEY", KEY),
        ("AZURE_TTS_BASE_URL", &url),
        ("AZURE_TTS_MODE", "websocket"),
        ("TTS_FIRST_BYTE_MS_MAX", "2000"),
    ];
    spoken::synthesizer(&[&basic, more].concat())
}

fn failed(error: VendorError) -> Option<SynthesisError> {
    Some(SynthesisError::Vendor { provider: "azure", error })
}

fn text_frame(path: &str, id: &str, body: &str) -> Frame {
    Frame::Text(format!("X-RequestId:{id}\r\nPath:{path}\r\n\r\n{body}"))
}

#[rstest]
#[case::text("/cognitiveservices/websocket/v2")]
#[case::ssml("/cognitiveservices/websocket/v1")]
#[tokio::test]
async fn a_sentence_comes_whole_with_the_time_of_every_word(#[case] path: &str) {
    let fake = fake().await;
    let said = "Tom & Maria's, on <Tuesday> at 2:30 \u{7}p.m.";
    let heard = said.replace('\u{7}', "");
    let settings =
        [("AZURE_TTS_WEBSOCKET_PATH", path), ("AZURE_TTS_STYLE", "friendly"), ("AZURE_TTS_RATE_PERCENT", "10")];
    let spoken = Spoken::of(synthesizer(&fake, &settings).speak(said)).await;
    assert_eq!(spoken.whole(), heard);
    assert_eq!(fake.violations(), Vec::<String>::new());
    let [request] = &fake.record().requests()[..] else { panic!("one request") };
    assert_eq!((request.text.as_str(), request.voice.as_str()), (heard.as_str(), "en-US-JennyNeural"));
    assert_eq!((request.style.as_deref(), request.rate.as_deref()), (Some("friendly"), Some("+10%")));

    let spoken = Spoken::of(synthesizer(&fake, &settings).speak(TEXT)).await;
    spoken.assert_in_time(TEXT);
    // Every chunk but the last ends with a word, since no word here is longer than a chunk may be.
    let (_, before) = spoken.chunks.split_last().expect("sound");
    for chunk in before.iter().filter(|chunk| chunk.text_end > 16) {
        assert!(!TEXT[chunk.text_end..].starts_with(char::is_alphanumeric), "{}", &TEXT[..chunk.text_end]);
    }
    assert!(before.iter().any(|chunk| chunk.text_end == TEXT.len() - 1), "the last word's end is known before the end");
}

#[tokio::test]
async fn without_times_the_estimate_serves() {
    let fake = fake().await;
    fake.record().script(Script::NoWords);
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    spoken.assert_in_time(TEXT);
}

#[tokio::test]
async fn turns_follow_each_other_on_one_connection() {
    let fake = fake().await;
    let voice = synthesizer(&fake, &[]);
    for text in ["One sentence.", "Another sentence.", "A third one."] {
        assert_eq!(Spoken::of(voice.speak(text)).await.whole(), text);
    }
    assert_eq!((fake.record().requests().len(), fake.record().connections()), (3, 1));
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_connection_is_opened_before_the_first_sentence() {
    let fake = fake().await;
    let voice = synthesizer(&fake, &[]).for_call();
    eventually(PATIENCE, "a connection is open", async || fake.record().connections() == 1).await;
    assert_eq!(fake.record().requests().len(), 0);
    drop(voice);
}

#[tokio::test]
async fn a_sentence_that_is_dropped_is_stopped_and_its_connection_kept() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::StallAfter(5_000)));
    let voice = synthesizer(&fake, &[]);
    let mut speech = voice.speak(TEXT);
    let first = tokio::time::timeout(PATIENCE, speech.next()).await.expect("in time");
    assert!(first.is_some_and(|chunk| chunk.is_ok()));
    drop(speech);
    eventually(PATIENCE, "the turn is stopped", async || fake.stops() == 1).await;
    // Sound that was on its way is not heard in the next sentence, on whichever connection that is.
    assert_eq!(Spoken::of(voice.speak("Another sentence.")).await.whole(), "Another sentence.");
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[rstest]
#[case::unauthorized(Script::Status(401), VendorError::KeyRefused(401))]
#[case::forbidden(Script::Status(403), VendorError::KeyRefused(403))]
#[case::busy_for_long(
    Script::TooManyRequests { retry_after_s: Some(9) },
    VendorError::TooManyRequests { retry_after: Some(Duration::from_secs(9)) }
)]
#[case::bad_request(Script::Close(1007), VendorError::BadRequest(1007))]
#[case::no_sound(Script::Empty, VendorError::Protocol("a turn without sound"))]
#[case::short_frame(
    Script::Frames(vec![Frame::Binary(vec![9, 9, 1])]),
    VendorError::Protocol("a binary frame shorter than its headers")
)]
#[case::no_path(
    Script::Frames(vec![Frame::Text("X-StreamId:1\r\n\r\n".to_owned())]),
    VendorError::Protocol("a message without a path")
)]
#[case::no_headers(
    Script::Frames(vec![Frame::Text("hello".to_owned())]),
    VendorError::Protocol("a text frame without an end of its headers")
)]
#[tokio::test]
async fn what_a_second_try_would_not_heal_fails_at_once(#[case] script: Script, #[case] error: VendorError) {
    let fake = fake().await;
    fake.record().script(script);
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken, Spoken { chunks: vec![], error: failed(error) });
    assert!(fake.record().requests().len() <= 1);
}

#[rstest]
#[case::unavailable(Script::Status(503))]
#[case::busy(Script::TooManyRequests { retry_after_s: None })]
#[case::closed(Script::Close(1000))]
#[case::internal(Script::Close(1011))]
#[case::broken(Script::Sound(Course::DropAfter(0)))]
#[tokio::test]
async fn what_a_second_try_may_heal_is_tried_once_more(#[case] script: Script) {
    let fake = fake().await;
    let voice = synthesizer(&fake, &[]);
    fake.record().script(script.clone());
    assert_eq!(Spoken::of(voice.speak(TEXT)).await.whole(), TEXT);
    // The same on a connection that was kept.
    if !matches!(script, Script::Status(_) | Script::TooManyRequests { .. }) {
        fake.record().script(script);
        assert_eq!(Spoken::of(voice.speak("Another sentence.")).await.whole(), "Another sentence.");
    }
}

#[tokio::test]
async fn messages_of_other_turns_and_kinds_are_passed_over() {
    let fake = fake().await;
    fake.record().script(Script::Frames(vec![
        Frame::Binary(audio_frame("ffffffffffffffffffffffffffffffff", "5", b"stale")),
        text_frame("turn.end", "ffffffffffffffffffffffffffffffff", "{}"),
        Frame::Text("Path:audio.metadata\r\n\r\nnot JSON".to_owned()),
        Frame::Text("Path:news\r\n\r\n{}".to_owned()),
    ]));
    assert_eq!(Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await.whole(), TEXT);
}

#[tokio::test]
async fn late_stalled_and_broken_sound_are_told_apart() {
    let fake = fake().await;
    let short = Duration::from_millis(100);
    let impatient = [("TTS_FIRST_BYTE_MS_MAX", "100")];
    fake.record().script(Script::NoAnswer);
    let spoken = Spoken::of(synthesizer(&fake, &impatient).speak(TEXT)).await;
    assert_eq!(spoken, Spoken { chunks: vec![], error: failed(VendorError::FirstByteLate(short)) });

    let patient = [("TTS_PROGRESS_MS_MAX", "100")];
    for (course, error) in
        [(Course::StallAfter(12_800), VendorError::Stalled(short)), (Course::DropAfter(12_800), VendorError::BrokeOff)]
    {
        fake.record().script(Script::Sound(course));
        let spoken = Spoken::of(synthesizer(&fake, &patient).speak(TEXT)).await;
        assert_eq!(spoken.error, failed(error));
        // Sound up to "Tu" came; what is handed on ends with a word.
        assert_eq!(TEXT[..spoken.chunks.last().expect("sound").text_end].trim_end(), "Your appointment is on");
    }
}

#[tokio::test]
async fn a_slow_service_is_still_a_service() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::Slowly(Duration::from_millis(20))));
    assert_eq!(Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await.whole(), TEXT);
}

#[tokio::test]
async fn another_voice_goes_on_at_the_very_word() {
    let (azure, other) = (fake().await, ElevenLabs::start().await.expect("a port"));
    azure.record().script(Script::Sound(Course::DropAfter(12_800)));
    let url = other.url();
    let both = [("ELEVENLABS_API_KEY", elevenlabs::KEY), ("ELEVENLABS_BASE_URL", url.as_str())];
    let spoken = Spoken::of(synthesizer(&azure, &both).speak(TEXT)).await;
    assert_eq!(spoken.error, None);
    let body = &other.record().requests()[0].body;
    assert_eq!(
        (body.previous_text.as_str(), body.text.as_str()),
        ("Your appointment is on ", "Tuesday at half past two.")
    );
    // Neither a word less nor a word more, give or take the pause between two of them.
    let words: Vec<String> = spoken.heard().split_whitespace().map(str::to_owned).collect();
    assert_eq!(words.join(" "), TEXT);
}

#[tokio::test]
async fn a_cut_at_any_byte_neither_loses_nor_repeats_a_word() {
    // No word is longer than a chunk may be, so every chunk can end with one.
    let text = "I can book you in on the third at ten, or the day after that, if it is fine.";
    let (azure, other) = (fake().await, ElevenLabs::start().await.expect("a port"));
    let url = other.url();
    let both = [("ELEVENLABS_API_KEY", elevenlabs::KEY), ("ELEVENLABS_BASE_URL", url.as_str())];
    // Between two voices the pause may be missing.
    let letters = |text: &str| text.chars().filter(|character| character.is_alphanumeric()).collect::<String>();
    for cut in (100..text.len() * 500).step_by(1_730) {
        azure.record().script(Script::Sound(Course::DropAfter(cut)));
        // A new one each time, since Azure would be left alone otherwise.
        let spoken = Spoken::of(synthesizer(&azure, &both).speak(text)).await;
        assert_eq!(letters(&spoken.whole()), letters(text), "cut at {cut}");
    }
}

#[tokio::test]
async fn a_text_over_the_limit_is_not_sent() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(&"Too long. ".repeat(7_000))).await;
    assert_eq!(spoken.error, failed(VendorError::TextTooLong));
    assert_eq!(fake.violations(), Vec::<String>::new());
}
