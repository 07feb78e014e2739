//! Voices whose connection fails below HTTP and WebSocket, or that keep a caller waiting: the other voice goes on, and the
//! caller hears a short pause at most.

use std::time::Duration;

use media_gateway::speak::synthesize::{Runway, Synthesizer};
use rstest::rstest;
use system_tests::{
    eventually,
    fakes::{
        azure_tts::{self, AzureTts},
        cable::{Cable, Fault, Faults},
        elevenlabs::{self, ElevenLabs},
        readable_sound::heard,
        served::Course,
    },
};

use crate::spoken::{self, PATIENCE, Spoken};

const TEXT: &str = "Your appointment is on Tuesday at half past two with Maria.";
/// The most that a caller may be kept in silence.
const SILENCE_MAX: Duration = Duration::from_secs(3);

/// Which vendor speaks first, and how it is reached. The other one stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    AzureRest,
    AzureWebSocket,
    ElevenLabs,
}

/// Two vendors, the first of them behind a cable that can fail.
struct Voices {
    first: First,
    azure: AzureTts,
    elevenlabs: ElevenLabs,
    cable: Cable,
    faults: Faults,
}

impl Voices {
    async fn start(first: First) -> Self {
        let azure = AzureTts::start().await.expect("a port");
        let elevenlabs = ElevenLabs::start().await.expect("a port");
        let faults = Faults::default();
        let far = if first == First::ElevenLabs { elevenlabs.url() } else { azure.url() };
        let cable = Cable::to(&far, &faults).await.expect("a port");
        Self { first, azure, elevenlabs, cable, faults }
    }

    fn synthesizer(&self) -> Synthesizer {
        let (near, azure, elevenlabs) = (self.cable.url(), self.azure.url(), self.elevenlabs.url());
        let (azure, elevenlabs, chain, mode) = match self.first {
            First::AzureRest => (&near, &elevenlabs, ["azure", "elevenlabs"], "rest"),
            First::AzureWebSocket => (&near, &elevenlabs, ["azure", "elevenlabs"], "websocket"),
            First::ElevenLabs => (&azure, &near, ["elevenlabs", "azure"], "rest"),
        };
        let vendors = spoken::vendors(&[
            ("AZURE_TTS_KEY", azure_tts::KEY),
            ("AZURE_TTS_BASE_URL", azure),
            ("AZURE_TTS_MODE", mode),
            ("ELEVENLABS_API_KEY", elevenlabs::KEY),
            ("ELEVENLABS_BASE_URL", elevenlabs),
        ]);
        Synthesizer::new(vendors).in_order(&chain)
    }

    /// What the vendor that stands in was asked to say.
    fn asked_instead(&self) -> Vec<String> {
        match self.first {
            First::ElevenLabs => self.azure.record().requests().into_iter().map(|request| request.text).collect(),
            _ => self.elevenlabs.record().requests().into_iter().map(|request| request.body.text).collect(),
        }
    }
}

/// Every word of the text was heard, and none that was heard to its end was said again.
fn assert_goes_on(spoken: &Spoken, rest: &str) {
    assert_eq!(spoken.error, None);
    assert_eq!(spoken.chunks.last().map(|chunk| chunk.text_end), Some(TEXT.len()));
    assert!(spoken.chunks.is_sorted_by_key(|chunk| chunk.text_end));
    let before = TEXT.strip_suffix(rest).expect("the rest of the text");
    assert!(before.is_empty() || before.ends_with(' '), "it begins at a word: {rest:?}");
    // What is damaged on the way is no letter.
    let sound: Vec<u8> = spoken.sound().into_iter().filter(u8::is_ascii).collect();
    let heard = heard(&sound);
    let first = heard.strip_suffix(rest).expect("the rest is said whole");
    assert!(TEXT.starts_with(first) && first.len() >= before.trim_end().len(), "{first:?} then {rest:?}");
}

#[rstest]
#[tokio::test]
async fn the_caller_hears_the_other_voice_go_on(
    #[values(First::AzureRest, First::AzureWebSocket, First::ElevenLabs)] first: First,
    #[values(
        Fault::Silence,
        Fault::Reset,
        Fault::Close,
        Fault::Garble(vec![0xFF; 64]),
        Fault::Trickle { bytes: 40, pause: Duration::from_millis(20) },
    )]
    fault: Fault,
    #[values(0, 600, 7_000)] after: usize,
) {
    let voices = Voices::start(first).await;
    voices.faults.plan(after, fault.clone());
    let (spoken, silence) = Spoken::to_a_caller(voices.synthesizer().speak(TEXT)).await;
    assert_eq!(voices.faults.happened(), 1);
    assert!(silence < SILENCE_MAX, "{silence:?} of silence");
    match &voices.asked_instead()[..] {
        [] => {
            // Before any sound a second try at the same vendor heals what ends at once.
            assert!(after == 0 || after == 600 && first == First::AzureWebSocket, "{first:?} {fault:?} after {after}");
            assert_eq!(spoken.heard(), TEXT);
        }
        // Asked more than once, it was in vain before: the slow one had sound once more.
        [.., rest] => assert_goes_on(&spoken, rest),
    }
}

#[rstest]
#[case::busy(azure_tts::Script::TooManyRequests { retry_after_s: None })]
#[case::unavailable(azure_tts::Script::Status(503))]
#[case::internal(azure_tts::Script::Status(500))]
#[case::no_answer(azure_tts::Script::NoAnswer)]
#[tokio::test]
async fn a_vendor_that_refuses_twice_is_no_longer_waited_for(
    #[values(First::AzureRest, First::AzureWebSocket)] first: First,
    #[case] script: azure_tts::Script,
) {
    let voices = Voices::start(first).await;
    voices.azure.record().script(script.clone());
    voices.azure.record().script(script);
    let (spoken, silence) = Spoken::to_a_caller(voices.synthesizer().speak(TEXT)).await;
    assert_eq!(voices.asked_instead(), [TEXT]);
    assert_eq!(spoken.whole(), TEXT);
    assert!(silence < SILENCE_MAX, "{silence:?} of silence");
}

#[tokio::test]
async fn the_voice_that_speaks_first_is_heard_and_the_other_given_up() {
    let voices = Voices::start(First::AzureRest).await;
    voices.azure.record().script(azure_tts::Script::NoAnswer);
    let (spoken, silence) = Spoken::to_a_caller(voices.synthesizer().speak(TEXT)).await;
    assert_eq!(spoken.whole(), TEXT);
    assert_eq!(voices.asked_instead(), [TEXT]);
    // Far before the deadline at which a vendor is given up in any case.
    assert!(silence < Duration::from_millis(1_500), "{silence:?} of silence");
    eventually(PATIENCE, "the late one is given up", async || voices.azure.record().left_early() == 1).await;
}

#[tokio::test]
async fn while_much_waits_to_be_played_a_slow_voice_is_waited_for() {
    let voices = Voices::start(First::AzureRest).await;
    // Half a second a piece, each of a fifth: a caller would starve.
    voices.azure.record().script(azure_tts::Script::Sound(Course::Slowly(Duration::from_millis(500))));
    let text = "One moment.";
    let mut speech = voices.synthesizer().speak(text);
    let far = tokio::time::Instant::now() + Duration::from_secs(60);
    let mut sound = Vec::new();
    speech.set_runway(Runway::Until(far));
    while let Some(chunk) = speech.next().await {
        sound.extend(chunk.expect("sound").mulaw);
    }
    assert_eq!(heard(&sound), text);
    assert_eq!(voices.asked_instead(), Vec::<String>::new());
}

#[tokio::test]
async fn a_voice_slower_than_speech_is_left_in_the_sentence() {
    let voices = Voices::start(First::AzureRest).await;
    voices.azure.record().script(azure_tts::Script::Sound(Course::Slowly(Duration::from_millis(500))));
    let (spoken, silence) = Spoken::to_a_caller(voices.synthesizer().speak(TEXT)).await;
    let asked = voices.asked_instead();
    assert_goes_on(&spoken, asked.last().expect("the other voice stood in"));
    assert!(silence < SILENCE_MAX, "{silence:?} of silence");
    eventually(PATIENCE, "the slow one is given up", async || voices.azure.record().left_early() == 1).await;
}

#[rstest]
#[tokio::test]
async fn a_listener_who_takes_long_is_no_stall_of_the_voice(
    #[values(First::AzureRest, First::AzureWebSocket, First::ElevenLabs)] first: First,
) {
    let voices = Voices::start(first).await;
    // More than lies between a vendor and the playout, so that the vendor waits.
    let text = "All of this is said in one go. ".repeat(80);
    let mut speech = voices.synthesizer().speak(&text);
    let mut sound: Vec<u8> = speech.next().await.expect("sound").expect("sound").mulaw.to_vec();
    // Longer than the deadlines of a voice; nothing else can be waited for.
    tokio::time::sleep(Duration::from_secs(3)).await;
    while let Some(chunk) = speech.next().await {
        sound.extend(chunk.expect("no failure").mulaw);
    }
    assert_eq!(heard(&sound).trim_end(), text.trim_end());
    assert_eq!(voices.asked_instead(), Vec::<String>::new());
}
