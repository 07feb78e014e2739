//! A clock time as far as it was said.
//!
//! An hour without am or pm stays open.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::agent::dialogue::understand::words::Words;

/// A clock time, as far as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// 0–23; 1–12 while `open`.
    pub hour: i8,
    pub minute: i8,
    /// Neither am nor pm was said: the other half of the day is possible.
    pub open: bool,
}

impl Clock {
    /// Both readings, the one as said first.
    pub fn readings(self) -> impl Iterator<Item = Time> {
        let other = self.open.then_some((self.hour + 12) % 24);
        std::iter::once(self.hour).chain(other).filter_map(move |hour| Time::new(hour, self.minute, 0, 0).ok())
    }

    /// An hour of 1–12 as an open one, others as of the 24-hour clock.
    pub fn said(hour: u64, minute: u64) -> Option<Self> {
        let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
        match (hour, minute) {
            (1..=12, 0..=59) => Some(Clock { hour, minute, open: true }),
            (0 | 13..=23, 0..=59) => Some(Clock::known(hour, minute)),
            _ => None,
        }
    }

    pub fn known(hour: i8, minute: i8) -> Self {
        Self { hour, minute, open: false }
    }

    pub fn with(self, half: Half) -> Option<Self> {
        let hour = match (half, self.hour) {
            (Half::Am, 12) => 0,
            (Half::Am, h @ 0..=11) => h,
            (Half::Pm, h @ 1..=11) => h + 12,
            (Half::Pm, h @ 12..=23) => h,
            _ => return None,
        };
        Some(Self::known(hour, self.minute))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Am,
    Pm,
}

/// A time in figures at `i`, words taken, and whether it says itself that it is a time: "3", "3:30", "3.30", "330", "15:30", "0930".
pub fn written(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    let word = words.norm(i);
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((h, m)) = word.split_once([':', '.', 'h']) {
        let full = m.len() == 2 && !h.is_empty() && h.len() <= 2;
        let clock = Clock::said(h.parse().ok()?, m.get(..2)?.parse().ok()?).filter(|_| full)?;
        // "13:15" and "09:15" are 24-hour writing; "9:15" is open.
        let clock = if h.starts_with('0') { Clock::known(clock.hour, clock.minute) } else { clock };
        return Some((clock, 1, true));
    }
    let n: u64 = word.parse().ok()?;
    match word.len() {
        1 | 2 => {
            // "3 30", and "3 o 5" from a recogniser.
            let next = words.norm(i + 1);
            if next.len() == 2
                && next.bytes().all(|b| b.is_ascii_digit())
                && let Some(clock) = next.parse().ok().and_then(|m| Clock::said(n, m))
            {
                return Some((clock, 2, true));
            }
            Clock::said(n, 0).map(|c| (c, 1, words.norm(i + 1) == "h"))
        }
        3 | 4 => {
            let clock = Clock::said(n / 100, n % 100)?;
            let clock = if word.starts_with('0') { Clock::known(clock.hour, clock.minute) } else { clock };
            // "2030" might be a year; a time ends in 0 or 5 when people book.
            Some((clock, 1, n.is_multiple_of(5) && word.len() == 3))
        }
        _ => None,
    }
}
