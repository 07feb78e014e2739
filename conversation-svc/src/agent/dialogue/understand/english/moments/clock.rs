//! A clock time as it is said in English: "half past three", "330", "2 p.m.", "to pm".
//!
//! Words that sound like a number are taken for one where only a number can stand.

use crate::agent::dialogue::understand::{
    english::number,
    time::{Clock, Half, written},
    words::{Break, Words},
};

/// A clock time at `i`: the time, words taken, and whether it says itself that it is a time (am/pm, a colon, "o'clock",
/// "half past"). `only_number`: nothing but a time can stand here, so a sound-alike of a number counts.
pub(super) fn read(words: &Words<'_>, i: usize, only_number: bool) -> Option<(Clock, usize, bool)> {
    match words.norm(i) {
        "noon" => return Some((Clock::known(12, 0), 1, true)),
        "midnight" => return Some((Clock::known(0, 0), 1, true)),
        "12" | "twelve" if words.norm(i + 1) == "noon" => return Some((Clock::known(12, 0), 2, true)),
        "mid" if words.norm(i + 1) == "night" => return Some((Clock::known(0, 0), 2, true)),
        _ => {}
    }
    let (clock, used, cue) = past_or_to(words, i)
        .or_else(|| written(words, i))
        .or_else(|| spoken(words, i))
        .or_else(|| sound_alike(words, i, only_number))?;
    let (half, more) = half_after(words, i + used);
    // "0 am" is no time, and "14 pm" only beside a day; "14:30 pm" is meant.
    let bare = words.norm(i).len() <= 2 && words.norm(i).bytes().all(|b| b.is_ascii_digit()) && clock.minute == 0;
    match half {
        Some(_) if bare && clock.hour == 0 => None,
        Some(half) if bare && clock.hour > 12 => clock.with(half).map(|clock| (clock, used + more, false)),
        Some(half) => clock.with(half).map(|clock| (clock, used + more, true)),
        None => Some((clock, used + more, cue || more > 0)),
    }
}

pub(super) fn half_after(words: &Words<'_>, i: usize) -> (Option<Half>, usize) {
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
            return Clock::said(hour, 30).map(|c| (c, used + n, true));
        }
        return None;
    }
    // "ten to four" is a range as often as a time; with "quarter" or "minutes" it is a time.
    if before
        && link == "to"
        && minute != 15
        && minute != 30
        && !matches!(words.norm(i + used - 1), "minutes" | "minute")
        && (minute % 5 != 0 || minute <= 12)
    {
        return None;
    }
    used += 1;
    let noon = words.norm(i + used) == "noon";
    let (hour, n) = if noon { (12, 1) } else { hour_at(words, i + used)? };
    let clock = if before {
        Clock::said(if hour == 1 { 12 } else { hour - 1 }, 60 - minute)
    } else {
        Clock::said(hour, minute)
    }?;
    let clock = if noon { Clock::known(if before { 11 } else { 12 }, clock.minute) } else { clock };
    Some((clock, used + n, true))
}

/// "two", "three thirty", "two oh five", "ten forty five", "fourteen hundred".
fn spoken(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    // "Twenty three o'clock"
    if let Some((hour, used)) = number::below_hundred(words, i).filter(|(n, _)| (13..24).contains(n))
        && let Some(more) = words.any_phrase(i + used, &["oclock", "o clock"])
    {
        return Clock::said(hour, 0).map(|clock| (clock, used + more, true));
    }
    let hour = number::small(words.norm(i))
        .filter(|n| (1..=19).contains(n))
        .or_else(|| number::tens(words.norm(i)).filter(|n| *n == 20))?;
    if words.norm(i + 1) == "hundred" && hour >= 7 {
        return Clock::said(hour, 0).map(|c| (Clock::known(c.hour, 0), 2, true));
    }
    if matches!(words.norm(i + 1), "oh" | "o")
        && let Some(minute) = number::small(words.norm(i + 2)).filter(|n| (1..=9).contains(n))
    {
        return Clock::said(hour, minute).map(|c| (c, 3, true));
    }
    if hour <= 12
        && words.break_after(i) == Break::None
        && let Some((minute, n)) = number::below_hundred(words, i + 1).filter(|(m, _)| (10..60).contains(m))
    {
        return Clock::said(hour, minute).map(|c| (c, 1 + n, true));
    }
    // "Thirteen thirty"; "nineteen eighty" is a year as often.
    if (13..=18).contains(&hour)
        && words.break_after(i) == Break::None
        && let Some((minute, n)) =
            number::below_hundred(words, i + 1).filter(|(m, _)| (10..60).contains(m) && m % 5 == 0)
    {
        return Clock::said(hour, minute).map(|c| (c, 1 + n, true));
    }
    let next_digits = words.norm(i + 1);
    if next_digits.len() == 2
        && let Some(minute) = next_digits.parse::<u64>().ok().filter(|m| (10..60).contains(m))
    {
        return Clock::said(hour, minute).map(|c| (c, 2, true));
    }
    Clock::said(hour, 0).filter(|_| hour <= 12).map(|c| (c, 1, false))
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
        return Clock::said(hour, minute).map(|c| (c, 2, true));
    }
    let ends = i + 1 == words.len() || words.break_after(i) != Break::None;
    if half.is_some() && n > 0 && !matches!(words.norm(i + 1), "in" | "this" | "at" | "tonight") || only_number && ends
    {
        return Clock::said(hour, 0).map(|c| (c, 1, false));
    }
    None
}
