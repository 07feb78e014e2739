//! One sentence, said by one provider after the other until it is said.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    super::{
        Provider, SynthesisError, VoiceChoice,
        embedded::{Reading, Step},
        vendor::{VendorError, VendorReading},
    },
    Chain, Link,
    remainder::{from_character, resume_at},
};
use crate::speech::{Line, Priority};

/// How a sentence is to be spoken.
#[derive(Clone)]
pub struct Manner {
    /// The call's place in the engine's queue.
    pub line: Line,
    pub priority: Priority,
    pub voice: Arc<VoiceChoice>,
}

pub struct Relay {
    chain: Chain,
    manner: Manner,
    text: String,
    /// Characters that have been said.
    said: usize,
    failed: Vec<usize>,
    speaker: Option<Speaker>,
    first_error: Option<SynthesisError>,
}

/// Who speaks now.
struct Speaker {
    index: usize,
    /// The character of the text at which it began.
    from: usize,
    began: Instant,
    has_spoken: bool,
    source: Source,
}

enum Source {
    Vendor(VendorReading),
    Embedded(Box<Reading>),
}

enum Failure {
    Vendor(VendorError),
    Embedded(SynthesisError),
}

impl Relay {
    pub fn begin(chain: &Chain, manner: Manner, text: &str) -> Self {
        let mut relay = Self {
            chain: chain.clone(),
            manner,
            text: text.to_owned(),
            said: 0,
            failed: Vec::new(),
            speaker: None,
            first_error: None,
        };
        relay.speaker = relay.next_speaker();
        if relay.speaker.is_none() && resume_at(text, 0).is_some() {
            relay.first_error = Some(SynthesisError::NoProvider);
        }
        relay
    }

    /// The provider that says all of it, as long as no other had to help.
    pub fn only_provider(&self) -> Option<&Provider> {
        let speaker = self.speaker.as_ref().filter(|_| self.failed.is_empty())?;
        Some(&self.chain.link(speaker.index).provider)
    }

    /// Who speaks now; none before anybody did and after the end.
    pub fn provider(&self) -> Option<&'static str> {
        self.speaker.as_ref().map(|speaker| self.chain.link(speaker.index).provider.name())
    }

    /// The next chunks. May be dropped while it waits.
    pub async fn step(&mut self) -> Result<Step, SynthesisError> {
        loop {
            let Some(speaker) = &mut self.speaker else {
                return match self.first_error.take() {
                    Some(error) => Err(error),
                    None => Ok(Step::Done),
                };
            };
            match speaker.next().await {
                Ok(Step::Chunks(mut chunks)) => {
                    speaker.spoke(self.chain.link(speaker.index));
                    for chunk in &mut chunks {
                        // A voice that took over at the beginning of a cut word says nothing new at first.
                        self.said = self.said.max(speaker.from + chunk.text_end);
                        chunk.text_end = self.said;
                    }
                    return Ok(Step::Chunks(chunks));
                }
                Ok(Step::Done) => {
                    // Only a whole sentence heals: one that begins and stalls each time is not well.
                    self.chain.link(speaker.index).health().spoke();
                    return Ok(Step::Done);
                }
                Err(failure) => self.pass_on(failure),
            }
        }
    }

    /// The speaker failed: the next one goes on with what is left.
    fn pass_on(&mut self, failure: Failure) {
        let Some(failed) = self.speaker.take() else { return };
        let link = self.chain.link(failed.index);
        let error = match failure {
            Failure::Vendor(error) => {
                link.failed(&error);
                SynthesisError::Vendor { provider: link.provider.name(), error }
            }
            Failure::Embedded(error) => error,
        };
        self.failed.push(failed.index);
        self.speaker = self.next_speaker();
        let next = self.speaker.as_ref().map(|speaker| self.chain.link(speaker.index).provider.name());
        if let Some(to) = next {
            let from = link.provider.name();
            metrics::counter!("tts_failovers_total", "from" => from, "to" => to).increment(1);
            tracing::warn!(failed = from, next = to, %error, said = self.said, "a voice failed; the next one goes on");
        }
        // The first reason is the one to look into, since the others only stood in; and none if all was said.
        let is_unsaid = resume_at(&self.text, self.said).is_some();
        self.first_error = self.first_error.take().or(Some(error)).filter(|_| is_unsaid);
    }

    /// Begins what is left with the next provider; `None` if nothing is left, or nobody.
    fn next_speaker(&self) -> Option<Speaker> {
        let from = resume_at(&self.text, self.said)?;
        let now = Instant::now();
        let index = self.chain.pick(&self.failed, now)?;
        let link = self.chain.link(index);
        link.health().asked(now);
        let rest = from_character(&self.text, from);
        let before = self.text.strip_suffix(rest).unwrap_or_default();
        let Manner { line, priority, voice } = &self.manner;
        let source = match &link.provider {
            Provider::Azure(azure) => Source::Vendor(azure.speak(rest, voice)),
            Provider::ElevenLabs(elevenlabs) => Source::Vendor(elevenlabs.speak(rest, before, voice)),
            Provider::Embedded(engine) => Source::Embedded(Box::new(Reading::begin(engine, line, *priority, rest))),
        };
        Some(Speaker { index, from, began: now, has_spoken: false, source })
    }
}

impl Speaker {
    async fn next(&mut self) -> Result<Step, Failure> {
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

    fn spoke(&mut self, link: &Link) {
        if !std::mem::replace(&mut self.has_spoken, true) {
            let first_byte_ms = self.began.elapsed().as_secs_f64() * 1_000.0;
            metrics::histogram!("tts_first_byte_ms", "provider" => link.provider.name()).record(first_byte_ms);
        }
    }
}
