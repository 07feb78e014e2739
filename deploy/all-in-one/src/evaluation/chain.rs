//! A recording heard as a call hears its caller: 20 ms frames of μ-law into the listening leg of a call, utterances
//! ended by the call's own pauses.

use std::time::{Duration, Instant};

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

/// A frame of the carrier: 20 ms at 8 kHz.
const FRAME_BYTES: usize = 160;
const FRAME: Duration = Duration::from_millis(20);
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
    /// As fast as they are taken.
    Fast,
    /// As in a call.
    Live,
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
pub async fn hear(engine: &Engine, sound: &[u8], expects: Expectation, pace: Pace) -> Result<Transcript, ChainError> {
    let transcribers = TranscriberFactory::embedded(engine.clone());
    let timings = Timings { vad_hangover: voice_activity::HANGOVER, ..Timings::default() };
    let mut ear = Ear {
        listening: Listening::begin(engine, &transcribers, Hints::default()),
        endpoint: timings.endpoint_after(expects),
        utterance: UtteranceId::FIRST,
        quiet: None,
        clock: (pace == Pace::Live).then(|| tokio::time::interval(FRAME)),
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
    Ok(ear.heard)
}

struct Ear {
    listening: Listening,
    endpoint: Duration,
    utterance: UtteranceId,
    /// Since speech stopped: silence in the sound's time, and when that was noticed.
    quiet: Option<(Duration, Instant)>,
    clock: Option<tokio::time::Interval>,
    heard: Transcript,
}

impl Ear {
    async fn frame(&mut self, mulaw: &[u8]) -> Result<(), ChainError> {
        if let Some(clock) = &mut self.clock {
            clock.tick().await;
        }
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
        match self.quiet {
            Some((silence, stopped_at)) if silence >= self.endpoint => {
                self.quiet = None;
                self.end_utterance(stopped_at).await
            }
            _ => self.take_partials(),
        }
    }

    /// As the driver of a call does between frames.
    fn take_partials(&mut self) -> Result<(), ChainError> {
        while let Some(heard) = self.listening.next().now_or_never() {
            if heard == Heard::Lost {
                return Err(ChainError::Lost);
            }
        }
        Ok(())
    }

    async fn end_utterance(&mut self, stopped_at: Instant) -> Result<(), ChainError> {
        self.listening.finalize(self.utterance);
        self.utterance = self.utterance.next();
        loop {
            match self.listening.next().await {
                Heard::Partial { .. } | Heard::TurnEnd { .. } => {}
                Heard::Lost => return Err(ChainError::Lost),
                Heard::Final { text, .. } => {
                    self.heard.to_text.push(stopped_at.elapsed());
                    let text = text.into_inner();
                    if !text.is_empty() && !self.heard.text.is_empty() {
                        self.heard.text.push(' ');
                    }
                    self.heard.text.push_str(&text);
                    return Ok(());
                }
            }
        }
    }
}
