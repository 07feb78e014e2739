//! Days named by their weekday: "next Friday", "Monday the second", "the last Monday of March".

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::month::{month_at, month_day};
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, Hit, add_days, coming, hit, monday_of, next_day_of_month, written},
    english::number,
    words::Words,
};

pub fn weekday(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    let next_week_first =
        words.any_phrase(i, &["next week on", "next week"]).filter(|n| weekday_named(words.norm(i + n)).is_some());
    let (lead, lead_next, lead_this) = match (words.norm(i), words.norm(i + 1)) {
        _ if next_week_first.is_some() => (next_week_first?, true, false),
        ("on", "the") if weekday_named(words.norm(i + 2)).is_some() => (2, false, false),
        ("this", "coming" | "upcoming") | ("the", "coming") => (2, false, true),
        ("next" | "following", _) => (1, true, false),
        ("the", "following" | "next") => (2, true, false),
        ("this" | "coming" | "upcoming", _) => (1, false, true),
        ("on", _) => (1, false, false),
        _ => (0, false, false),
    };
    let name = words.norm(i + lead);
    let day = weekday_named(name)?;
    // Words that are more often something else need a cue.
    let doubtful = matches!(name, "sun" | "sat" | "mon" | "wed" | "thu" | "fri");
    if doubtful && lead == 0 && !asked && words.len() > 2 {
        return None;
    }
    let mut taken = lead + 1;
    let mut next = lead_next;
    let mut weeks_later = 0;
    for (phrase, effect_next, weeks) in [
        ("of next week", true, 0),
        ("next week", true, 0),
        ("after next", false, 1),
        ("in two weeks", false, 2),
        ("week", false, 1),
    ] {
        if let Some(n) = words.phrase(i + taken, phrase) {
            if phrase == "after next" && lead_this {
                continue;
            }
            taken += n;
            next |= effect_next;
            weeks_later = weeks;
            break;
        }
    }
    if let Some(n) = words.any_phrase(i + taken, &["of this week", "this week"]) {
        taken += n;
    }
    // "Monday the second", "Monday, March 3rd": the date decides.
    if let Some(more) = month_day(words, i + taken, today) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    if let Some(more) = written(words, i + taken, today, DayOrder::MonthFirst) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    let the = usize::from(words.norm(i + taken) == "the");
    if let Some((n, used)) = number::ordinal(words, i + taken + the).filter(|(n, _)| (1..=31).contains(n))
        && !next
    {
        let agreed = (0..92).map(|d| add_days(today, d)).find(|d| d.weekday() == day && d.day() as u64 == n);
        let (date, confidence) = match agreed {
            Some(date) => (date, 0.95),
            None => (next_day_of_month(today, n)?, 0.6),
        };
        return hit(Days::one(date), taken + the + used, confidence);
    }
    let date = if next {
        add_days(monday_of(today), 7 + i32::from(day.to_monday_zero_offset()))
    } else {
        coming(today, day, lead_this)
    };
    hit(Days::one(add_days(date, weeks_later * 7)), taken, 0.9)
}

/// "The last Monday of March", "third Friday in December", "first Monday of next month".
pub fn nth_weekday(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let the = usize::from(words.norm(i) == "the");
    let (nth, used) = match words.norm(i + the) {
        "last" => (-1, 1),
        _ => number::ordinal(words, i + the).filter(|(n, _)| (1..=5).contains(n)).map(|(n, used)| (n as i8, used))?,
    };
    let day = weekday_named(words.norm(i + the + used))?;
    let link = i + the + used + 1;
    if !matches!(words.norm(link), "of" | "in") {
        return None;
    }
    let (first, more) = month_at(words, link + 1, today)?;
    let date = first.nth_weekday_of_month(nth, day).ok()?;
    let date =
        if date < today { first.checked_add(1.years()).ok()?.nth_weekday_of_month(nth, day).ok()? } else { date };
    hit(Days::one(date), the + used + 2 + more, 0.9)
}

pub fn weekday_named(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix('s').filter(|w| w.ends_with("day")).unwrap_or(word);
    Some(match word {
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tues" | "tue" => Weekday::Tuesday,
        "wednesday" | "wed" | "weds" | "wensday" | "wendsday" => Weekday::Wednesday,
        "thursday" | "thurs" | "thur" | "thu" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}
