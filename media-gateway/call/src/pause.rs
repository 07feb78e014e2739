//! When sound over our voice pauses it before any word is known. A recogniser needs half a second for its first word, and
//! a caller who speaks wants us silent before that. A pause that no word confirms was a cough, a nod or the line: each of
//! them makes the next pause harder, until the caller really interrupts.

use std::time::Duration;

/// After so many pauses for nothing, only words stop us.
const FALSE_ALARMS_MAX: u32 = 3;

#[derive(Debug, Clone, Default)]
pub(crate) struct Pause {
    /// Pauses for nothing since the caller last interrupted.
    false_alarms: u32,
}

impl Pause {
    /// How long sound must be to pause our voice: `speech_min`, doubled by each false alarm. None: no sound does.
    pub fn speech_min(&self, speech_min: Duration) -> Option<Duration> {
        (self.false_alarms < FALSE_ALARMS_MAX).then(|| speech_min.saturating_mul(1 << self.false_alarms))
    }

    pub fn was_for_nothing(&mut self) {
        self.false_alarms = self.false_alarms.saturating_add(1);
    }

    /// The caller interrupted.
    pub fn was_right(&mut self) {
        self.false_alarms = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_alarms_make_pauses_harder_until_an_interruption() {
        let mut pause = Pause::default();
        let mut needed = Vec::new();
        for _ in 0..5 {
            needed.push(pause.speech_min(Duration::from_millis(150)).map(|min| min.as_millis()));
            pause.was_for_nothing();
        }
        assert_eq!(needed, [Some(150), Some(300), Some(600), None, None]);
        pause.was_right();
        assert_eq!(pause.speech_min(Duration::from_millis(150)), Some(Duration::from_millis(150)));
    }
}
