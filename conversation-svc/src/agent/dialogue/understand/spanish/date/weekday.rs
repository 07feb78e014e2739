//! Days named by their weekday: "el próximo viernes", "lunes 2", "el último lunes de marzo".

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{
    month::{month_at, month_day},
    offset::NEXT_WEEK,
};
use crate::agent::dialogue::understand::{
    date::{DayOrder, Days, Hit, add_days, coming, day_number, hit, monday_of, next_day_of_month, written},
    spanish::number,
    words::Words,
};

pub fn weekday(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    // "La semana que viene el viernes"
    let week_first = words.any_phrase(i, NEXT_WEEK).unwrap_or(0);
    let at = i + week_first;
    let lead = words
        .any_phrase(
            at,
            &["el", "este", "el dia", "el|este proximo|siguiente", "proximo|siguiente", "el otro", "este mismo"],
        )
        .unwrap_or(0);
    let day = weekday_named(words.norm(at + lead))?;
    let mut taken = week_first + lead + 1;
    let mut next_week = week_first > 0;
    let mut weeks_later = i32::from(words.phrase(at, "el otro").is_some());
    let this = words.norm(at) == "este";
    if let Some((n, later)) = after(words, i + taken) {
        taken += n;
        match later {
            After::NextWeek => next_week = true,
            After::WeekLater => weeks_later += 1,
            After::Coming => {}
        }
    }
    if let Some(more) = month_day(words, i + taken, today) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    if let Some(more) = written(words, i + taken, today, DayOrder::DayFirst) {
        return hit(more.days, taken + more.taken, 0.95);
    }
    // "Lunes 2", "el viernes veintisiete"; not "el viernes 3 de la tarde".
    let dia = usize::from(words.norm(i + taken) == "dia");
    if !next_week
        && let Some((n, used)) = number::cardinal(words, i + taken + dia).filter(|(n, _)| day_number(*n).is_some())
        && !matches!(words.norm(i + taken + dia + used), "de" | "am" | "pm" | "y" | "menos" | "p" | "a" | "h" | "horas")
    {
        let agreed = (0..92).map(|d| add_days(today, d)).find(|d| d.weekday() == day && d.day() as u64 == n);
        match agreed {
            Some(date) => return hit(Days::one(date), taken + dia + used, 0.95),
            None if dia > 0 => return hit(Days::one(next_day_of_month(today, n)?), taken + dia + used, 0.6),
            None => {}
        }
    }
    let date = if next_week {
        add_days(monday_of(today), 7 + i32::from(day.to_monday_zero_offset()))
    } else {
        coming(today, day, this)
    };
    hit(Days::one(add_days(date, weeks_later * 7)), taken, 0.9)
}

enum After {
    NextWeek,
    /// Counted from the coming one.
    WeekLater,
    Coming,
}

/// What is said after the weekday about its week.
fn after(words: &Words<'_>, i: usize) -> Option<(usize, After)> {
    if words.norm(i) == "de"
        && let Some(n) = words.any_phrase(i + 1, NEXT_WEEK)
    {
        return Some((n + 1, After::NextWeek));
    }
    if let Some(n) = words.any_phrase(i, &["en ocho dias|", "a ocho dias|", "en ocho", "de la otra semana"]) {
        return Some((n, After::WeekLater));
    }
    let coming = ["que viene|entra", "proximo", "siguiente", "entrante", "de esta semana", "esta semana"];
    words.any_phrase(i, &coming).map(|n| (n, After::Coming))
}

/// "El último lunes de marzo", "el primer viernes del mes que viene".
pub fn nth_weekday(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let the = usize::from(words.norm(i) == "el");
    let nth = match words.norm(i + the) {
        "ultimo" => -1,
        _ => number::ordinal(words, i + the).filter(|(n, _)| (1..=5).contains(n)).map(|(n, _)| n as i8)?,
    };
    let day = weekday_named(words.norm(i + the + 1))?;
    if !matches!(words.norm(i + the + 2), "de" | "del" | "en") {
        return None;
    }
    let (first, more) = month_at(words, i + the + 3, today)?;
    let date = first.nth_weekday_of_month(nth, day).ok()?;
    let date =
        if date < today { first.checked_add(1.years()).ok()?.nth_weekday_of_month(nth, day).ok()? } else { date };
    hit(Days::one(date), the + 3 + more, 0.9)
}

pub fn weekday_named(word: &str) -> Option<Weekday> {
    Some(match word {
        "lunes" => Weekday::Monday,
        "martes" => Weekday::Tuesday,
        "miercoles" => Weekday::Wednesday,
        "jueves" => Weekday::Thursday,
        "viernes" => Weekday::Friday,
        "sabado" | "sabados" => Weekday::Saturday,
        "domingo" | "domingos" => Weekday::Sunday,
        _ => return None,
    })
}
