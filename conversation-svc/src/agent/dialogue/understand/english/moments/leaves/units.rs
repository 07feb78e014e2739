//! Units of time, and what stands before them: "next", "the end of".

use super::Add;
use crate::agent::dialogue::understand::{
    moment::{Length, Node, Section, Unit, Which},
    words::Words,
};

pub fn at(words: &Words<'_>, i: usize, add: Add<'_>) {
    const WHICH: &[(&str, Which)] = &[
        ("this", Which::This),
        ("current", Which::This),
        ("the current", Which::This),
        ("same", Which::This),
        ("the same", Which::This),
        ("coming", Which::Coming),
        ("the coming", Which::Coming),
        ("this coming", Which::Coming),
        ("upcoming", Which::Coming),
        ("this upcoming", Which::Coming),
        ("next", Which::Next),
        ("the next", Which::Next),
        ("following", Which::Next),
        ("the following", Which::Next),
        ("last", Which::Last),
        ("the last", Which::Last),
        ("past", Which::Last),
        ("the past", Which::Last),
        ("previous", Which::Last),
        ("the previous", Which::Last),
        ("this past", Which::Last),
    ];
    const UNITS: &[(&str, Unit)] = &[
        ("second", Unit::Second),
        ("seconds", Unit::Second),
        ("sec", Unit::Second),
        ("secs", Unit::Second),
        ("minute", Unit::Minute),
        ("minutes", Unit::Minute),
        ("min", Unit::Minute),
        ("mins", Unit::Minute),
        ("more minutes", Unit::Minute),
        ("hour", Unit::Hour),
        ("hours", Unit::Hour),
        ("hr", Unit::Hour),
        ("hrs", Unit::Hour),
        ("day", Unit::Day),
        ("days", Unit::Day),
        ("business day", Unit::BusinessDay),
        ("business days", Unit::BusinessDay),
        ("working days", Unit::BusinessDay),
        ("workdays", Unit::BusinessDay),
        ("week", Unit::Week),
        ("weeks", Unit::Week),
        ("wk", Unit::Week),
        ("wks", Unit::Week),
        ("weekend", Unit::Weekend),
        ("weekends", Unit::Weekend),
        ("week end", Unit::Weekend),
        ("wkend", Unit::Weekend),
        ("month", Unit::Month),
        ("months", Unit::Month),
        ("quarter", Unit::Quarter),
        ("quarters", Unit::Quarter),
        ("year", Unit::Year),
        ("years", Unit::Year),
        ("yr", Unit::Year),
        ("yrs", Unit::Year),
    ];
    const SECTIONS: &[(&str, Section)] = &[
        ("beginning", Section::Beginning),
        ("start", Section::Beginning),
        ("early", Section::Beginning),
        ("early in", Section::Beginning),
        ("middle", Section::Middle),
        ("mid", Section::Middle),
        ("end", Section::End),
        ("late", Section::End),
        ("late in", Section::End),
    ];
    for (phrase, which) in WHICH {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Which(*which), taken, 1.0);
        }
    }
    for (phrase, unit) in UNITS {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Unit(*unit), taken, 1.0);
        }
    }
    for (phrase, section) in SECTIONS {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Section(*section), taken, 1.0);
        }
    }
    // "2w", "5 h": a letter is a unit only after a number.
    let counts = |word: &str| word == "an" || word.ends_with(|c: char| c.is_ascii_digit());
    if counts(words.before(i)) {
        let unit = match words.norm(i) {
            "h" => Some(Unit::Hour),
            "d" => Some(Unit::Day),
            "w" => Some(Unit::Week),
            _ => None,
        };
        if let Some(unit) = unit {
            add(Node::Unit(unit), 1, 1.0);
        }
    }
    if let Some(taken) = words.any_phrase(i, &["fortnight", "a fortnight"]) {
        add(Node::Length(Length::of(2.0, Unit::Week)), taken, 0.95);
    }
    if let Some((count, unit)) = glued_length(words.norm(i)) {
        add(Node::Length(Length::of(count, unit)), 1, 0.9);
    }
}

/// "40minutes", "3.5years", "5m".
fn glued_length(word: &str) -> Option<(f64, Unit)> {
    let letters = word.find(|c: char| c.is_ascii_alphabetic())?;
    let count = word.get(..letters)?.parse().ok()?;
    let unit = match word.get(letters..)? {
        "s" | "sec" | "secs" | "seconds" => Unit::Second,
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "week" | "weeks" | "wk" | "wks" => Unit::Week,
        "month" | "months" | "mo" => Unit::Month,
        "yr" | "yrs" | "year" | "years" => Unit::Year,
        _ => return None,
    };
    Some((count, unit))
}
