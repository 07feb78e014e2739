//! Days that callers name instead of a date.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{
    date::{Days, Hit, add_days, hit, next_month_day},
    words::Words,
};

/// How a year finds the day.
enum Rule {
    Fixed(i8, i8),
    /// Month, which one (-1: the last), weekday.
    Nth(i8, i8, Weekday),
    /// Days after Easter Sunday.
    Easter(i32),
}

const HOLIDAYS: &[(&str, Rule)] = &[
    ("christmas eve", Rule::Fixed(12, 24)),
    ("christmas day", Rule::Fixed(12, 25)),
    ("christmas", Rule::Fixed(12, 25)),
    ("boxing day", Rule::Fixed(12, 26)),
    ("new years eve", Rule::Fixed(12, 31)),
    ("new years day", Rule::Fixed(1, 1)),
    ("new years", Rule::Fixed(1, 1)),
    ("halloween", Rule::Fixed(10, 31)),
    ("valentines day", Rule::Fixed(2, 14)),
    ("valentines", Rule::Fixed(2, 14)),
    ("independence day", Rule::Fixed(7, 4)),
    ("juneteenth", Rule::Fixed(6, 19)),
    ("veterans day", Rule::Fixed(11, 11)),
    ("veteran day", Rule::Fixed(11, 11)),
    ("saint patricks day", Rule::Fixed(3, 17)),
    ("st patricks day", Rule::Fixed(3, 17)),
    ("martin luther king day", Rule::Nth(1, 3, Weekday::Monday)),
    ("martin luther kings day", Rule::Nth(1, 3, Weekday::Monday)),
    ("mlk day", Rule::Nth(1, 3, Weekday::Monday)),
    ("presidents day", Rule::Nth(2, 3, Weekday::Monday)),
    ("mothers day", Rule::Nth(5, 2, Weekday::Sunday)),
    ("memorial day", Rule::Nth(5, -1, Weekday::Monday)),
    ("fathers day", Rule::Nth(6, 3, Weekday::Sunday)),
    ("labor day", Rule::Nth(9, 1, Weekday::Monday)),
    ("columbus day", Rule::Nth(10, 2, Weekday::Monday)),
    ("thanksgiving day", Rule::Nth(11, 4, Weekday::Thursday)),
    ("thanksgiving", Rule::Nth(11, 4, Weekday::Thursday)),
    ("good friday", Rule::Easter(-2)),
    ("easter sunday", Rule::Easter(0)),
    ("easter monday", Rule::Easter(1)),
    ("easter", Rule::Easter(0)),
];

pub fn at(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let lead = usize::from(matches!(words.norm(i), "next" | "this"));
    let (taken, rule) =
        HOLIDAYS.iter().filter_map(|(p, rule)| words.phrase(i + lead, p).map(|n| (n, rule))).max_by_key(|(n, _)| *n)?;
    let day = match rule {
        Rule::Fixed(month, day) => next_month_day(today, *month, *day)?,
        Rule::Nth(month, nth, weekday) => {
            next(today, |year| Date::new(year, *month, 1).ok()?.nth_weekday_of_month(*nth, *weekday).ok())?
        }
        Rule::Easter(after) => next(today, |year| Some(add_days(easter(year)?, *after)))?,
    };
    hit(Days::one(day), lead + taken, 0.9)
}

fn next(today: Date, of_year: impl Fn(i16) -> Option<Date>) -> Option<Date> {
    let following = today.checked_add(1.years()).ok()?.year();
    [today.year(), following].into_iter().filter_map(of_year).find(|d| *d >= today)
}

/// Easter Sunday of the Gregorian calendar (the "anonymous" algorithm; Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_moves() {
        let days: Vec<String> =
            [2013, 2019, 2024, 2027].into_iter().filter_map(easter).map(|d| d.to_string()).collect();
        assert_eq!(days, ["2013-03-31", "2019-04-21", "2024-03-31", "2027-03-28"]);
    }
}
