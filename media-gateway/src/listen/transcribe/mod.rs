//! Speech to words. One contract for every recogniser: the driver sends sound, what voice activity detection heard, and
//! the core's wish to have an utterance's words; partials and exactly one final for each utterance come back.

mod azure;
mod deepgram;
mod embedded;
mod failover;
mod remote;
mod utterance;

use std::task::{Context, Poll};

use call::{TurnEnd, UtteranceId};
use proto::{Language, Private};
use service_runtime::Env;

use self::{
    azure::Azure,
    deepgram::Deepgram,
    embedded::Embedded,
    failover::{Chain, Failover, Open},
    remote::{Remote, dialect::Dialect},
};
pub use self::{azure::AzureSttSettings, deepgram::DeepgramSettings, remote::Encoding};
use crate::{
    provider_chain::{Candidate, Installed},
    speech::{self, Engine, Expected},
};

/// The engine in this process, as it stands in sessions and metrics.
pub const EMBEDDED: &str = "embedded";

/// What a recogniser is told. The order counts.
#[derive(Debug)]
pub enum Command {
    /// The next samples, at 16 kHz.
    Audio(Vec<f32>),
    /// Voice activity detection heard speech begin.
    SpeechStarted,
    /// It heard speech end.
    SpeechStopped,
    /// Give the words of this utterance; what is said from now on is the next one.
    Finalize(UtteranceId),
    /// What the caller is likely to say from now on. A recogniser that cannot use it leaves it alone.
    Expect(Expected),
}

/// What a recogniser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The words so far of the open utterance; may change.
    Partial { utterance: UtteranceId, text: Private<String> },
    /// The words of an utterance that was finalized, once for each; empty when there were none.
    Final { utterance: UtteranceId, text: Private<String> },
    /// What it makes of the open utterance: whether the caller's turn is over. Words so far were told before it.
    TurnEnd { utterance: UtteranceId, end: TurnEnd },
    /// The recogniser is gone and gives no more words. Said once.
    Lost,
}

/// What is likely to be said in a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// BCP 47; empty for English.
    pub language: String,
    /// The names of services and staff.
    pub terms: Vec<String>,
}

/// A recogniser of one call.
pub trait Recogniser: Send {
    /// Never waits.
    fn send(&mut self, command: Command);

    /// What it says next. Ask again after each `send`.
    fn poll_heard(&mut self, context: &mut Context<'_>) -> Poll<Heard>;
}

/// Who can listen.
#[derive(Debug, Clone)]
pub enum Provider {
    Deepgram(Box<DeepgramSettings>),
    Azure(Box<AzureSttSettings>),
    Embedded,
}

impl Provider {
    /// Whoever is set up. `STT_CHAIN` is the installation's order, such as `deepgram,azure,embedded`; unset:
    /// whoever has a key, then the engine in this process.
    pub fn installed(env: &Env) -> Installed<Self> {
        let deepgram = DeepgramSettings::from_env(env).map(|settings| Self::Deepgram(Box::new(settings)));
        let azure = AzureSttSettings::from_env(env).map(|settings| Self::Azure(Box::new(settings)));
        let candidates = vec![
            Candidate { name: deepgram::NAME, key: "DEEPGRAM_API_KEY", languages: &Language::ALL, provider: deepgram },
            Candidate { name: azure::NAME, key: "AZURE_STT_KEY", languages: &Language::ALL, provider: azure },
            Candidate { name: EMBEDDED, key: "", languages: speech::LANGUAGES, provider: Some(Self::Embedded) },
        ];
        Installed::from_env(env, "STT_CHAIN", candidates)
    }
}

/// Opens recognisers, one for each call. Cheap to clone; all clones know which provider is unwell.
#[derive(Clone)]
pub struct TranscriberFactory(Chain);

impl TranscriberFactory {
    /// The engine alone.
    pub fn embedded(engine: Engine) -> Self {
        Self(Chain::new(vec![embedded_provider(engine)]))
    }

    /// Whoever is set up, in the installation's order.
    pub fn new(installed: &Installed<Provider>, engine: &Engine) -> Self {
        let open = |provider| match provider {
            Provider::Deepgram(settings) => deepgram_provider(*settings),
            Provider::Azure(settings) => azure_provider(*settings),
            Provider::Embedded => embedded_provider(engine.clone()),
        };
        let all = Self(Chain::new(installed.providers.iter().cloned().map(open).collect()));
        all.in_order(installed.offers.order())
    }

    /// The same with a chain of its own, by the providers' names.
    #[must_use]
    pub fn in_order(&self, names: &[&str]) -> Self {
        Self(self.0.in_order(names))
    }

    /// Deepgram without a spare.
    pub fn deepgram(settings: DeepgramSettings) -> Self {
        Self(Chain::new(vec![deepgram_provider(settings)]))
    }

    /// Azure without a spare.
    pub fn azure(settings: AzureSttSettings) -> Self {
        Self(Chain::new(vec![azure_provider(settings)]))
    }

    /// Within a runtime.
    pub fn open(&self, hints: Hints) -> Transcriber {
        Transcriber(Failover::open(self.0.clone(), hints))
    }
}

fn deepgram_provider(settings: DeepgramSettings) -> (&'static str, Open) {
    remote(deepgram::NAME, move |hints| Box::new(Deepgram::new(settings.clone(), hints.clone())))
}

fn azure_provider(settings: AzureSttSettings) -> (&'static str, Open) {
    remote(azure::NAME, move |hints| Box::new(Azure::new(settings.clone(), hints)))
}

fn remote(
    name: &'static str,
    dialect: impl Fn(&Hints) -> Box<dyn Dialect> + Send + Sync + 'static,
) -> (&'static str, Open) {
    (name, Box::new(move |hints, first| Box::new(Remote::new(dialect(hints), first))))
}

fn embedded_provider(engine: Engine) -> (&'static str, Open) {
    (EMBEDDED, Box::new(move |hints, first| Box::new(Embedded::new(engine.clone(), &hints.terms, first))))
}

/// The transcriber of one call: a recogniser and its spares.
pub struct Transcriber(Failover);

impl Transcriber {
    /// Who listens now: `deepgram`, `azure` or `embedded`.
    pub fn provider(&self) -> &'static str {
        self.0.provider()
    }

    /// Whether another process listens now.
    pub fn is_remote(&self) -> bool {
        self.provider() != EMBEDDED
    }

    /// Never waits.
    pub fn send(&mut self, command: Command) {
        self.0.send(command);
    }

    /// What it says next. May be dropped and asked again at any time: nothing is lost. Ask again after each `send`.
    pub async fn next(&mut self) -> Heard {
        std::future::poll_fn(|context| self.0.poll_heard(context)).await
    }
}
