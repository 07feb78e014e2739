//! When something is to be: days, times of day, both, moments, ranges and lengths of time in what a caller says.
//!
//! Read bottom up. Leaves are single words and phrases ("Friday", "3 pm", "two", "weeks"); rules join neighbours into larger
//! readings ("two weeks" → "two weeks from Friday" → "two weeks from Friday at 3 pm") until nothing more joins, and the
//! readings that cover most words are taken. Leaves and rules are the grammar's; what they yield is resolved at once
//! against the moment at which it is said.

mod chart;
mod length;
mod wishes;

use jiff::civil::{Date, DateTime, Weekday};

pub use self::{
    chart::{Leaf, Part, Rule, read},
    length::{Length, Unit},
    wishes::wishes,
};
use super::{
    date::{Days, holiday},
    time::{Clock, When},
    words::Words,
};

/// What a language brings: its leaves and rules.
pub struct Moments {
    pub leaves: fn(&Scene<'_>, usize, &mut Vec<Leaf>),
    pub rules: &'static [&'static [Rule]],
    /// Before "now" they make it a wish; without them it mostly passes the time ("not now", "that's all for now").
    pub before_now: &'static [&'static str],
}

/// What the reading depends on.
pub struct Scene<'a> {
    pub words: &'a Words<'a>,
    /// The business's wall clock.
    pub now: DateTime,
    /// A date was asked for, so a bare day counts.
    pub asked_date: bool,
    /// A time was asked for or offered, so a bare number is an hour.
    pub asked_time: bool,
}

impl Scene<'_> {
    pub fn today(&self) -> Date {
        self.now.date()
    }
}

/// Which one, counted from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    This,
    /// "This coming", "upcoming".
    Coming,
    Next,
    Last,
}

/// A third of a week or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Beginning,
    Middle,
    End,
}

/// On which side of some days, and whether with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    From,
    After,
    Before,
    Until,
}

/// A reading of some words. Only some are an answer by themselves: see [`Node::answers`].
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Number(f64),
    Ordinal(u32),
    /// An ordinal that can stand for a day of the month by itself, and whether it was written in figures.
    DayOfMonth(i8, bool),
    Unit(Unit),
    Which(Which),
    Section(Section),
    Month(i8),
    Year(i16),
    Feast(&'static holiday::Rule),
    /// Whether nothing else is meant by the word ("sat", "sun").
    Weekday(Weekday, bool),
    /// Whether it says itself that it is a time of day.
    Clock(Clock, bool),

    Length(Length),
    Days(Days),
    OpenDays(Side, Days),
    Hours(When),
    /// A time on a day.
    Dated(Days, When),
    Instant(DateTime),
    /// `[from, to)`
    Range(DateTime, DateTime),
    /// No moment, though parts of it look like one: "February 20 to 30", "twice a day".
    Nothing,
}

impl Node {
    /// Whether it can be meant by itself.
    const fn answers(&self, scene: &Scene<'_>) -> bool {
        match self {
            Self::Length(_)
            | Self::Days(_)
            | Self::OpenDays(..)
            | Self::Hours(_)
            | Self::Dated(..)
            | Self::Instant(_)
            | Self::Range(..)
            | Self::Nothing => true,
            Self::Clock(_, false) => scene.asked_time,
            _ => false,
        }
    }

    fn answer(self) -> Self {
        match self {
            Self::Clock(clock, _) => Self::Hours(When::At(clock)),
            node => node,
        }
    }
}
