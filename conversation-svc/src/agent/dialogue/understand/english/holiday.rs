//! Holidays by their English names.

use jiff::civil::Weekday;

use crate::agent::dialogue::understand::{date::holiday::Rule, words::Words};

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
    ("new year day", Rule::Fixed(1, 1)),
    ("saint patrick", Rule::Fixed(3, 17)),
    ("ides of march", Rule::Fixed(3, 15)),
    ("the ides of march", Rule::Fixed(3, 15)),
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
    ("black friday", Rule::NthAfter(11, 4, Weekday::Thursday, 1)),
    ("cyber monday", Rule::NthAfter(11, 4, Weekday::Thursday, 4)),
    ("good friday", Rule::Easter(-2)),
    ("easter sunday", Rule::Easter(0)),
    ("easter monday", Rule::Easter(1)),
    ("easter mon", Rule::Easter(1)),
    ("easter", Rule::Easter(0)),
];

/// The holiday that is named at `i`, and the words it takes.
pub fn named(words: &Words<'_>, i: usize) -> Option<(&'static Rule, usize)> {
    let named = HOLIDAYS.iter().filter_map(|(phrase, rule)| Some((rule, words.phrase(i, phrase)?)));
    named.max_by_key(|(_, taken)| *taken)
}
