//! Days that callers name instead of a date.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{add_days, next_month_day};

/// How a year finds the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Fixed(i8, i8),
    /// Month, which one (-1: the last), weekday.
    Nth(i8, i8, Weekday),
    /// Days after such a weekday.
    NthAfter(i8, i8, Weekday, i32),
    /// Days after Easter Sunday.
    Easter(i32),
}

impl Rule {
    /// The next such day, today included.
    pub fn next(&self, today: Date) -> Option<Date> {
        match self {
            // The next 29 February may be years away.
            Self::Fixed(month, day) => next_month_day(today, *month, *day),
            _ => first_from(today, |year| self.in_year(year)),
        }
    }

    pub fn in_year(&self, year: i16) -> Option<Date> {
        let nth = |month, nth, weekday| Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok();
        match self {
            Self::Fixed(month, day) => Date::new(year, *month, *day).ok(),
            Self::Nth(month, n, weekday) => nth(*month, *n, *weekday),
            Self::NthAfter(month, n, weekday, after) => Some(add_days(nth(*month, *n, *weekday)?, *after)),
            Self::Easter(after) => Some(add_days(easter(year)?, *after)),
        }
    }
}

fn first_from(today: Date, of_year: impl Fn(i16) -> Option<Date>) -> Option<Date> {
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
