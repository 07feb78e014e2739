//! Speech to words. One contract for every recogniser: the driver sends sound, what voice activity detection heard, and
//! the core's wish to have an utterance's words; partials and exactly one final for each utterance come back.

mod embedded;
mod utterance;

use call::UtteranceId;
use proto::Private;

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

/// Opens recognisers, one for each call.
#[derive(Clone)]
pub enum TranscriberFactory {
    Embedded(Engine),
}

impl TranscriberFactory {
    pub const fn embedded(engine: Engine) -> Self {
        Self::Embedded(engine)
    }

    pub fn open(&self) -> Transcriber {
        match self {
            Self::Embedded(engine) => Transcriber::Embedded(Box::new(embedded::Embedded::new(engine.clone()))),
        }
    }
}

/// The recogniser of one call.
pub enum Transcriber {
    Embedded(Box<embedded::Embedded>),
}

impl Transcriber {
    /// Never waits.
    pub fn send(&mut self, command: Command) {
        match self {
            Self::Embedded(embedded) => embedded.send(command),
        }
    }

    /// What it says next. May be dropped and asked again at any time: nothing is lost. Ask again after each `send`.
    pub async fn next(&mut self) -> Heard {
        match self {
            Self::Embedded(embedded) => std::future::poll_fn(|context| embedded.poll_heard(context)).await,
        }
    }
}
