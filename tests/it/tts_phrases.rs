//! Phrases that are kept on disk: a vendor is asked for each once, whatever is restarted, and nothing of a caller is kept.

use std::{fs, path::Path};

use media_gateway::speak::synthesize::{FixedPhrase, PhraseDiskSettings, Synthesizer, VoiceChoice};
use system_tests::fakes::{
    azure_tts::{AzureTts, KEY, Script},
    elevenlabs::{self, ElevenLabs},
    served::Course,
};

use crate::spoken::{self, Spoken};

const GREETING: &str = "Thank you for calling Lakeside Salon. How can I help?";

/// As after a start of the process: nothing is in memory.
fn started(fake: &AzureTts, dir: &Path, more: &[(&str, &str)]) -> Synthesizer {
    let url = fake.url();
    let basic = [("AZURE_TTS_KEY", KEY), ("AZURE_TTS_BASE_URL", &url)];
    let settings = PhraseDiskSettings { dir: Some(dir.to_owned()), bytes_max: 16 << 20 };
    spoken::synthesizer(&[&basic, more].concat()).keeping_phrases(&settings)
}

fn phrases(texts: &[&str]) -> Vec<FixedPhrase> {
    texts.iter().map(|text| FixedPhrase::same_for_every_caller(*text)).collect()
}

fn files(dir: &Path) -> Vec<fs::DirEntry> {
    // Made with its first file.
    fs::read_dir(dir).map(|entries| entries.map(|entry| entry.expect("an entry")).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_restart_has_its_greeting_without_asking_the_vendor() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    let fixed = phrases(&[GREETING, "This call may be recorded."]);
    started(&fake, dir.path(), &[]).warm(&fixed).await.expect("made");
    assert_eq!((fake.record().requests().len(), files(dir.path()).len()), (2, 2));

    let again = started(&fake, dir.path(), &[]);
    again.warm(&fixed).await.expect("found");
    let spoken = Spoken::of(again.speak(GREETING)).await;
    assert_eq!(spoken.whole(), GREETING);
    spoken.assert_in_time(GREETING);
    assert_eq!(fake.record().requests().len(), 2);
}

#[tokio::test]
async fn another_voice_or_style_or_language_is_another_phrase() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    let fixed = phrases(&[GREETING]);
    let friendly = started(&fake, dir.path(), &[("AZURE_TTS_STYLE", "friendly")]);
    let aria = started(&fake, dir.path(), &[("AZURE_TTS_VOICE", "en-US-AriaNeural")]);
    let plain = started(&fake, dir.path(), &[]);
    for (number, voice) in [
        plain.clone(),
        friendly,
        aria,
        plain.in_voice(VoiceChoice { language: Some("es-MX".to_owned()), ..VoiceChoice::default() }),
    ]
    .iter()
    .enumerate()
    {
        voice.warm(&fixed).await.expect("made");
        assert_eq!((fake.record().requests().len(), files(dir.path()).len()), (number + 1, number + 1));
    }
}

#[tokio::test]
async fn nothing_that_is_said_to_one_caller_is_kept_on_disk() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    let synthesizer = started(&fake, dir.path(), &[]);
    synthesizer.warm(&phrases(&[GREETING])).await.expect("made");
    let reply = "Thank you, Alex Morrison. I will write to alex@example.com.";
    for _ in 0..2 {
        assert_eq!(Spoken::of(synthesizer.for_call().speak(reply)).await.whole(), reply);
    }
    assert_eq!(fake.record().requests().len(), 2, "it is kept in memory");
    let [file] = &files(dir.path())[..] else { panic!("one file") };
    let (name, content) = (file.file_name().into_string().expect("text"), fs::read(file.path()).expect("a file"));
    assert!(!name.contains("Lakeside") && !content.windows(8).any(|part| part == b"Lakeside"), "no text in {name}");

    let restarted = started(&fake, dir.path(), &[]);
    assert_eq!(Spoken::of(restarted.speak(reply)).await.whole(), reply);
    assert_eq!(fake.record().requests().len(), 3, "the vendor is asked again");
}

#[tokio::test]
async fn a_call_finds_what_was_loaded_and_does_not_wait_for_the_disk() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    started(&fake, dir.path(), &[]).warm(&phrases(&[GREETING])).await.expect("made");
    let loaded = started(&fake, dir.path(), &[]);
    loaded.load_phrases().await;
    assert_eq!(Spoken::of(loaded.speak(GREETING)).await.whole(), GREETING);
    assert_eq!(fake.record().requests().len(), 1);
    let not_loaded = started(&fake, dir.path(), &[]);
    assert_eq!(Spoken::of(not_loaded.speak(GREETING)).await.whole(), GREETING);
    assert_eq!(fake.record().requests().len(), 2, "what is not in memory is asked for");
}

#[tokio::test]
async fn a_damaged_file_is_made_again() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    let fixed = phrases(&[GREETING]);
    started(&fake, dir.path(), &[]).warm(&fixed).await.expect("made");
    let path = files(dir.path())[0].path();
    let whole = fs::read(&path).expect("a file");
    fs::write(&path, &whole[..whole.len() / 2]).expect("written");

    let restarted = started(&fake, dir.path(), &[]);
    restarted.warm(&fixed).await.expect("made");
    assert_eq!(Spoken::of(restarted.speak(GREETING)).await.whole(), GREETING);
    assert_eq!(fake.record().requests().len(), 2);
    assert_eq!(fs::read(&path).expect("a file"), whole);
}

#[tokio::test]
async fn a_phrase_that_two_voices_said_is_not_kept() {
    let (fake, dir) = (AzureTts::start().await.expect("a port"), tempfile::tempdir().expect("a folder"));
    let other = ElevenLabs::start().await.expect("a port");
    let url = other.url();
    let both = [("ELEVENLABS_API_KEY", elevenlabs::KEY), ("ELEVENLABS_BASE_URL", url.as_str())];
    fake.record().script(Script::Sound(Course::DropAfter(9_000)));
    let synthesizer = started(&fake, dir.path(), &both);
    synthesizer.warm(&phrases(&[GREETING])).await.expect("made");
    assert_eq!((other.record().requests().len(), files(dir.path()).len()), (1, 0));
    synthesizer.warm(&phrases(&[GREETING])).await.expect("made");
    assert_eq!((fake.record().requests().len(), files(dir.path()).len()), (2, 1));
}
