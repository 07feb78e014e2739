//! Azure's speech over its wire: what is sent, what each answer means, and what a caller would hear.

use std::time::Duration;

use media_gateway::speak::synthesize::{SynthesisError, Synthesizer, VoiceChoice, vendor::VendorError};
use rstest::rstest;
use system_tests::{
    eventually,
    fakes::{
        azure_tts::{AzureTts, KEY, Request, Script},
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
    let basic = [("AZURE_TTS_KEY", KEY), ("AZURE_TTS_BASE_URL", &url), ("TTS_FIRST_BYTE_MS_MAX", "2000")];
    spoken::synthesizer(&[&basic, more].concat())
}

/// What a sentence fails with at Azure.
fn failed(error: VendorError) -> Option<SynthesisError> {
    Some(SynthesisError::Vendor { provider: "azure", error })
}

#[tokio::test]
async fn a_sentence_is_spoken_whole_and_in_time_with_its_text() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    spoken.assert_in_time(TEXT);
    let (_, before) = spoken.chunks.split_last().expect("sound");
    assert!(before.iter().all(|chunk| chunk.mulaw.len() % 160 == 0));
}

#[tokio::test]
async fn the_voice_is_the_tenants_and_markup_is_only_text() {
    let fake = fake().await;
    let settings =
        [("AZURE_TTS_VOICE", "es-MX-DaliaNeural"), ("AZURE_TTS_STYLE", "friendly"), ("AZURE_TTS_RATE_PERCENT", "-5")];
    let said = "Tom & <break time='9s'/> \u{7}\"Jerry\"";
    let spoken = Spoken::of(synthesizer(&fake, &settings).speak(said)).await;
    assert_eq!(spoken.error, None);
    let expected = Request {
        text: "Tom & <break time='9s'/> \"Jerry\"".to_owned(),
        voice: "es-MX-DaliaNeural".to_owned(),
        language: "es-MX".to_owned(),
        style: Some("friendly".to_owned()),
        rate: Some("-5%".to_owned()),
    };
    assert_eq!(fake.record().requests(), [expected]);
}

#[tokio::test]
async fn a_tenant_of_another_language_has_a_voice_of_its_own() {
    let fake = fake().await;
    let voice = synthesizer(&fake, &[]);
    for (language, name) in
        [(Some("en-US"), "en-US-JennyNeural"), (Some("es-MX"), "es-MX-DaliaNeural"), (None, "en-US-JennyNeural")]
    {
        let choice = VoiceChoice { language: language.map(str::to_owned), ..VoiceChoice::default() };
        let spoken = Spoken::of(voice.in_voice(choice).speak("Sí.")).await;
        assert_eq!(spoken.whole(), "Sí.");
        assert!(fake.record().requests().iter().any(|request| request.voice == name), "{name}");
    }
    assert_eq!(fake.record().requests().len(), 2, "the phrase is kept for each voice");
}

#[tokio::test]
async fn a_style_that_the_voice_does_not_know_is_left_out() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[("AZURE_TTS_STYLE", "whalesong")]).speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    assert_eq!(fake.record().requests()[0].style, None);
}

#[rstest]
#[case::bad_request(Script::Status(400), VendorError::BadRequest(400))]
#[case::unauthorized(Script::Status(401), VendorError::KeyRefused(401))]
#[case::forbidden(Script::Status(403), VendorError::KeyRefused(403))]
#[case::not_found(Script::Status(404), VendorError::BadRequest(404))]
#[case::media_type(Script::Status(415), VendorError::BadRequest(415))]
#[case::busy_for_long(
    Script::TooManyRequests { retry_after_s: Some(7) },
    VendorError::TooManyRequests { retry_after: Some(Duration::from_secs(7)) }
)]
#[case::no_sound(Script::Empty, VendorError::Protocol("success without sound"))]
#[tokio::test]
async fn what_a_second_try_would_not_heal_fails_at_once(#[case] script: Script, #[case] error: VendorError) {
    let fake = fake().await;
    fake.record().script(script);
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken, Spoken { chunks: vec![], error: failed(error) });
    assert_eq!(fake.record().requests().len(), 1);
}

#[rstest]
#[case::bad_gateway(Script::Status(502))]
#[case::unavailable(Script::Status(503))]
#[case::internal(Script::Status(500))]
#[case::busy(Script::TooManyRequests { retry_after_s: None })]
#[case::busy_for_a_moment(Script::TooManyRequests { retry_after_s: Some(0) })]
#[tokio::test]
async fn what_a_second_try_may_heal_is_tried_once_more(#[case] script: Script) {
    let fake = fake().await;
    fake.record().script(script.clone());
    let voice = synthesizer(&fake, &[]);
    let spoken = Spoken::of(voice.speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    assert_eq!(fake.record().requests().len(), 2);

    fake.record().script(script.clone());
    fake.record().script(script);
    let spoken = Spoken::of(voice.speak("Another sentence.")).await;
    assert!(spoken.chunks.is_empty() && spoken.error.is_some(), "only one more");
    assert_eq!(fake.record().requests().len(), 4);
}

#[tokio::test]
async fn a_first_byte_that_is_late_fails_and_the_request_is_given_up() {
    let fake = fake().await;
    for script in [Script::NoAnswer, Script::Sound(Course::StallAfter(0))] {
        fake.record().script(script);
    }
    let voice = synthesizer(&fake, &[("TTS_FIRST_BYTE_MS_MAX", "100")]);
    for given_up in 1..=2 {
        let late = VendorError::FirstByteLate(Duration::from_millis(100));
        let spoken = Spoken::of(voice.speak(TEXT)).await;
        assert_eq!(spoken, Spoken { chunks: vec![], error: failed(late) });
        eventually(PATIENCE, "the request is given up", async || fake.record().left_early() == given_up).await;
    }
}

#[tokio::test]
async fn a_stall_keeps_what_came_before_it() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::StallAfter(5_000)));
    let spoken = Spoken::of(synthesizer(&fake, &[("TTS_PROGRESS_MS_MAX", "100")]).speak(TEXT)).await;
    assert_eq!(spoken.error, failed(VendorError::Stalled(Duration::from_millis(100))));
    assert_eq!(spoken.heard(), TEXT[..10]);
}

#[tokio::test]
async fn a_connection_that_breaks_off_keeps_what_came_before() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::DropAfter(5_000)));
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken.error, failed(VendorError::BrokeOff));
    assert_eq!(spoken.heard(), TEXT[..10]);
}

#[tokio::test]
async fn a_slow_service_is_still_a_service() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::Slowly(Duration::from_millis(20))));
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
}

#[tokio::test]
async fn a_sentence_that_is_dropped_ends_its_request() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::StallAfter(5_000)));
    let mut speech = synthesizer(&fake, &[]).speak(TEXT);
    let first = tokio::time::timeout(PATIENCE, speech.next()).await.expect("in time");
    assert!(first.is_some_and(|chunk| chunk.is_ok()));
    assert_eq!(fake.record().left_early(), 0);
    drop(speech);
    eventually(PATIENCE, "the request has ended", async || fake.record().left_early() == 1).await;
}

#[tokio::test]
async fn a_wrong_key_and_a_dead_address_are_told_apart() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[("AZURE_TTS_KEY", "wrong")]).speak(TEXT)).await;
    assert_eq!(spoken.error, failed(VendorError::KeyRefused(401)));
    // Port 9 is reserved and nobody listens there.
    let spoken = Spoken::of(synthesizer(&fake, &[("AZURE_TTS_BASE_URL", "http://127.0.0.1:9")]).speak(TEXT)).await;
    assert_eq!(spoken.error, failed(VendorError::Connect));
}

#[tokio::test]
async fn connections_are_used_again_and_phrases_are_kept() {
    let fake = fake().await;
    let voice = synthesizer(&fake, &[]);
    for text in ["One sentence.", "Another sentence.", "One sentence."] {
        let spoken = Spoken::of(voice.for_call().speak(text)).await;
        assert_eq!(spoken.whole(), text);
    }
    assert_eq!(fake.record().requests().len(), 2, "the third was said before");
    assert!(fake.record().connections() <= 2, "{}", fake.record().connections());
}
