//! Words that callers of a business say and few others do: the names of its services and of its staff. What was heard is
//! tried with one of them in the place of words that are spelled much like it.

/// How much of the letters may differ.
const DIFFERENCE_MAX: f32 = 0.5;
/// How many are tried, the nearest ones: each takes the time of decoding the text once more.
const TRIES_MAX: usize = 2;
/// A shorter term is too much like everything.
const LETTERS_MIN: usize = 4;
/// A longer one is a sentence.
const LETTERS_MAX: usize = 60;
/// More than a business's callers can choose from; the first ones count.
const TERMS_MAX: usize = 200;

/// The terms of one business.
#[derive(Debug, Default)]
pub struct Terms(Vec<Term>);

#[derive(Debug)]
struct Term {
    text: String,
    letters: Vec<char>,
    words: usize,
}

impl Terms {
    pub fn new(terms: &[String]) -> Self {
        let term = |text: &String| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            Term { letters: letters(&text), words: text.split(' ').count(), text }
        };
        let is_fit = |term: &Term| (LETTERS_MIN..=LETTERS_MAX).contains(&term.letters.len());
        Self(terms.iter().map(term).filter(is_fit).take(TERMS_MAX).collect())
    }

    /// What was heard with a term in it that was not heard, nearest first.
    pub fn alternatives(&self, heard: &str) -> Vec<String> {
        let words: Vec<&str> = heard.split_whitespace().collect();
        let all = letters(heard);
        let mut found = Vec::new();
        for term in &self.0 {
            if all.windows(term.letters.len()).any(|window| window == term.letters) {
                continue;
            }
            let spans = (1..=term.words + 1)
                .flat_map(|count| (0..words.len().saturating_sub(count - 1)).map(move |at| at..at + count));
            let nearest = spans
                .map(|span| (letters(&words[span.clone()].concat()), span))
                .filter(|(letters, _)| can_be_near(letters.len(), term.letters.len()))
                .map(|(letters, span)| (difference(&letters, &term.letters), span))
                .min_by(|(one, _), (other, _)| one.total_cmp(other));
            if let Some((difference, span)) = nearest.filter(|(difference, _)| *difference <= DIFFERENCE_MAX) {
                found.push((difference, with(&words, span, &term.text)));
            }
        }
        found.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        found.into_iter().take(TRIES_MAX).map(|(_, text)| text).collect()
    }
}

/// The words with others in a place, and the punctuation of that place.
fn with(words: &[&str], place: std::ops::Range<usize>, instead: &str) -> String {
    let last = words[place.end - 1];
    let stops = &last[last.trim_end_matches(|character: char| !character.is_alphanumeric()).len()..];
    let instead = format!("{instead}{stops}");
    let parts: Vec<&str> =
        words[..place.start].iter().copied().chain([&*instead]).chain(words[place.end..].iter().copied()).collect();
    parts.join(" ")
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether so many letters can be like so many others: most words of a sentence need no closer look.
fn can_be_near(one: usize, other: usize) -> bool {
    one.abs_diff(other) as f32 <= DIFFERENCE_MAX * one.max(other) as f32
}

/// The share of letters to be changed, added or left out.
fn difference(one: &[char], other: &[char]) -> f32 {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, from) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, to) in other.iter().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()] as f32 / one.len().max(other.len()).max(1) as f32
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::one_word("I want a manager, please.", &["I want a Manicure, please."])]
    #[case::two_words("A brave inspection?", &["A Brake inspection?"])]
    #[case::words_run_together("The brigands' section.", &["The Brake inspection."])]
    #[case::heard_already("A manicure.", &[])]
    #[case::heard_in_other_pieces("A mani cure.", &[])]
    #[case::nothing_like_it("Tomorrow at two.", &[])]
    #[case::nothing("", &[])]
    #[case::the_nearest_first("Brave inspection and manager.", &["Brake inspection and manager.", "Brave inspection and Manicure."])]
    fn a_term_is_tried_where_words_are_spelled_like_it(#[case] heard: &str, #[case] tried: &[&str]) {
        let terms = Terms::new(&["Manicure", "Brake  inspection", "Cut", " "].map(str::to_owned));
        assert_eq!(terms.alternatives(heard), tried);
    }

    #[test]
    fn a_difference_is_a_share_of_the_longer_one() {
        let share = |one: &str, other: &str| difference(&letters(one), &letters(other));
        assert!((share("manager", "manicure") - 0.5).abs() < f32::EPSILON);
        assert!((share("", "cut") - 1.0).abs() < f32::EPSILON);
        assert!(share("", "").abs() < f32::EPSILON);
    }
}
