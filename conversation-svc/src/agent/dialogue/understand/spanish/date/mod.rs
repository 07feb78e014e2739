//! Dates in Spanish. "El próximo viernes" and "el viernes que viene" are the coming one, as "este viernes" is; "el otro
//! viernes" and "el viernes en ocho" the one after it. Day before month in bare numbers.

mod month;
mod offset;
mod weekday;

use jiff::civil::Date;

pub use self::month::month_named;
use self::{
    month::{day_of_month, month_day},
    offset::{counted, span},
    weekday::{nth_weekday, weekday},
};
use super::holiday;
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, Hit, Reader, add_days, hit, written},
    words::Words,
};

pub const DATES: &[Reader] = &[
    |words, i, heard| named_day(words, i, heard.today),
    |words, i, heard| weekday(words, i, heard.today),
    |words, i, heard| month_day(words, i, heard.today),
    |words, i, heard| counted(words, i, heard.today),
    |words, i, heard| span(words, i, heard.today),
    |words, i, heard| written(words, i, heard.today, DayOrder::DayFirst),
    |words, i, heard| holiday::at(words, i, heard.today),
    |words, i, heard| nth_weekday(words, i, heard.today),
    |words, i, heard| day_of_month(words, i, heard.today, heard.asked),
];

fn named_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    const NAMED: &[(&str, i32)] = &[
        ("pasado manana", 2),
        ("el dia despues de manana", 2),
        ("manana mismo|", 1),
        ("el dia de manana", 1),
        ("al dia siguiente", 1),
        ("hoy mismo|", 0),
        ("el dia de hoy", 0),
        ("esta manana|tarde|noche|tardecita", 0),
    ];
    let (taken, days) =
        NAMED.iter().filter_map(|(p, d)| words.phrase(i, p).map(|n| (n, *d))).max_by_key(|(n, _)| *n)?;
    // "La mañana", "por las mañanas", "buena mañana": a part of a day.
    if words.norm(i) == "manana" && matches!(words.before(i), "la" | "las" | "esta" | "buena" | "toda" | "una") {
        return None;
    }
    // The part of the day in "esta tarde" stays for the times to read.
    let taken = if words.norm(i) == "esta" { 1 } else { taken };
    hit(Days::one(add_days(today, days)), taken, 0.95)
}
