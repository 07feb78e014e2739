//! What a language brings to the understanding: its words, and the readers of its numbers, dates and times.
//!
//! The modules beside this one hold what every language shares; [`english`](super::english) and
//! [`spanish`](super::spanish) hold one `Grammar` each.

use jiff::civil::DateTime;
use proto::Language;

use super::{
    Found, Topic, answer::Answers, catalog::Requests, choice::Choices, date, email::Addresses, english, intent::Intent,
    lettering::Letterings, moment::Moments, name::Names, phone::Phones, relocation::Relocations, settle::Corrections,
    shift::Shifts, spanish, spelling::Letters, time, words::Words,
};

/// Phrases as [`Words::phrase`] reads them.
pub type Phrases = &'static [&'static str];

pub struct Grammar {
    /// Written onto a figure without a blank ("2pm"), and words of their own.
    pub units: &'static [&'static str],
    pub numbers: Numbers,
    /// Of readings of equal length the one of the later reader counts.
    pub dates: &'static [date::Reader],
    /// Days, times and all that joins them, for a language that reads them together; then it has no readers of its own.
    pub moments: Option<&'static Moments>,
    /// The month that a word names.
    pub month_named: fn(&str) -> Option<i8>,
    pub times: &'static [time::Reader],
    /// A moment counted from now ("in two hours").
    pub moment: fn(&Words<'_>, DateTime) -> Option<Found<DateTime>>,
    pub answers: Answers,
    /// In the order in which they are looked for: the more particular ones first.
    pub intents: &'static [(Intent, Phrases)],
    pub topics: &'static [(Topic, Phrases)],
    pub choices: Choices,
    pub corrections: Corrections,
    pub relocations: Relocations,
    pub shifts: Shifts,
    pub names: Names,
    pub requests: Requests,
    pub letters: Letters,
    pub letterings: Letterings,
    pub addresses: Addresses,
    pub phones: Phones,
    pub money: Money,
}

/// Readers of numbers: of a value and the words it takes.
pub struct Numbers {
    pub cardinal: fn(&Words<'_>, usize) -> Option<(u64, usize)>,
    pub ordinal: fn(&Words<'_>, usize) -> Option<(u64, usize)>,
    /// Numbers of every kind: negative, decimal, fractions, of any size.
    pub quantity: fn(&Words<'_>, usize) -> Option<(f64, usize)>,
    /// An ordinal of any size.
    pub rank: fn(&Words<'_>, usize) -> Option<(f64, usize)>,
    /// A place counted from another one: how it is said, and from which ("end-1").
    pub relative_ranks: &'static [(&'static str, &'static str)],
    /// Of words only, below a hundred.
    pub below_hundred: fn(&Words<'_>, usize) -> Option<(u64, usize)>,
    /// Of words only, as digits of a phone number are grouped.
    pub group: fn(&Words<'_>, usize) -> Option<(u64, usize)>,
    /// One spoken digit, or a group of written ones, as digits.
    pub digits_of: fn(&str) -> Option<String>,
    /// "Double", "triple": how many times what follows stands.
    pub multiples: &'static [(&'static str, usize)],
    /// Said for "00" within a number of digits.
    pub hundred: &'static [&'static str],
}

/// Words of amounts.
pub struct Money {
    /// A unit and its ISO 4217 code.
    pub units: &'static [(&'static str, &'static str)],
    /// The hundredth of a unit, and the code of what is meant where it stands alone.
    pub hundredths: &'static [(&'static str, &'static str)],
    /// Said before one unit ("a dollar").
    pub one: &'static [&'static str],
    pub and: &'static [&'static str],
}

impl Grammar {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::GRAMMAR,
            Language::Spanish => &spanish::GRAMMAR,
        }
    }
}
