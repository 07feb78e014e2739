//! Which of the options that were just offered: "the first one", "the later", "number two", "either".

use super::{Found, date::month_named, number, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// From 0.
    Nth(usize),
    Last,
    /// Any of them.
    Either,
}

pub fn find(words: &Words<'_>) -> Option<Found<Choice>> {
    const LAST: &[&str] = &[
        "the last one",
        "the last",
        "last one",
        "the latest",
        "the later one",
        "the later",
        "the latter",
        "later one",
        "latest one",
    ];
    const FIRST: &[&str] =
        &["the earlier one", "the earlier", "the earliest", "the former", "earlier one", "earliest one", "the first"];
    const EITHER: &[&str] = &[
        "either",
        "either one",
        "any of those",
        "any of them",
        "whichever",
        "you choose",
        "you pick",
        "doesnt matter",
        "dont care",
    ];
    if let Some(range) = words.find(LAST) {
        return Some(Found::new(Choice::Last, 0.9, range));
    }
    if let Some(range) = words.find(EITHER) {
        return Some(Found::new(Choice::Either, 0.8, range));
    }
    for i in 0..words.len() {
        let numbered = words.any_phrase(i, &["number", "option", "option number"]).and_then(|n| {
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
    words.find(FIRST).map(|range| Found::new(Choice::Nth(0), 0.9, range))
}

/// "December first", "the first of December"
fn month_beside(words: &Words<'_>, i: usize, used: usize) -> bool {
    let after = if words.norm(i + used) == "of" { i + used + 1 } else { i + used };
    let before = if words.before(i) == "the" { words.before(i - 1) } else { words.before(i) };
    month_named(words.norm(after)).is_some() || month_named(before).is_some()
}

#[cfg(test)]
mod tests {
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
        assert_eq!(find(&Words::of(text)).map(|f| f.value), expected, "{text}");
    }
}
