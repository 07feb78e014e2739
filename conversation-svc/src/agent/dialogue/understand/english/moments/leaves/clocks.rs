//! Times of day: clock times, parts of the day, and words for them.

use super::{Add, is_share};
use crate::agent::dialogue::understand::{
    english::{
        moments::{clock, days::weekday_named, months::month_named},
        number,
    },
    moment::{Node, Scene},
    time::{Clock, Part, When},
    words::Words,
};

pub fn at(scene: &Scene<'_>, i: usize, add: Add<'_>) {
    let words = scene.words;
    const PARTS: &[(&str, Part)] = &[
        ("morning", Part::Morning),
        ("mornings", Part::Morning),
        ("the morning", Part::Morning),
        ("early hours of the morning", Part::Morning),
        ("lunch", Part::Lunch),
        ("lunchtime", Part::Lunch),
        ("lunch time", Part::Lunch),
        ("afternoon", Part::Afternoon),
        ("afternoons", Part::Afternoon),
        ("the afternoon", Part::Afternoon),
        ("evening", Part::Evening),
        ("evenings", Part::Evening),
        ("the evening", Part::Evening),
        ("night", Part::Evening),
        ("the night", Part::Evening),
        ("breakfast", Part::Morning),
        ("breakfast time", Part::Morning),
        ("dinner", Part::Evening),
        ("dinnertime", Part::Evening),
    ];
    const SPECIAL: &[(&str, When)] = &[
        ("the first you have", When::Earliest),
        ("first you have", When::Earliest),
        ("first available", When::Earliest),
        ("the first available", When::Earliest),
        ("next available", When::Earliest),
        ("first opening", When::Earliest),
        ("next opening", When::Earliest),
        ("earliest", When::Earliest),
        ("the earliest", When::Earliest),
        ("as soon as possible", When::Earliest),
        ("as early as possible", When::Earliest),
        ("soonest", When::Earliest),
        ("asap", When::Earliest),
        ("first thing", When::Earliest),
        ("whatever comes first", When::Earliest),
        ("any time", When::Any),
        ("anytime", When::Any),
        ("whenever", When::Any),
        ("any time is fine", When::Any),
        ("no preference on time", When::Any),
        ("whatever time", When::Any),
        ("all day", When::Any),
        ("any hour", When::Any),
        ("midday", When::Around(NOON)),
        ("mid day", When::Around(NOON)),
        ("the midday", When::Around(NOON)),
        ("noonish", When::Around(NOON)),
        ("eod", When::Around(END_OF_DAY)),
        ("end of day", When::Around(END_OF_DAY)),
        ("end of the day", When::Around(END_OF_DAY)),
        ("close of business", When::Around(END_OF_DAY)),
        ("after work", When::From(END_OF_DAY)),
        ("after school", When::From(END_OF_SCHOOL)),
        ("before work", When::Until(BEGIN_OF_DAY)),
        ("before school", When::Until(BEGIN_OF_DAY)),
        ("daytime", When::Between(BEGIN_OF_DAY, DUSK)),
        ("the daytime", When::Between(BEGIN_OF_DAY, DUSK)),
        ("during the day", When::Between(BEGIN_OF_DAY, DUSK)),
    ];
    for (phrase, part) in PARTS {
        // "Good morning" greets.
        if let Some(taken) = words.phrase(i, phrase).filter(|_| words.before(i) != "good") {
            add(Node::Hours(When::Part(*part)), taken, 0.9);
        }
    }
    for (phrase, when) in SPECIAL {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Hours(*when), taken, 0.85);
        }
    }
    let only_number = matches!(words.before(i), "at" | "around" | "about" | "after" | "before" | "until" | "by");
    if let Some((clock, taken, sure)) = clock::read(words, i, only_number).filter(|_| !is_share(words, i)) {
        // "10.12" is a time only beside what says so, and so is "2030".
        let sure = sure && !(taken == 1 && words.norm(i).contains('.'));
        let sure = sure && !NUMBERED.contains(&words.before(i));
        let is_year = taken == 1 && words.norm(i).parse().is_ok_and(|n: u16| (1900..2100).contains(&n));
        // "At 2030" is a time, "after 2030" is not.
        let at = matches!(words.before(i), "at" | "around" | "about");
        if sure || !is_counted(words, i, taken) && (!is_year || at) {
            add(Node::Clock(clock, sure), taken, if sure { 0.95 } else { 0.75 });
        }
    }
    if let Some(said) = to_the_second(words.norm(i)) {
        let (half, taken) = clock::half_after(words, i + 1);
        if let Some(clock) = half.map_or(Some(said), |half| said.with(half)) {
            add(Node::Clock(clock, true), 1 + taken, 0.95);
        }
    }
    // "16h"
    if words.norm(i + 1) == "h"
        && let Some(clock) = words.norm(i).parse().ok().filter(|hour| *hour > 12).and_then(|hour| Clock::said(hour, 0))
    {
        add(Node::Clock(clock, true), 2, 0.95);
    }
    let hour = |word: &str| word.parse().ok().or_else(|| number::small(word)).filter(|hour| (1..=12).contains(hour));
    if let Some(hour) = words.norm(i).strip_suffix("ish").and_then(hour)
        && let Some(clock) = Clock::said(hour, 0)
    {
        add(Node::Clock(clock, true), 1, 0.8);
    }
}

/// A number of something ("two people"), or a pronoun ("the first one").
fn is_counted(words: &Words<'_>, i: usize, taken: usize) -> bool {
    const COUNTED: &[&str] = &[
        "people",
        "persons",
        "person",
        "of",
        "minutes",
        "minute",
        "min",
        "mins",
        "hours",
        "hour",
        "hr",
        "hrs",
        "days",
        "d",
        "w",
        "day",
        "weeks",
        "week",
        "months",
        "month",
        "dollars",
        "euros",
        "percent",
        "points",
        "years",
        "year",
        "times",
        "services",
        "appointments",
        "th",
        "more",
        "kids",
        "children",
        "friends",
        "guests",
        "options",
        "slots",
        "pounds",
        "upcoming",
        "business",
        "miles",
        "point",
    ];
    const TIME_AFTER: &[&str] = &[
        "at", "around", "about", "by", "after", "before", "until", "till", "from", "between", "and", "to", "-", "past",
        "say", "maybe", "tomorrow", "today", "it",
    ];
    const PRONOUN_AFTER: &[&str] = &[
        "first", "second", "third", "last", "that", "this", "the", "earlier", "later", "latest", "earliest", "which",
        "either", "other", "another", "any", "every", "each", "next", "no", "past",
    ];
    let next = words.norm(i + taken);
    let counted = COUNTED.contains(&next) && (next != "of" || month_named(words.norm(i + taken + 1)).is_none());
    let before = words.before(i);
    // In a longer sentence "one" is an hour only where a time is led up to.
    let is_led_up_to = words.len() <= 3 || TIME_AFTER.contains(&before);
    let is_pronoun = PRONOUN_AFTER.contains(&before) || weekday_named(before).is_some() || !is_led_up_to;
    counted || NUMBERED.contains(&before) || words.norm(i) == "one" && is_pronoun
}

/// Before the number of something that has one.
const NUMBERED: &[&str] =
    &["room", "suite", "apartment", "apt", "unit", "gate", "flight", "version", "page", "line", "extension"];

const NOON: Clock = Clock { hour: 12, minute: 0, open: false };
const BEGIN_OF_DAY: Clock = Clock { hour: 8, minute: 0, open: false };
const END_OF_SCHOOL: Clock = Clock { hour: 15, minute: 0, open: false };
const DUSK: Clock = Clock { hour: 18, minute: 0, open: false };
const END_OF_DAY: Clock = Clock { hour: 17, minute: 0, open: false };

/// "11:00:00"; an appointment has no seconds.
fn to_the_second(word: &str) -> Option<Clock> {
    let mut parts = word.split(':').map(|part| part.parse::<u64>().ok().filter(|n| *n < 60));
    match (parts.next()??, parts.next()??, parts.next()??, parts.next()) {
        (hour, minute, _, None) => Clock::said(hour, minute),
        _ => None,
    }
}
