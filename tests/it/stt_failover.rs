//! A recogniser fails in the middle of what a caller says, and the next one of the chain answers, with the words.

use std::time::Duration;

use call::UtteranceId;
use media_gateway::{
    listen::{
        mulaw,
        resample::Upsampler,
        transcribe::{Command, Heard, Hints, Provider, TranscriberFactory},
    },
    provider_chain::Installed,
    speak::synthesize::Synthesizer,
    speech::{Engine, EngineOptions, models_dir},
};
use rstest::rstest;
use service_runtime::Env;
use system_tests::fakes::{
    azure_stt::{self, AzureStt},
    deepgram::{Deepgram, Fault, KEY, Script},
    ear::say,
};
use tokio::time::{Instant, timeout};

use crate::line::Line;

/// Of μ-law, 20 ms.
const FRAME: usize = 160;
/// For words that never come; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);

#[rstest]
#[case::refused(&[Script::Refuse(401)])]
#[case::dropped_and_gone(&[
    Script::Until(Duration::from_millis(900), Fault::Drop), Script::Refuse(503), Script::Refuse(503), Script::Refuse(503),
])]
#[case::says_nothing(&[Script::Until(Duration::from_millis(900), Fault::Mute)])]
#[case::reads_nothing(&[Script::Until(Duration::from_millis(900), Fault::StopReading)])]
#[tokio::test]
async fn the_engine_takes_over_within_the_turn(#[case] scripts: &[Script]) {
    service_runtime::install_crypto_provider();
    let fake = Deepgram::start().await.expect("a free port");
    scripts.iter().for_each(|script| fake.script(*script));
    let env = Env::from_pairs([("DEEPGRAM_API_KEY", KEY), ("DEEPGRAM_BASE_URL", &*fake.url())]);
    let listeners = env.finish(Provider::installed(&env)).expect("well-formed settings");
    let engine = engine().await;
    let sound = spoken(&engine, "I would like to book a massage for tomorrow, please.").await;

    let factory = TranscriberFactory::new(&listeners, &engine);
    let mut transcriber = factory.open(Hints::default());
    assert_eq!(transcriber.provider(), "deepgram");
    transcriber.send(Command::SpeechStarted);
    for samples in sound {
        transcriber.send(Command::Audio(samples));
        let _ = timeout(Duration::from_millis(2), transcriber.next()).await;
    }
    transcriber.send(Command::SpeechStopped);
    transcriber.send(Command::Finalize(UtteranceId::FIRST));
    let asked = Instant::now();
    let words = loop {
        match timeout(BOUND, transcriber.next()).await.expect("words in time") {
            Heard::Partial { .. } => {}
            Heard::Final { utterance: UtteranceId::FIRST, text } => break text.into_inner(),
            other => panic!("{other:?}"),
        }
    };
    println!("words after {:?}", asked.elapsed());
    assert_eq!(transcriber.provider(), "embedded");
    let words = words.to_lowercase();
    assert!(["book", "massage", "tomorrow"].iter().all(|word| words.contains(word)), "{words}");
    assert_eq!(factory.open(Hints::default()).provider(), "embedded", "the next call goes straight to who is well");
}

#[rstest]
#[case::refused(&[Script::Refuse(401)])]
#[case::too_many(&[Script::Refuse(429)])]
#[case::dropped_and_gone(&[
    Script::Until(Duration::from_millis(900), Fault::Drop), Script::Refuse(503), Script::Refuse(503), Script::Refuse(503),
])]
#[case::says_nothing(&[Script::Until(Duration::from_millis(900), Fault::Mute)])]
#[case::reads_nothing(&[Script::Until(Duration::from_millis(900), Fault::StopReading)])]
#[tokio::test]
async fn azure_takes_over_within_the_turn(#[case] scripts: &[Script]) {
    let (deepgram, azure) = both().await;
    scripts.iter().for_each(|script| deepgram.script(*script));
    let engine = engine().await;
    let mut caller = Line::on(TranscriberFactory::new(&chain(&deepgram, &azure), &engine).open(Hints::default()));
    assert_eq!(caller.transcriber.provider(), "deepgram");
    caller.say("hello book a massage with Anna").await;
    let asked = Instant::now();
    assert_eq!(caller.words().await, "Hello book a massage with Anna.");
    println!("words after {:?}", asked.elapsed());
    assert_eq!(caller.transcriber.provider(), "azure");
    caller.say("tomorrow").await;
    assert_eq!(caller.words().await, "Tomorrow.");
    assert_eq!(azure.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn of_a_long_utterance_no_word_is_lost() {
    let (deepgram, azure) = both().await;
    deepgram.script(Script::Until(Duration::from_millis(900), Fault::Mute));
    let engine = engine().await;
    let mut caller = Line::on(TranscriberFactory::new(&chain(&deepgram, &azure), &engine).open(Hints::default()));
    let long = ["hello book a massage with Anna tomorrow at three please"; 4].join(" ");
    caller.say(&long).await;
    let words = caller.words().await.to_lowercase();
    assert_eq!(words, format!("{}.", long.to_lowercase()), "eleven seconds of it");
    assert_eq!(caller.transcriber.provider(), "azure");
}

#[tokio::test]
async fn each_of_the_chain_takes_over_from_the_one_before_it() {
    let (deepgram, azure) = both().await;
    deepgram.script(Script::Until(Duration::from_millis(600), Fault::Close(1008, "DATA-0000")));
    azure.script(azure_stt::Script::Until(Duration::from_millis(1_200), azure_stt::Fault::Close(1007, "no")));
    let engine = engine().await;
    let mut caller = Line::on(TranscriberFactory::new(&chain(&deepgram, &azure), &engine).open(Hints::default()));
    caller.transcriber.send(Command::SpeechStarted);
    let mut providers = vec![caller.transcriber.provider()];
    for frame in say("hello book a massage with Anna").chunks(320) {
        caller.sound(frame.to_vec()).await;
        if providers.last() != Some(&caller.transcriber.provider()) {
            providers.push(caller.transcriber.provider());
        }
    }
    let last = |provider: &&str| *provider == "embedded";
    if !providers.iter().any(last) {
        caller.until("the engine takes over", || azure.upgrades() > 0).await;
    }
    // Levels are no speech to the engine: that it answers is all that can be asked of it.
    assert!(matches!(caller.finalize().await, Heard::Final { .. }));
    assert_eq!(caller.transcriber.provider(), "embedded");
    assert_eq!(providers[..2], ["deepgram", "azure"]);
    assert_eq!((deepgram.requests().len(), azure.upgrades()), (1, 1));
}

async fn both() -> (Deepgram, AzureStt) {
    service_runtime::install_crypto_provider();
    (Deepgram::start().await.expect("a free port"), AzureStt::start().await.expect("a free port"))
}

fn chain(deepgram: &Deepgram, azure: &AzureStt) -> Installed<Provider> {
    let env = Env::from_pairs([
        ("STT_CHAIN", "deepgram,azure,embedded"),
        ("DEEPGRAM_API_KEY", KEY),
        ("DEEPGRAM_BASE_URL", &*deepgram.url()),
        ("AZURE_STT_KEY", azure_stt::KEY),
        ("AZURE_STT_BASE_URL", &*azure.url()),
    ]);
    env.finish(Provider::installed(&env)).expect("well-formed settings")
}

async fn engine() -> Engine {
    let options = EngineOptions::new(models_dir(|name| std::env::var(name).ok()));
    let engine = tokio::task::spawn_blocking(move || Engine::load_with(&options)).await.expect("no panic");
    engine.unwrap_or_else(|error| panic!("{error}"))
}

/// A sentence as the telephone carries it, in frames at 16 kHz.
async fn spoken(engine: &Engine, sentence: &str) -> Vec<Vec<f32>> {
    let mut codes = Vec::new();
    let mut speech = Synthesizer::embedded(engine.clone()).speak(sentence);
    while let Some(chunk) = speech.next().await {
        codes.extend_from_slice(&chunk.expect("sound").mulaw);
    }
    let mut upsampler = Upsampler::default();
    let frame = |codes: &[u8]| {
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        mulaw::decode_to_f32(codes, &mut narrow);
        upsampler.push(&narrow, &mut wide);
        wide
    };
    codes.chunks(FRAME).map(frame).collect()
}
