//! What comes of a sentence, as these tests look at it.

use std::time::Duration;

use media_gateway::{
    listen::mulaw,
    speak::synthesize::{Chunk, Provider, Runway, Speech, SynthesisError, Synthesizer, VoiceSettings},
};
use service_runtime::{Clock, Env};
use system_tests::{caller, fakes::readable_sound::heard};
use tokio::time::Instant;

/// Far above what a busy machine takes; only a fault lasts so long.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The vendors that these variables set up, in their order.
pub fn vendors(variables: &[(&str, &str)]) -> Vec<Provider> {
    service_runtime::install_crypto_provider();
    let env = Env::from_pairs(variables.iter().copied());
    let settings = env.finish(VoiceSettings::from_env(&env)).expect("well-formed");
    Provider::vendors(&settings, Clock::system()).expect("a client")
}

pub fn synthesizer(variables: &[(&str, &str)]) -> Synthesizer {
    Synthesizer::new(vendors(variables))
}

/// Everything that a sentence gave, and what it failed with.
#[derive(Debug, PartialEq, Eq)]
pub struct Spoken {
    pub chunks: Vec<Chunk>,
    pub error: Option<SynthesisError>,
}

impl Spoken {
    pub async fn of(mut speech: Speech) -> Self {
        let mut chunks = Vec::new();
        while let Some(next) = tokio::time::timeout(PATIENCE, speech.next()).await.expect("something happens") {
            match next {
                Ok(chunk) => chunks.push(chunk),
                Err(error) => return Self { chunks, error: Some(error) },
            }
        }
        Self { chunks, error: None }
    }

    /// To a caller who hears each sound as soon as it can be played; also the longest silence until the end, that before
    /// the first sound included.
    pub async fn to_a_caller(mut speech: Speech) -> (Self, Duration) {
        let began = Instant::now();
        let (mut chunks, mut error) = (Vec::new(), None);
        let (mut heard_out_at, mut silence) = (None, Duration::ZERO);
        loop {
            speech.set_runway(heard_out_at.map_or(Runway::Empty, Runway::Until));
            let chunk: Chunk = match tokio::time::timeout(PATIENCE, speech.next()).await.expect("something happens") {
                Some(Ok(chunk)) => chunk,
                Some(Err(failed)) => {
                    error = Some(failed);
                    break;
                }
                None => break,
            };
            let (now, silent_from) = (Instant::now(), heard_out_at.unwrap_or(began));
            silence = silence.max(now.saturating_duration_since(silent_from));
            // Eight bytes are a millisecond.
            let plays = Duration::from_millis(chunk.mulaw.len() as u64 / 8);
            heard_out_at = Some(now.max(silent_from) + plays);
            chunks.push(chunk);
        }
        (Self { chunks, error }, silence)
    }

    pub fn sound(&self) -> Vec<u8> {
        self.chunks.iter().flat_map(|chunk| chunk.mulaw.clone()).collect()
    }

    /// The text of the sound.
    pub fn heard(&self) -> String {
        heard(&self.sound())
    }

    /// The text of the sound of a sentence that must not fail.
    pub fn whole(&self) -> String {
        assert_eq!(self.error, None);
        self.heard()
    }

    /// What is known to be said only grows, and is never more than what was heard.
    pub fn assert_in_time(&self, text: &str) {
        assert!(self.chunks.is_sorted_by_key(|chunk| chunk.text_end));
        assert!(self.chunks.iter().all(|chunk| chunk.mulaw.len() <= 4_000));
        assert_eq!(self.chunks.last().map(|chunk| chunk.text_end), Some(text.chars().count()));
        let mut sound = Vec::new();
        for chunk in &self.chunks {
            sound.extend(&chunk.mulaw);
            let said: String = text.chars().take(chunk.text_end).collect();
            assert!(heard(&sound).starts_with(said.trim_end()), "{said:?} is not in {:?}", heard(&sound));
        }
    }
}

/// The text of a sound on the line, which is silent between sentences.
pub fn text_of(on_the_line: &caller::Heard) -> String {
    text_of_samples(&on_the_line.samples)
}

pub fn text_of_samples(samples: &[i16]) -> String {
    let sound: Vec<u8> = samples.iter().map(|&sample| mulaw::encode(sample)).filter(u8::is_ascii).collect();
    heard(&sound)
}
