//! Which of the options that were just offered: "the first one", "the later", "number two", "either".

use serde::{Deserialize, Serialize};

use super::{Found, grammar::Phrases, number, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// From 0.
    Nth(usize),
    Last,
    /// Any of them.
    Either,
}

/// Words of a choice in a language.
pub struct Choices {
    pub first: Phrases,
    pub last: Phrases,
    pub either: Phrases,
    /// Before a number: "option two".
    pub numbered: Phrases,
    /// Between an ordinal and a month, or before an ordinal: with them it is a date.
    pub of: &'static [&'static str],
    pub the: &'static [&'static str],
}

pub fn find(words: &Words<'_>) -> Option<Found<Choice>> {
    let choices = &words.grammar().choices;
    if let Some(range) = words.find(choices.last) {
        return Some(Found::new(Choice::Last, 0.9, range));
    }
    if let Some(range) = words.find(choices.either) {
        return Some(Found::new(Choice::Either, 0.8, range));
    }
    for i in 0..words.len() {
        let numbered = words.any_phrase(i, choices.numbered).and_then(|n| {
            let (value, used) = number::cardinal(words, i + n).or_else(|| number::ordinal(words, i + n))?;
            Some((value, n + used))
        });
        let (value, used) = match numbered {
            Some(hit) => hit,
            None => {
                let Some(hit) = number::ordinal(words, i) else { continue };
                // A written "5th" or a large one is a date.
                if words.norm(i).starts_with(|c: char| c.is_ascii_digit()) || month_beside(words, i, hit.1) {
                    continue;
                }
                hit
            }
        };
        if let Some(index) = usize::try_from(value).ok().and_then(|v| v.checked_sub(1)).filter(|v| *v < 5) {
            return Some(Found::new(Choice::Nth(index), 0.85, i..i + used));
        }
    }
    words.find(choices.first).map(|range| Found::new(Choice::Nth(0), 0.9, range))
}

/// "December first", "the first of December"
fn month_beside(words: &Words<'_>, i: usize, used: usize) -> bool {
    let choices = &words.grammar().choices;
    let after = if choices.of.contains(&words.norm(i + used)) { i + used + 1 } else { i + used };
    let before = if choices.the.contains(&words.before(i)) { words.before(i - 1) } else { words.before(i) };
    let month = |word| (words.grammar().month_named)(word).is_some();
    month(words.norm(after)) || month(before)
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("the first one", Some(Choice::Nth(0)))]
    #[case("the second please", Some(Choice::Nth(1)))]
    #[case("number three", Some(Choice::Nth(2)))]
    #[case("the last one", Some(Choice::Last))]
    #[case("the earlier one", Some(Choice::Nth(0)))]
    #[case("either is fine", Some(Choice::Either))]
    #[case("first of December", None)]
    #[case("December first", None)]
    #[case("the 5th", None)]
    fn choices(#[case] text: &str, #[case] expected: Option<Choice>) {
        assert_eq!(find(&Words::of(text, Language::English)).map(|f| f.value), expected, "{text}");
    }
}
