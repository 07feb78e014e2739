//! Words with their place in the audio, and how they divide at a boundary between two utterances.

use std::time::Duration;

use crate::listen::LISTENING_RATE_HZ;

/// A place in the audio: samples at 16 kHz since the first one sent, counted on over all connections.
pub type Position = u64;

/// Providers round the ends of their spans; what ends so little after a boundary ends at it. 60 ms.
const ROUNDING: Position = LISTENING_RATE_HZ as Position * 60 / 1_000;

/// The samples of this much time.
pub const fn samples(length: Duration) -> Position {
    length.as_millis() as Position * LISTENING_RATE_HZ as Position / 1_000
}

/// The position that a stream calls this many seconds, when its first sample was at `origin`.
pub fn position(origin: Position, seconds: f64) -> Position {
    // The cast saturates: no number that a server sends can do harm.
    origin.saturating_add((seconds * f64::from(LISTENING_RATE_HZ)) as Position)
}

/// Whether audio up to `end` is all there is up to `boundary`.
pub const fn reaches(end: Position, boundary: Position) -> bool {
    end.saturating_add(ROUNDING) >= boundary
}

/// The words of a span of audio.
#[derive(Clone, Default)]
pub struct Segment {
    pub text: String,
    /// The same, word by word; empty when the times are unknown.
    pub words: Vec<TimedWord>,
    pub start: Position,
    pub end: Position,
}

#[derive(Clone)]
pub struct TimedWord {
    pub text: String,
    pub start: Position,
    pub end: Position,
}

impl Segment {
    /// A stretch in which nothing was said.
    pub fn silence(start: Position, end: Position) -> Self {
        Self { start, end, ..Self::default() }
    }

    pub fn is_wordless(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What was said before the boundary, and after it.
    pub fn split_at(self, boundary: Position) -> (Self, Self) {
        let is_before = if self.end <= boundary.saturating_add(ROUNDING) {
            true
        } else if reaches(self.start, boundary) {
            false
        } else if self.words.is_empty() {
            middle(self.start, self.end) <= boundary
        } else {
            return self.divide(boundary);
        };
        if is_before { (self, Self::default()) } else { (Self::default(), self) }
    }

    fn divide(self, boundary: Position) -> (Self, Self) {
        let count = self.words.iter().take_while(|word| middle(word.start, word.end) <= boundary).count();
        if count == 0 {
            return (Self::default(), self);
        }
        if count == self.words.len() {
            // The text has the words as they are formatted, which is worth keeping.
            return (self, Self::default());
        }
        let mut before = self.words;
        let after = before.split_off(count);
        (Self::of_words(before, self.start, boundary), Self::of_words(after, boundary, self.end))
    }

    pub fn of_words(words: Vec<TimedWord>, start: Position, end: Position) -> Self {
        let mut text = String::new();
        for word in &words {
            append(&mut text, &word.text);
        }
        Self { text, words, start, end }
    }
}

impl TimedWord {
    pub const fn middle(&self) -> Position {
        middle(self.start, self.end)
    }
}

/// The words of a text with their places: `timed` has one for each word, or else they are spread over the span.
pub fn placed(text: &str, timed: &[(Position, Position)], start: Position, end: Position) -> Vec<TimedWord> {
    let written: Vec<&str> = text.split_whitespace().collect();
    let is_timed = timed.len() == written.len();
    let step = end.saturating_sub(start) / (written.len() as Position).max(1);
    let place = |(index, text): (usize, &str)| {
        let spread = start.saturating_add(step * index as Position);
        let (start, end) = match timed.get(index) {
            Some(&place) if is_timed => place,
            _ => (spread, spread.saturating_add(step)),
        };
        TimedWord { text: text.to_owned(), start, end }
    };
    written.into_iter().enumerate().map(place).collect()
}

/// Adds words after a space.
pub fn append(text: &mut String, words: &str) {
    let words = words.trim();
    if !text.is_empty() && !words.is_empty() {
        text.push(' ');
    }
    text.push_str(words);
}

const fn middle(start: Position, end: Position) -> Position {
    start + end.saturating_sub(start) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Position = LISTENING_RATE_HZ as Position;

    fn spoken(words: &[(&str, Position, Position)]) -> Segment {
        let words: Vec<TimedWord> =
            words.iter().map(|&(text, start, end)| TimedWord { text: text.to_owned(), start, end }).collect();
        let (start, end) = (words[0].start, words[words.len() - 1].end);
        Segment::of_words(words, start, end)
    }

    #[test]
    fn a_span_divides_between_its_words() {
        let segment = spoken(&[("at", 0, SECOND), ("three", SECOND, 2 * SECOND), ("yes", 3 * SECOND, 4 * SECOND)]);
        let (before, after) = segment.split_at(2 * SECOND + SECOND / 2);
        assert_eq!((before.text.as_str(), after.text.as_str()), ("at three", "yes"));
        assert_eq!((before.end, after.start), (after.start, before.end));
    }

    #[test]
    fn a_span_that_ends_a_little_late_is_whole() {
        let (before, after) = spoken(&[("three", 0, SECOND + 300)]).split_at(SECOND);
        assert_eq!((before.text.as_str(), after.text.as_str()), ("three", ""));
        let (before, after) = spoken(&[("three", SECOND - 300, 2 * SECOND)]).split_at(SECOND);
        assert_eq!((before.text.as_str(), after.text.as_str()), ("", "three"));
    }

    #[test]
    fn without_times_the_middle_decides() {
        let segment = |start, end| Segment { text: "three".to_owned(), words: Vec::new(), start, end };
        assert_eq!(segment(0, 3 * SECOND).split_at(2 * SECOND).0.text, "three");
        assert_eq!(segment(0, 3 * SECOND).split_at(SECOND).1.text, "three");
    }

    #[test]
    fn words_have_their_own_places_or_are_spread() {
        let places = |timed: &[_]| -> Vec<_> {
            placed("at 3 pm", timed, 30, 90).into_iter().map(|word| (word.start, word.end)).collect()
        };
        let timed = [(30, 35), (40, 60), (70, 90)];
        assert_eq!(places(&timed), timed);
        assert_eq!(places(&timed[..2]), [(30, 50), (50, 70), (70, 90)], "written otherwise than said");
        assert!(placed("", &timed, 30, 90).is_empty());
        assert_eq!(placed("a", &[], Position::MAX, 0)[0].end, Position::MAX);
    }

    #[test]
    fn no_number_does_harm() {
        assert_eq!(position(5, -1.0), 5);
        assert_eq!(position(5, f64::NAN), 5);
        assert_eq!(position(5, f64::INFINITY), Position::MAX);
        assert_eq!(position(SECOND, 0.5), SECOND + SECOND / 2);
        assert!(reaches(Position::MAX, Position::MAX));
    }
}
