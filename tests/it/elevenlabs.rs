//! ElevenLabs' speech over its wire: what is sent, what each answer means, and what a caller would hear.

use std::time::Duration;

use media_gateway::speak::synthesize::{SynthesisError, Synthesizer, vendor::VendorError};
use rstest::rstest;
use system_tests::{
    eventually,
    fakes::{
        elevenlabs::{ElevenLabs, KEY, RequestBody, Script, VoiceSettings},
        served::Course,
    },
};

use crate::spoken::{self, PATIENCE, Spoken};

const TEXT: &str = "Your appointment is on Tuesday at half past two.";

async fn fake() -> ElevenLabs {
    ElevenLabs::start().await.expect("a port")
}

fn synthesizer(fake: &ElevenLabs, more: &[(&str, &str)]) -> Synthesizer {
    let url = fake.url();
    let basic = [("ELEVENLABS_API_KEY", KEY), ("ELEVENLABS_BASE_URL", &url), ("TTS_FIRST_BYTE_MS_MAX", "2000")];
    spoken::synthesizer(&[&basic, more].concat())
}

fn failed(error: VendorError) -> Option<SynthesisError> {
    Some(SynthesisError::Vendor { provider: "elevenlabs", error })
}

#[tokio::test]
async fn a_sentence_is_spoken_whole_and_in_time_with_its_text() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    spoken.assert_in_time(TEXT);
}

#[tokio::test]
async fn the_request_says_voice_model_and_settings() {
    let fake = fake().await;
    let settings = [
        ("ELEVENLABS_VOICE_ID", "voice7"),
        ("ELEVENLABS_MODEL", "eleven_multilingual_v2"),
        ("ELEVENLABS_LANGUAGE", "es"),
        ("ELEVENLABS_SPEED", "1.1"),
    ];
    let said = "Dice: \"¡Hola!\" \\ <b>";
    assert_eq!(Spoken::of(synthesizer(&fake, &settings).speak(said)).await.error, None);
    let requests = fake.record().requests();
    assert_eq!(requests[0].voice_id, "voice7");
    let expected = RequestBody {
        text: said.to_owned(),
        model_id: "eleven_multilingual_v2".to_owned(),
        language_code: Some("es".to_owned()),
        voice_settings: VoiceSettings { stability: 0.5, similarity_boost: 0.75, speed: 1.1 },
        previous_text: String::new(),
    };
    assert_eq!(requests[0].body, expected);
}

#[rstest]
#[case::unauthorized(401, VendorError::KeyRefused(401))]
#[case::validation(422, VendorError::BadRequest(422))]
#[tokio::test]
async fn what_a_second_try_would_not_heal_fails_at_once(#[case] status: u16, #[case] error: VendorError) {
    let fake = fake().await;
    fake.record().script(Script::Status(status));
    let spoken = Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await;
    assert_eq!(spoken, Spoken { chunks: vec![], error: failed(error) });
    assert_eq!(fake.record().requests().len(), 1);
}

#[rstest]
#[case::busy(429)]
#[case::internal(500)]
#[tokio::test]
async fn what_a_second_try_may_heal_is_tried_once_more(#[case] status: u16) {
    let fake = fake().await;
    fake.record().script(Script::Status(status));
    assert_eq!(Spoken::of(synthesizer(&fake, &[]).speak(TEXT)).await.whole(), TEXT);
    assert_eq!(fake.record().requests().len(), 2);
}

#[tokio::test]
async fn late_stalled_and_broken_sound_are_told_apart() {
    let fake = fake().await;
    let short = Duration::from_millis(100);
    for (script, error, heard) in [
        (Script::NoAnswer, VendorError::FirstByteLate(short), ""),
        (Script::Sound(Course::StallAfter(5_000)), VendorError::Stalled(short), "Your appoi"),
        (Script::Sound(Course::DropAfter(5_000)), VendorError::BrokeOff, "Your appoi"),
    ] {
        fake.record().script(script);
        let impatient = [("TTS_FIRST_BYTE_MS_MAX", "100"), ("TTS_PROGRESS_MS_MAX", "100")];
        let patient = [("TTS_PROGRESS_MS_MAX", "100")];
        let settings = if heard.is_empty() { &impatient[..] } else { &patient[..] };
        let spoken = Spoken::of(synthesizer(&fake, settings).speak(TEXT)).await;
        assert_eq!((spoken.heard().as_str(), &spoken.error), (heard, &failed(error)));
    }
}

#[tokio::test]
async fn a_sentence_that_is_dropped_ends_its_request() {
    let fake = fake().await;
    fake.record().script(Script::Sound(Course::StallAfter(5_000)));
    let mut speech = synthesizer(&fake, &[]).speak(TEXT);
    let first = tokio::time::timeout(PATIENCE, speech.next()).await.expect("in time");
    assert!(first.is_some_and(|chunk| chunk.is_ok()));
    drop(speech);
    eventually(PATIENCE, "the request has ended", async || fake.record().left_early() == 1).await;
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let fake = fake().await;
    let spoken = Spoken::of(synthesizer(&fake, &[("ELEVENLABS_API_KEY", "wrong")]).speak(TEXT)).await;
    assert_eq!(spoken.error, failed(VendorError::KeyRefused(401)));
}
