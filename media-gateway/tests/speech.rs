//! The speech engine on its real models: what it says is heard again through the telephone's sound, in words and on time.

use std::{sync::LazyLock, time::Duration};

use bytes::Bytes;
use call::UtteranceId;
use futures::FutureExt as _;
use media_gateway::{
    listen::{
        mulaw,
        resample::Upsampler,
        transcribe::{Command, Heard, Hints, Transcriber, TranscriberFactory},
        voice_activity::{Change, HANGOVER, ONSET, VoiceActivity},
    },
    speak::synthesize::{Chunk, FixedPhrase, SynthesisError, Synthesizer},
    speech::{
        Engine, EngineOptions, Guess, Line, LoadError, Prior, Priority, Rejected, Words, Work, models_dir,
        pronounce::Pronounced,
    },
};

/// Loaded once for all tests; without models every test fails with the sentence that says what to run.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| match Engine::load(models_dir(|name| std::env::var(name).ok())) {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});

/// A recogniser that is silent for so long has forgotten its duty. Far above what a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A telephone frame: 20 ms.
const FRAME: usize = 160;

async fn spoken(text: &str) -> Vec<Chunk> {
    let mut speech = Synthesizer::embedded(ENGINE.clone()).speak(text);
    let mut chunks = Vec::new();
    while let Some(chunk) = speech.next().await {
        chunks.push(chunk.expect("speech"));
    }
    chunks
}

fn silence(ms: usize) -> Vec<u8> {
    vec![mulaw::SILENCE; ms * 8]
}

async fn sound(text: &str) -> Vec<u8> {
    spoken(text).await.iter().flat_map(|chunk| chunk.mulaw.clone()).collect()
}

/// A call's way in: frames to voice activity and recognition.
struct Ear {
    upsampler: Upsampler,
    voice_activity: VoiceActivity,
    transcriber: Transcriber,
    /// What changed, and after how many milliseconds of sound.
    changes: Vec<(usize, Change)>,
    ms: usize,
}

impl Ear {
    fn new() -> Self {
        Self {
            upsampler: Upsampler::default(),
            voice_activity: VoiceActivity::new(&ENGINE),
            transcriber: TranscriberFactory::embedded(ENGINE.clone()).open(Hints::default()),
            changes: Vec::new(),
            ms: 0,
        }
    }

    fn hear(&mut self, codes: &[u8]) {
        for frame in codes.chunks(FRAME) {
            let (mut narrow, mut wide) = (Vec::new(), Vec::new());
            mulaw::decode_to_f32(frame, &mut narrow);
            self.upsampler.push(&narrow, &mut wide);
            self.ms += frame.len() / 8;
            let change = self.voice_activity.push(&wide);
            self.transcriber.send(Command::Audio(wide));
            let Some(change) = change else { continue };
            self.changes.push((self.ms, change));
            self.transcriber.send(match change {
                Change::Started => Command::SpeechStarted,
                Change::Stopped => Command::SpeechStopped,
            });
        }
    }

    /// What the recogniser says next.
    async fn next(&mut self) -> Heard {
        tokio::time::timeout(PATIENCE, self.transcriber.next()).await.expect("the recogniser says something")
    }

    /// Ends the utterance and waits for its words.
    async fn words_of(&mut self, id: UtteranceId) -> String {
        self.transcriber.send(Command::Finalize(id));
        loop {
            match self.next().await {
                Heard::Partial { utterance, .. } => {
                    assert_eq!(utterance, id.next(), "partials are of the open utterance")
                }
                Heard::Final { utterance, text } => {
                    assert_eq!(utterance, id);
                    return text.into_inner();
                }
                Heard::TurnEnd { .. } => panic!("the engine does not judge the end of a turn"),
                Heard::Lost => panic!("the engine is there"),
            }
        }
    }
}

fn plain_words(text: &str) -> Vec<String> {
    let words = text.to_lowercase().replace("good-bye", "goodbye").replace("e-mail", "email");
    words
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words that must be put in, left out or changed to make one text the other.
fn word_errors(said: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (line, word) in said.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for column in 0..heard.len() {
            let changed = diagonal + usize::from(word != &heard[column]);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[heard.len()]
}

/// A pass over samples at 16 kHz, by itself.
async fn pass(samples: &[f32], guess: &Guess) -> Words {
    let (samples, prior) = (samples.to_vec(), Prior { guess: guess.clone(), ..Prior::default() });
    let heard = ENGINE.submit(&Line::default(), Priority::Urgent, Work::hearing(&samples), move |bench| {
        bench.transcribe_knowing(&samples, &prior)
    });
    heard.expect("room").await.expect("run").expect("words")
}

#[tokio::test]
async fn a_guess_changes_no_words() {
    let heard = |codes: Vec<u8>| {
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        mulaw::decode_to_f32(&codes, &mut narrow);
        Upsampler::default().push(&narrow, &mut wide);
        wide
    };
    let sentence = heard(sound("I would like to book a haircut for tomorrow afternoon, if you have a place.").await);
    let other = heard(sound("Would you like to look at my hair for a moment?").await);
    let alone = pass(&sentence, &Guess::default()).await;
    assert!(plain_words(&alone.text).len() > 10, "{}", alone.text);
    let beginning = pass(&sentence[..sentence.len() / 2], &Guess::default()).await;
    assert_ne!(beginning.guess, alone.guess);
    for guess in [&alone.guess, &beginning.guess, &pass(&other, &Guess::default()).await.guess] {
        assert_eq!(pass(&sentence, guess).await, alone);
    }
}

#[tokio::test]
async fn what_is_said_is_understood_through_the_telephone() {
    // (as written, as it is heard)
    let lines = [
        ("Thanks for calling. How can I help you today?", "thanks for calling how can i help you today"),
        ("What day works best for you?", "what day works best for you"),
        ("That's a cleaning with Dr. Patel for $90.", "that's a cleaning with dr patel for ninety dollars"),
        ("I have Tuesday, December 1st.", "i have tuesday december first"),
        ("Could I have your name and e-mail, please?", "could i have your name and email please"),
        ("Goodbye, and have a great day!", "goodbye and have a great day"),
    ];
    let (mut errors, mut all) = (0, 0);
    for (written, expected) in lines {
        let mut ear = Ear::new();
        ear.hear(&silence(300));
        ear.hear(&sound(written).await);
        ear.hear(&silence(500));
        let heard = ear.words_of(UtteranceId::FIRST).await;
        let expected = plain_words(expected);
        errors += word_errors(&expected, &plain_words(&heard));
        all += expected.len();
    }
    assert!(errors * 100 <= all * 15, "{errors} of {all} words were wrong");
}

#[tokio::test]
async fn chunks_are_whole_frames_and_lead_to_the_end_of_the_text() {
    let text = "We're closed on Sundays. The nearest opening is Monday, at 10:00 AM, with José.";
    let chunks = spoken(text).await;
    assert!(chunks.iter().all(|chunk| !chunk.mulaw.is_empty() && chunk.mulaw.len() % FRAME == 0));
    assert!(chunks.iter().all(|chunk| chunk.mulaw.len() <= 500 * 8), "a chunk is at most half a second");
    assert!(chunks.windows(2).all(|pair| pair[0].text_end <= pair[1].text_end));
    assert_eq!(chunks.last().expect("speech").text_end, text.chars().count());
    let halfway = chunks[chunks.len() / 2].text_end;
    assert!((20..70).contains(&halfway), "{halfway}");
}

#[tokio::test]
async fn a_text_without_words_is_no_speech() {
    for text in ["", "  ", "…", "—", "👍"] {
        assert_eq!(spoken(text).await, []);
    }
}

#[tokio::test]
async fn a_phrase_made_ahead_is_the_one_that_is_spoken() {
    let synthesizer = Synthesizer::embedded(ENGINE.clone());
    synthesizer.warm(&[FixedPhrase::same_for_every_caller("Are you still there?")]).await.expect("made");
    let mut takes: Vec<Vec<Bytes>> = Vec::new();
    for speaker in [synthesizer.for_call(), synthesizer] {
        let mut speech = speaker.speak("Are you still there?");
        let mut take = Vec::new();
        while let Some(chunk) = speech.next().await {
            take.push(chunk.expect("speech").mulaw);
        }
        takes.push(take);
    }
    // The voice never says a sentence twice alike, so equal bytes were kept.
    assert!(!takes[0].is_empty());
    assert_eq!(takes[0], takes[1]);
}

#[tokio::test]
async fn a_sentence_given_up_leaves_the_engine_free() {
    let synthesizer = Synthesizer::embedded(ENGINE.clone());
    let long = "This sentence goes on and on, and nobody will hear the end of it. ".repeat(20);
    for _ in 0..40 {
        let mut speech = synthesizer.speak(&long);
        assert!(speech.next().await.expect("a chunk").is_ok());
    }
    // Forty such sentences are twenty minutes of speech; had they been kept, the queue would be full of them.
    assert!(!spoken("Hello.").await.is_empty());
}

#[tokio::test]
async fn voice_activity_hears_speech_and_nothing_else() {
    let mut ear = Ear::new();
    ear.hear(&silence(2_000));
    let mut noise = 0x2545_F491_u32;
    let hiss: Vec<f32> = (0..24_000)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((noise >> 8) as f32 / f32::from(u16::MAX) / 128.0 - 1.0) * 0.05
        })
        .collect();
    let hum: Vec<f32> =
        (0..24_000).map(|index| 0.1 * (index as f32 * 60.0 * std::f32::consts::TAU / 8_000.0).sin()).collect();
    for sound in [hiss, hum] {
        let mut codes = Vec::new();
        mulaw::encode_f32(&sound, &mut codes);
        ear.hear(&codes);
    }
    assert_eq!(ear.changes, [], "neither silence nor hiss nor hum is speech");

    let mut ear = Ear::new();
    ear.hear(&silence(1_000));
    ear.hear(&sound("Yes please.").await);
    let end = ear.ms;
    ear.hear(&silence(1_000));
    let [(started, Change::Started), .., (stopped, Change::Stopped)] = ear.changes[..] else {
        panic!("speech began and ended: {:?}", ear.changes)
    };
    // A soft first sound takes a window more.
    assert!((1_000..1_200 + ONSET.as_millis() as usize).contains(&started), "{started}");
    assert!(stopped <= end + HANGOVER.as_millis() as usize + 64, "{stopped} after {end}");
}

#[tokio::test]
async fn every_finalize_is_answered_once_with_its_id() {
    let mut ear = Ear::new();
    let first = UtteranceId::FIRST;
    assert_eq!(ear.words_of(first).await, "", "nothing was said");
    ear.hear(&silence(700));
    assert_eq!(ear.words_of(first.next()).await, "", "silence has no words");
    ear.hear(&sound("I would like an appointment.").await);
    ear.hear(&silence(300));
    let words = ear.words_of(first.next().next()).await;
    assert!(words.to_lowercase().contains("appointment"), "{words}");
    ear.hear(&silence(300));
    assert_eq!(ear.words_of(first.next().next().next()).await, "", "the words were given");
}

#[tokio::test]
async fn partials_come_while_the_caller_speaks() {
    let mut ear = Ear::new();
    let sound = sound("I would like to book a haircut for next Tuesday afternoon.").await;
    ear.hear(&silence(300));
    ear.hear(&sound[..sound.len() / 2]);
    let Heard::Partial { utterance, text } = ear.next().await else { panic!("a partial") };
    assert_eq!(utterance, UtteranceId::FIRST);
    assert!(!text.reveal().is_empty());
    assert_eq!(ear.changes.len(), 1, "speech goes on: {:?}", ear.changes);
    ear.hear(&sound[sound.len() / 2..]);
    ear.hear(&silence(300));
    let words = ear.words_of(UtteranceId::FIRST).await.to_lowercase();
    assert!(words.contains("haircut") && words.contains("tuesday"), "{words}");
}

#[tokio::test]
async fn speech_that_resumes_belongs_to_the_same_utterance() {
    let mut ear = Ear::new();
    ear.hear(&sound("My name is Alex.").await);
    ear.hear(&silence(300));
    // The pass that began at the pause has its words, and is void once more is said.
    let Heard::Partial { text, .. } = ear.next().await else { panic!("the early words") };
    assert!(text.reveal().to_lowercase().contains("alex"));
    ear.hear(&sound("Alex Morrison.").await);
    ear.hear(&silence(300));
    let words = ear.words_of(UtteranceId::FIRST).await.to_lowercase();
    assert!(words.contains("name") && words.contains("morrison"), "{words}");
}

#[tokio::test]
async fn an_utterance_ended_in_the_middle_of_speech_goes_on_in_the_next() {
    let mut ear = Ear::new();
    let sound = sound("Please book a haircut on Monday, and a massage on Friday afternoon.").await;
    ear.hear(&silence(300));
    ear.hear(&sound[..sound.len() / 2]);
    let first = ear.words_of(UtteranceId::FIRST).await.to_lowercase();
    ear.hear(&sound[sound.len() / 2..]);
    ear.hear(&silence(300));
    let second = ear.words_of(UtteranceId::FIRST.next()).await.to_lowercase();
    assert!(first.contains("haircut"), "{first}");
    assert!(second.contains("friday") && !second.contains("haircut"), "{second}");
}

#[tokio::test]
async fn a_long_utterance_keeps_its_beginning_and_its_end() {
    let mut ear = Ear::new();
    ear.hear(&silence(300));
    ear.hear(&sound("The first thing is a haircut.").await);
    for _ in 0..5 {
        ear.hear(&sound("Then I would like to say a little more about it.").await);
        ear.hear(&silence(250));
    }
    ear.hear(&sound("The last thing is a massage.").await);
    ear.hear(&silence(300));
    assert!(ear.ms > 14_000, "long enough to be divided: {} ms", ear.ms);
    let words = ear.words_of(UtteranceId::FIRST).await.to_lowercase();
    assert!(words.contains("haircut") && words.contains("massage"), "{words}");
    assert!(words.matches("little more").count() >= 4, "{words}");
}

#[tokio::test]
async fn a_clip_in_stretches_is_the_clip_in_one() {
    let words = ["ðə", "nˈɪɹɪst", "ˈoʊpənɪŋ", "ɪz", "mˈʌndeɪ"].map(|ipa| Pronounced { ipa: ipa.into(), pause: None });
    let (whole, pieces) = ENGINE
        .submit(&Line::default(), Priority::Following, Work::Say(Duration::from_secs(1)), move |bench| {
            let draft = bench.draft(&words).expect("a draft");
            assert_eq!(draft.words_by(draft.frames()), 5);
            let whole = bench.render(&draft, 0..draft.frames()).expect("samples");
            let mut pieces = Vec::new();
            for start in (0..draft.frames()).step_by(20) {
                pieces.extend(bench.render(&draft, start..start + 20).expect("samples"));
            }
            (whole, pieces)
        })
        .expect("room")
        .await
        .expect("run");
    assert_eq!(whole.len(), pieces.len());
    let most = whole.iter().zip(&pieces).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    // The telephone's own steps are far coarser.
    assert!(most < 1e-3, "the seams are off by {most}");
}

#[tokio::test]
async fn a_full_engine_says_so_and_still_answers_finalize() {
    let options = EngineOptions { threads: 1, ..EngineOptions::new(models_dir(|name| std::env::var(name).ok())) };
    let engine = Engine::load_with(&options).unwrap_or_else(|error| panic!("{error}"));
    let line = Line::default();
    let (release, gate) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = std::sync::mpsc::channel::<()>();
    let work = Work::Hear(Duration::from_secs(1));
    let holding = engine.submit(&line, Priority::Urgent, work, move |_| begin.send(()).is_ok() && gate.recv().is_ok());
    let mut waiting = vec![holding.expect("room")];
    // Until the thread has taken it, it holds a place of the queue itself.
    begun.recv_timeout(Duration::from_secs(10)).expect("the thread begins");
    while let Ok(pending) = engine.submit(&line, Priority::Urgent, work, |_| true) {
        waiting.push(pending);
        assert!(waiting.len() < 1_000, "the queue has an end");
    }

    let first = Synthesizer::embedded(engine.clone()).speak("One. Two. Three.").next().await;
    assert_eq!(first, Some(Err(SynthesisError::Refused(Rejected::Busy))));

    let mut transcriber = TranscriberFactory::embedded(engine.clone()).open(Hints::default());
    transcriber.send(Command::SpeechStarted);
    transcriber.send(Command::Audio(vec![0.1; 16_000]));
    transcriber.send(Command::SpeechStopped);
    transcriber.send(Command::Finalize(UtteranceId::FIRST));
    let Heard::Final { utterance, text } = transcriber.next().await else { panic!("the final words") };
    assert_eq!((utterance, text.reveal().as_str()), (UtteranceId::FIRST, ""));

    release.send(()).expect("the first job waits");
    for pending in waiting {
        assert_eq!(pending.await, Ok(true));
    }
    assert!(Synthesizer::embedded(engine).speak("Hello.").next().await.is_some_and(|chunk| chunk.is_ok()));
}

/// Callers who talk at length, on one thread, do not keep the words of one who says a word: their tries give way, and
/// still come.
#[tokio::test]
async fn a_short_answer_does_not_wait_for_the_tries_of_long_talkers() {
    const TALKERS: usize = 6;
    let options = EngineOptions { threads: 1, ..EngineOptions::new(models_dir(|name| std::env::var(name).ok())) };
    let engine = Engine::load_with(&options).unwrap_or_else(|error| panic!("{error}"));
    let wide = |codes: Vec<u8>| {
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        mulaw::decode_to_f32(&codes, &mut narrow);
        Upsampler::default().push(&narrow, &mut wide);
        wide
    };
    let talk = wide(sound("I would like to tell you all about the haircut that I had last summer in Lisbon. ").await);
    let yes = wide(sound("Yes, please.").await);
    let open = || TranscriberFactory::embedded(engine.clone()).open(Hints::default());

    let mut talkers: Vec<Transcriber> = (0..TALKERS).map(|_| open()).collect();
    for talker in &mut talkers {
        talker.send(Command::SpeechStarted);
        talker.send(Command::Audio(talk.repeat(2)));
        talker.send(Command::Audio(vec![0.0; 320]));
    }
    let mut brief = open();
    brief.send(Command::SpeechStarted);
    brief.send(Command::Audio(yes));
    brief.send(Command::SpeechStopped);
    brief.send(Command::Finalize(UtteranceId::FIRST));
    let text = loop {
        if let Heard::Final { text, .. } = brief.next().await {
            break text.into_inner().to_lowercase();
        }
    };
    let done = talkers.iter_mut().filter_map(|talker| talker.next().now_or_never()).count();
    assert!(text.contains("yes"), "{text}");
    // One may have been at its end when the brief caller fell silent.
    assert!(done <= 1, "{done} tries were made first");
    for talker in &mut talkers[1..] {
        let Heard::Partial { text, .. } = talker.next().await else { panic!("a try") };
        assert!(text.reveal().contains("haircut"), "{}", text.reveal());
    }
}

#[test]
fn without_models_the_engine_says_what_to_run() {
    let empty = tempfile::tempdir().expect("a folder");
    let error = Engine::load(empty.path()).err().expect("no models");
    assert!(matches!(error, LoadError::Missing { .. }));
    assert!(error.to_string().contains("run deploy/setup/models.sh"), "{error}");
}
