//! Speech to words. One contract for every recogniser: the driver sends sound, what voice activity detection heard, and
//! the core's wish to have an utterance's words; partials and exactly one final for each utterance come back.

mod deepgram;
mod embedded;
mod failover;
mod utterance;

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use call::UtteranceId;
use proto::Private;

pub use self::deepgram::{DeepgramSettings, Encoding as DeepgramEncoding};
use self::{
    deepgram::Deepgram,
    embedded::Embedded,
    failover::{Chain, Failover, Open},
};
use crate::speech::Engine;

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
}

/// What a recogniser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The words so far of the open utterance; may change.
    Partial { utterance: UtteranceId, text: Private<String> },
    /// The words of an utterance that was finalized, once for each; empty when there were none.
    Final { utterance: UtteranceId, text: Private<String> },
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

/// Opens recognisers, one for each call. Cheap to clone; all clones know which provider is unwell.
#[derive(Clone)]
pub struct TranscriberFactory(Arc<Chain>);

impl TranscriberFactory {
    /// The engine alone.
    pub fn embedded(engine: Engine) -> Self {
        Self(Arc::new(Chain::new(vec![embedded_provider(engine)])))
    }

    /// Deepgram if there are settings for it, with the engine as its spare.
    pub fn new(deepgram: Option<DeepgramSettings>, engine: Engine) -> Self {
        let deepgram = deepgram.map(deepgram_provider);
        Self(Arc::new(Chain::new(deepgram.into_iter().chain([embedded_provider(engine)]).collect())))
    }

    /// Deepgram without a spare.
    pub fn deepgram(settings: DeepgramSettings) -> Self {
        Self(Arc::new(Chain::new(vec![deepgram_provider(settings)])))
    }

    /// Within a runtime.
    pub fn open(&self, hints: Hints) -> Transcriber {
        Transcriber(Failover::open(self.0.clone(), hints))
    }
}

fn deepgram_provider(settings: DeepgramSettings) -> (&'static str, Open) {
    (deepgram::NAME, Box::new(move |hints, first| Box::new(Deepgram::new(settings.clone(), hints.clone(), first))))
}

fn embedded_provider(engine: Engine) -> (&'static str, Open) {
    ("embedded", Box::new(move |_, first| Box::new(Embedded::new(engine.clone(), first))))
}

/// The transcriber of one call: a recogniser and its spares.
pub struct Transcriber(Failover);

impl Transcriber {
    /// Who listens now: `deepgram` or `embedded`.
    pub fn provider(&self) -> &'static str {
        self.0.provider()
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
