//! Days named by their place in a month: "March third", "the 5th", "the 10th of next month".

use jiff::{ToSpan as _, civil::Date};

use crate::agent::dialogue::understand::{
    date::{Days, Hit, day_number, hit, next_day_of_month, next_month_day},
    english::number,
    words::Words,
};

pub fn month_day(words: &Words<'_>, i: usize, today: Date) -> Option<Hit> {
    let on = usize::from(words.norm(i) == "on");
    let (month, day, mut taken) = month_then_day(words, i + on).or_else(|| day_then_month(words, i + on))?;
    taken += on;
    let comma_year = number::year(words, i + taken)
        .filter(|_| words.norm(i + taken).len() == 4 || words.norm(i + taken) == "twenty");
    let date = match comma_year {
        Some((year, n)) => {
            taken += n;
            Date::new(year, month, day).ok()?
        }
        None => next_month_day(today, month, day)?,
    };
    hit(Days::one(date), taken, 0.95)
}

fn month_then_day(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let month = month_named(words.norm(i))?;
    let the = usize::from(words.norm(i + 1) == "the");
    let (day, n) = number::ordinal(words, i + 1 + the).or_else(|| {
        number::cardinal(words, i + 1 + the).filter(|_| !matches!(words.norm(i + 2 + the), "pm" | "am" | "oclock"))
    })?;
    day_number(day).map(|day| (month, day, 1 + the + n))
}

fn day_then_month(words: &Words<'_>, i: usize) -> Option<(i8, i8, usize)> {
    let the = usize::from(words.norm(i) == "the");
    let (day, n) = number::ordinal(words, i + the).or_else(|| number::cardinal(words, i + the))?;
    let of = usize::from(words.norm(i + the + n) == "of");
    let month = month_named(words.norm(i + the + n + of))?;
    day_number(day).map(|day| (month, day, the + n + of + 1))
}

/// "the 5th"; what follows must not make it a choice ("the first one").
pub fn day_of_month(words: &Words<'_>, i: usize, today: Date, asked: bool) -> Option<Hit> {
    let lead = words.any_phrase(i, &["on the", "the", "on"]).unwrap_or(0);
    let (n, used) = number::ordinal(words, i + lead)?;
    let written = words.norm(i + lead).starts_with(|c: char| c.is_ascii_digit());
    let follows = words.norm(i + lead + used);
    if follows == "of"
        && let Some((first, more)) = month_at(words, i + lead + used + 1, today)
    {
        let date = Date::new(first.year(), first.month(), day_number(n)?).ok()?;
        return hit(Days::one(date), lead + used + 1 + more, 0.9);
    }
    if matches!(
        follows,
        "one"
            | "option"
            | "slot"
            | "time"
            | "available"
            | "opening"
            | "appointment"
            | "you"
            | "thing"
            | "choice"
            | "floor"
            | "of"
            | "name"
            | "visit"
    ) {
        return None;
    }
    // "February 30th" is no day of another month.
    if month_named(words.before(i)).is_some() || month_named(follows).is_some() {
        return None;
    }
    // "one second", "a third", "at first"
    if lead == 0 && !written && (!asked || i > 0 && matches!(words.before(i), "a" | "one" | "at")) {
        return None;
    }
    let confidence = if asked || written || words.norm(i) == "on" { 0.85 } else { 0.6 };
    hit(Days::one(next_day_of_month(today, n)?), lead + used, confidence)
}

/// A month named at `i` ("March", "this month", "next month"): its first day, words taken.
pub fn month_at(words: &Words<'_>, i: usize, today: Date) -> Option<(Date, usize)> {
    let this = today.first_of_month();
    if let Some(n) = words.any_phrase(i, &["this month", "the month"]) {
        return Some((this, n));
    }
    if let Some(n) = words.any_phrase(i, &["next month", "the next month", "the following month"]) {
        return Some((this.checked_add(1.months()).ok()?, n));
    }
    let month = month_named(words.norm(i))?;
    let first = (0..12).filter_map(|n: i32| this.checked_add(n.months()).ok()).find(|d| d.month() == month)?;
    Some((first, 1))
}

pub fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may", "may"),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sep"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ];
    let index = MONTHS
        .iter()
        .position(|(long, short)| word == *long || word == *short || (word == "sept" && *short == "sep"))?;
    i8::try_from(index + 1).ok()
}
