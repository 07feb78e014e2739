//! Days named by their place in a month: "el tres de marzo", "el día 5", "el 10 del mes que viene".

use jiff::{ToSpan as _, civil::Date};

use crate::agent::dialogue::{
    understand::{
        date::{Days, Hit, day_number, hit, next_day_of_month, next_month_day},
        spanish::number,
        words::Words,
    },
    wording::SPANISH_MONTHS,
};

const THIS_MONTH: &[&str] = &["este|el| mes"];
pub const NEXT_MONTH: &[&str] =
    &["el| proximo|siguiente mes", "el| mes proximo|siguiente|entrante", "el| mes que viene|entra"];

/// The day that a number at `i` names: it, words taken.
fn day_at(words: &Words<'_>, i: usize) -> Option<(i8, usize)> {
    let (n, taken) = number::ordinal(words, i).filter(|(n, _)| *n == 1).or_else(|| number::cardinal(words, i))?;
    day_number(n).map(|day| (day, taken))
}

/// "El 3 de marzo de 2027", "3 de marzo", "marzo 3".
pub fn month_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let lead = words.any_phrase(i, &["el dia|", "dia"]).unwrap_or(0);
    let (day, month, mut taken) = day_then_month(words, i + lead).or_else(|| month_then_day(words, i + lead))?;
    taken += lead;
    let link = words.any_phrase(i + taken, &["de", "del"]).unwrap_or(0);
    let date = match number::year(words, i + taken + link) {
        Some((year, n)) => {
            taken += link + n;
            Date::new(year, month, day).ok()?
        }
        None => next_month_day(today, month, day)?,
    };
    hit(Days::one(date), taken, 0.95)
}

fn day_then_month(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let (day, n) = day_at(words, i)?;
    let of = usize::from(matches!(words.norm(i + n), "de" | "del"));
    let month = month_named(words.norm(i + n + of))?;
    Some((day, month, n + of + 1))
}

fn month_then_day(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let month = month_named(words.norm(i))?;
    let the = usize::from(words.norm(i + 1) == "el");
    let (day, n) = day_at(words, i + 1 + the)?;
    Some((day, month, 1 + the + n))
}

/// "El tres", "el día 5"; what follows must not make it a count or a choice.
pub fn day_of_month(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    let lead = words.any_phrase(i, &["el dia", "dia", "el"])?;
    let (day, used) = day_at(words, i + lead)?;
    let end = i + lead + used;
    if matches!(words.norm(end), "de" | "del")
        && let Some((first, more)) = month_at(words, end + 1, today)
    {
        let date = Date::new(first.year(), first.month(), day).ok()?;
        return hit(Days::one(date), lead + used + 1 + more, 0.9);
    }
    // "El 30 de febrero" is no day of another month; "el primero que tenga", "el primer hueco" are no days.
    let of_month = matches!(words.norm(end), "de" | "del") && month_named(words.norm(end + 1)).is_some();
    let noun = words.norm(i + lead) == "primer"
        || matches!(words.norm(end), "que" | "disponible" | "horario" | "espacio" | "hueco" | "turno" | "por");
    let choice = words.norm(i + lead).starts_with("primer") && !asked && words.norm(i + lead - 1) != "dia";
    if of_month || noun || choice {
        return None;
    }
    let sure = asked || lead == 2 || words.norm(i) == "dia" || words.norm(i + lead).bytes().all(|b| b.is_ascii_digit());
    let date = next_day_of_month(today, u64::try_from(day).ok()?)?;
    hit(Days::one(date), lead + used, if sure { 0.85 } else { 0.7 })
}

/// A month named at `i` ("marzo", "este mes", "el mes que viene"): its first day, words taken.
pub fn month_at(words: &Words<'_>, i: usize, today: Date) -> Option<(Date, usize)> {
    let this = today.first_of_month();
    if let Some(n) = words.any_phrase(i, NEXT_MONTH) {
        return Some((this.checked_add(1.months()).ok()?, n));
    }
    if let Some(n) = words.any_phrase(i, THIS_MONTH) {
        return Some((this, n));
    }
    let month = month_named(words.norm(i))?;
    let first = (0..12).filter_map(|n: i32| this.checked_add(n.months()).ok()).find(|d| d.month() == month)?;
    Some((first, 1))
}

pub fn month_named(word: &str) -> Option<i8> {
    let index = SPANISH_MONTHS.iter().position(|m| *m == word || word == "setiembre" && *m == "septiembre")?;
    i8::try_from(index + 1).ok()
}
