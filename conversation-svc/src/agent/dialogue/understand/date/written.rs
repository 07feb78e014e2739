//! Dates in figures, as they are written.

use jiff::civil::Date;

use super::{Days, Hit, hit, next_month_day};
use crate::agent::dialogue::understand::words::Words;

/// What the first of two figures is, unless it cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    MonthFirst,
    DayFirst,
}

/// A date in figures at `i`: "3/8", "3/8/2027", "2027-03-08".
pub fn written(words: &Words<'_>, i: usize, today: Date, order: DayOrder) -> Option<Hit> {
    let word = words.norm(i);
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    if !parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n = |k: usize| parts.get(k).and_then(|p| p.parse::<i16>().ok());
    let small = |k: usize| n(k).and_then(|n| i8::try_from(n).ok());
    let ordered = |first, second| match order {
        DayOrder::MonthFirst => (first, second),
        DayOrder::DayFirst => (second, first),
    };
    let date = match parts.as_slice() {
        [year, _, _] if year.len() == 4 => Date::new(n(0)?, small(1)?, small(2)?).ok()?,
        [_, _, year] if matches!(year.len(), 2 | 4) => {
            let year = if year.len() == 2 { 2000 + n(2)? } else { n(2)? };
            let (month, day) = ordered(small(0)?, small(1)?);
            Date::new(year, month, day).or_else(|_| Date::new(year, day, month)).ok()?
        }
        [_, _] if word.contains('/') => {
            let (month, day) = ordered(small(0)?, small(1)?);
            next_month_day(today, month, day).or_else(|| next_month_day(today, day, month))?
        }
        _ => return None,
    };
    hit(Days::one(date), 1, 0.9)
}
