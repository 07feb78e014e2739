//! The simulated caller: Twilio's side of a call, over the real wire, with a voice, ears and a stopwatch.
//!
//! It signs the webhook, follows the TwiML, opens the media stream and keeps Twilio's cadence; what it hears passes
//! through a carrier buffer that plays in real time, echoes marks and honours `clear`. What it says is decided by
//! its user, or by a [`Persona`].

mod carrier;
mod conversation;
mod ears;
pub(crate) mod g711;
mod line;
mod persona;
pub(crate) mod recording;
mod signature;
mod twiml;
mod wav;
pub(crate) mod webhook;
pub(crate) mod wire;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::Instant,
};

pub use conversation::{ConversationError, Line, Said, converse, recite};
pub use ears::{Ears, EarsError};
pub use persona::{Persona, Purpose};
pub use recording::{Ending, Heard, LineTime, Report, Spoken};
pub use twiml::CarrierSaid;
pub use wav::{WavError, read_wav};
pub use webhook::{CALLER_NUMBER, DialConfig, Signing};

use crate::caller_voice;
use line::{Command, OpenLine};
use recording::{Recording, SharedRecording};

/// How long the agent must be silent before the caller takes its turn; shorter gaps are breaths between sentences.
const QUIET: Duration = Duration::from_millis(700);

/// From the agent's hang-up to the end of what the carrier does after it.
pub const END_MAX: Duration = Duration::from_secs(30);

/// Commands wait here while the line is busy with one frame; a caller gives a few a second.
const COMMAND_LANE: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("the webhook {url}: {source}")]
    Webhook { url: String, source: reqwest::Error },
    #[error("the webhook refused the call with status {0}")]
    Refused(u16),
    #[error("the TwiML of the webhook: {0}")]
    Twiml(#[from] twiml::TwimlError),
    /// The carrier's own voice said this instead.
    #[error("no stream was opened; the carrier said: {}", said.iter().map(|said| &*said.text).collect::<Vec<_>>().join(" "))]
    NotConnected { said: Vec<CarrierSaid> },
    #[error("opening the media stream: {0}")]
    Upgrade(#[from] Box<tokio_tungstenite::tungstenite::Error>),
    #[error("the address {0} is malformed")]
    Address(String),
    #[error("connecting to {address}: {source}")]
    Connect { address: String, source: std::io::Error },
    #[error("the caller's voice: {0}")]
    Voice(String),
    #[error("the call is over")]
    Over,
    #[error("not within {} s: {what}", bound.as_secs())]
    TooLate { what: &'static str, bound: Duration },
}

/// A call whose media stream is open. Dropping it drops the socket.
#[derive(Debug)]
pub struct Call {
    commands: mpsc::Sender<Command>,
    recording: SharedRecording,
    ticks: watch::Receiver<LineTime>,
    line: Option<JoinHandle<()>>,
    voice: String,
    call_sid: String,
}

/// Posts the webhook, follows its TwiML to the stream, and begins to send silence.
pub async fn dial(config: DialConfig) -> Result<Call, CallError> {
    let voice = config.voice.clone();
    let opened = webhook::open(config).await?;
    let call_sid = opened.sender.call_sid.clone();
    let recording: SharedRecording = Arc::new(Recording::shared());
    let (commands, orders) = mpsc::channel(COMMAND_LANE);
    let (tick, ticks) = watch::channel(LineTime::ZERO);
    let line = OpenLine::new(opened, recording.clone(), orders, tick);
    Ok(Call { commands, recording, ticks, line: Some(tokio::spawn(line.run())), voice, call_sid })
}

impl Call {
    /// The carrier's id of the call.
    pub fn call_sid(&self) -> &str {
        &self.call_sid
    }

    /// The line's time: how much audio the caller has sent.
    pub fn now(&self) -> LineTime {
        *self.ticks.borrow()
    }

    /// Speaks; done when the last sound was sent.
    pub async fn say(&self, text: &str) -> Result<(), CallError> {
        let samples =
            caller_voice::speak(text, &self.voice).await.map_err(|error| CallError::Voice(format!("{error:#}")))?;
        self.say_samples(text, &samples).await
    }

    /// Plays 8 kHz samples; `text` is what the report shows for them.
    pub async fn say_samples(&self, text: &str, samples: &[i16]) -> Result<(), CallError> {
        let (done, finished) = oneshot::channel();
        self.order(Command::Say { text: text.to_owned(), samples: samples.to_vec(), done }).await?;
        finished.await.map_err(|_| CallError::Over)
    }

    pub async fn press(&self, digit: char) -> Result<(), CallError> {
        self.order(Command::Press(digit)).await
    }

    /// Sends a text message as it is, in the carrier's place.
    pub async fn send(&self, text: String) -> Result<(), CallError> {
        self.order(Command::Send(text)).await
    }

    /// From now on nothing is sent, and the socket stays: as when the network between is cut.
    pub async fn fall_silent(&self) -> Result<(), CallError> {
        self.order(Command::FallSilent).await
    }

    /// Waits until the agent is heard at or after `since`.
    pub async fn wait_until_agent_speaks(&self, since: LineTime, bound: Duration) -> Result<LineTime, CallError> {
        self.wait("the agent speaks", bound, |recording| recording.first_sound(since)).await
    }

    /// Waits for anything but pure silence at or after `since`: the first frame of it, however soft.
    pub async fn wait_for_any_sound(&self, since: LineTime, bound: Duration) -> Result<LineTime, CallError> {
        self.wait("anything is heard", bound, |recording| recording.first_trace(since)).await
    }

    /// Everything that was heard at or after a moment, silence included: 8 kHz samples.
    pub fn heard_since(&self, since: LineTime) -> Vec<i16> {
        self.recording.lock().samples(since)
    }

    /// The longest stretch of pure silence between two moments that have passed.
    pub fn longest_silence(&self, from: LineTime, to: LineTime) -> Duration {
        self.recording.lock().longest_silence(from, to)
    }

    /// Waits until the agent spoke at or after `since` and then fell silent; returns what was heard.
    pub async fn wait_until_agent_quiet(&self, since: LineTime, bound: Duration) -> Result<Heard, CallError> {
        self.wait("the agent speaks and falls silent", bound, |recording| recording.finished_speech(since, QUIET)).await
    }

    /// Waits until the call ended, by whichever side.
    pub async fn wait_until_over(&self, bound: Duration) -> Result<(), CallError> {
        let mut ticks = self.ticks.clone();
        let over = async {
            // An error means that the line's task is gone.
            while ticks.changed().await.is_ok() {}
        };
        tokio::time::timeout(bound, over).await.map_err(|_| CallError::TooLate { what: "the call ends", bound })
    }

    /// Waits until the call ended; returns what the agent said at or after `since`, if anything.
    pub async fn wait_for_last_words(&self, since: LineTime, bound: Duration) -> Result<Option<Heard>, CallError> {
        self.wait_until_over(bound).await?;
        Ok(self.recording.lock().speech_to_the_end(since))
    }

    /// Hangs up: `stop`, then the socket closes, then the status callback.
    pub async fn hang_up(mut self) -> Result<Report, CallError> {
        let _ = self.order(Command::HangUp).await;
        self.finish().await
    }

    /// The socket is cut without a word; the carrier then goes on with its TwiML.
    pub async fn drop_socket(mut self) -> Result<Report, CallError> {
        let _ = self.order(Command::DropSocket).await;
        self.finish().await
    }

    /// Waits for the other side to end the call.
    pub async fn wait_for_report(mut self, bound: Duration) -> Result<Report, CallError> {
        self.wait_until_over(bound).await?;
        self.finish().await
    }

    /// The figures so far.
    pub fn report(&self) -> Report {
        self.recording.lock().report()
    }

    async fn finish(&mut self) -> Result<Report, CallError> {
        if let Some(line) = self.line.take() {
            // It ends by itself within its own bounds; an error would be its panic.
            line.await.map_err(|_| CallError::Over)?;
        }
        Ok(self.report())
    }

    async fn order(&self, command: Command) -> Result<(), CallError> {
        self.commands.send(command).await.map_err(|_| CallError::Over)
    }

    async fn wait<T>(
        &self,
        what: &'static str,
        bound: Duration,
        found: impl Fn(&Recording) -> Option<T>,
    ) -> Result<T, CallError> {
        let deadline = Instant::now() + bound;
        let mut ticks = self.ticks.clone();
        loop {
            if let Some(value) = found(&self.recording.lock()) {
                return Ok(value);
            }
            match tokio::time::timeout_at(deadline, ticks.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(CallError::Over),
                Err(_) => return Err(CallError::TooLate { what, bound }),
            }
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            line.abort();
        }
    }
}
