//! Words that were said against words that were heard. Pure.

use std::ops::AddAssign;

use super::normalise::{Reading, words};

/// Words that are wrong, missing or too many, of those that were said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WordErrors {
    pub errors: usize,
    pub said: usize,
}

impl WordErrors {
    /// Errors a word, 0 … ; `None` where nothing was said.
    pub fn rate(self) -> Option<f64> {
        (self.said > 0).then(|| self.errors as f64 / self.said as f64)
    }

    pub const fn is_exact(self) -> bool {
        self.errors == 0
    }
}

impl AddAssign for WordErrors {
    fn add_assign(&mut self, other: Self) {
        self.errors += other.errors;
        self.said += other.said;
    }
}

/// Figures are read in the way that fits best, on both sides.
pub fn compare(said: &str, heard: &str) -> WordErrors {
    let mut best: Option<WordErrors> = None;
    for said in Reading::ALL.map(|reading| words(said, reading)) {
        for heard in Reading::ALL.map(|reading| words(heard, reading)) {
            let errors = WordErrors { errors: distance(&said, &heard), said: said.len() };
            if best.is_none_or(|best| errors.errors < best.errors) {
                best = Some(errors);
            }
        }
    }
    best.unwrap_or_default()
}

/// Where digits are dictated, "oh" is a zero.
pub fn compare_digits(said: &str, heard: &str) -> WordErrors {
    let digits = |text| {
        let mut words = words(text, Reading::Digits);
        for word in words.iter_mut().filter(|word| matches!(word.as_str(), "oh" | "o")) {
            "zero".clone_into(word);
        }
        words
    };
    let said = digits(said);
    WordErrors { errors: distance(&said, &digits(heard)), said: said.len() }
}

/// The fewest words to change, leave out or put in (Levenshtein).
fn distance(said: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (index, word) in said.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (place, other) in heard.iter().enumerate() {
            let changed = diagonal + usize::from(word != other);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[heard.len()]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a thin stripe", "A thin stripe.", 0, 3)]
    #[case("a thin stripe", "the thin stripes run", 3, 3)]
    #[case("a thin stripe", "", 3, 3)]
    #[case("", "you", 1, 0)]
    #[case("one two three", "123", 0, 3)]
    #[case("three thirty", "330", 0, 2)]
    #[case("nineteen ninety five", "1995.", 0, 3)]
    fn errors_are_counted(#[case] said: &str, #[case] heard: &str, #[case] errors: usize, #[case] of: usize) {
        assert_eq!(compare(said, heard), WordErrors { errors, said: of });
    }

    #[test]
    fn dictated_digits_are_the_same_in_words_and_figures() {
        assert!(compare_digits("five five five zero", "555 oh.").is_exact());
        assert!(!compare_digits("five", "hive").is_exact());
    }

    #[test]
    fn rates_add_up_over_words_not_files() {
        let mut sum = compare("one", "two");
        sum += compare("a b c", "a b c");
        assert_eq!(sum.rate(), Some(0.25));
        assert_eq!(WordErrors::default().rate(), None);
    }
}
