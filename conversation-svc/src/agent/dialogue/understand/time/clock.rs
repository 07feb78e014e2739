//! A clock time as it is said or written: "half past three", "330", "2 p.m.", "to pm".
//!
//! An hour without am or pm stays open; words that sound like a number are taken for one where only a number can stand.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::agent::dialogue::understand::{
    number,
    words::{Break, Words},
};

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

    pub fn known(hour: i8, minute: i8) -> Self {
        Self { hour, minute, open: false }
    }

    pub(super) fn with(self, half: Half) -> Option<Self> {
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
pub(super) enum Half {
    Am,
    Pm,
}

/// A clock time at `i`: the time, words taken, and whether it says itself that it is a time (am/pm, a colon, "o'clock",
/// "half past"). `only_number`: nothing but a time can stand here, so a sound-alike of a number counts.
pub(super) fn read(words: &Words<'_>, i: usize, only_number: bool) -> Option<(Clock, usize, bool)> {
    match words.norm(i) {
        "noon" => return Some((Clock::known(12, 0), 1, true)),
        "midnight" => return Some((Clock::known(0, 0), 1, true)),
        "12" | "twelve" if words.norm(i + 1) == "noon" => return Some((Clock::known(12, 0), 2, true)),
        _ => {}
    }
    let (clock, used, cue) = past_or_to(words, i)
        .or_else(|| digits(words, i))
        .or_else(|| spoken(words, i))
        .or_else(|| sound_alike(words, i, only_number))?;
    let (half, more) = half_after(words, i + used);
    match half {
        // "13 am" is no time.
        Some(half) => clock.with(half).map(|clock| (clock, used + more, true)),
        None => Some((clock, used + more, cue || more > 0)),
    }
}

fn half_after(words: &Words<'_>, i: usize) -> (Option<Half>, usize) {
    let oclock = words
        .any_phrase(i, &["oclock", "o clock", "clock", "o"])
        .filter(|_| words.norm(i) != "o" || words.norm(i + 1) == "clock");
    let skip = oclock.unwrap_or(0);
    let at = i + skip;
    let half = match (words.norm(at), words.norm(at + 1)) {
        ("am" | "a.m", _) => Some((Half::Am, 1)),
        ("pm" | "p.m", _) => Some((Half::Pm, 1)),
        ("a", "m") => Some((Half::Am, 2)),
        ("p", "m") => Some((Half::Pm, 2)),
        ("a", _) if words.get(at.wrapping_sub(1)).is_some_and(|w| w.glued) => Some((Half::Am, 1)),
        ("p", _) if words.get(at.wrapping_sub(1)).is_some_and(|w| w.glued) => Some((Half::Pm, 1)),
        ("tonight", _) => Some((Half::Pm, 1)),
        ("at", "night") => Some((Half::Pm, 2)),
        ("in", "the") => match words.norm(at + 2) {
            "morning" => Some((Half::Am, 3)),
            "afternoon" | "evening" | "night" => Some((Half::Pm, 3)),
            _ => None,
        },
        ("this" | "in", "morning") => Some((Half::Am, 2)),
        ("this" | "in", "afternoon" | "evening") => Some((Half::Pm, 2)),
        _ => None,
    };
    match half {
        Some((half, n)) => (Some(half), skip + n),
        None => (None, skip),
    }
}

fn open(hour: u64, minute: u64) -> Option<Clock> {
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    match (hour, minute) {
        (1..=12, 0..=59) => Some(Clock { hour, minute, open: true }),
        (0 | 13..=23, 0..=59) => Some(Clock::known(hour, minute)),
        _ => None,
    }
}

fn hour_at(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    number::cardinal(words, i).filter(|(n, _)| (1..=12).contains(n))
}

/// "half past three", "quarter to five", "ten past two", "twenty minutes to nine", "a quarter after one".
fn past_or_to(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    let lead = usize::from(words.norm(i) == "a");
    let (minute, mut used) = match words.norm(i + lead) {
        "half" => (30, lead + 1),
        "quarter" => (15, lead + 1),
        _ => {
            let (n, used) = number::cardinal(words, i).filter(|(n, _)| (1..=29).contains(n))?;
            (n, used + usize::from(matches!(words.norm(i + used), "minutes" | "minute" | "mins" | "min")))
        }
    };
    let link = words.norm(i + used);
    let before = matches!(link, "to" | "till" | "before" | "of" | "til");
    if !before && !matches!(link, "past" | "after") {
        // "half three"
        if minute == 30 && lead == 0 {
            let (hour, n) = hour_at(words, i + used)?;
            return open(hour, 30).map(|c| (c, used + n, true));
        }
        return None;
    }
    // "ten to four" is a range as often as a time; with "quarter" or "minutes" it is a time.
    if before
        && link == "to"
        && minute != 15
        && minute != 30
        && words.norm(i + used - 1) != "minutes"
        && (minute % 5 != 0 || minute <= 12)
    {
        return None;
    }
    used += 1;
    let noon = words.norm(i + used) == "noon";
    let (hour, n) = if noon { (12, 1) } else { hour_at(words, i + used)? };
    let clock = if before { open(if hour == 1 { 12 } else { hour - 1 }, 60 - minute) } else { open(hour, minute) }?;
    let clock = if noon { Clock::known(if before { 11 } else { 12 }, clock.minute) } else { clock };
    Some((clock, used + n, true))
}

/// "3", "3:30", "3.30", "330", "15:30", "0930".
fn digits(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    let word = words.norm(i);
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((h, m)) = word.split_once([':', '.', 'h']) {
        let full = m.len() == 2 && !h.is_empty() && h.len() <= 2;
        let clock = open(h.parse().ok()?, m.get(..2)?.parse().ok()?).filter(|_| full)?;
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
                && let Some(clock) = next.parse().ok().and_then(|m| open(n, m))
            {
                return Some((clock, 2, true));
            }
            open(n, 0).map(|c| (c, 1, words.norm(i + 1) == "h"))
        }
        3 | 4 => {
            let clock = open(n / 100, n % 100)?;
            let clock = if word.starts_with('0') { Clock::known(clock.hour, clock.minute) } else { clock };
            // "2030" might be a year; a time ends in 0 or 5 when people book.
            Some((clock, 1, n.is_multiple_of(5) && word.len() == 3))
        }
        _ => None,
    }
}

/// "two", "three thirty", "two oh five", "ten forty five", "fourteen hundred".
fn spoken(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    let hour = number::small(words.norm(i))
        .filter(|n| (1..=19).contains(n))
        .or_else(|| number::tens(words.norm(i)).filter(|n| *n == 20))?;
    if words.norm(i + 1) == "hundred" && hour >= 7 {
        return open(hour, 0).map(|c| (Clock::known(c.hour, 0), 2, true));
    }
    if matches!(words.norm(i + 1), "oh" | "o")
        && let Some(minute) = number::small(words.norm(i + 2)).filter(|n| (1..=9).contains(n))
    {
        return open(hour, minute).map(|c| (c, 3, true));
    }
    if hour <= 12
        && words.break_after(i) == Break::None
        && let Some((minute, n)) = number::below_hundred(words, i + 1).filter(|(m, _)| (10..60).contains(m))
    {
        return open(hour, minute).map(|c| (c, 1 + n, true));
    }
    let next_digits = words.norm(i + 1);
    if next_digits.len() == 2
        && let Some(minute) = next_digits.parse::<u64>().ok().filter(|m| (10..60).contains(m))
    {
        return open(hour, minute).map(|c| (c, 2, true));
    }
    open(hour, 0).filter(|_| hour <= 12).map(|c| (c, 1, false))
}

/// "to pm", "for o'clock", "ate thirty": words that sound like a number, where a number must stand.
fn sound_alike(words: &Words<'_>, i: usize, only_number: bool) -> Option<(Clock, usize, bool)> {
    let hour = match words.norm(i) {
        "to" | "too" | "tu" => 2,
        "for" | "fore" => 4,
        "ate" => 8,
        "won" => 1,
        "tree" | "free" => 3,
        "tin" => 10,
        "sex" | "sick" => 6,
        "fife" => 5,
        _ => return None,
    };
    let (half, n) = half_after(words, i + 1);
    let minute = number::tens(words.norm(i + 1)).filter(|m| *m == 30 || *m == 40);
    if let Some(minute) = minute {
        return open(hour, minute).map(|c| (c, 2, true));
    }
    let ends = i + 1 == words.len() || words.break_after(i) != Break::None;
    if half.is_some() && n > 0 && !matches!(words.norm(i + 1), "in" | "this" | "at" | "tonight") || only_number && ends
    {
        return open(hour, 0).map(|c| (c, 1, false));
    }
    None
}
