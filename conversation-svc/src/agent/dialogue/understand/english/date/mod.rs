//! Dates in English: "next Friday" is Friday of next week, "Friday" and "this Friday" the coming one; month before
//! day in bare numbers.

mod month;
mod offset;
mod weekday;

use jiff::civil::Date;

pub use self::month::month_named;
use self::{
    month::{day_of_month, month_day},
    offset::{offset, span},
    weekday::{nth_weekday, weekday},
};
use super::holiday;
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, Hit, Reader, add_days, hit, written},
    words::Words,
};

pub const DATES: &[Reader] = &[
    |words, i, heard| named_day(words, i, heard.today),
    |words, i, heard| weekday(words, i, heard.today, heard.asked),
    |words, i, heard| month_day(words, i, heard.today),
    |words, i, heard| offset(words, i, heard.today),
    |words, i, heard| span(words, i, heard.today),
    |words, i, heard| written(words, i, heard.today, DayOrder::MonthFirst),
    |words, i, heard| holiday::at(words, i, heard.today),
    |words, i, heard| nth_weekday(words, i, heard.today),
    |words, i, heard| day_of_month(words, i, heard.today, heard.asked),
];

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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proto::Language;
    use rstest::rstest;

    use super::*;
    use crate::agent::dialogue::understand::date::{Grain, find};

    /// A Tuesday.
    const TODAY: Date = date(2026, 11, 24);

    fn only(text: &str) -> Option<Days> {
        let found = find(&Words::of(text, Language::English), TODAY, false);
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
