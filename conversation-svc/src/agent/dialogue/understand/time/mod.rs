//! Times of day in what a caller says: clock times, parts of the day, bounds and ranges.
//!
//! An hour without am or pm stays open here; opening hours decide it later.

mod clock;

use serde::{Deserialize, Serialize};

pub use self::clock::Clock;
use self::clock::Half;
use super::{Found, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Morning,
    Lunch,
    Afternoon,
    Evening,
}

/// When in a day a caller wants to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    At(Clock),
    Around(Clock),
    From(Clock),
    Until(Clock),
    Between(Clock, Clock),
    Part(Part),
    /// "Any time."
    Any,
    /// "The first you have", "as early as possible".
    Earliest,
}

/// What the conversation tells about bare numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// A time was asked for or offered, so a bare number is an hour.
    pub time: bool,
}

/// The times of a text, in the order they were said. `taken(i)`: word `i` is part of something else already;
/// `dated(i)`: of a date, so that a number beside it is an hour.
pub fn find(
    words: &Words<'_>,
    asked: Asked,
    taken: &dyn Fn(usize) -> bool,
    dated: &dyn Fn(usize) -> bool,
) -> Vec<Found<When>> {
    let mut found: Vec<Found<When>> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if taken(i) {
            i += 1;
            continue;
        }
        let hit = [
            bounded(words, i),
            between(words, i),
            special(words, i),
            clock_hit(words, i, asked, dated),
            part_hit(words, i),
        ]
        .into_iter()
        .flatten()
        .filter(|(_, n, _)| (i..i + n).all(|k| !taken(k)))
        .max_by_key(|(_, n, _)| *n);
        match hit {
            Some((when, n, confidence)) => {
                found.push(Found::new(when, confidence, i..i + n));
                i += n.max(1);
            }
            None => i += 1,
        }
    }
    settle_halves(&mut found);
    found
}

type Hit = (When, usize, f32);

/// "half past three in the afternoon" is one hit already; "tomorrow afternoon at two" is two: the part of the day
/// decides the half of the clock time, and is no wish of its own then.
fn settle_halves(found: &mut Vec<Found<When>>) {
    let part = found.iter().find_map(|f| if let When::Part(part) = f.value { Some(part) } else { None });
    let Some(part) = part else { return };
    let half = if part == Part::Morning { Half::Am } else { Half::Pm };
    let mut settled = false;
    for f in found.iter_mut() {
        let settle = |c: Clock| if c.open { c.with(half).unwrap_or(c) } else { c };
        f.value = match f.value {
            When::At(c) => When::At(settle(c)),
            When::Around(c) => When::Around(settle(c)),
            When::From(c) => When::From(settle(c)),
            When::Until(c) => When::Until(settle(c)),
            When::Between(a, b) => When::Between(settle(a), settle(b)),
            other => other,
        };
        settled |=
            matches!(f.value, When::At(_) | When::Around(_) | When::From(_) | When::Until(_) | When::Between(..));
    }
    if settled {
        found.retain(|f| !matches!(f.value, When::Part(_)));
    }
}

/// A phrase, and the wish it makes of the clock time after it.
type Bound = (&'static str, fn(Clock) -> When);

fn bounded(words: &Words<'_>, i: usize) -> Option<Hit> {
    const LEADS: &[Bound] = &[
        ("after", When::From),
        ("any time after", When::From),
        ("anytime after", When::From),
        ("later than", When::From),
        ("not before", When::From),
        ("no earlier than", When::From),
        ("starting at", When::At),
        ("from", When::From),
        ("before", When::Until),
        ("until", When::Until),
        ("no later than", When::Until),
        ("earlier than", When::Until),
        ("by", When::Until),
        ("around", When::Around),
        ("about", When::Around),
        ("at around", When::Around),
        ("at about", When::Around),
        ("close to", When::Around),
        ("roughly", When::Around),
        ("maybe around", When::Around),
        ("approximately", When::Around),
    ];
    let (n, make) =
        LEADS.iter().filter_map(|(p, make)| words.phrase(i, p).map(|n| (n, make))).max_by_key(|(n, _)| *n)?;
    let (clock, used, _) = clock::read(words, i + n, true)?;
    Some((make(clock), n + used, 0.85))
}

fn between(words: &Words<'_>, i: usize) -> Option<Hit> {
    let lead = words
        .any_phrase(i, &["between", "from", "anywhere between", "sometime between", "any time between"])
        .unwrap_or(0);
    let (a, used_a, cue) = clock::read(words, i + lead, true)?;
    let link = words.norm(i + lead + used_a);
    let linked = match link {
        "-" => true,
        "to" | "till" | "until" => lead > 0 || cue,
        "and" => words.norm(i).ends_with("between") || words.before(i + lead) == "between",
        _ => false,
    };
    if !linked {
        return None;
    }
    let (b, used_b, _) = clock::read(words, i + lead + used_a + 1, true)?;
    // "3 to 5 pm": the half said last holds for both, unless that turns the range around.
    let a = match (a.open, b.open) {
        (true, false) => {
            let same = a.with(if b.hour >= 12 { Half::Pm } else { Half::Am }).unwrap_or(a);
            let other = a.with(if b.hour >= 12 { Half::Am } else { Half::Pm }).unwrap_or(a);
            if minutes(same) < minutes(b) { same } else { other }
        }
        _ => a,
    };
    Some((When::Between(a, b), lead + used_a + 1 + used_b, 0.85))
}

fn minutes(clock: Clock) -> i32 {
    i32::from(clock.hour) * 60 + i32::from(clock.minute)
}

fn special(words: &Words<'_>, i: usize) -> Option<Hit> {
    const EARLIEST: &[&str] = &[
        "the first you have",
        "first you have",
        "first available",
        "the first available",
        "next available",
        "first opening",
        "next opening",
        "earliest",
        "the earliest",
        "as soon as possible",
        "as early as possible",
        "soonest",
        "asap",
        "first thing",
        "whatever comes first",
    ];
    const ANY: &[&str] = &[
        "any time",
        "anytime",
        "whenever",
        "any time is fine",
        "no preference on time",
        "whatever time",
        "all day",
        "any hour",
    ];
    if let Some(n) = words.any_phrase(i, EARLIEST) {
        return Some((When::Earliest, n, 0.85));
    }
    words.any_phrase(i, ANY).map(|n| (When::Any, n, 0.8))
}

fn part_hit(words: &Words<'_>, i: usize) -> Option<Hit> {
    let lead = words
        .any_phrase(
            i,
            &[
                "in the",
                "in the early",
                "in the late",
                "early",
                "late",
                "sometime in the",
                "this",
                "at",
                "during the",
                "around",
                "the",
            ],
        )
        .unwrap_or(0);
    let part = part_named(words.norm(i + lead))?;
    // "good morning" greets.
    if matches!(words.before(i), "good") || words.norm(i) == "good" {
        return None;
    }
    Some((When::Part(part), lead + 1, 0.85))
}

fn part_named(word: &str) -> Option<Part> {
    Some(match word {
        "morning" | "mornings" => Part::Morning,
        "lunch" | "lunchtime" | "midday" => Part::Lunch,
        "afternoon" | "afternoons" => Part::Afternoon,
        "evening" | "evenings" | "tonight" | "night" => Part::Evening,
        _ => return None,
    })
}

fn clock_hit(words: &Words<'_>, i: usize, asked: Asked, dated: &dyn Fn(usize) -> bool) -> Option<Hit> {
    let lead = words.any_phrase(i, &["at", "for", "to", "make it", "say", "maybe"]).unwrap_or(0);
    let (lead, (clock, used, cue)) = match clock::read(words, i + lead, words.norm(i) == "at") {
        Some(hit) => (lead, hit),
        // "to pm": the lead itself is the number, misheard.
        None => (0, clock::read(words, i, false)?),
    };
    // "The last one" is a choice.
    let pronoun = || {
        let before = words.before(i + lead);
        PRONOUN_BEFORE.contains(&before) || lead == 0 && (words.len() > 3 || i > 0 && dated(i - 1))
    };
    if words.norm(i + lead) == "one" && !cue && pronoun() {
        return None;
    }
    let after_date = lead == 0 && i > 0 && dated(i - 1);
    let strong_lead = words.norm(i) == "at" || words.phrase(i, "make it").is_some();
    let end = i + lead + used;
    let confidence = if cue {
        0.95
    } else if counted(words, end) {
        return None;
    } else if strong_lead {
        0.85
    } else if asked.time || after_date {
        0.75
    } else if lead > 0 && words.norm(i) == "for" && (end == words.len() || dated(end) || words.norm(end) == "on") {
        0.6
    } else {
        return None;
    };
    Some((When::At(clock), lead + used, confidence))
}

/// Before "one" they make it a pronoun.
const PRONOUN_BEFORE: &[&str] = &[
    "first", "second", "third", "last", "that", "this", "the", "earlier", "later", "latest", "earliest", "which",
    "either", "other", "another", "any", "every", "each", "next", "no",
];

/// What follows makes the number a count: "two people", "30 minutes".
fn counted(words: &Words<'_>, i: usize) -> bool {
    matches!(
        words.norm(i),
        "people"
            | "persons"
            | "person"
            | "of"
            | "minutes"
            | "minute"
            | "min"
            | "mins"
            | "hours"
            | "hour"
            | "hr"
            | "hrs"
            | "days"
            | "d"
            | "w"
            | "m"
            | "day"
            | "weeks"
            | "week"
            | "months"
            | "month"
            | "dollars"
            | "euros"
            | "percent"
            | "years"
            | "year"
            | "times"
            | "services"
            | "appointments"
            | "th"
            | "more"
            | "kids"
            | "children"
            | "friends"
            | "guests"
            | "options"
            | "slots"
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn said(text: &str, asked: bool) -> String {
        let words = Words::of(text);
        let found = find(&words, Asked { time: asked }, &|_| false, &|_| false);
        let show = |c: Clock| format!("{}:{:02}{}", c.hour, c.minute, if c.open { "?" } else { "" });
        found
            .iter()
            .map(|f| match f.value {
                When::At(c) => show(c),
                When::Around(c) => format!("~{}", show(c)),
                When::From(c) => format!("{}..", show(c)),
                When::Until(c) => format!("..{}", show(c)),
                When::Between(a, b) => format!("{}..{}", show(a), show(b)),
                other => format!("{other:?}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[rstest]
    #[case("2 pm", "14:00")]
    #[case("at 2 p.m.", "14:00")]
    #[case("2 P M", "14:00")]
    #[case("to pm", "14:00")]
    #[case("for p.m.", "16:00")]
    #[case("at to", "2:00?")]
    #[case("at two", "2:00?")]
    #[case("half past three", "3:30?")]
    #[case("quarter to five", "4:45?")]
    #[case("a quarter past 1 in the afternoon", "13:15")]
    #[case("twenty minutes to nine in the morning", "8:40")]
    #[case("3:30", "3:30?")]
    #[case("at 330", "3:30?")]
    #[case("three thirty", "3:30?")]
    #[case("three thirty p.m", "15:30")]
    #[case("ten forty five", "10:45?")]
    #[case("two oh five", "2:05?")]
    #[case("14:30", "14:30")]
    #[case("noon", "12:00")]
    #[case("two in the afternoon", "14:00")]
    #[case("two o'clock", "2:00?")]
    #[case("12 pm", "12:00")]
    #[case("12 am", "0:00")]
    #[case("around ten", "~10:00?")]
    #[case("after four", "4:00?..")]
    #[case("before noon", "..12:00")]
    #[case("between 2 and 4", "2:00?..4:00?")]
    #[case("from 3 to 5 pm", "15:00..17:00")]
    #[case("3:30-5PM", "15:30..17:00")]
    #[case("10 am to 1 pm", "10:00..13:00")]
    #[case("between 11 and 1 pm", "11:00..13:00")]
    #[case("in the afternoon", "Part(Afternoon)")]
    #[case("in the morning, at ten", "10:00")]
    #[case("any time", "Any")]
    #[case("the first you have", "Earliest")]
    #[case("as soon as possible", "Earliest")]
    fn a_time(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(said(text, false), expected, "{text}");
    }

    #[rstest]
    #[case("three", "3:00?")]
    #[case("three please", "3:00?")]
    #[case("1030", "10:30?")]
    fn a_bare_number_when_a_time_was_asked_for(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(said(text, true), expected, "{text}");
    }

    #[rstest]
    #[case("good morning")]
    #[case("three")]
    #[case("for two people")]
    #[case("I want to book")]
    #[case("30 minutes")]
    #[case("13 am")]
    #[case("I'd like that for sure")]
    fn no_time(#[case] text: &str) {
        assert_eq!(said(text, false), "", "{text}");
    }
}
