//! What a text is held to while it is searched. Pure.

use crate::speech::{
    expected::{Phrases, Place},
    tokens::{SPACE, Vocabulary},
};

/// Which texts are allowed, token by token.
pub trait Hold {
    /// How far a text has come.
    type Place: Copy;

    fn start(&self) -> Self::Place;

    /// Where a token leads; `None` if no allowed text goes on with it.
    fn after(&self, place: Self::Place, token: usize) -> Option<Self::Place>;

    fn may_end(&self, place: Self::Place) -> bool;

    /// A text that is no likelier than this is given up: the logarithm of a probability.
    fn at_least(&self) -> f32 {
        f32::NEG_INFINITY
    }
}

/// Any text.
pub struct Free;

impl Hold for Free {
    type Place = ();

    fn start(&self) {}

    fn after(&self, (): (), _token: usize) -> Option<()> {
        Some(())
    }

    fn may_end(&self, (): ()) -> bool {
        true
    }
}

/// Any text but none at all.
pub struct Something;

impl Hold for Something {
    /// Whether there is a token.
    type Place = bool;

    fn start(&self) -> bool {
        false
    }

    fn after(&self, _: bool, _token: usize) -> Option<bool> {
        Some(true)
    }

    fn may_end(&self, has_begun: bool) -> bool {
        has_begun
    }
}

/// Texts of phrases that begin with another token than some.
pub struct OfPhrases<'a> {
    pub phrases: &'a Phrases,
    pub vocabulary: &'a Vocabulary,
    pub not_first: &'a [usize],
    pub at_least: f32,
}

impl Hold for OfPhrases<'_> {
    /// `None` before the first token.
    type Place = Option<Place>;

    fn start(&self) -> Option<Place> {
        None
    }

    fn after(&self, place: Option<Place>, token: usize) -> Option<Option<Place>> {
        if place.is_none() && self.not_first.contains(&token) {
            return None;
        }
        self.phrases.after(place.unwrap_or(Place::START), self.vocabulary.bytes(token)).map(Some)
    }

    fn may_end(&self, place: Option<Place>) -> bool {
        place.is_some_and(|place| self.phrases.may_end(place))
    }

    fn at_least(&self) -> f32 {
        self.at_least
    }
}

/// One text in any tokens, in whichever case.
pub struct Spelled<'a> {
    text: Vec<u8>,
    vocabulary: &'a Vocabulary,
    at_least: f32,
}

impl<'a> Spelled<'a> {
    pub fn new(text: &str, vocabulary: &'a Vocabulary, at_least: f32) -> Self {
        let text = format!(" {text}").replace(' ', &SPACE.to_string()).into_bytes();
        Self { text, vocabulary, at_least }
    }
}

impl Hold for Spelled<'_> {
    /// Bytes of the text.
    type Place = usize;

    fn start(&self) -> usize {
        0
    }

    fn after(&self, place: usize, token: usize) -> Option<usize> {
        let bytes = self.vocabulary.bytes(token);
        let after = place + bytes.len();
        let goes_on = self.text.get(place..after).is_some_and(|next| next.eq_ignore_ascii_case(bytes));
        (goes_on && !bytes.is_empty()).then_some(after)
    }

    fn may_end(&self, place: usize) -> bool {
        place == self.text.len()
    }

    fn at_least(&self) -> f32 {
        self.at_least
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Of these tokens, which begin at 3: smaller ones stand for no text.
    fn vocabulary(tokens: &[&str]) -> Vocabulary {
        let mut bytes = vec![1, b'?', 1, b'?', 1, b'?'];
        for token in tokens {
            bytes.push(token.len() as u8);
            bytes.extend(token.bytes());
        }
        Vocabulary::parse(Path::new("v"), &bytes).expect("a vocabulary")
    }

    fn is_allowed<H: Hold>(hold: &H, tokens: &[usize]) -> bool {
        let end = tokens.iter().try_fold(hold.start(), |place, &token| hold.after(place, token));
        end.is_some_and(|place| hold.may_end(place))
    }

    #[test]
    fn a_spelled_text_may_be_cut_and_written_in_any_way() {
        let vocabulary = vocabulary(&["▁A", "▁man", "icu", "re", "▁Manicure", "!"]);
        let hold = Spelled::new("a Manicure", &vocabulary, 0.0);
        assert!(is_allowed(&hold, &[3, 4, 5, 6]));
        assert!(is_allowed(&hold, &[3, 7]));
        assert!(!is_allowed(&hold, &[3, 4, 5]), "it is not all said");
        assert!(!is_allowed(&hold, &[3, 7, 8]), "nothing follows");
        assert!(!is_allowed(&hold, &[3, 2, 7]), "what stands for no text is no text");
    }

    #[test]
    fn something_is_any_text_but_none() {
        assert!(is_allowed(&Something, &[3, 4]));
        assert!(!is_allowed(&Something, &[]));
    }

    #[test]
    fn phrases_begin_with_another_token_than_those_tried() {
        let (phrases, vocabulary) = (Phrases::digits(), vocabulary(&["▁two", "▁six", "▁bye"]));
        let hold = OfPhrases { phrases: &phrases, vocabulary: &vocabulary, not_first: &[3], at_least: 0.0 };
        assert!(is_allowed(&hold, &[4, 3]));
        assert!(!is_allowed(&hold, &[3, 4]), "it was tried");
        assert!(!is_allowed(&hold, &[5]), "it is no digit");
        assert!(!is_allowed(&hold, &[]), "nothing was said");
    }
}
