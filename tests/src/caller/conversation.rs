//! A whole conversation: listen until the agent is done, understand it, answer; as often as it takes.

use std::time::Duration;

use super::{Call, CallError, Ears, Heard, LineTime, Persona, ears::EarsError};

/// The agent must begin to answer, and finish, within this.
const REPLY_MAX: Duration = Duration::from_secs(45);
/// After its goodbye the agent hangs up by itself.
const HANG_UP_MAX: Duration = Duration::from_secs(20);
/// No booking takes more.
const TURNS_MAX: usize = 30;

#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Ears(#[from] EarsError),
}

/// Something said, as it happens on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Caller {
        text: String,
    },
    /// What the caller understood of the agent, and how long it waited for the first sound.
    Agent {
        heard: String,
        latency_ms: Option<u64>,
    },
}

/// Talks until the persona has nothing left to say or the call is over; then waits for the agent to hang up.
/// Returns whether the agent did.
pub async fn converse(
    call: &Call,
    ears: &Ears,
    persona: &mut Persona,
    mut on_said: impl FnMut(Said),
) -> Result<bool, ConversationError> {
    let mut since = LineTime::ZERO;
    for _ in 0..TURNS_MAX {
        let heard = match listen(call, ears, since).await {
            Ok(heard) => heard,
            Err(ConversationError::Call(CallError::Over)) => return Ok(true),
            Err(error) => return Err(error),
        };
        on_said(Said::Agent { heard: heard.clone(), latency_ms: latency(call) });
        let Some(words) = persona.answer(&heard) else { break };
        on_said(Said::Caller { text: words.clone() });
        match call.say(&words).await {
            Ok(()) => since = call.now(),
            Err(CallError::Over) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
    match call.wait_until_over(HANG_UP_MAX).await {
        Ok(()) => Ok(true),
        Err(CallError::TooLate { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Says each text after the agent has finished, whatever it says; as `--say` wants it. Returns whether the agent
/// hung up before the texts were all said or right after.
pub async fn recite(
    call: &Call,
    ears: Option<&Ears>,
    lines: impl IntoIterator<Item = Line>,
    mut on_said: impl FnMut(Said),
) -> Result<bool, ConversationError> {
    let mut lines = lines.into_iter();
    let mut since = LineTime::ZERO;
    loop {
        let heard = match ears {
            Some(ears) => listen(call, ears, since).await,
            None => call.wait_until_agent_quiet(since, REPLY_MAX).await.map(|_| String::new()).map_err(Into::into),
        };
        match heard {
            Ok(heard) => on_said(Said::Agent { heard, latency_ms: latency(call) }),
            Err(ConversationError::Call(CallError::Over)) => return Ok(true),
            Err(error) => return Err(error),
        }
        let Some(line) = lines.next() else { break };
        on_said(Said::Caller { text: line.text.clone() });
        let said = match &line.samples {
            Some(samples) => call.say_samples(&line.text, samples).await,
            None => call.say(&line.text).await,
        };
        match said {
            Ok(()) => since = call.now(),
            Err(CallError::Over) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(call.wait_until_over(Duration::from_secs(2)).await.is_ok())
}

/// Something to say: words for the caller's voice, or a recording with its label.
#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    /// 8 kHz.
    pub samples: Option<Vec<i16>>,
}

/// What the agent said since a moment, in words. What it goes on to say while the caller still thinks is listened to as well.
async fn listen(call: &Call, ears: &Ears, since: LineTime) -> Result<String, ConversationError> {
    let mut heard = call.wait_until_agent_quiet(since, REPLY_MAX).await?;
    let mut words = ears.transcribe(&heard.samples).await?;
    while let Some(more) = went_on(call, heard.to).await? {
        words.push(' ');
        words.push_str(&ears.transcribe(&more.samples).await?);
        heard = more;
    }
    Ok(words)
}

async fn went_on(call: &Call, since: LineTime) -> Result<Option<Heard>, CallError> {
    if call.recording.lock().first_sound(since).is_none() {
        return Ok(None);
    }
    call.wait_until_agent_quiet(since, REPLY_MAX).await.map(Some)
}

/// The time to the latest reply: of the greeting, before anything was said.
fn latency(call: &Call) -> Option<u64> {
    let report = call.report();
    match report.spoken.last() {
        Some(spoken) => spoken.utterance_end_to_first_audio_ms,
        None => report.greeting_ms,
    }
}
