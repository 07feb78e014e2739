//! Times of day and dates.

use super::{
    DASHES, Reading, Spoken, Token, letter,
    numbers::{cardinal, ordinal, year},
    phrase, word,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

/// "2:30 PM", "2pm", "14:15", "9:00 AM-5 PM", "9-10am"
pub fn time(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    if let Some((from, to)) = core.split_once(DASHES) {
        // The half of the day of the range's end may stand in the next token.
        let (taken, to) = clock_time(to, tokens.get(1))?;
        let from = match clock_time(from, None) {
            Some((_, from)) => from,
            // "9-10am": a bare hour before a time.
            None => phrase(&cardinal(from.parse().ok().filter(|hour| (1..=24).contains(hour))?)),
        };
        let spoken = from.into_iter().chain([word("to")]).chain(to).collect();
        return Some((1 + taken, spoken));
    }
    let next = tokens.get(1);
    if let Some((head, tail)) = next.and_then(|next| next.core.split_once(DASHES)) {
        // "9:00 AM-5:30 PM": the dash hangs between two tokens' halves.
        if let (Some(half), Some((taken, to))) = (half(head), clock_time(tail, tokens.get(2))) {
            let from = spoken_time(core, Some(half))?;
            return Some((2 + taken, from.into_iter().chain([word("to")]).chain(to).collect()));
        }
    }
    let (taken, spoken) = clock_time(core, next)?;
    Some((1 + taken, spoken))
}

/// The words of a time, and whether the token after it was its half of the day.
fn clock_time(written: &str, next: Option<&Token<'_>>) -> Option<(usize, Spoken)> {
    let figure = written.trim_end_matches(|character: char| character.is_ascii_alphabetic() || character == '.');
    if figure.len() < written.len() {
        let half = half(&written[figure.len()..])?;
        return Some((0, spoken_time(figure, Some(half))?));
    }
    match next.and_then(|next| half(next.core)) {
        Some(half) => Some((1, spoken_time(figure, Some(half))?)),
        None if figure.contains(':') => Some((0, spoken_time(figure, None)?)),
        None => None,
    }
}

fn half(written: &str) -> Option<Half> {
    match written.replace('.', "").to_ascii_lowercase().as_str() {
        "am" => Some(Half::Morning),
        "pm" => Some(Half::Afternoon),
        _ => None,
    }
}

fn spoken_time(figure: &str, half: Option<Half>) -> Option<Spoken> {
    let (hour, minute) = figure.split_once(':').unwrap_or((figure, "00"));
    if hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    if hour > 24 || minute > 59 {
        return None;
    }
    let mut spoken = phrase(&cardinal(hour));
    match minute {
        0 if half.is_none() => spoken.push(word("o'clock")),
        0 => {}
        1..10 => spoken.extend(phrase(&format!("oh {}", cardinal(minute)))),
        _ => spoken.extend(phrase(&cardinal(minute))),
    }
    match half {
        Some(Half::Morning) => spoken.extend([letter('a'), letter('m')]),
        Some(Half::Afternoon) => spoken.extend([letter('p'), letter('m')]),
        None => {}
    }
    Some(spoken)
}

/// "December 1st", "Dec 21, 2026", "March 3–5", "2026-12-01", "3/4/2026", "3/4", "Tue", "Mon–Fri"
pub fn date(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    if let Some(spoken) = iso_date(core).or_else(|| slashed_date(core)).or_else(|| weekdays(core)) {
        return Some((1, spoken));
    }
    if let Some(weekday) = abbreviated(core, &WEEKDAYS) {
        return Some((1, vec![word(weekday)]));
    }
    let month = named(core, &MONTHS)?;
    // "March" and "May" may stand for other things; only a day after them makes a date.
    let day = tokens.get(1).filter(|_| matches!(tokens[0].pause, None | Some('.')))?;
    let mut spoken = vec![word(month)];
    spoken.extend(match day.core.split_once(DASHES) {
        Some((from, to)) => phrase(&format!("{} to {}", day_of_month(from)?, day_of_month(to)?)),
        None => phrase(&day_of_month(day.core)?),
    });
    let year_after =
        tokens.get(2).filter(|_| matches!(day.pause, None | Some(','))).and_then(|token| calendar_year(token.core));
    let Some(number) = year_after else { return Some((2, spoken)) };
    Some((3, with_year(spoken, number)))
}

/// "third", of "3" or "3rd".
fn day_of_month(written: &str) -> Option<String> {
    let figure = written.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let is_day = matches!(&written[figure.len()..], "" | "st" | "nd" | "rd" | "th") && (1..=2).contains(&figure.len());
    let number: u64 = figure.parse().ok().filter(|number| is_day && (1..=31).contains(number))?;
    Some(ordinal(number))
}

fn with_year(mut day: Spoken, number: u64) -> Spoken {
    if let Some(last) = day.last_mut() {
        last.1 = Some(',');
    }
    day.extend(phrase(&year(number)));
    day
}

/// "3/4", "3/4/26", "03/04/2026": month, day and year, as callers in North America write them.
fn slashed_date(written: &str) -> Option<Spoken> {
    let mut parts = written.split('/');
    let month: usize = parts.next().filter(|month| month.len() <= 2)?.parse().ok()?;
    let mut spoken = vec![word(*MONTHS.get(month.checked_sub(1)?)?)];
    let day = parts.next().filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()))?;
    spoken.extend(phrase(&day_of_month(day)?));
    let Some(written_year) = parts.next() else { return Some(spoken) };
    let is_short = written_year.len() == 2 && written_year.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_short { calendar_year(&format!("20{written_year}")) } else { calendar_year(written_year) };
    parts.next().is_none().then(|| Some(with_year(spoken, number?)))?
}

/// "Mon–Fri", "Saturday-Sunday"
fn weekdays(written: &str) -> Option<Spoken> {
    let (from, to) = written.split_once(DASHES)?;
    let from = named(from, &WEEKDAYS)?;
    Some(vec![word(from), word("to"), word(named(to, &WEEKDAYS)?)])
}

fn iso_date(written: &str) -> Option<Spoken> {
    let mut parts = written.splitn(3, '-');
    let number = calendar_year(parts.next()?)?;
    let mut two_digits = || parts.next().filter(|part| part.len() == 2).and_then(|part| part.parse::<usize>().ok());
    let month = MONTHS.get(two_digits()?.checked_sub(1)?)?;
    let day = two_digits().filter(|day| (1..=31).contains(day))?;
    let mut spoken = vec![word(*month)];
    spoken.extend(phrase(&ordinal(day as u64)));
    Some(with_year(spoken, number))
}

pub fn calendar_year(written: &str) -> Option<u64> {
    (written.len() == 4).then(|| written.parse().ok())?.filter(|year| (1900..2100).contains(year))
}

fn named(written: &str, names: &'static [&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| name.eq_ignore_ascii_case(written)).or_else(|| abbreviated(written, names))
}

/// "Sept", "Tue", "Thurs": three to five letters of a name, with its capital. Two-way words ("sun", "mar", "sat",
/// "wed") are taken with a capital only, and so are all others.
fn abbreviated(written: &str, names: &'static [&'static str]) -> Option<&'static str> {
    if !(3..=5).contains(&written.len()) {
        return None;
    }
    names.iter().copied().find(|name| name.len() > written.len() && name.starts_with(written))
}
