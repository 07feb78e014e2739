//! A recording heard as a call hears its caller: 20 ms frames of μ-law into the listening leg of a call, utterances
//! ended by the call's own pauses.

use std::time::Duration;

use call::{Event, Expectation, Timings, UtteranceId};
use futures::FutureExt as _;
use media_gateway::{
    listen::{
        leg::Listening,
        mulaw,
        transcribe::{Heard, Hints, TranscriberFactory},
        voice_activity,
    },
    speech::Engine,
};
use tokio::time::{Instant, timeout_at};

/// A frame of the carrier: 20 ms at 8 kHz.
const FRAME_BYTES: usize = 160;
const FRAME: Duration = Duration::from_millis(20);
/// While the engine works, it is asked again after so long whether it is done.
const IDLE_AFTER: Duration = Duration::from_millis(1);
/// The line is quiet before the caller speaks.
const QUIET_BEFORE: usize = 50;
/// Longer than any pause that ends an utterance.
const QUIET_AFTER: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    #[error("the speech engine stopped")]
    Lost,
}

/// How frames follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As in a call.
    Live,
    /// The same without the time in which the engine has nothing to do: while it works, a frame comes 20 ms after the
    /// one before, as in a call; when it is idle, at once. So each job finds the sound and the other jobs that it would
    /// find in a call.
    Condensed,
}

/// What was made out.
#[derive(Debug)]
pub struct Transcript {
    /// Of all utterances.
    pub text: String,
    /// For each utterance: from the report that speech stopped to its words.
    pub to_text: Vec<Duration>,
}

/// Hears 8 kHz μ-law from its beginning to its end.
pub async fn hear(
    engine: &Engine,
    sound: &[u8],
    expects: Expectation,
    terms: &[String],
    pace: Pace,
) -> Result<Transcript, ChainError> {
    let transcribers = TranscriberFactory::embedded(engine.clone());
    let timings = Timings { vad_hangover: voice_activity::HANGOVER, ..Timings::default() };
    let mut ear = Ear {
        engine,
        pace,
        due: Instant::now(),
        listening: Listening::begin(engine, &transcribers, Hints { terms: terms.to_vec(), ..Hints::default() }),
        endpoint: timings.endpoint_after(expects),
        utterance: UtteranceId::FIRST,
        quiet: None,
        ending: None,
        heard: Transcript { text: String::new(), to_text: Vec::new() },
    };
    ear.listening.expect(expects);
    let silence = [mulaw::SILENCE; FRAME_BYTES];
    for _ in 0..QUIET_BEFORE {
        ear.frame(&silence).await?;
    }
    for frame in sound.chunks(FRAME_BYTES) {
        ear.frame(frame).await?;
    }
    for _ in 0..QUIET_AFTER {
        ear.frame(&silence).await?;
    }
    while ear.ending.is_some() {
        let heard = ear.listening.next().await;
        ear.take(heard)?;
    }
    Ok(ear.heard)
}

struct Ear<'a> {
    engine: &'a Engine,
    pace: Pace,
    /// When the next frame comes, at the latest.
    due: Instant,
    listening: Listening,
    endpoint: Duration,
    utterance: UtteranceId,
    /// Since speech stopped: silence in the sound's time, and when that was noticed.
    quiet: Option<(Duration, Instant)>,
    /// An utterance was ended and its words are on the way: when it was noticed that its speech had stopped.
    ending: Option<Instant>,
    heard: Transcript,
}

impl Ear<'_> {
    async fn frame(&mut self, mulaw: &[u8]) -> Result<(), ChainError> {
        self.wait_for_frame().await?;
        if let Some((silence, _)) = &mut self.quiet {
            *silence += FRAME;
        }
        for event in self.listening.hear(mulaw) {
            match event {
                Event::SpeechStarted => self.quiet = None,
                Event::SpeechStopped => self.quiet = Some((Duration::ZERO, Instant::now())),
                _ => {}
            }
        }
        // As a call's core: the next utterance is ended when the words of the last one are there.
        if let Some((_, stopped_at)) =
            self.quiet.take_if(|(silence, _)| *silence >= self.endpoint && self.ending.is_none())
        {
            self.listening.finalize(self.utterance);
            self.utterance = self.utterance.next();
            self.ending = Some(stopped_at);
        }
        Ok(())
    }

    /// Words are taken meanwhile, as the driver of a call does.
    async fn wait_for_frame(&mut self) -> Result<(), ChainError> {
        loop {
            let was_idle = self.engine.is_idle();
            while let Some(heard) = self.listening.next().now_or_never() {
                self.take(heard)?;
            }
            // Words that came may have been the occasion for another job.
            let is_skipped = self.pace == Pace::Condensed && was_idle && self.engine.is_idle();
            let now = Instant::now();
            if is_skipped || now >= self.due {
                self.due = self.due.min(now) + FRAME;
                return Ok(());
            }
            let wake_at = match self.pace {
                Pace::Live => self.due,
                Pace::Condensed => self.due.min(now + IDLE_AFTER),
            };
            if let Ok(heard) = timeout_at(wake_at, self.listening.next()).await {
                self.take(heard)?;
            }
        }
    }

    fn take(&mut self, heard: Heard) -> Result<(), ChainError> {
        match heard {
            Heard::Partial { .. } | Heard::TurnEnd { .. } => {}
            Heard::Lost => return Err(ChainError::Lost),
            Heard::Final { text, .. } => {
                if let Some(stopped_at) = self.ending.take() {
                    self.heard.to_text.push(stopped_at.elapsed());
                }
                let text = text.into_inner();
                if !text.is_empty() && !self.heard.text.is_empty() {
                    self.heard.text.push(' ');
                }
                self.heard.text.push_str(&text);
            }
        }
        Ok(())
    }
}
