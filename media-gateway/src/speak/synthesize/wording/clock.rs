//! Times of day and dates.

use super::{
    Reading, Spoken, Token, letter,
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

/// "2:30 PM", "2pm", "14:15", "9:00 AM-5 PM"
pub fn time(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    if let Some((from, to)) = core.split_once(['-', '–']) {
        // The half of the day of the range's end may stand in the next token.
        let (_, from) = clock_time(from, None)?;
        let (taken, to) = clock_time(to, tokens.get(1))?;
        let spoken = from.into_iter().chain([word("to")]).chain(to).collect();
        return Some((1 + taken, spoken));
    }
    let next = tokens.get(1);
    if let Some((head, tail)) = next.and_then(|next| next.core.split_once(['-', '–'])) {
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

/// "December 1st", "Dec 21, 2026", "2026-12-01", "Tue"
pub fn date(tokens: &[Token<'_>]) -> Reading {
    if let Some(spoken) = iso_date(tokens[0].core) {
        return Some((1, spoken));
    }
    if let Some(weekday) = abbreviated(tokens[0].core, &WEEKDAYS) {
        return Some((1, vec![word(weekday)]));
    }
    let month = named(tokens[0].core, &MONTHS)?;
    // "March" and "May" may stand for other things; only a day after them makes a date.
    let day = tokens.get(1).filter(|_| matches!(tokens[0].pause, None | Some('.')))?;
    let figure = day.core.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    if !matches!(&day.core[figure.len()..], "" | "st" | "nd" | "rd" | "th") || figure.is_empty() || figure.len() > 2 {
        return None;
    }
    let number: u64 = figure.parse().ok().filter(|number| (1..=31).contains(number))?;
    let mut spoken = vec![word(month)];
    spoken.extend(phrase(&ordinal(number)));
    let year_after =
        tokens.get(2).filter(|_| matches!(day.pause, None | Some(','))).and_then(|token| calendar_year(token.core));
    let Some(number) = year_after else { return Some((2, spoken)) };
    if let Some(last) = spoken.last_mut() {
        last.1 = Some(',');
    }
    spoken.extend(phrase(&year(number)));
    Some((3, spoken))
}

fn iso_date(written: &str) -> Option<Spoken> {
    let mut parts = written.splitn(3, '-');
    let number = calendar_year(parts.next()?)?;
    let mut two_digits = || parts.next().filter(|part| part.len() == 2).and_then(|part| part.parse::<usize>().ok());
    let month = MONTHS.get(two_digits()?.checked_sub(1)?)?;
    let day = two_digits().filter(|day| (1..=31).contains(day))?;
    let mut spoken = vec![word(*month)];
    spoken.extend(phrase(&ordinal(day as u64)));
    if let Some(last) = spoken.last_mut() {
        last.1 = Some(',');
    }
    spoken.extend(phrase(&year(number)));
    Some(spoken)
}

fn calendar_year(written: &str) -> Option<u64> {
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
