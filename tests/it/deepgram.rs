//! The Deepgram client against a server that speaks Deepgram's protocol, faults included.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use call::UtteranceId;
use media_gateway::listen::transcribe::{Command, DeepgramSettings, Heard, Hints, Transcriber, TranscriberFactory};
use rstest::rstest;
use service_runtime::Env;
use system_tests::fakes::deepgram::{
    Deepgram, Fault, KEY, Request, Script,
    ear::{pause, say},
};
use tokio::time::{Instant, timeout, timeout_at};

const FRAME: usize = 320;
/// For whatever is to come soon.
const BOUND: Duration = Duration::from_secs(10);
const END_PAUSE: Duration = Duration::from_millis(500);

/// A caller, and what is made out of the words.
struct Line {
    transcriber: Transcriber,
    utterance: UtteranceId,
    heard: Vec<Heard>,
}

impl Line {
    fn to(fake: &Deepgram, variables: &[(&str, &str)]) -> Self {
        Self::with_hints(fake, variables, Hints::default())
    }

    fn with_hints(fake: &Deepgram, variables: &[(&str, &str)], hints: Hints) -> Self {
        let env = variables.iter().fold(
            Env::from_pairs([("DEEPGRAM_API_KEY", KEY), ("DEEPGRAM_BASE_URL", &fake.url())]),
            |env, (name, value)| env.with(name, *value),
        );
        let settings = env.finish(DeepgramSettings::from_env(&env)).expect("settings").expect("a key");
        let transcriber = TranscriberFactory::deepgram(settings).open(hints);
        Self { transcriber, utterance: UtteranceId::FIRST, heard: Vec::new() }
    }

    /// Speaks faster than life; the network is worked on after each frame.
    async fn say(&mut self, words: &str) {
        self.transcriber.send(Command::SpeechStarted);
        self.sound(say(words)).await;
        self.sound(pause(Duration::from_millis(192))).await;
        self.transcriber.send(Command::SpeechStopped);
    }

    async fn sound(&mut self, sound: Vec<f32>) {
        for frame in sound.chunks(FRAME) {
            self.transcriber.send(Command::Audio(frame.to_vec()));
            while let Ok(heard) = timeout(Duration::from_millis(1), self.transcriber.next()).await {
                self.heard.push(heard);
            }
        }
    }

    async fn finalize(&mut self) -> Heard {
        self.transcriber.send(Command::Finalize(self.utterance));
        self.utterance = self.utterance.next();
        self.next(|heard| !matches!(heard, Heard::Partial { .. })).await
    }

    /// The words of what was said, when the caller pauses.
    async fn words(&mut self) -> String {
        self.sound(pause(END_PAUSE - Duration::from_millis(192))).await;
        let id = self.utterance;
        match self.finalize().await {
            Heard::Final { utterance, text } if utterance == id => text.into_inner(),
            other => panic!("{other:?} instead of the words of utterance {id:?}"),
        }
    }

    async fn next(&mut self, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let deadline = Instant::now() + BOUND;
        loop {
            let heard = timeout_at(deadline, self.transcriber.next()).await.expect("something in time");
            self.heard.push(heard.clone());
            if wanted(&heard) {
                return heard;
            }
        }
    }

    /// Works on the network until the fake has seen something.
    async fn until(&mut self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + BOUND;
        while !holds() {
            assert!(Instant::now() < deadline, "not in time: {what}");
            if let Ok(heard) = timeout(Duration::from_millis(5), self.transcriber.next()).await {
                self.heard.push(heard);
            }
        }
    }

    fn partials(&self) -> Vec<&str> {
        let text = |heard: &'_ Heard| matches!(heard, Heard::Partial { .. });
        self.heard
            .iter()
            .filter(|heard| text(heard))
            .map(|heard| match heard {
                Heard::Partial { text, .. } => text.reveal().as_str(),
                Heard::Final { .. } | Heard::Lost => "",
            })
            .collect()
    }
}

async fn fake() -> Deepgram {
    service_runtime::install_crypto_provider();
    Deepgram::start().await.expect("a free port")
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
    let mut line = Line::to(&fake, variables);
    line.say("hello").await;
    assert_eq!(line.words().await, "hello");
    line.say("book a massage with Anna").await;
    assert_eq!(line.words().await, "book a massage with Anna");
    assert!(line.partials().contains(&"book a massage"), "{:?}", line.partials());
    line.sound(pause(Duration::from_secs(4))).await;
    assert_eq!(line.words().await, "", "nothing was said");
    line.say("tomorrow").await;
    line.sound(pause(Duration::from_millis(350))).await;
    line.say("at three").await;
    assert_eq!(line.words().await, "tomorrow at three");
    assert_eq!((fake.requests().len(), count(&fake.counts().breaches)), (1, 0));
}

#[rstest]
#[case::v1(&[])]
#[case::flux(&[("DEEPGRAM_MODEL", "flux-general-en")])]
#[tokio::test]
async fn an_utterance_that_ends_while_the_caller_speaks_divides_between_words(#[case] variables: &[(&str, &str)]) {
    let fake = fake().await;
    let mut line = Line::to(&fake, variables);
    line.transcriber.send(Command::SpeechStarted);
    line.sound(say("hello book a")).await;
    let Heard::Final { text, .. } = ({
        line.transcriber.send(Command::Finalize(line.utterance));
        line.utterance = line.utterance.next();
        line.sound(say("massage with Anna")).await;
        let given = line.heard.iter().find(|heard| matches!(heard, Heard::Final { .. })).cloned();
        match given {
            Some(given) => given,
            None => line.next(|heard| matches!(heard, Heard::Final { .. })).await,
        }
    }) else {
        panic!("the words");
    };
    assert_eq!(text.reveal(), "hello book a");
    line.sound(pause(Duration::from_millis(192))).await;
    line.transcriber.send(Command::SpeechStopped);
    assert_eq!(line.words().await, "massage with Anna");
}

#[tokio::test]
async fn the_upgrade_has_the_key_and_the_tenants_names() {
    let fake = fake().await;
    let hints = Hints { language: "en-US".to_owned(), terms: vec!["Deep Massage".to_owned()] };
    let mut line = Line::with_hints(&fake, &[], hints);
    line.say("hello").await;
    line.words().await;
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
    let mut line = Line::to(&fake, &[]);
    line.next(|heard| *heard == Heard::Lost).await;
    assert_eq!(fake.requests().len(), 1);
    let again = timeout(Duration::from_millis(50), line.transcriber.next()).await;
    assert!(again.is_err(), "lost is said once");
}

#[tokio::test]
async fn a_wrong_key_is_a_loss() {
    let fake = fake().await;
    let mut line = Line::to(&fake, &[("DEEPGRAM_API_KEY", "wrong")]);
    line.next(|heard| *heard == Heard::Lost).await;
}

#[rstest]
#[case::unavailable(Script::Refuse(503))]
#[case::mid_word(Script::Until(Duration::from_millis(1_000), Fault::Drop))]
#[case::mid_utterance(Script::Until(Duration::from_millis(1_500), Fault::Drop))]
#[case::at_once(Script::Until(Duration::ZERO, Fault::Drop))]
#[case::no_audio(Script::Until(Duration::from_millis(700), Fault::Close(1011, "NET-0001: no audio")))]
#[case::no_text(Script::Until(Duration::from_millis(700), Fault::Close(1011, "NET-0000")))]
#[case::closed(Script::Until(Duration::from_millis(900), Fault::Close(1000, "")))]
#[case::some_malformed(Script::Until(Duration::from_millis(500), Fault::Malformed(3)))]
#[case::only_malformed(Script::Until(Duration::from_millis(500), Fault::Malformed(50)))]
#[tokio::test]
async fn no_word_is_lost_or_doubled_by_a_passing_fault(#[case] script: Script) {
    let fake = fake().await;
    fake.script(script);
    let mut line = Line::to(&fake, &[]);
    line.say("hello book a massage with Anna tomorrow").await;
    assert_eq!(line.words().await, "hello book a massage with Anna tomorrow");
    line.say("at three").await;
    assert_eq!(line.words().await, "at three");
}

#[rstest]
#[case::dropped(Fault::Drop)]
#[case::error(Fault::Error)]
#[tokio::test]
async fn flux_loses_no_word_by_a_passing_fault(#[case] fault: Fault) {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(1_000), fault));
    let mut line = Line::to(&fake, &[("DEEPGRAM_MODEL", "flux-general-en")]);
    line.say("hello book a massage").await;
    assert_eq!(line.words().await, "hello book a massage");
    assert_eq!((fake.requests().len(), count(&fake.counts().breaches)), (2, 0));
}

#[tokio::test]
async fn audio_that_cannot_be_decoded_is_a_loss_at_once() {
    let fake = fake().await;
    fake.script(Script::Until(Duration::from_millis(100), Fault::Close(1008, "DATA-0000")));
    let mut line = Line::to(&fake, &[]);
    line.sound(say("hello")).await;
    if !line.heard.contains(&Heard::Lost) {
        line.next(|heard| *heard == Heard::Lost).await;
    }
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_keeps_breaking_is_given_up() {
    let fake = fake().await;
    for _ in 0..10 {
        fake.script(Script::Until(Duration::from_millis(20), Fault::Drop));
    }
    let mut line = Line::to(&fake, &[]);
    line.transcriber.send(Command::SpeechStarted);
    for frame in say("hello book a massage").chunks(FRAME) {
        line.transcriber.send(Command::Audio(frame.to_vec()));
    }
    line.next(|heard| *heard == Heard::Lost).await;
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
    let mut line = Line::to(&fake, &[]);
    line.say("hello book a massage").await;
    let asked = Instant::now();
    assert_eq!(line.finalize().await, Heard::Lost);
    assert!(asked.elapsed() < Duration::from_millis(1_400), "the core waits 1.5 s: {:?}", asked.elapsed());
}

#[tokio::test]
async fn a_flush_that_is_not_answered_leaves_the_words_so_far() {
    let fake = fake().await;
    fake.script(Script::IgnoreFinalize);
    let mut line = Line::to(&fake, &[]);
    line.transcriber.send(Command::SpeechStarted);
    line.sound(say("hello book a")).await;
    line.sound(pause(Duration::from_millis(100))).await;
    let Heard::Final { text, .. } = line.finalize().await else { panic!("words") };
    assert!("hello book a".starts_with(text.reveal().as_str()) && !text.reveal().is_empty(), "{}", text.reveal());
    assert_eq!(count(&fake.counts().finalizes), 1);
}

#[tokio::test]
async fn a_pause_in_the_audio_is_kept_alive_and_the_end_is_said() {
    let fake = fake().await;
    let mut line = Line::to(&fake, &[]);
    line.say("hello").await;
    line.until("a keep-alive", || count(&fake.counts().keep_alives) > 0).await;
    assert_eq!(line.words().await, "hello");
    drop(line);
    system_tests::eventually(BOUND, "CloseStream", async || count(&fake.counts().close_streams) == 1).await;
    assert_eq!(count(&fake.counts().breaches), 0);
}
