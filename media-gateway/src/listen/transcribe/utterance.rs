//! The sound of the utterance that is open: how much of it is kept, when a try at its words is worth making, and
//! where a long one is cut. Pure: no model, no time but the samples' own.

use std::time::Duration;

use crate::listen::LISTENING_RATE_HZ;

/// Kept from before speech is noticed: soft first sounds, and the detector's own delay.
const PRE_ROLL: usize = samples(Duration::from_millis(500));
/// Speech until the first try at its words: enough for one, early enough for barge-in.
const FIRST_PARTIAL: usize = samples(Duration::from_millis(160));
/// Speech between the first two tries, while one word decides whether this is a barge-in.
const SECOND_PARTIAL: usize = samples(Duration::from_millis(200));
/// Speech between two later tries: at least this, and at least this part of what is there. Each try hears everything
/// again: with equal steps the cost would grow with the square of the length, and so all tries together cost less than
/// three times the final pass.
const NEXT_PARTIAL: usize = samples(Duration::from_millis(400));
const NEXT_PARTIAL_SHARE: usize = 2;
/// Silence kept after speech while it is open whether more will come.
const PAUSE_KEPT: usize = samples(Duration::from_millis(500));
/// From this length on, a pause divides an utterance: recognition's cost grows faster than the length.
const LONG: usize = samples(Duration::from_secs(6));
/// At this length it is divided without a pause, at the quietest place of its last part.
const TOO_LONG: usize = samples(Duration::from_secs(12));
const CUT_SEARCHED: usize = samples(Duration::from_secs(4));
const CUT_WINDOW: usize = samples(Duration::from_millis(50));

const fn samples(length: Duration) -> usize {
    (length.as_millis() as usize) * (LISTENING_RATE_HZ as usize) / 1_000
}

/// What the caller is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing was said yet.
    Quiet,
    Speaking,
    /// Something was said, then silence.
    Paused,
}

/// What should be done about the words.
#[derive(Debug, PartialEq)]
pub enum Due {
    Nothing,
    /// Try to recognise what is there so far.
    Partial,
    /// This stretch is over and will not change.
    Stretch(Vec<f32>),
}

#[derive(Debug)]
pub struct Utterance {
    sound: Vec<f32>,
    phase: Phase,
    /// The length of `sound` at which the next try is due.
    partial_at: usize,
    /// Tries since speech began.
    tries: u32,
    /// The length of `sound` when speech ended.
    speech_end: usize,
}

impl Utterance {
    pub const fn new() -> Self {
        Self { sound: Vec::new(), phase: Phase::Quiet, partial_at: 0, tries: 0, speech_end: 0 }
    }

    /// All sound since shortly before the speech.
    pub fn sound(&self) -> &[f32] {
        &self.sound
    }

    pub const fn has_speech(&self) -> bool {
        !matches!(self.phase, Phase::Quiet)
    }

    /// Tries that came due since speech began, before the one that is due.
    pub const fn tries_before(&self) -> u32 {
        self.tries.saturating_sub(1)
    }

    pub const fn is_speaking(&self) -> bool {
        matches!(self.phase, Phase::Speaking)
    }

    pub fn push(&mut self, samples: &[f32]) -> Due {
        self.sound.extend_from_slice(samples);
        match self.phase {
            Phase::Quiet => {
                self.keep_from(0, PRE_ROLL);
                Due::Nothing
            }
            Phase::Paused => {
                self.keep_from(self.speech_end, PAUSE_KEPT);
                Due::Nothing
            }
            Phase::Speaking if self.sound.len() >= TOO_LONG => Due::Stretch(self.cut_at(self.quietest_place())),
            Phase::Speaking if self.sound.len() >= self.partial_at => {
                let step = if self.tries == 0 {
                    SECOND_PARTIAL
                } else {
                    NEXT_PARTIAL.max(self.sound.len() / NEXT_PARTIAL_SHARE)
                };
                self.tries += 1;
                self.partial_at = self.sound.len() + step;
                Due::Partial
            }
            Phase::Speaking => Due::Nothing,
        }
    }

    /// A stretch comes back when the pause before this speech divided the utterance.
    pub fn speech_started(&mut self) -> Due {
        let before = std::mem::replace(&mut self.phase, Phase::Speaking);
        let divided = before == Phase::Paused && self.sound.len() >= LONG;
        let due = if divided { Due::Stretch(self.cut_at(self.speech_end)) } else { Due::Nothing };
        self.partial_at = self.sound.len() + FIRST_PARTIAL;
        self.tries = 0;
        due
    }

    pub fn speech_stopped(&mut self) {
        if self.phase == Phase::Speaking {
            self.phase = Phase::Paused;
            self.speech_end = self.sound.len();
        }
    }

    /// Ends the utterance. The next one keeps the silence after the speech as its pre-roll, and goes on speaking if
    /// this one was.
    pub fn finish(&mut self) -> Vec<f32> {
        match self.phase {
            Phase::Quiet => Vec::new(),
            Phase::Speaking => {
                self.partial_at = FIRST_PARTIAL;
                std::mem::take(&mut self.sound)
            }
            Phase::Paused => {
                self.phase = Phase::Quiet;
                self.cut_at(self.speech_end)
            }
        }
    }

    fn cut_at(&mut self, place: usize) -> Vec<f32> {
        let rest = self.sound.split_off(place.min(self.sound.len()));
        self.speech_end = 0;
        self.partial_at = rest.len() + NEXT_PARTIAL;
        std::mem::replace(&mut self.sound, rest)
    }

    /// Keeps the last `length` samples of what follows `start`. Cuts in large steps, so that it seldom moves memory.
    fn keep_from(&mut self, start: usize, length: usize) {
        let excess = (self.sound.len() - start).saturating_sub(length);
        if excess >= length {
            self.sound.drain(start..start + excess);
        }
    }

    fn quietest_place(&self) -> usize {
        let from = self.sound.len().saturating_sub(CUT_SEARCHED);
        let energy = |window: &[f32]| window.iter().map(|sample| sample * sample).sum::<f32>();
        self.sound[from..]
            .chunks_exact(CUT_WINDOW)
            .enumerate()
            .min_by(|(_, one), (_, other)| energy(one).total_cmp(&energy(other)))
            .map_or(from, |(index, _)| from + index * CUT_WINDOW + CUT_WINDOW / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [f32; 320] = [0.1; 320];

    /// Pushes this many milliseconds and counts the tries.
    fn speak(utterance: &mut Utterance, ms: usize) -> usize {
        (0..ms / 20).filter(|_| utterance.push(&FRAME) == Due::Partial).count()
    }

    #[test]
    fn silence_is_kept_only_as_pre_roll() {
        let mut utterance = Utterance::new();
        speak(&mut utterance, 60_000);
        assert!((PRE_ROLL..2 * PRE_ROLL).contains(&utterance.sound().len()));
        assert!(utterance.finish().is_empty());
    }

    #[test]
    fn the_first_try_comes_early_and_the_next_ones_regularly() {
        let mut utterance = Utterance::new();
        utterance.speech_started();
        assert_eq!(speak(&mut utterance, 140), 0);
        assert_eq!(speak(&mut utterance, 20), 1);
        assert_eq!(speak(&mut utterance, 200), 1);
        assert_eq!(speak(&mut utterance, 2_000), 3);
        assert_eq!(speak(&mut utterance, 8_000), 4, "fewer, the longer it gets");
    }

    #[test]
    fn all_tries_together_cost_less_than_three_final_passes() {
        let mut utterance = Utterance::new();
        speak(&mut utterance, 1_000);
        utterance.speech_started();
        let (mut tried, mut dearest) = (0, 0.0_f64);
        for _ in 0..500 {
            if utterance.push(&FRAME) == Due::Partial {
                tried += utterance.sound().len();
            }
            dearest = dearest.max(tried as f64 / utterance.sound().len() as f64);
        }
        assert!(utterance.sound().len() < TOO_LONG);
        assert!(dearest < 3.0, "{dearest} times the final pass");
    }

    #[test]
    fn a_pause_ends_a_stretch_only_in_a_long_utterance() {
        let mut utterance = Utterance::new();
        utterance.speech_started();
        speak(&mut utterance, 1_000);
        utterance.speech_stopped();
        assert_eq!(utterance.speech_started(), Due::Nothing);
        speak(&mut utterance, 8_000);
        utterance.speech_stopped();
        let said = utterance.sound().len();
        speak(&mut utterance, 300);
        let Due::Stretch(stretch) = utterance.speech_started() else { panic!("a stretch") };
        assert_eq!(stretch.len(), said);
        assert_eq!(utterance.sound().len(), samples(Duration::from_millis(300)));
    }

    #[test]
    fn speech_without_any_pause_is_cut_where_it_is_quietest() {
        let mut utterance = Utterance::new();
        utterance.speech_started();
        speak(&mut utterance, 10_000);
        utterance.push(&[0.0; 1_600]);
        let mut stretch = Vec::new();
        while stretch.is_empty() {
            if let Due::Stretch(cut) = utterance.push(&FRAME) {
                stretch = cut;
            }
        }
        let quiet = samples(Duration::from_millis(10_000));
        assert!((quiet..quiet + 1_600).contains(&stretch.len()), "{}", stretch.len());
        assert!(utterance.is_speaking());
    }

    #[test]
    fn an_utterance_that_ends_while_speaking_goes_on_as_the_next() {
        let mut utterance = Utterance::new();
        utterance.speech_started();
        speak(&mut utterance, 1_000);
        assert_eq!(utterance.finish().len(), 16_000);
        assert!(utterance.is_speaking() && utterance.sound().is_empty());
    }

    #[test]
    fn the_silence_after_speech_belongs_to_the_next_utterance() {
        let mut utterance = Utterance::new();
        utterance.speech_started();
        speak(&mut utterance, 1_000);
        utterance.speech_stopped();
        speak(&mut utterance, 300);
        assert_eq!(utterance.finish().len(), 16_000);
        assert!(!utterance.has_speech());
        assert_eq!(utterance.sound().len(), 4_800);
    }
}
