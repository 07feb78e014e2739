//! How fast a voice speaks on average, learned from what it has spoken. One number, shared by all calls.

use std::sync::atomic::{AtomicU32, Ordering};

/// English at a receptionist's pace, about 160 words a minute.
const START: f32 = 14.0;
/// What a voice can have at all; a measurement outside tells of silence or of digits, not of the voice.
const RANGE: std::ops::RangeInclusive<f32> = 7.0..=25.0;
/// How much one sentence counts.
const WEIGHT: f32 = 0.2;

#[derive(Debug)]
pub struct Pace(AtomicU32);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicU32::new(START.to_bits()))
    }
}

impl Pace {
    pub fn characters_per_second(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }

    pub fn learn(&self, measured: f32) {
        if RANGE.contains(&measured) {
            let known = self.characters_per_second();
            // Two calls that learn at once may lose one of the two sentences, which matters to nobody.
            self.0.store((known + (measured - known) * WEIGHT).to_bits(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_the_voice_and_ignores_oddities() {
        let pace = Pace::default();
        pace.learn(100.0);
        assert!((pace.characters_per_second() - START).abs() < f32::EPSILON);
        for _ in 0..50 {
            pace.learn(18.0);
        }
        assert!((pace.characters_per_second() - 18.0).abs() < 0.01);
    }
}
