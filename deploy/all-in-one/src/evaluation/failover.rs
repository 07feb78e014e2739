//! For how long a caller hears nothing when a voice dies: a call to a whole receptionist, whose speech vendors are fakes
//! behind cables that fail in the middle of a sentence. Measured at the caller's ear.

use std::{net::SocketAddr, time::Duration};

use serde::Serialize;
use service_runtime::{Clock, Env};
use system_tests::{
    caller::{self, Call, CallError, LineTime},
    fakes::{
        azure_tts::{self, AzureTts},
        cable::{Cable, Fault, Faults},
        elevenlabs::{self, ElevenLabs},
    },
    settles,
};

use super::{
    figures::{Times, millis},
    machine::Machine,
};
use crate::{
    demonstration::{self, DemonstrationError},
    up::{Data, Running, UpConfig, UpError},
};

/// For waits on the other side; a machine under load is slow.
const BOUND: Duration = Duration::from_secs(30);
/// From a question to the first sound that a vendor sends for its answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// What comes so long after the place of a death is said by the next voice.
const AFTER: Duration = Duration::from_millis(60);

/// Questions that are answered by a sentence or two, each with another.
const QUESTIONS: [&str; 6] = [
    "What are your opening hours on Monday?",
    "How much is a haircut?",
    "Where are you located?",
    "Which services do you offer?",
    "How long does a massage take?",
    "I would like to book a haircut, please.",
];

#[derive(Debug, thiserror::Error)]
pub enum FailoverError {
    #[error("starting the fake vendors: {0}")]
    Fakes(#[from] std::io::Error),
    #[error(transparent)]
    Up(#[from] UpError),
    #[error(transparent)]
    Demonstration(#[from] DemonstrationError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("no question was answered by a voice that could die")]
    NobodySpoke,
}

/// How and where a voice dies.
#[derive(Debug, Clone)]
pub struct Death {
    /// Bytes of the answer on the wire, headers included; 8,000 a second.
    pub after: usize,
    pub fault: Fault,
}

/// Deaths that differ in kind and place.
pub fn deaths(count: usize) -> Vec<Death> {
    let faults = [Fault::Silence, Fault::Reset, Fault::Close];
    let places = [0, 300, 2_000, 4_500, 7_000];
    (0..count).map(|at| Death { after: places[at % places.len()], fault: faults[at % faults.len()].clone() }).collect()
}

/// What one death cost the caller.
#[derive(Debug, Serialize)]
pub struct Silence {
    pub fault: String,
    pub after_bytes: usize,
    pub ms: f64,
}

#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: Machine,
    /// In the order in which the voices died.
    pub silences: Vec<Silence>,
    /// Milliseconds of silence.
    pub silence_p50: Option<f64>,
    pub silence_p95: Option<f64>,
    pub silence_max: Option<f64>,
}

/// Makes `calls` calls, each to a receptionist of its own, with so many deaths in each.
pub async fn run(calls: usize, deaths_per_call: usize) -> Result<Figures, FailoverError> {
    let mut times = Times::default();
    let mut silences = Vec::new();
    for deaths in deaths(calls * deaths_per_call).chunks(deaths_per_call.max(1)) {
        for (death, silence) in deaths.iter().zip(call(Env::of_process(), deaths).await?) {
            times.push(silence);
            let fault = format!("{:?}", death.fault).to_lowercase();
            silences.push(Silence { fault, after_bytes: death.after, ms: millis(silence) });
        }
    }
    let percentile = |share| times.percentile(share);
    Ok(Figures {
        machine: Machine::here(),
        silences,
        silence_p50: percentile(0.5),
        silence_p95: percentile(0.95),
        silence_max: percentile(1.0),
    })
}

/// One call, in which voices die so; for each death the silence that the caller heard.
pub async fn call(env: Env, deaths: &[Death]) -> Result<Vec<Duration>, FailoverError> {
    let (azure, other, faults) = (AzureTts::start().await?, ElevenLabs::start().await?, Faults::default());
    let (to_azure, to_other) = (Cable::to(&azure.url(), &faults).await?, Cable::to(&other.url(), &faults).await?);
    let env = env
        .with("TWILIO_AUTH_TOKEN", "")
        .with("AZURE_TTS_KEY", azure_tts::KEY)
        .with("AZURE_TTS_BASE_URL", to_azure.url())
        .with("ELEVENLABS_API_KEY", elevenlabs::KEY)
        .with("ELEVENLABS_BASE_URL", to_other.url())
        .with("VOICE_CONSENT_DISCLAIMER", "false");
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock: Clock::system(), env, voice: true };
    let running = Running::start(config).await?;
    let call = caller::dial(demonstration::dial_config(&running, booking_svc::demo::SALON_NUMBER)?).await?;
    call.wait_until_agent_quiet(LineTime::ZERO, BOUND).await?;
    let made = async || azure.record().requests().len();
    settles(BOUND, Duration::from_secs(2), "the fixed phrases are made", made).await;
    let mut silences = Vec::new();
    let mut questions = QUESTIONS.iter().cycle().take(3 * deaths.len());
    for death in deaths {
        silences.push(die(&call, &faults, death, &mut questions).await?);
    }
    call.hang_up().await?;
    running.stop().await?;
    Ok(silences)
}

/// Asks until a voice has died of its answer. An answer that was given before needs no voice.
async fn die(
    call: &Call,
    faults: &Faults,
    death: &Death,
    questions: &mut impl Iterator<Item = &'static &'static str>,
) -> Result<Duration, FailoverError> {
    for question in questions {
        call.say(question).await?;
        // The answer is asked for later: the turn ends with a pause.
        let (asked, before) = (call.now(), faults.happened());
        faults.plan(death.after, death.fault.clone());
        let died = async {
            while faults.happened() == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            call.now()
        };
        let Ok(died) = tokio::time::timeout(ANSWER_MAX, died).await else { continue };
        let began = call.wait_for_any_sound(asked, BOUND).await?;
        let place = began + Duration::from_millis(death.after as u64 / 8);
        let goes_on = call.wait_for_any_sound(place + AFTER, BOUND).await?;
        let before_it = Duration::from_millis(began.ms_since(died));
        // Nothing of this answer may be on its way when the next voice is to die.
        call.wait_until_agent_quiet(goes_on, BOUND).await?;
        return Ok(call.longest_silence(began, goes_on).max(before_it));
    }
    Err(FailoverError::NobodySpoke)
}
