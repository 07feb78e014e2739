//! Times of day in what a caller says: clock times, parts of the day, bounds and ranges.
//!
//! How they are said is the grammar's business. An hour without am or pm stays open here; opening hours decide it later.

mod clock;

use serde::{Deserialize, Serialize};

pub use self::clock::{Clock, Half, written};
use super::{Found, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    Morning,
    Lunch,
    Afternoon,
    Evening,
}

/// When in a day a caller wants to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    At(Clock),
    Around(Clock),
    From(Clock),
    Until(Clock),
    Between(Clock, Clock),
    Part(Part),
    /// "Any time."
    Any,
    /// "The first you have", "as early as possible".
    Earliest,
}

/// What stands beside a number and tells whether it is an hour.
pub struct Beside<'a> {
    /// A time was asked for or offered, so a bare number is one.
    pub asked: bool,
    /// Word `i` is part of a date, so a number after it is one.
    pub dated: &'a dyn Fn(usize) -> bool,
}

/// The times of a text, in the order they were said. `taken(i)`: word `i` is part of something else already; `asked` and
/// `dated` are those of [`Beside`].
pub fn find(
    words: &Words<'_>,
    asked: bool,
    taken: &dyn Fn(usize) -> bool,
    dated: &dyn Fn(usize) -> bool,
) -> Vec<Found<When>> {
    let beside = Beside { asked, dated };
    let mut found: Vec<Found<When>> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if taken(i) {
            i += 1;
            continue;
        }
        let hit = words
            .grammar()
            .times
            .iter()
            .filter_map(|read| read(words, i, &beside))
            .filter(|(_, n, _)| (i..i + n).all(|k| !taken(k)))
            .max_by_key(|(_, n, _)| *n);
        match hit {
            Some((when, n, confidence)) => {
                found.push(Found::new(when, confidence, i..i + n));
                i += n.max(1);
            }
            None => i += 1,
        }
    }
    settle_halves(&mut found);
    found
}

/// A wish, the words it takes, how sure it is.
pub type Hit = (When, usize, f32);

/// Reads the time that begins at a word, if one does.
pub type Reader = fn(&Words<'_>, usize, &Beside<'_>) -> Option<Hit>;

/// "half past three in the afternoon" is one hit already; "tomorrow afternoon at two" is two: the part of the day
/// decides the half of the clock time, and is no wish of its own then.
fn settle_halves(found: &mut Vec<Found<When>>) {
    let part = found.iter().find_map(|f| if let When::Part(part) = f.value { Some(part) } else { None });
    let Some(part) = part else { return };
    let half = if part == Part::Morning { Half::Am } else { Half::Pm };
    let mut settled = false;
    for f in found.iter_mut() {
        let settle = |c: Clock| if c.open { c.with(half).unwrap_or(c) } else { c };
        f.value = match f.value {
            When::At(c) => When::At(settle(c)),
            When::Around(c) => When::Around(settle(c)),
            When::From(c) => When::From(settle(c)),
            When::Until(c) => When::Until(settle(c)),
            When::Between(a, b) => When::Between(settle(a), settle(b)),
            other => other,
        };
        settled |=
            matches!(f.value, When::At(_) | When::Around(_) | When::From(_) | When::Until(_) | When::Between(..));
    }
    if settled {
        found.retain(|f| !matches!(f.value, When::Part(_)));
    }
}

/// From one clock time to another. "3 to 5 pm": the half said last holds for both, unless that turns the range around.
pub fn between(from: Clock, to: Clock) -> When {
    if !from.open || to.open {
        return When::Between(from, to);
    }
    let in_half = |half| from.with(half).unwrap_or(from);
    let (same, other) = if to.hour >= 12 { (Half::Pm, Half::Am) } else { (Half::Am, Half::Pm) };
    let minutes = |clock: Clock| i32::from(clock.hour) * 60 + i32::from(clock.minute);
    let same = in_half(same);
    When::Between(if minutes(same) < minutes(to) { same } else { in_half(other) }, to)
}
