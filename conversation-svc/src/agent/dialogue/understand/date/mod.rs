//! Dates in what a caller says, relative to a given day: the days they can mean, and the calendar they are counted on.
//!
//! How days are said is the grammar's business. A date without a year is its next occurrence; a vague date
//! ("next week") is a range of days.

mod calendar;
pub mod holiday;
mod written;

use jiff::civil::Date;

pub use self::{
    calendar::{add_days, coming, day_number, monday_of, month_of, next_day_of_month, next_month_day},
    written::{DayOrder, written},
};
use super::{Found, words::Words};

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

    pub fn run(start: Date, days: i32, grain: Grain) -> Self {
        Self { start, end_excl: add_days(start, days), grain }
    }

    /// The day, when it is a single one.
    pub fn single(&self) -> Option<Date> {
        (self.grain == Grain::Day).then_some(self.start)
    }
}

/// A reading of some words as days.
pub struct Hit {
    pub days: Days,
    pub taken: usize,
    pub confidence: f32,
}

/// When a date is heard.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    pub today: Date,
    /// A date was asked for, so a bare day counts.
    pub asked: bool,
}

/// Reads the date that begins at a word, if one does.
pub type Reader = fn(&Words<'_>, usize, &Heard) -> Option<Hit>;

/// The dates of a text, in the order they were said. `asked`: a date was asked for, so a bare day counts.
pub fn find(words: &Words<'_>, today: Date, asked: bool) -> Vec<Found<Days>> {
    let heard = Heard { today, asked };
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let hits = words.grammar().dates.iter().filter_map(|read| read(words, i, &heard));
        match hits.max_by_key(|hit| hit.taken) {
            Some(hit) => {
                found.push(Found::new(hit.days, hit.confidence, i..i + hit.taken));
                i += hit.taken.max(1);
            }
            None => i += 1,
        }
    }
    found
}

pub fn hit(days: Days, taken: usize, confidence: f32) -> Option<Hit> {
    Some(Hit { days, taken, confidence })
}
