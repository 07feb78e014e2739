//! How fast the embedded engine is: its own voice says a caller's and an agent's sentences, and the chain of a call
//! hears the caller's. One thread, one job at a time, so that the figures are those of one core.

use std::time::{Duration, Instant};

use call::Expectation;
use media_gateway::{
    listen::voice_activity::VoiceActivity,
    speak::synthesize::{SynthesisError, Synthesizer},
    speech::{Engine, WINDOW},
};
use serde::Serialize;

use super::{
    chain::{self, ChainError},
    figures::Times,
    machine::{self, Machine},
};

/// Of the length and kind that calls consist of.
const SENTENCES: [&str; 12] = [
    "I would like to book a haircut for tomorrow afternoon.",
    "Yes, please.",
    "My name is Anna Miller.",
    "Do you have anything on Friday at ten?",
    "The number is five five five, one two three four.",
    "No, that is all, thank you.",
    "Which day would suit you?",
    "I have Tuesday at nine thirty or Tuesday at eleven.",
    "That is a haircut with Maria on Friday the fourth at ten. Shall I book it?",
    "You are booked. You will get a confirmation by text message.",
    "I am sorry, we are closed on Sundays.",
    "May I have your name, please?",
];
/// Each is said and heard so often.
const ROUNDS: usize = 4;
/// In a call each side speaks for about this share of the time.
const SPEAKING_SHARE: f64 = 0.4;
/// A core that works more than this makes callers wait for each other.
const LOAD_MAX: f64 = 0.7;
/// Words are made out twice, roughly: while they are said and when they are over.
const PASSES: f64 = 2.0;

#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error(transparent)]
    Synthesis(#[from] SynthesisError),
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// A work's own time for each second of sound.
type Factor = f64;

#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: Machine,
    pub recognition: Factor,
    pub synthesis: Factor,
    pub voice_activity: Factor,
    /// Milliseconds.
    pub end_to_text_p50: Option<f64>,
    pub end_to_text_p95: Option<f64>,
    pub text_to_audio_p50: Option<f64>,
    pub text_to_audio_p95: Option<f64>,
    pub resident_mib: Option<u64>,
    pub calls_per_core: f64,
}

pub async fn run(engine: &Engine) -> Result<Figures, BenchError> {
    let (mut end_to_text, mut text_to_audio) = (Times::default(), Times::default());
    let (mut hearing, mut speaking, mut sound) = (Duration::ZERO, Duration::ZERO, 0);
    for _ in 0..ROUNDS {
        // A new one each time: it remembers what it said.
        let synthesizer = Synthesizer::embedded(engine.clone());
        for sentence in SENTENCES {
            let began = Instant::now();
            let mut speech = synthesizer.speak(sentence);
            let mut mulaw = Vec::new();
            while let Some(chunk) = speech.next().await {
                if mulaw.is_empty() {
                    text_to_audio.push(began.elapsed());
                }
                mulaw.extend_from_slice(&chunk?.mulaw);
            }
            speaking += began.elapsed();
            sound += mulaw.len();
            let transcript = chain::hear(engine, &mulaw, Expectation::Open).await?;
            for time in transcript.to_text {
                hearing += time;
                end_to_text.push(time);
            }
        }
    }
    let seconds = sound as f64 / 8_000.0;
    let recognition = hearing.as_secs_f64() / seconds;
    let synthesis = speaking.as_secs_f64() / seconds;
    let voice_activity = voice_activity_factor(engine);
    Ok(Figures {
        machine: Machine::here(),
        recognition,
        synthesis,
        voice_activity,
        end_to_text_p50: end_to_text.percentile(0.5),
        end_to_text_p95: end_to_text.percentile(0.95),
        text_to_audio_p50: text_to_audio.percentile(0.5),
        text_to_audio_p95: text_to_audio.percentile(0.95),
        resident_mib: machine::resident_mib(),
        calls_per_core: calls_per_core(recognition, synthesis, voice_activity),
    })
}

/// Voice activity is looked for all the time, with a sound that is no silence.
fn voice_activity_factor(engine: &Engine) -> Factor {
    const WINDOWS: u32 = 300;
    let tone: Vec<f32> = (0..WINDOW).map(|at| (at as f32 * 0.2).sin() * 0.2).collect();
    let mut detector = VoiceActivity::new(engine);
    let began = Instant::now();
    for _ in 0..WINDOWS {
        detector.push(&tone);
    }
    began.elapsed().as_secs_f64() / (f64::from(WINDOWS) * WINDOW as f64 / 16_000.0)
}

fn calls_per_core(recognition: Factor, synthesis: Factor, voice_activity: Factor) -> f64 {
    LOAD_MAX / (SPEAKING_SHARE * (PASSES * recognition + synthesis) + voice_activity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_engine_carries_fewer_calls() {
        let calls = calls_per_core(0.05, 0.15, 0.01);
        assert!((calls - 0.7 / (0.4 * 0.25 + 0.01)).abs() < 1e-9);
        assert!(calls_per_core(0.1, 0.15, 0.01) < calls);
    }
}
