//! Single words and phrases.

use jiff::civil::Date;

use super::{clock, days::weekday_named, months::month_named};
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, add_days, next_month_day, written},
    english::{holiday, number},
    moment::{Leaf, Length, Node, Scene, Section, Unit, Which},
    time::{Clock, Part, When},
    words::Words,
};

/// Adds every reading of the words from `i` on.
pub fn at(scene: &Scene<'_>, i: usize, out: &mut Vec<Leaf>) {
    let words = scene.words;
    let mut add = |node: Node, taken: usize, confidence: f32| out.push(Leaf { node, taken, confidence });
    phrases(words, i, &mut add);
    numbers(words, i, &mut add);
    calendar(scene, i, &mut add);
    clocks(scene, i, &mut add);
}

type Add<'a> = &'a mut dyn FnMut(Node, usize, f32);

fn phrases(words: &Words<'_>, i: usize, add: Add<'_>) {
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
        "y" | "yr" | "yrs" | "year" | "years" => Unit::Year,
        _ => return None,
    };
    Some((count, unit))
}

fn numbers(words: &Words<'_>, i: usize, add: Add<'_>) {
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

/// "12.53%", "$20": an amount of something else.
fn is_share(words: &Words<'_>, i: usize) -> bool {
    words.follows(i).starts_with(['%', '€', '£']) || words.norm(i).starts_with('$')
}

fn calendar(scene: &Scene<'_>, i: usize, add: Add<'_>) {
    let (words, today) = (scene.words, scene.today());
    const DAYS: &[(&str, i32)] = &[
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("tomorrow", 1),
        ("tomorrows", 1),
        ("to morrow", 1),
        ("tmrw", 1),
        ("tmr", 1),
        ("tommorow", 1),
        ("tommorrow", 1),
        ("tomorow", 1),
        ("the next day", 1),
        ("next day", 1),
        ("the following day", 1),
        ("the day after", 1),
        ("later today", 0),
        ("today", 0),
        ("todays", 0),
        ("yesterday", -1),
        ("the day before yesterday", -2),
        ("day before yesterday", -2),
    ];
    for (phrase, days) in DAYS {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Days(Days::one(add_days(today, *days))), taken, 0.95);
        }
    }
    for (phrase, part) in [
        ("tonight", Part::Evening),
        ("this morning", Part::Morning),
        ("this afternoon", Part::Afternoon),
        ("this evening", Part::Evening),
    ] {
        if let Some(taken) = words.phrase(i, phrase) {
            add(Node::Dated(Days::one(today), When::Part(part)), taken, 0.95);
        }
    }
    let word = words.norm(i);
    if let Some(day) = weekday_named(word) {
        // Words that are more often something else need a neighbour.
        add(Node::Weekday(day, word.len() > 4 || matches!(word, "tues" | "weds" | "thur")), 1, 0.9);
    }
    if let Some(month) = month_named(word) {
        add(Node::Month(month), 1, 0.9);
    }
    // "15Sep", "mar4"
    let figures = |c: char| c.is_ascii_digit();
    let day_then_month = word.split_at_checked(word.find(|c| !figures(c)).unwrap_or(0));
    let month_then_day = word.split_at_checked(word.find(figures).unwrap_or(0)).map(|(month, day)| (day, month));
    for (day, month) in [day_then_month, month_then_day].into_iter().flatten() {
        if let (Ok(day), Some(month)) = (day.parse(), month_named(month))
            && let Some(date) = next_month_day(today, month, day)
        {
            add(Node::Days(Days::one(date)), 1, 0.9);
        }
    }
    if let Some((rule, taken)) = holiday::named(words, i) {
        add(Node::Feast(rule), taken, 0.9);
    }
    if let Some(hit) = written(words, i, today, DayOrder::MonthFirst).filter(|_| !words.follows(i).starts_with('%')) {
        add(Node::Days(hit.days), hit.taken, hit.confidence);
    }
    if let Some(days) = super::months::written(words, i, today) {
        add(Node::Days(days), 1, 0.9);
    }
    weekend(words, i, today, add);
    if let Some(taken) = words.any_phrase(i, &["eom", "the eom", "end of month"])
        && let Some(days) = super::runs::end_of_this_month(today)
    {
        add(Node::Days(days), taken, 0.8);
    }
    const NOW: &[&str] = &["now", "right now", "at present", "at the moment", "at this time", "at this moment"];
    if let Some(taken) = words.any_phrase(i, NOW) {
        add(Node::Instant(scene.now), taken, 0.5);
    }
}

fn weekend(words: &Words<'_>, i: usize, today: Date, add: Add<'_>) {
    if let Some(taken) = words.any_phrase(i, &["the weekend", "over the weekend", "weekends"]) {
        add(Node::Days(super::runs::weekend(today, 0)), taken, 0.85);
    }
}

fn clocks(scene: &Scene<'_>, i: usize, add: Add<'_>) {
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
        ("mid night", When::At(MIDNIGHT)),
        ("eod", When::Around(END_OF_DAY)),
        ("end of day", When::Around(END_OF_DAY)),
        ("end of the day", When::Around(END_OF_DAY)),
        ("close of business", When::Around(END_OF_DAY)),
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
        let is_year = taken == 1 && words.norm(i).parse().is_ok_and(|n: u16| (1900..2100).contains(&n));
        if sure || !is_counted(words, i, taken) && (!is_year || only_number) {
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
    if let Some(hour) = words.norm(i).strip_suffix("ish").and_then(|hour| hour.parse().ok())
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
    counted || words.norm(i) == "one" && is_pronoun
}

const NOON: Clock = Clock { hour: 12, minute: 0, open: false };
const MIDNIGHT: Clock = Clock { hour: 0, minute: 0, open: false };
const END_OF_DAY: Clock = Clock { hour: 17, minute: 0, open: false };

/// "11:00:00"; an appointment has no seconds.
fn to_the_second(word: &str) -> Option<Clock> {
    let mut parts = word.split(':').map(|part| part.parse::<u64>().ok().filter(|n| *n < 60));
    match (parts.next()??, parts.next()??, parts.next()??, parts.next()) {
        (hour, minute, _, None) => Clock::said(hour, minute),
        _ => None,
    }
}
