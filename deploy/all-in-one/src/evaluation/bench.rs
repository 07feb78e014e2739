//! How fast the embedded engine is: its own voice says a caller's and an agent's sentences, and the chain of a call
//! hears the caller's. On one core and one thread, one job at a time.

use std::time::{Duration, Instant};

use call::Expectation;
use media_gateway::{
    listen::voice_activity::VoiceActivity,
    speak::synthesize::{SynthesisError, Synthesizer},
    speech::{Engine, WINDOW},
};
use serde::Serialize;

use super::{
    chain::{self, Pace},
    figures::Times,
    machine::{self, Machine},
    one_core::OneCore,
};

/// What a caller says and what the agent answers, of the length and kind that calls consist of.
const TURNS: [[&str; 2]; 6] = [
    ["I would like to book a haircut for tomorrow afternoon.", "Which day would suit you?"],
    ["Do you have anything on Friday at ten?", "I have Tuesday at nine thirty or Tuesday at eleven."],
    ["The number is five five five, one two three four.", "I am sorry, we are closed on Sundays."],
    ["My name is Anna Miller.", "That is a haircut with Maria on Friday the fourth at ten. Shall I book it?"],
    ["Yes, please.", "You are booked. You will get a confirmation by text message."],
    ["No, that is all, thank you.", "May I have your name, please?"],
];
/// Each sentence is said and heard so often.
const ROUNDS: usize = 4;
/// A core that works more than this makes callers wait for each other.
const LOAD_MAX: f64 = 0.7;

/// A work's own time for each second of sound.
type Factor = f64;

#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: Machine,
    /// The core that everything ran on.
    pub core: usize,
    pub recognition: Factor,
    pub synthesis: Factor,
    pub voice_activity: Factor,
    /// Milliseconds.
    pub end_to_text_p50: Option<f64>,
    pub end_to_text_p95: Option<f64>,
    pub text_to_audio_p50: Option<f64>,
    pub text_to_audio_p95: Option<f64>,
    pub resident_mib: Option<u64>,
    /// The share of the core that a call of turns took, at the pace of a call.
    pub call_share: f64,
    pub calls_per_core: f64,
}

pub async fn run(measured: OneCore) -> anyhow::Result<Figures> {
    let engine = &measured.engine;
    let (mut end_to_text, mut text_to_audio) = (Times::default(), Times::default());
    let (mut hearing, mut speaking, mut sound) = (Duration::ZERO, Duration::ZERO, 0);
    for _ in 0..ROUNDS {
        // A new one each time: it remembers what it said.
        let synthesizer = Synthesizer::embedded(engine.clone());
        for sentence in TURNS.into_iter().flatten() {
            let began = Instant::now();
            let spoken = say(&synthesizer, sentence).await?;
            speaking += began.elapsed();
            text_to_audio.push(spoken.first_sound);
            sound += spoken.mulaw.len();
            let transcript = chain::hear(engine, &spoken.mulaw, Expectation::Open, &[], Pace::Condensed).await?;
            for time in transcript.to_text {
                hearing += time;
                end_to_text.push(time);
            }
        }
    }
    let call_share = call_share(engine).await?;
    measured.check()?;
    let seconds = seconds(sound);
    Ok(Figures {
        core: measured.pin.core(),
        recognition: hearing.as_secs_f64() / seconds,
        synthesis: speaking.as_secs_f64() / seconds,
        voice_activity: voice_activity_factor(engine),
        end_to_text_p50: end_to_text.percentile(0.5),
        end_to_text_p95: end_to_text.percentile(0.95),
        text_to_audio_p50: text_to_audio.percentile(0.5),
        text_to_audio_p95: text_to_audio.percentile(0.95),
        resident_mib: machine::resident_mib(),
        call_share,
        calls_per_core: LOAD_MAX / call_share,
        machine: measured.machine,
    })
}

struct Spoken {
    mulaw: Vec<u8>,
    first_sound: Duration,
}

async fn say(synthesizer: &Synthesizer, sentence: &str) -> Result<Spoken, SynthesisError> {
    let began = Instant::now();
    let mut speech = synthesizer.speak(sentence);
    let mut spoken = Spoken { mulaw: Vec::new(), first_sound: Duration::ZERO };
    while let Some(chunk) = speech.next().await {
        if spoken.mulaw.is_empty() {
            spoken.first_sound = began.elapsed();
        }
        spoken.mulaw.extend_from_slice(&chunk?.mulaw);
    }
    Ok(spoken)
}

/// Turns at the pace of a call: the caller speaks and is heard, tries along the way included, then the agent speaks.
async fn call_share(engine: &Engine) -> anyhow::Result<f64> {
    let mut callers = Vec::new();
    for [caller, _] in TURNS {
        callers.push(say(&Synthesizer::embedded(engine.clone()), caller).await?.mulaw);
    }
    let synthesizer = Synthesizer::embedded(engine.clone());
    let (began, worked) = (Instant::now(), machine::cpu_time());
    for ([_, agent], caller) in TURNS.into_iter().zip(callers) {
        chain::hear(engine, &caller, Expectation::Open, &[], Pace::Live).await?;
        let spoke = tokio::time::Instant::now();
        let reply = say(&synthesizer, agent).await?;
        tokio::time::sleep_until(spoke + Duration::from_secs_f64(seconds(reply.mulaw.len()))).await;
    }
    Ok((machine::cpu_time() - worked).as_secs_f64() / began.elapsed().as_secs_f64())
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

/// Of telephone sound.
fn seconds(mulaw: usize) -> f64 {
    mulaw as f64 / 8_000.0
}
