//! Days counted from another, and runs of days: "en dos semanas", "de hoy en ocho", "la semana que viene", "en marzo".

use jiff::{ToSpan as _, civil::Date};

use super::{
    month::{NEXT_MONTH, month_at, month_day, month_named},
    named_day,
    weekday::weekday,
};
use crate::agent::dialogue::understand::{
    date::{Days, Grain, Hit, add_days, hit, monday_of, month_of},
    spanish::number,
    words::Words,
};

pub const NEXT_WEEK: &[&str] =
    &["la| proxima|siguiente|otra semana", "la| semana proxima|siguiente|entrante", "la| semana que viene|entra|sigue"];

pub fn counted(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let from_today = || {
        let lead = words.any_phrase(i, &["en", "dentro de", "de aqui a|en"])?;
        let (date, n) = later(words, i + lead, today)?;
        hit(Days::one(date), lead + n, 0.9)
    };
    from_a_day(words, i, today).or_else(from_today)
}

/// "De hoy en ocho", "de mañana en quince días", "del viernes en dos semanas".
fn from_a_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let lead = usize::from(matches!(words.norm(i), "de" | "del" | "desde"));
    let counted_from = if lead > 0 {
        [named_day(words, i + 1, today), weekday(words, i + 1, today), month_day(words, i + 1, today)]
    } else {
        [named_day(words, i, today), None, None]
    };
    let base = counted_from.into_iter().flatten().max_by_key(|hit| hit.taken)?;
    let at = i + lead + base.taken;
    if !matches!(words.norm(at), "en" | "a") {
        return None;
    }
    let (date, n) = later(words, at + 1, base.days.start).or_else(|| {
        let (count, n) = number::cardinal(words, at + 1)?;
        Some((add_days(base.days.start, days_said(count).filter(|d| d % 7 == 0)?), n))
    })?;
    hit(Days::one(date), lead + base.taken + 1 + n, 0.9)
}

/// How many days are meant: eight are a week and fifteen a fortnight, since both ends are counted.
fn days_said(count: u64) -> Option<i32> {
    match count {
        8 => Some(7),
        15 => Some(14),
        _ => i32::try_from(count).ok(),
    }
}

/// A length of time at `i`, counted from a day: the day it leads to, words taken.
fn later(words: &Words<'_>, i: usize, base: Date) -> Option<(Date, usize)> {
    let (count, n) = match words.phrase(i, "un par de") {
        Some(n) => (2, n),
        None => number::cardinal(words, i).filter(|(n, _)| (1..=400).contains(n))?,
    };
    let few = i32::try_from(count).ok()?;
    let date = match words.norm(i + n) {
        "dia" | "dias" => add_days(base, days_said(count)?),
        "semana" | "semanas" => add_days(base, few * 7),
        "quincena" => add_days(base, few * 14),
        "mes" | "meses" => base.checked_add(few.months()).ok()?,
        _ => return None,
    };
    Some((date, n + 1))
}

/// "A principios de diciembre", "a finales de mes": ten days of it.
fn third_of_month(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    const DAYS: i32 = 10;
    let thirds = [
        ["a principios|primeros|comienzos|inicios de|del", "principios|inicios de|del"],
        ["a mediados de|del", "mediados de|del"],
        ["a finales|fines de|del", "finales|fines|fin de|del"],
    ];
    let lead = |(third, phrases): (usize, &[&str; 2])| words.any_phrase(i, phrases).map(|n| (third, n));
    let (third, n) = thirds.iter().enumerate().find_map(lead)?;
    let this = || words.any_phrase(i + n, &["este| mes"]).map(|taken| (today.first_of_month(), taken));
    let (first, taken) = month_at(words, i + n, today).or_else(this)?;
    let month = month_of(first)?;
    let days = match third {
        0 => Days::run(month.start, DAYS, Grain::Days),
        1 => Days::run(add_days(month.start, DAYS), DAYS, Grain::Days),
        _ => Days { start: add_days(month.end_excl, -DAYS), end_excl: month.end_excl, grain: Grain::Days },
    };
    hit(days, n + taken, 0.86)
}

/// Weeks, weekends and months.
pub fn span(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    const NEXT_WEEKEND: &[&str] = &[
        "el| proximo|siguiente|otro fin de semana",
        "el| fin de semana proximo|siguiente",
        "el| fin de semana que viene|entra",
        "el| proximo|otro finde",
        "el| finde que viene",
    ];
    const WEEKEND: &[&str] = &["este|el| fin de semana", "este|el| finde"];
    let monday = monday_of(today);
    let week = |n: i32| Days::run(add_days(monday, 7 * n), 7, Grain::Week);
    let weekend = |n: i32| Days::run(add_days(monday, 5 + 7 * n), 2, Grain::Days);
    let month = |n: i32| month_of(today.first_of_month().checked_add(n.months()).ok()?);
    let readings = [
        (words.any_phrase(i, NEXT_WEEKEND), Some(weekend(1))),
        (words.any_phrase(i, WEEKEND), Some(weekend(0))),
        (words.any_phrase(i, NEXT_WEEK), Some(week(1))),
        (words.any_phrase(i, &["esta misma| semana"]), Some(week(0))),
        (words.any_phrase(i, NEXT_MONTH), month(1)),
        (words.any_phrase(i, &["este mismo| mes"]), month(0)),
    ];
    let read = readings.into_iter().find_map(|(taken, days)| Some((taken?, days?)));
    if let Some((taken, days)) = read {
        return hit(days, taken, 0.85);
    }
    if let Some(third) = third_of_month(words, i, today) {
        return Some(third);
    }
    // "En marzo": with a cue, or alone.
    let cue = usize::from(matches!(words.norm(i), "en" | "para" | "durante"));
    month_named(words.norm(i + cue)).filter(|_| cue > 0 || words.len() == 1)?;
    let (first, n) = month_at(words, i + cue, today)?;
    hit(month_of(first)?, cue + n, 0.8)
}
