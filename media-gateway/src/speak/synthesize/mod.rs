//! Words to speech: a sentence in, the carrier's bytes out, in chunks that are ready before the sentence is. Which chunk is
//! played when is left to `playout`.

mod cache;
mod clauses;
mod embedded;
mod level;
mod wording;

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;

use self::{
    cache::PhraseCache,
    embedded::{Reading, Step},
};
use crate::speech::{Engine, Line, Priority, Rejected};

/// A stretch of speech: a multiple of 20 ms, at most half a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// 8 kHz μ-law.
    pub mulaw: Bytes,
    /// Characters of the sentence that have been said when this chunk ends.
    pub text_end: usize,
}

/// Why a sentence, or the rest of it, was not spoken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynthesisError {
    #[error("speech synthesis has no room for this sentence: {0}")]
    Refused(#[from] Rejected),
    #[error("speech synthesis failed: {0}")]
    Failed(String),
}

/// Speaks sentences. Cheap to clone; all clones share one phrase cache.
#[derive(Clone)]
pub struct Synthesizer {
    engine: Engine,
    line: Line,
    phrases: Arc<PhraseCache>,
}

impl Synthesizer {
    pub fn embedded(engine: Engine) -> Self {
        Self { engine, line: Line::default(), phrases: Arc::default() }
    }

    /// The same synthesizer with a place of its own in the engine's queue: calls take turns.
    pub fn for_call(&self) -> Self {
        Self { line: Line::default(), ..self.clone() }
    }

    /// Begins to speak a sentence. A phrase that was spoken before comes at once.
    pub fn speak(&self, text: &str) -> Speech {
        self.speak_at(text, Priority::Urgent)
    }

    /// Makes phrases ahead, so that they need no synthesis when they are wanted. Gives up at the first that fails.
    pub async fn warm(&self, texts: &[&str]) -> Result<(), SynthesisError> {
        for text in texts {
            let mut speech = self.speak_at(text, Priority::Ahead);
            while let Some(chunk) = speech.next().await {
                chunk?;
            }
        }
        Ok(())
    }

    fn speak_at(&self, text: &str, priority: Priority) -> Speech {
        if let Some(chunks) = self.phrases.get(text) {
            metrics::counter!("synthesize_phrases_total", "from" => "cache").increment(1);
            return Speech { ready: chunks.iter().cloned().collect(), reading: None, made: Vec::new() };
        }
        metrics::counter!("synthesize_phrases_total", "from" => "model").increment(1);
        let reading = Reading::begin(&self.engine, &self.line, priority, text);
        let keep = Some((text.to_owned(), Arc::clone(&self.phrases)));
        Speech { ready: VecDeque::new(), reading: Some(Box::new(Underway { reading, keep })), made: Vec::new() }
    }
}

/// One sentence as it is being spoken. Dropping it takes back the work that is left.
pub struct Speech {
    ready: VecDeque<Chunk>,
    reading: Option<Box<Underway>>,
    made: Vec<Chunk>,
}

struct Underway {
    reading: Reading,
    /// Where the whole phrase goes when it is complete.
    keep: Option<(String, Arc<PhraseCache>)>,
}

impl Speech {
    /// The next chunk; `None` after the last one or after an error. May be dropped and asked again at any time.
    pub async fn next(&mut self) -> Option<Result<Chunk, SynthesisError>> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Some(Ok(chunk));
            }
            let underway = self.reading.as_mut()?;
            match underway.reading.step().await {
                Ok(Step::Chunks(chunks)) => {
                    self.made.extend(chunks.iter().cloned());
                    self.ready.extend(chunks);
                }
                Ok(Step::Done) => {
                    if let Some((text, phrases)) = underway.keep.take() {
                        phrases.put(text, std::mem::take(&mut self.made));
                    }
                    self.reading = None;
                }
                Err(error) => {
                    metrics::counter!("synthesize_failures_total").increment(1);
                    self.reading = None;
                    return Some(Err(error));
                }
            }
        }
    }
}
