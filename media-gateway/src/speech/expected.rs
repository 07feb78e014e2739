//! What a caller who was asked for something is likely to say, as a set of words that recognition can be held to. The
//! set is a tree over bytes, so that it fits however the recogniser cuts words into tokens.

use super::tokens::SPACE_BYTES;

/// What the caller was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expected {
    #[default]
    Anything,
    /// Anything, and the business's own terms rather than words that sound like them.
    Terms,
    /// One digit after the other, as of a phone number.
    Digits,
}

const DIGITS: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "0", "1", "2", "3", "4", "5", "6",
    "7", "8", "9",
];

/// Digits too, but alone they are none.
const BETWEEN_DIGITS: [&str; 1] = ["oh"];

/// Words out of a list, small or with a capital, with spaces and punctuation between them. Figures need nothing between
/// them.
#[derive(Debug)]
pub struct Phrases {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    next: Vec<(u8, usize)>,
    is_word: bool,
    /// A word that makes sense alone.
    is_enough: bool,
}

/// How far a text has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    node: usize,
    has_enough: bool,
}

impl Place {
    /// Nothing was said.
    pub const START: Self = Self { node: 0, has_enough: false };
}

impl Phrases {
    pub fn digits() -> Self {
        let mut phrases = Self { nodes: vec![Node::default()] };
        for (words, is_enough) in [(&DIGITS[..], true), (&BETWEEN_DIGITS, false)] {
            for word in words {
                phrases.add(word.bytes(), is_enough);
                phrases.add(word[..1].to_ascii_uppercase().bytes().chain(word[1..].bytes()), is_enough);
            }
        }
        phrases
    }

    fn add(&mut self, word: impl Iterator<Item = u8>, is_enough: bool) {
        let mut at = 0;
        for byte in word {
            at = self.child(at, byte).unwrap_or_else(|| {
                let new = self.nodes.len();
                self.nodes[at].next.push((byte, new));
                self.nodes.push(Node::default());
                new
            });
        }
        self.nodes[at].is_word = true;
        self.nodes[at].is_enough = is_enough;
    }

    /// Where this text leads from `place`; `None` if nowhere. Spaces are written as the recogniser writes them.
    pub fn after(&self, place: Place, text: &[u8]) -> Option<Place> {
        // Control tokens stand for no text, and lead nowhere.
        let mut rest = Some(text).filter(|text| !text.is_empty())?;
        let mut place = place;
        while let Some(&byte) = rest.first() {
            let gap = if rest.starts_with(SPACE_BYTES) {
                SPACE_BYTES.len()
            } else {
                usize::from(matches!(byte, b' ' | b',' | b'.' | b'-' | b'?' | b'!'))
            };
            let follows_figure = byte.is_ascii_digit() && self.nodes[place.node].is_word;
            if gap > 0 || follows_figure {
                if place.node != 0 && !self.nodes[place.node].is_word {
                    return None;
                }
                place = Place { node: 0, has_enough: self.may_end(place) };
            }
            if gap == 0 {
                place.node = self.child(place.node, byte)?;
            }
            rest = &rest[gap.max(1)..];
        }
        Some(place)
    }

    /// Whether this is a whole text: not within a word, and something was said.
    pub fn may_end(&self, place: Place) -> bool {
        let node = &self.nodes[place.node];
        node.is_enough || place.has_enough && (place.node == 0 || node.is_word)
    }

    fn child(&self, at: usize, byte: u8) -> Option<usize> {
        self.nodes[at].next.iter().find(|(next, _)| *next == byte).map(|(_, node)| *node)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Whether these tokens, one after the other, are a whole text.
    fn is_whole(tokens: &[&str]) -> bool {
        let phrases = Phrases::digits();
        let place = tokens.iter().try_fold(Place::START, |place, token| phrases.after(place, token.as_bytes()));
        place.is_some_and(|place| phrases.may_end(place))
    }

    #[rstest]
    #[case::whole_words(&["▁Two", ",", "▁two", "."], true)]
    #[case::any_cut(&["▁s", "ix", "▁Se", "ven"], true)]
    #[case::cut_across_words(&["▁one▁t", "wo"], true)]
    #[case::figures(&["▁5", "55", "-", "1", "2", "34"], true)]
    #[case::nothing(&[], false)]
    #[case::a_sigh(&["▁Oh", ","], false)]
    #[case::a_zero_that_is_no_sigh(&["▁oh", "▁five", "▁oh"], true)]
    #[case::shouting(&["▁TWO"], false)]
    #[case::another_word(&["▁Bye"], false)]
    #[case::a_longer_word(&["▁Six", "ty"], false)]
    #[case::a_word_without_a_gap(&["▁one", "two"], false)]
    #[case::a_gap_within_a_word(&["▁s", "▁ix"], false)]
    #[case::an_unfinished_word(&["▁sev"], false)]
    #[case::a_figure_within_a_word(&["▁fo", "5"], false)]
    #[case::an_empty_token(&["▁six", ""], false)]
    fn texts_of_digits_are_told_from_others(#[case] tokens: &[&str], #[case] whole: bool) {
        assert_eq!(is_whole(tokens), whole);
    }
}
