//! One provider saying one text.

use tokio::time::Instant;

use super::{
    super::{
        Chunk, Provider, SynthesisError,
        embedded::{Reading, Step},
        vendor::{VendorError, VendorReading},
    },
    Chain,
    relay::Manner,
};

pub struct Speaker {
    /// Its place in the chain.
    pub index: usize,
    /// The character of the sentence at which it began.
    pub from: usize,
    pub began: Instant,
    pub has_spoken: bool,
    /// What it said while another had the floor.
    pub ahead: Vec<Chunk>,
    source: Source,
}

enum Source {
    Vendor(VendorReading),
    Embedded(Box<Reading>),
}

pub enum Failure {
    Vendor(VendorError),
    Embedded(SynthesisError),
}

impl Failure {
    pub fn into_error(self, provider: &'static str) -> SynthesisError {
        match self {
            Self::Vendor(error) => SynthesisError::Vendor { provider, error },
            Self::Embedded(error) => error,
        }
    }
}

impl Speaker {
    /// Asks a provider of the chain to say `text`, which follows what is `before` it in the sentence.
    pub fn ask(chain: &Chain, index: usize, manner: &Manner, before: &str, text: &str) -> Self {
        let now = Instant::now();
        let link = chain.link(index);
        link.health().asked(now);
        let Manner { line, priority, voice } = manner;
        let source = match &link.provider {
            Provider::Azure(azure) => Source::Vendor(azure.speak(text, voice)),
            Provider::ElevenLabs(elevenlabs) => Source::Vendor(elevenlabs.speak(text, before, voice)),
            Provider::Embedded(engine) => Source::Embedded(Box::new(Reading::begin(engine, line, *priority, text))),
        };
        Self { index, from: before.chars().count(), began: now, has_spoken: false, ahead: Vec::new(), source }
    }

    /// What it says next. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Step, Failure> {
        match &mut self.source {
            Source::Vendor(reading) => match reading.next().await.map_err(Failure::Vendor)? {
                Some(chunk) => Ok(Step::Chunks(vec![chunk])),
                None => {
                    reading.learn_pace();
                    Ok(Step::Done)
                }
            },
            Source::Embedded(reading) => reading.step().await.map_err(Failure::Embedded),
        }
    }
}
