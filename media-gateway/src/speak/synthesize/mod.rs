//! Words to speech: a sentence in, the carrier's bytes out, in chunks that are ready before the sentence is. Which
//! chunk is played when is left to `playout`.
//!
//! The providers stand in a row: vendors that have a key, then the engine in this process. When one fails in a
//! sentence, the next says what is left of it.

pub mod azure;
mod cache;
mod clauses;
pub mod elevenlabs;
mod embedded;
mod failover;
mod level;
mod provider;
pub mod vendor;
mod voice_choice;
mod wording;

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;

pub use self::{
    cache::{FixedPhrase, PhraseDiskSettings},
    failover::Runway,
    provider::{Provider, VoiceSettings},
    voice_choice::VoiceChoice,
};
use self::{
    cache::{PhraseCache, PhraseKey},
    embedded::Step,
    failover::{Chain, Manner, Relay},
    vendor::VendorError,
};
use crate::speech::{Engine, Line, Priority, Rejected};

/// A stretch of speech: at most half a second, and a multiple of 20 ms unless it is a vendor's last.
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
    #[error("speech synthesis at {provider} failed: {error}")]
    Vendor { provider: &'static str, error: VendorError },
    #[error("nobody can speak: no provider is set up")]
    NoProvider,
}

/// Speaks sentences. Cheap to clone; all clones share one phrase cache and what is known of each provider's health.
#[derive(Clone)]
pub struct Synthesizer {
    chain: Chain,
    line: Line,
    voice: Arc<VoiceChoice>,
    phrases: PhraseCache,
}

impl Synthesizer {
    /// The engine in this process alone.
    pub fn embedded(engine: Engine) -> Self {
        Self::new(vec![Provider::Embedded(engine)])
    }

    /// Several, first choice first.
    pub fn new(providers: Vec<Provider>) -> Self {
        Self {
            chain: Chain::new(providers),
            line: Line::default(),
            voice: Arc::default(),
            phrases: PhraseCache::default(),
        }
    }

    /// The same synthesizer with fixed phrases kept on disk.
    #[must_use]
    pub fn keeping_phrases(self, settings: &PhraseDiskSettings) -> Self {
        Self { phrases: PhraseCache::new(settings), ..self }
    }

    /// Brings the phrases that were kept on disk to memory, so that the first call finds them.
    pub async fn load_phrases(&self) {
        self.phrases.load().await;
    }

    /// The same synthesizer with a chain of its own, by the providers' names.
    #[must_use]
    pub fn in_order(&self, names: &[&str]) -> Self {
        Self { chain: self.chain.in_order(names), ..self.clone() }
    }

    /// The same synthesizer in another voice.
    #[must_use]
    pub fn in_voice(&self, voice: VoiceChoice) -> Self {
        Self { voice: Arc::new(voice), ..self.clone() }
    }

    /// The same synthesizer with a place of its own in the engine's queue: calls take turns. Connections to vendors are
    /// opened meanwhile, so that the first sentence does not wait for them.
    pub fn for_call(&self) -> Self {
        if self.chain.has_vendors() {
            tokio::spawn(self.chain.clone().warm());
        }
        Self { line: Line::default(), ..self.clone() }
    }

    /// Who would speak now.
    pub fn provider(&self) -> &'static str {
        self.chain.first().map_or("none", Provider::name)
    }

    /// Begins to speak a sentence. A phrase that was spoken before comes at once.
    pub fn speak(&self, text: &str) -> Speech {
        self.speak_at(text, Priority::Urgent)
    }

    /// The same while another sentence is heard: nobody waits for it yet.
    pub fn speak_next(&self, text: &str) -> Speech {
        self.speak_at(text, Priority::Following)
    }

    /// Begins to make a sentence that may never be spoken. Only the engine in this process does: a vendor would bill it.
    pub fn prepare(&self, text: &str) -> Option<Speech> {
        let is_free = self.chain.first().is_some_and(|provider| !provider.is_vendor());
        is_free.then(|| self.speak_at(text, Priority::Following))
    }

    /// Makes phrases ahead, so that they need no synthesis when they are wanted. Those of a vendor are kept on disk, where
    /// the next start finds them; the engine in this process makes them again, since its voice changes with the program.
    /// Gives up at the first that fails.
    pub async fn warm(&self, phrases: &[FixedPhrase]) -> Result<(), SynthesisError> {
        for phrase in phrases {
            let vendor = self.chain.first().filter(|provider| provider.is_vendor());
            let key = vendor.map(|vendor| phrase_key(vendor, &self.voice, phrase.text()));
            if let Some(key) = &key
                && self.phrases.recall(key).await
            {
                self.phrases.keep(key).await;
                continue;
            }
            let mut speech = self.speak_at(phrase.text(), Priority::Ahead);
            while let Some(chunk) = speech.next().await {
                chunk?;
            }
            if let Some(key) = &key {
                self.phrases.keep(key).await;
            }
        }
        Ok(())
    }

    fn speak_at(&self, text: &str, priority: Priority) -> Speech {
        let first = self.chain.first();
        let kept = first.and_then(|provider| self.phrases.get(&phrase_key(provider, &self.voice, text)));
        if let Some(chunks) = kept {
            metrics::counter!("synthesize_phrases_total", "from" => "cache").increment(1);
            return Speech { ready: chunks.iter().cloned().collect(), underway: None, made: Vec::new() };
        }
        metrics::counter!("synthesize_phrases_total", "from" => "provider").increment(1);
        let manner = Manner { line: self.line.clone(), priority, voice: Arc::clone(&self.voice) };
        let relay = Relay::begin(&self.chain, manner, text);
        let (voice, phrases) = (Arc::clone(&self.voice), self.phrases.clone());
        let underway = Underway { relay, text: text.to_owned(), voice, phrases };
        Speech { ready: VecDeque::new(), underway: Some(Box::new(underway)), made: Vec::new() }
    }
}

fn phrase_key(provider: &Provider, voice: &VoiceChoice, text: &str) -> PhraseKey {
    PhraseKey::of(&provider.voice(voice), text)
}

/// One sentence as it is being spoken. Dropping it takes back the work that is left.
pub struct Speech {
    ready: VecDeque<Chunk>,
    underway: Option<Box<Underway>>,
    made: Vec<Chunk>,
}

struct Underway {
    relay: Relay,
    text: String,
    voice: Arc<VoiceChoice>,
    /// Where the whole phrase goes when it is complete.
    phrases: PhraseCache,
}

impl Underway {
    /// Keeps a phrase that one voice said whole.
    fn keep(&self, chunks: Vec<Chunk>) {
        if let Some(provider) = self.relay.only_provider() {
            self.phrases.put(phrase_key(provider, &self.voice, &self.text), chunks);
        }
    }
}

impl Speech {
    /// Who makes it now; none of a phrase that was made before.
    pub fn provider(&self) -> Option<&'static str> {
        self.underway.as_ref().and_then(|underway| underway.relay.provider())
    }

    /// The engine in this process makes it.
    pub fn is_made_here(&self) -> bool {
        self.underway.as_ref().is_some_and(|underway| underway.relay.is_made_here())
    }

    /// How long the listener has something to hear yet: how much the rest of the sentence hurries.
    pub fn set_runway(&mut self, runway: Runway) {
        if let Some(underway) = &mut self.underway {
            underway.relay.set_runway(runway);
        }
    }

    /// The next chunk; `None` after the last one or after an error. May be dropped and asked again at any time.
    pub async fn next(&mut self) -> Option<Result<Chunk, SynthesisError>> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Some(Ok(chunk));
            }
            let underway = self.underway.as_mut()?;
            match underway.relay.step().await {
                Ok(Step::Chunks(chunks)) => {
                    self.made.extend(chunks.iter().cloned());
                    self.ready.extend(chunks);
                }
                Ok(Step::Done) => {
                    underway.keep(std::mem::take(&mut self.made));
                    self.underway = None;
                }
                Err(error) => {
                    metrics::counter!("synthesize_failures_total").increment(1);
                    self.underway = None;
                    return Some(Err(error));
                }
            }
        }
    }
}
