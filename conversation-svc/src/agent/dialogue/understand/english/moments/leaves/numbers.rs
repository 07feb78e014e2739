//! Numbers: counts, fractions, ordinals, years.

use jiff::civil::Date;

use super::{Add, is_share};
use crate::agent::dialogue::understand::{
    date::{Days, Grain},
    english::{moments::months::month_named, number},
    moment::Node,
    words::Words,
};

pub fn at(words: &Words<'_>, i: usize, add: Add<'_>) {
    const COUNTS: &[(&str, f64)] = &[
        ("a", 1.0),
        ("an", 1.0),
        ("another", 1.0),
        ("a couple", 2.0),
        ("a couple of", 2.0),
        ("couple", 2.0),
        ("couple of", 2.0),
        ("a pair of", 2.0),
        ("a few", 3.0),
        ("few", 3.0),
        ("some", 3.0),
        ("several", 7.0),
        ("half a", 0.5),
        ("half an", 0.5),
        ("a half", 0.5),
        ("half", 0.5),
        ("a quarter of a", 0.25),
        ("a quarter of an", 0.25),
        ("quarter of an", 0.25),
        ("three quarters of an", 0.75),
        ("three quarters of a", 0.75),
    ];
    for (phrase, count) in COUNTS {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Number(*count), taken, 0.9);
        }
    }
    let word = words.norm(i);
    let fraction = match word {
        "1/4" => Some(0.25),
        "1/2" => Some(0.5),
        "3/4" => Some(0.75),
        _ => word.split_once('.').and_then(|(whole, part)| {
            let digits = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
            (digits(whole) && digits(part)).then(|| word.parse().ok()).flatten()
        }),
    };
    // "One and three quarters"
    if let Some((value, taken)) = number::quantity(words, i)
        && value.fract() != 0.0
        && value > 1.0
        && words.norm(i + 1) == "and"
    {
        add(Node::Number(value), taken, 0.9);
    }
    if let Some(value) = fraction {
        add(Node::Number(value), 1, 0.9);
    } else if let Some((value, taken)) = number::cardinal(words, i)
        && !is_share(words, i)
        && value < COUNTS_BELOW
    {
        add(Node::Number(value as f64), taken, 0.9);
    }
    if let Some((value, taken)) = number::ordinal(words, i)
        && let Ok(value) = u32::try_from(value)
    {
        add(Node::Ordinal(value), taken, 0.9);
        if let Some(day) = i8::try_from(value).ok().filter(|day| (1..=31).contains(day))
            && may_be_day_of_month(words, i, taken)
        {
            let in_figures = word.starts_with(|c: char| c.is_ascii_digit());
            add(Node::DayOfMonth(day, in_figures), taken, 0.85);
        }
    }
    if let Some((year, taken)) = number::year(words, i)
        && (words.norm(i).len() == 4 || words.norm(i) == "twenty" || words.norm(i + 1) == "thousand")
    {
        add(Node::Year(year), taken, 0.9);
        // "After 2030"
        if matches!(words.before(i), "after" | "before" | "until" | "since")
            && let (Ok(start), Ok(end_excl)) = (Date::new(year, 1, 1), Date::new(year.saturating_add(1), 1, 1))
        {
            add(Node::Days(Days { start, end_excl, grain: Grain::Days }), taken, 0.9);
        }
    }
}

/// Nobody counts so many hours or days; above, numbers are years and numbers of other things.
const COUNTS_BELOW: u64 = 1_900;

/// What follows must not make it a choice ("the first one"), nor the day of a month that has none such.
fn may_be_day_of_month(words: &Words<'_>, i: usize, taken: usize) -> bool {
    const MAKE_A_CHOICE: &[&str] = &[
        "one",
        "option",
        "slot",
        "time",
        "available",
        "opening",
        "appointment",
        "you",
        "thing",
        "choice",
        "floor",
        "of",
        "name",
        "visit",
        "half",
        "century",
        "quarter",
        "street",
        "avenue",
    ];
    let (before, after) = (words.before(i), words.norm(i + taken));
    let of_month = [before, after].into_iter().any(|word| month_named(word).is_some());
    !of_month && !MAKE_A_CHOICE.contains(&after) && !matches!(before, "a" | "one" | "at" | "just")
}
