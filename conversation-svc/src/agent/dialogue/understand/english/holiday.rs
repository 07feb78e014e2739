//! Holidays by their English names.

use jiff::civil::{Date, Weekday};

use crate::agent::dialogue::understand::{
    date::{Days, Hit, hit, holiday::Rule},
    words::Words,
};

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
    hit(Days::one(rule.next(today)?), lead + taken, 0.9)
}
