//! What is said while the agent thinks: a filler when its first sentence takes long, word of progress when it takes very
//! long. Chooses the phrase; when one may be said is decided where replies are.

use crate::config::Phrases;

/// Never the phrase that was said last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filler {
    /// Said since the agent was asked.
    said: u32,
    fillers: Rotation,
    progress: Rotation,
}

/// Goes round a list of phrases.
#[derive(Debug, Clone, Default)]
struct Rotation {
    last: Option<usize>,
}

impl Filler {
    /// The agent was asked.
    pub fn begin(&mut self) {
        self.said = 0;
    }

    /// The agent said something: if it falls silent again, the caller has waited for long.
    pub fn answered(&mut self) {
        self.said = self.said.max(1);
    }

    pub const fn is_first(&self) -> bool {
        self.said == 0
    }

    /// There are phrases for the next time.
    pub fn has_next(&self, phrases: &Phrases) -> bool {
        let list = if self.is_first() { &phrases.fillers } else { &phrases.progress };
        !list.is_empty()
    }

    /// The next phrase of this wait. None if there is none but the one said last.
    pub fn next<'a>(&mut self, phrases: &'a Phrases) -> Option<&'a str> {
        let first = self.is_first();
        self.said = self.said.saturating_add(1);
        if first { self.fillers.next(&phrases.fillers) } else { self.progress.next(&phrases.progress) }
    }
}

impl Rotation {
    fn next<'a>(&mut self, phrases: &'a [String]) -> Option<&'a str> {
        let next = self.last.map_or(0, |last| last + 1) % phrases.len().max(1);
        if self.last == Some(next) {
            // With a single phrase every other time goes without.
            self.last = None;
            return None;
        }
        self.last = Some(next);
        phrases.get(next).map(String::as_str).filter(|phrase| !phrase.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(fillers: &[&str], progress: &[&str]) -> Phrases {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Phrases { fillers: own(fillers), progress: own(progress), ..Phrases::default() }
    }

    #[test]
    fn phrases_vary_from_wait_to_wait_and_within_one() {
        let phrases = phrases(&["One moment.", "Let me see."], &["Still looking.", "Almost there."]);
        let mut filler = Filler::default();
        let mut said = Vec::new();
        for _ in 0..2 {
            filler.begin();
            said.extend((0..3).filter_map(|_| filler.next(&phrases)));
        }
        let all = ["One moment.", "Still looking.", "Almost there.", "Let me see.", "Still looking.", "Almost there."];
        assert_eq!(said, all);
    }

    #[test]
    fn nothing_is_said_twice_in_a_row_and_nothing_is_a_phrase_too() {
        let one = phrases(&["One moment."], &[]);
        let mut filler = Filler::default();
        let mut said = Vec::new();
        for _ in 0..3 {
            filler.begin();
            said.push(filler.next(&one));
            assert_eq!(filler.next(&one), None);
        }
        assert_eq!(said, [Some("One moment."), None, Some("One moment.")]);
        assert_eq!(Filler::default().next(&phrases(&[], &[])), None);
    }
}
