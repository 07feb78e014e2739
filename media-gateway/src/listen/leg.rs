//! The caller's side of a call: frames in, voice activity and words out. When an utterance ends is decided by the
//! call's core; this only carries it out.

use call::{Event, Expectation, UtteranceId};

use super::{
    mulaw,
    resample::Upsampler,
    transcribe::{Command, Heard, Hints, Transcriber, TranscriberFactory},
    voice_activity::{Care, Change, VoiceActivity},
};
use crate::speech::{Engine, Expected};

/// μ-law bytes that are looked at as one: 20 ms at 8 kHz. The detector tells one change at a time.
const STEP_BYTES: usize = 160;

pub struct Listening {
    upsampler: Upsampler,
    voice_activity: VoiceActivity,
    transcriber: Transcriber,
    /// Scratch, kept for its allocation.
    at_8k: Vec<f32>,
}

impl Listening {
    pub fn begin(engine: &Engine, transcribers: &TranscriberFactory, hints: Hints) -> Self {
        let mut leg = Self {
            upsampler: Upsampler::default(),
            voice_activity: VoiceActivity::new(engine),
            transcriber: transcribers.open(hints),
            at_8k: Vec::with_capacity(STEP_BYTES),
        };
        leg.expect(Expectation::default());
        leg
    }

    /// Who makes out the words.
    pub fn provider(&self) -> &'static str {
        self.transcriber.provider()
    }

    /// Takes caller audio: μ-law, 8 kHz, any length. What it changed is told in order.
    pub fn hear(&mut self, mulaw: &[u8]) -> Vec<Event> {
        mulaw.chunks(STEP_BYTES).filter_map(|step| self.hear_step(step)).collect()
    }

    fn hear_step(&mut self, mulaw: &[u8]) -> Option<Event> {
        self.at_8k.clear();
        mulaw::decode_to_f32(mulaw, &mut self.at_8k);
        let mut at_16k = Vec::with_capacity(2 * STEP_BYTES);
        self.upsampler.push(&self.at_8k, &mut at_16k);
        self.voice_activity.take_care(if self.transcriber.is_remote() { Care::Spare } else { Care::Full });
        let change = self.voice_activity.push(&at_16k);
        self.transcriber.send(Command::Audio(at_16k));
        let (command, event) = match change? {
            Change::Started => (Command::SpeechStarted, Event::SpeechStarted),
            Change::Stopped => (Command::SpeechStopped, Event::SpeechStopped),
        };
        self.transcriber.send(command);
        Some(event)
    }

    pub fn finalize(&mut self, utterance: UtteranceId) {
        self.transcriber.send(Command::Finalize(utterance));
    }

    /// What the caller was asked for.
    pub fn expect(&mut self, expects: Expectation) {
        let expected = match expects {
            Expectation::Phone => Expected::Digits,
            Expectation::Open | Expectation::Service | Expectation::Name => Expected::Terms,
            Expectation::YesNo | Expectation::Date | Expectation::Time | Expectation::Email => Expected::Anything,
        };
        self.transcriber.send(Command::Expect(expected));
    }

    /// The next words. Cancel-safe.
    pub async fn next(&mut self) -> Heard {
        self.transcriber.next().await
    }
}

/// Words as the core hears of them.
pub fn event(heard: Heard) -> Event {
    match heard {
        Heard::Partial { utterance, text } => Event::Partial { utterance, text: text.into_inner() },
        Heard::Final { utterance, text } => Event::Transcript { utterance, text: text.into_inner() },
        Heard::TurnEnd { utterance, end } => Event::TurnEndHint { utterance, end },
        Heard::Lost => Event::TranscriptionLost,
    }
}
