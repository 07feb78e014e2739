//! Dates in what a caller says, relative to a given day.
//!
//! "Next Friday" is Friday of next week, "Friday" and "this Friday" the coming one; month before day in bare
//! numbers; a date without a year is its next occurrence. A vague date ("next week") is a range of days.

mod month;
mod offset;
mod weekday;

use jiff::{ToSpan as _, civil::Date};

pub use self::month::{month_named, next_month_day};
use self::{
    month::{day_of_month, month_day},
    offset::{offset, span},
    weekday::{nth_weekday, weekday},
};
use super::{Found, holiday, words::Words};

/// What length of time the words name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    Day,
    Week,
    Month,
    /// Some other run of days ("this weekend").
    Days,
}

/// Whole days, `[start, end_excl)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub start: Date,
    pub end_excl: Date,
    pub grain: Grain,
}

impl Days {
    pub fn one(day: Date) -> Self {
        Self { start: day, end_excl: add_days(day, 1), grain: Grain::Day }
    }

    fn run(start: Date, days: i32, grain: Grain) -> Self {
        Self { start, end_excl: add_days(start, days), grain }
    }

    /// The day, when it is a single one.
    pub fn single(&self) -> Option<Date> {
        (self.grain == Grain::Day).then_some(self.start)
    }
}

/// A reading of some words as days.
pub(super) struct Hit {
    pub days: Days,
    pub taken: usize,
    pub confidence: f32,
}

/// The dates of a text, in the order they were said. `asked`: a date was asked for, so a bare day counts.
pub fn find(words: &Words<'_>, today: Date, asked: bool) -> Vec<Found<Days>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        match at(words, i, today, asked) {
            Some(hit) => {
                found.push(Found::new(hit.days, hit.confidence, i..i + hit.taken));
                i += hit.taken.max(1);
            }
            None => i += 1,
        }
    }
    found
}

fn at(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    [
        named_day(words, i, today),
        weekday(words, i, today, asked),
        month_day(words, i, today),
        offset(words, i, today),
        span(words, i, today),
        numeric(words, i, today),
        holiday::at(words, i, today),
        nth_weekday(words, i, today),
        day_of_month(words, i, today, asked),
    ]
    .into_iter()
    .flatten()
    .max_by_key(|hit| hit.taken)
}

pub(super) fn hit(days: Days, taken: usize, confidence: f32) -> Option<Hit> {
    Some(Hit { days, taken, confidence })
}

fn named_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    const NAMED: &[(&str, i32)] = &[
        ("the day after tomorrow", 2),
        ("day after tomorrow", 2),
        ("tomorrow", 1),
        ("tomorrows", 1),
        ("to morrow", 1),
        ("tmrw", 1),
        ("the next day", 1),
        ("the following day", 1),
        ("tonight", 0),
        ("later today", 0),
        ("today", 0),
        ("todays", 0),
        ("this morning", 0),
        ("this afternoon", 0),
        ("this evening", 0),
    ];
    let (taken, days) =
        NAMED.iter().filter_map(|(p, d)| words.phrase(i, p).map(|n| (n, *d))).max_by_key(|(n, _)| *n)?;
    // The part of the day in "this morning" and "tonight" stays for the times to read.
    let taken = if words.norm(i) == "this" { 1 } else { taken };
    hit(Days::one(add_days(today, days)), taken, 0.95)
}

/// "3/8", "3/8/2027", "2027-03-08".
fn numeric(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let word = words.norm(i);
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    if !parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |k: usize| parts.get(k).and_then(|p| p.parse::<i16>().ok());
    let small = |k: usize| n(k).and_then(|n| i8::try_from(n).ok());
    let date = match parts.as_slice() {
        [year, _, _] if year.len() == 4 => Date::new(n(0)?, small(1)?, small(2)?).ok()?,
        [_, _, year] => {
            let year = if year.len() == 2 { 2000 + n(2)? } else { n(2)? };
            let (first, second) = (small(0)?, small(1)?);
            Date::new(year, first, second).or_else(|_| Date::new(year, second, first)).ok()?
        }
        [_, _] if word.contains('/') => {
            let (first, second) = (small(0)?, small(1)?);
            next_month_day(today, first, second).or_else(|| next_month_day(today, second, first))?
        }
        _ => return None,
    };
    hit(Days::one(date), 1, 0.9)
}

fn monday_of(day: Date) -> Date {
    add_days(day, -i32::from(day.weekday().to_monday_zero_offset()))
}

/// A day so many days later; the day itself at the end of the calendar.
pub fn add_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    /// A Tuesday.
    const TODAY: Date = date(2026, 11, 24);

    fn only(text: &str) -> Option<Days> {
        let found = find(&Words::of(text), TODAY, false);
        assert!(found.len() <= 1, "{found:?}");
        found.first().map(|f| f.value)
    }

    #[rstest]
    #[case("today", "2026-11-24")]
    #[case("tomorrow afternoon", "2026-11-25")]
    #[case("the day after tomorrow", "2026-11-26")]
    #[case("on Friday please", "2026-11-27")]
    #[case("this Friday", "2026-11-27")]
    #[case("next Friday", "2026-12-04")]
    #[case("Friday next week", "2026-12-04")]
    #[case("next week on Friday", "2026-12-04")]
    #[case("Tuesday", "2026-12-01")]
    #[case("next Tuesday", "2026-12-01")]
    #[case("a week from Friday", "2026-12-04")]
    #[case("in two weeks", "2026-12-08")]
    #[case("two weeks from tomorrow", "2026-12-09")]
    #[case("in a couple of days", "2026-11-26")]
    #[case("in a month", "2026-12-24")]
    #[case("the 5th", "2026-12-05")]
    #[case("on the fifth", "2026-12-05")]
    #[case("the 24th", "2026-11-24")]
    #[case("march third", "2027-03-03")]
    #[case("March 3rd, 2027", "2027-03-03")]
    #[case("the third of March", "2027-03-03")]
    #[case("December first", "2026-12-01")]
    #[case("Tuesday, December 1st", "2026-12-01")]
    #[case("Wednesday the second", "2026-12-02")]
    #[case("Monday the second", "2026-12-02")]
    #[case("12/1", "2026-12-01")]
    #[case("2026-12-01", "2026-12-01")]
    #[case("Christmas Eve", "2026-12-24")]
    #[case("Thanksgiving", "2026-11-26")]
    #[case("the last Monday of March", "2027-03-29")]
    #[case("the first Friday of next month", "2026-12-04")]
    #[case("the 30th of this month", "2026-11-30")]
    #[case("Friday after next", "2026-12-04")]
    fn a_day(#[case] text: &str, #[case] expected: &str) {
        let days = only(text).expect(text);
        assert_eq!((days.start.to_string().as_str(), days.grain), (expected, Grain::Day), "{text}");
    }

    #[rstest]
    #[case("next week", "2026-11-30", "2026-12-07")]
    #[case("this weekend", "2026-11-28", "2026-11-30")]
    #[case("in January", "2027-01-01", "2027-02-01")]
    fn days(#[case] text: &str, #[case] start: &str, #[case] end_excl: &str) {
        let days = only(text).expect(text);
        assert_eq!((days.start.to_string().as_str(), days.end_excl.to_string().as_str()), (start, end_excl), "{text}");
    }

    #[rstest]
    #[case("the first one")]
    #[case("just a second")]
    #[case("I may march on")]
    #[case("a massage for two")]
    #[case("February 30th")]
    #[case("who sat there")]
    fn no_date(#[case] text: &str) {
        assert_eq!(only(text), None, "{text}");
    }
}
