//! When the caller's speech begins and ends. A model decides, behind a first stage that spares it the line's noise; what a
//! pause means is left to the call's core.
//!
//! The model takes up to 0.06 ms a window, a hundred times what the first stage takes. Where recognition is remote, it is asked
//! only of windows that stand out, and within speech only now and then.

mod loudness;

use std::time::Duration;

use self::loudness::Loudness;
use super::LISTENING_RATE_HZ;
use crate::speech::{Engine, Silero, WINDOW};

/// How long one decision's sound is.
const WINDOW_LENGTH: Duration = Duration::from_millis(1_000 * WINDOW as u64 / LISTENING_RATE_HZ as u64);

/// Windows in a row that must sound like speech before it has begun: 64 ms, which a click does not fill.
const ONSET_WINDOWS: u32 = 2;
/// Windows in a row without speech before it has ended: the gaps inside words are shorter.
const HANGOVER_WINDOWS: u32 = 6;

/// How much earlier than its report speech began, as a rule: the onset's windows and one that was being filled. A soft
/// first sound may have begun a tenth of a second before that.
pub const ONSET: Duration = WINDOW_LENGTH.saturating_mul(ONSET_WINDOWS + 1);
/// How much earlier than its report speech began, at least.
pub const ONSET_MIN: Duration = WINDOW_LENGTH.saturating_mul(ONSET_WINDOWS);
/// How long it had been silent when the end of speech is reported. Endpointing counts from this much earlier.
pub const HANGOVER: Duration = WINDOW_LENGTH.saturating_mul(HANGOVER_WINDOWS);

/// At this probability a window counts as speech; once there is speech, a lower one keeps it.
const SPEECH_PROBABILITY: f32 = 0.5;
const SPEECH_KEPT_PROBABILITY: f32 = 0.35;

/// After so many windows without the model its memory of what was before is worth less than none.
const SKIPPED_WINDOWS_MAX: u32 = 8;
/// Within speech, the model confirms each of these: a quarter of a second.
const CONFIRMED_EACH: u32 = 8;

/// How much of the sound the model is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// All but silence: an utterance's last pass begins when its end is heard, so that it must be heard exactly.
    Full,
    /// What stands out from the line's noise, and of speech a part: recognition has ears of its own.
    Spare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Started,
    Stopped,
}

/// The detector of one call.
pub struct VoiceActivity {
    model: Silero,
    care: Care,
    loudness: Loudness,
    window: [f32; WINDOW],
    filled: usize,
    speaking: bool,
    /// Windows in a row that speak against `speaking`.
    against: u32,
    /// Windows since the model was asked.
    skipped: u32,
    /// The model's last word was that this is speech.
    confirmed: bool,
}

impl VoiceActivity {
    pub fn new(engine: &Engine) -> Self {
        Self {
            model: engine.voice_activity(),
            care: Care::Full,
            loudness: Loudness::default(),
            window: [0.0; WINDOW],
            filled: 0,
            speaking: false,
            against: 0,
            skipped: 0,
            confirmed: false,
        }
    }

    /// From the next window on.
    pub const fn take_care(&mut self, care: Care) {
        self.care = care;
    }

    pub const fn is_speaking(&self) -> bool {
        self.speaking
    }

    /// Takes the next samples, at 16 kHz and in order, and says what changed. Give it no more than one window
    /// (32 ms) at a time: of several changes within one call only the last is told.
    pub fn push(&mut self, samples: &[f32]) -> Option<Change> {
        let mut change = None;
        let mut rest = samples;
        while !rest.is_empty() {
            let taken = rest.len().min(WINDOW - self.filled);
            let (now, later) = rest.split_at(taken);
            self.window[self.filled..self.filled + taken].copy_from_slice(now);
            self.filled += taken;
            rest = later;
            if self.filled == WINDOW {
                self.filled = 0;
                change = self.decide().or(change);
            }
        }
        change
    }

    fn decide(&mut self) -> Option<Change> {
        let sounds_like_speech = self.sounds_like_speech();
        if sounds_like_speech == self.speaking {
            self.against = 0;
            return None;
        }
        self.against += 1;
        let needed = if self.speaking { HANGOVER_WINDOWS } else { ONSET_WINDOWS };
        if self.against < needed {
            return None;
        }
        self.against = 0;
        self.speaking = sounds_like_speech;
        Some(if self.speaking { Change::Started } else { Change::Stopped })
    }

    fn sounds_like_speech(&mut self) -> bool {
        let stands_out = self.loudness.stands_out(&self.window);
        let is_asked = match self.care {
            Care::Full => !loudness::is_silent(&self.window),
            Care::Spare => stands_out && !(self.speaking && self.confirmed && self.skipped + 1 < CONFIRMED_EACH),
        };
        if !is_asked {
            self.skipped = self.skipped.saturating_add(1);
            self.model.skip(&self.window);
            self.confirmed &= stands_out;
            return self.confirmed;
        }
        if self.skipped > SKIPPED_WINDOWS_MAX {
            self.model.settle();
        }
        self.skipped = 0;
        let least = if self.speaking { SPEECH_KEPT_PROBABILITY } else { SPEECH_PROBABILITY };
        let is_speech = self.model.probability(&self.window) >= least;
        self.confirmed = is_speech && self.care == Care::Spare;
        is_speech
    }
}
