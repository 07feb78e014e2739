//! A voice that fails in the middle of a sentence: the next one goes on, no word is lost, and whoever is broken is left
//! alone for a while.

use media_gateway::{
    speak::synthesize::{Provider, Synthesizer},
    speech::{Engine, models_dir},
};
use rstest::rstest;
use system_tests::{
    eventually,
    fakes::{
        azure_tts::{self, AzureTts},
        elevenlabs::{self, ElevenLabs},
        readable_sound::heard,
        served::Course,
    },
};

use crate::spoken::{self, PATIENCE, Spoken};

const TEXT: &str = "Your appointment is on Tuesday the fourth of March at half past two with Maria.";

/// Azure first, ElevenLabs next, with deadlines that a test can wait for.
struct Vendors {
    azure: AzureTts,
    elevenlabs: ElevenLabs,
}

impl Vendors {
    async fn start() -> Self {
        let azure = AzureTts::start().await.expect("a port");
        Self { azure, elevenlabs: ElevenLabs::start().await.expect("a port") }
    }

    fn providers(&self) -> Vec<Provider> {
        spoken::vendors(&[
            ("AZURE_TTS_KEY", azure_tts::KEY),
            ("AZURE_TTS_BASE_URL", &self.azure.url()),
            ("ELEVENLABS_API_KEY", elevenlabs::KEY),
            ("ELEVENLABS_BASE_URL", &self.elevenlabs.url()),
            ("TTS_FIRST_BYTE_MS_MAX", "500"),
            ("TTS_PROGRESS_MS_MAX", "300"),
        ])
    }

    fn synthesizer(&self) -> Synthesizer {
        Synthesizer::new(self.providers())
    }

    fn asked_azure(&self) -> usize {
        self.azure.record().requests().len()
    }

    /// What ElevenLabs was asked to say, and after what.
    fn asked_elevenlabs(&self) -> Vec<(String, String)> {
        let requests = self.elevenlabs.record().requests().into_iter();
        requests.map(|request| (request.body.previous_text, request.body.text)).collect()
    }
}

#[rstest]
#[case::breaks_off(Course::DropAfter)]
#[case::stalls(Course::StallAfter)]
#[tokio::test]
async fn the_next_voice_goes_on_in_the_sentence(#[case] course: fn(usize) -> Course) {
    let vendors = Vendors::start().await;
    for (number, cut) in [0, 150, 9_000, 17_777, 36_500, 39_900].into_iter().enumerate() {
        vendors.azure.record().script(azure_tts::Script::Sound(course(cut)));
        // A new one each time, since Azure would be left alone otherwise.
        let spoken = Spoken::of(vendors.synthesizer().speak(TEXT)).await;
        assert_eq!(spoken.error, None);
        assert_eq!(spoken.chunks.last().map(|chunk| chunk.text_end), Some(TEXT.len()));
        assert!(spoken.chunks.is_sorted_by_key(|chunk| chunk.text_end));

        let (before, rest) = vendors.asked_elevenlabs().swap_remove(number);
        assert_eq!(format!("{before}{rest}"), TEXT, "the rest begins where what was said ends");
        assert!(before.is_empty() || before.ends_with(' '), "it begins at a word: {rest:?}");
        // Over REST it is not known which words were said: some may come twice, and none is lost.
        let heard = spoken.heard();
        let first = heard.strip_suffix(rest.as_str()).expect("the rest is said whole");
        assert!(TEXT.starts_with(first) && first.len() >= before.trim_end().len(), "{first:?} then {rest:?}");
    }
}

#[rstest]
#[case::refused(azure_tts::Script::Status(401))]
#[case::malformed(azure_tts::Script::Status(400))]
#[case::busy(azure_tts::Script::TooManyRequests { retry_after_s: Some(30) })]
#[case::late(azure_tts::Script::NoAnswer)]
#[case::empty(azure_tts::Script::Empty)]
#[tokio::test]
async fn a_voice_that_does_not_begin_is_replaced_whole(#[case] script: azure_tts::Script) {
    let vendors = Vendors::start().await;
    vendors.azure.record().script(script);
    let spoken = Spoken::of(vendors.synthesizer().speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    spoken.assert_in_time(TEXT);
    assert_eq!(vendors.asked_elevenlabs(), [(String::new(), TEXT.to_owned())]);
}

#[tokio::test]
async fn what_is_broken_is_left_alone_and_tried_again_later() {
    let vendors = Vendors::start().await;
    let synthesizer = vendors.synthesizer();
    for _ in 0..2 {
        vendors.azure.record().script(azure_tts::Script::Sound(Course::DropAfter(2_000)));
    }
    assert_eq!(synthesizer.provider(), "azure");
    for (number, asked) in [("One", 1), ("Two", 2), ("Three", 2), ("Four", 2)] {
        let text = format!("{number} sentence that is spoken.");
        assert!(Spoken::of(synthesizer.speak(&text)).await.whole().ends_with("is spoken."));
        assert_eq!(vendors.asked_azure(), asked, "{number}");
    }
    assert_eq!(synthesizer.provider(), "elevenlabs");
    eventually(PATIENCE, "Azure is worth asking again", async || synthesizer.provider() == "azure").await;
    assert_eq!(Spoken::of(synthesizer.speak("Five.")).await.whole(), "Five.");
    assert_eq!((vendors.asked_azure(), synthesizer.provider()), (3, "azure"));
}

#[tokio::test]
async fn a_phrase_is_kept_for_the_voice_that_said_it_whole() {
    let vendors = Vendors::start().await;
    let synthesizer = vendors.synthesizer();
    vendors.azure.record().script(azure_tts::Script::Sound(Course::DropAfter(9_000)));
    assert_eq!(Spoken::of(synthesizer.speak(TEXT)).await.error, None);
    assert_eq!(Spoken::of(synthesizer.speak(TEXT)).await.whole(), TEXT, "two voices in one phrase are not kept");
    assert_eq!(Spoken::of(synthesizer.speak(TEXT)).await.whole(), TEXT);
    assert_eq!((vendors.asked_azure(), vendors.asked_elevenlabs().len()), (2, 1));
}

#[tokio::test]
async fn when_everyone_fails_the_first_reason_is_told() {
    let vendors = Vendors::start().await;
    vendors.azure.record().script(azure_tts::Script::Status(401));
    vendors.elevenlabs.record().script(elevenlabs::Script::Status(422));
    let error = Spoken::of(vendors.synthesizer().speak(TEXT)).await.error.expect("nobody spoke").to_string();
    assert!(error.contains("azure") && error.contains("401"), "{error}");
    let nobody = Spoken::of(Synthesizer::new(Vec::new()).speak(TEXT)).await;
    assert!(nobody.error.is_some());
}

#[tokio::test]
async fn a_text_with_nothing_to_say_asks_nobody() {
    let vendors = Vendors::start().await;
    for text in ["", "  ", "…"] {
        assert_eq!(Spoken::of(vendors.synthesizer().speak(text)).await, Spoken { chunks: vec![], error: None });
    }
    assert_eq!(vendors.asked_azure(), 0);
}

#[tokio::test]
async fn the_voice_in_this_process_is_always_there() {
    let vendors = Vendors::start().await;
    let engine = Engine::load(models_dir(|name| std::env::var(name).ok())).expect("the speech models");
    let mut providers = vendors.providers();
    providers.push(Provider::Embedded(engine));
    let synthesizer = Synthesizer::new(providers);
    vendors.azure.record().script(azure_tts::Script::Sound(Course::StallAfter(9_000)));
    vendors.elevenlabs.record().script(elevenlabs::Script::Status(401));

    let spoken = Spoken::of(synthesizer.speak(TEXT)).await;
    assert_eq!(spoken.error, None);
    assert_eq!(spoken.chunks.last().map(|chunk| chunk.text_end), Some(TEXT.len()));
    let sound = spoken.sound();
    assert!(TEXT.starts_with(&heard(&sound[..8_800])), "a second of Azure");
    assert!((24_000..80_000).contains(&sound.len()), "then the rest of about four seconds: {} bytes", sound.len());
}
