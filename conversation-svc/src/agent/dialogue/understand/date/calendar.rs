//! Arithmetic on the calendar; at its end a day stays where it is.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{Days, Grain};

/// A day so many days later; the day itself at the end of the calendar.
pub fn add_days(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

pub fn monday_of(day: Date) -> Date {
    add_days(day, -i32::from(day.weekday().to_monday_zero_offset()))
}

/// The weekday from today on; today itself only when it `counts`.
pub fn coming(today: Date, day: Weekday, counts: bool) -> Date {
    let ahead = i32::from(today.weekday().until(day));
    add_days(today, if ahead == 0 && !counts { 7 } else { ahead })
}

/// The whole month that begins on `first`.
pub fn month_of(first: Date) -> Option<Days> {
    let end_excl = first.checked_add(1.months()).ok()?;
    Some(Days { start: first, end_excl, grain: Grain::Month })
}

/// A day of a month, if there can be one of that number.
pub fn day_number(day: u64) -> Option<i8> {
    i8::try_from(day).ok().filter(|d| (1..=31).contains(d))
}

/// The next such day of such a month, today included.
pub fn next_month_day(today: Date, month: i8, day: i8) -> Option<Date> {
    // Four years reach the next 29 February.
    (0..=4).filter_map(|n| Date::new(today.year().checked_add(n)?, month, day).ok()).find(|d| *d >= today)
}

/// The next month that has such a day, today included.
pub fn next_day_of_month(today: Date, day: u64) -> Option<Date> {
    let day = day_number(day)?;
    (0..12)
        .filter_map(|n: i32| today.first_of_month().checked_add(n.months()).ok())
        .filter_map(|first| Date::new(first.year(), first.month(), day).ok())
        .find(|d| *d >= today)
}
