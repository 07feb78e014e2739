//! A clock time as it is said in Spanish: "las tres y media", "las cuatro menos cuarto", "cuarto para las cinco",
//! "las 3:30 de la tarde", "las quince treinta".

use crate::agent::dialogue::understand::{
    spanish::number,
    time::{Clock, Half, written},
    words::{Break, Words},
};

/// A clock time that was read.
pub struct Read {
    pub clock: Clock,
    pub taken: usize,
    /// It says itself that it is a time: minutes, the half of the day, "en punto".
    pub cue: bool,
    /// "Las" stands before it.
    pub article: bool,
}

impl Read {
    pub fn sure(&self) -> bool {
        self.cue || self.article
    }
}

/// The clock time at `i`. `before_y`: a "y" leads to the end of a range, unless a part of an hour follows.
pub fn read(words: &Words<'_>, i: usize, before_y: bool) -> Option<Read> {
    if let Some((clock, taken)) = named(words, i) {
        return Some(Read { clock, taken, cue: true, article: false });
    }
    let article = usize::from(matches!(words.norm(i), "las" | "la"));
    let (clock, used, cue) = minutes_to(words, i + article)
        .map(|(c, n, cue)| (c, article + n, cue))
        .or_else(|| figures(words, i + article, before_y).map(|(c, n, cue)| (c, article + n, cue)))
        .or_else(|| spoken(words, i + article, before_y).map(|(c, n, cue)| (c, article + n, cue)))?;
    // "La una", but "la tres" is no hour.
    if words.norm(i) == "la" && !matches!(clock.hour, 1 | 13) {
        return None;
    }
    let mut taken = used;
    let mut cue = cue;
    if let Some(n) = words.any_phrase(i + taken, &["en punto", "horas", "hora", "hrs", "hs", "h"]) {
        // "Dos horas" is a length of time.
        if words.norm(i + taken) != "en" && article == 0 && !words.norm(i).contains(':') && clock.open {
            return None;
        }
        taken += n;
        cue = true;
    }
    let (clock, n) = match half_after(words, i + taken, clock) {
        Some((settled, n)) => (settled?, n),
        None => (clock, 0),
    };
    Some(Read { clock, taken: taken + n, cue: cue || n > 0, article: article > 0 })
}

/// "Mediodía", "las doce de la noche" and the like.
fn named(words: &Words<'_>, i: usize) -> Option<(Clock, usize)> {
    let noon = ["el| mediodia", "el| medio dia", "las| doce|12 del mediodia|dia", "las| doce|12 del medio dia"];
    let midnight = ["la| medianoche", "la| media noche", "las| doce|12 de la noche"];
    if let Some(n) = words.any_phrase(i, &noon) {
        return Some((Clock::known(12, 0), n));
    }
    // "Al mediodía": the lead before it is "al", one word.
    if words.norm(i) == "al"
        && let Some(n) = words.any_phrase(i + 1, &["mediodia", "medio dia"])
    {
        return Some((Clock::known(12, 0), n + 1));
    }
    words.any_phrase(i, &midnight).map(|n| (Clock::known(0, 0), n))
}

/// The half of the day said after a time: the time in it (none when it cannot be), words taken.
fn half_after(words: &Words<'_>, i: usize, clock: Clock) -> Option<(Option<Clock>, usize)> {
    let of_day = words.any_phrase(i, &["de|por|en|a la", "de"]);
    let part = of_day.and_then(|n| {
        let settled = match words.norm(i + n) {
            // "Las doce de la mañana" is noon.
            "manana" if words.norm(i + n - 1) != "de" => clock.with(if clock.hour == 12 { Half::Pm } else { Half::Am }),
            "madrugada" => clock.with(Half::Am),
            "tarde" => clock.with(Half::Pm),
            "noche" if clock.hour <= 4 => clock.with(Half::Am),
            "noche" => clock.with(Half::Pm),
            _ => return None,
        };
        Some((settled, n + 1))
    });
    part.or_else(|| match (words.norm(i), words.norm(i + 1)) {
        ("am" | "a.m", _) => Some((clock.with(Half::Am), 1)),
        ("pm" | "p.m", _) => Some((clock.with(Half::Pm), 1)),
        ("a", "m") => Some((clock.with(Half::Am), 2)),
        ("p", "m") => Some((clock.with(Half::Pm), 2)),
        ("del", "mediodia") => Some((clock.with(Half::Pm), 2)),
        _ => None,
    })
}

fn hour_at(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    number::cardinal(words, i).filter(|(n, _)| (1..=12).contains(n))
}

/// "Un cuarto para las cinco", "diez para las cuatro", "veinte minutos para la una".
fn minutes_to(words: &Words<'_>, i: usize) -> Option<(Clock, usize, bool)> {
    let (minutes, n) = match words.any_phrase(i, &["un| cuarto", "faltando un| cuarto"]) {
        Some(n) => (15, n),
        None => number::cardinal(words, i).filter(|(n, _)| (1..=29).contains(n))?,
    };
    let said = words.any_phrase(i + n, &["minutos", "min"]).unwrap_or(0);
    // "Dos para las cuatro" are two people.
    if said == 0 && minutes % 5 != 0 {
        return None;
    }
    let link = words.any_phrase(i + n + said, &["para|pa las|la"])?;
    let (hour, used) = hour_at(words, i + n + said + link)?;
    let clock = Clock::said(if hour == 1 { 12 } else { hour - 1 }, 60 - minutes)?;
    Some((clock, n + said + link + used, true))
}

/// Minutes after an hour of words or figures: how many (negative: before it), words taken.
fn minutes_after(words: &Words<'_>, i: usize, before_y: bool) -> Option<(i64, usize)> {
    match words.norm(i) {
        "y" | "con" => {
            let (minutes, n) = match words.norm(i + 1) {
                "media" => (30, 1),
                "cuarto" => (15, 1),
                "pico" => (0, 1),
                _ => number::cardinal(words, i + 1).filter(|(m, _)| (1..60).contains(m) && !before_y)?,
            };
            let said = words.any_phrase(i + 1 + n, &["minutos", "min"]).unwrap_or(0);
            Some((i64::try_from(minutes).ok()?, 1 + n + said))
        }
        "menos" => {
            let (minutes, n) = match words.norm(i + 1) {
                "cuarto" => (15, 1),
                _ => number::cardinal(words, i + 1).filter(|(m, _)| (1..30).contains(m))?,
            };
            Some((-i64::try_from(minutes).ok()?, 1 + n))
        }
        _ => None,
    }
}

fn shifted(hour: u64, minutes: i64) -> Option<Clock> {
    match minutes {
        0.. => Clock::said(hour, u64::try_from(minutes).ok()?),
        _ => Clock::said(if hour == 1 { 12 } else { hour.checked_sub(1)? }, u64::try_from(60 + minutes).ok()?),
    }
}

/// "3:30", "15 h", "3 y media", "3 menos cuarto".
fn figures(words: &Words<'_>, i: usize, before_y: bool) -> Option<(Clock, usize, bool)> {
    let (clock, taken, cue) = written(words, i)?;
    if let Some((minutes, n)) = minutes_after(words, i + 1, before_y).filter(|_| taken == 1 && clock.minute == 0) {
        let hour = u64::try_from(clock.hour).ok()?;
        return Some((shifted(hour, minutes)?, 1 + n, true));
    }
    // An hour that stands alone in figures is one of twelve or of twenty-four.
    Some((clock, taken, cue))
}

/// "Tres", "tres y media", "cuatro menos diez", "tres treinta", "quince treinta".
fn spoken(words: &Words<'_>, i: usize, before_y: bool) -> Option<(Clock, usize, bool)> {
    let word = words.norm(i);
    let (hour, used) = number::below_hundred(words, i).filter(|(n, _)| (0..=23).contains(n))?;
    if matches!(word, "un" | "cero") || used > 1 {
        return None;
    }
    if let Some((minutes, n)) = minutes_after(words, i + 1, before_y) {
        return Some((shifted(hour, minutes)?, 1 + n, true));
    }
    let minute = number::cardinal(words, i + 1).filter(|(m, _)| (10..60).contains(m));
    if words.break_after(i) == Break::None
        && let Some((minute, n)) = minute
    {
        return Clock::said(hour, minute).map(|c| (c, 1 + n, true));
    }
    if words.norm(i + 1) == "cero"
        && let Some((minute, n)) = number::below_hundred(words, i + 2).filter(|(m, _)| (0..=9).contains(m))
    {
        return Clock::said(hour, minute).map(|c| (c, 2 + n, true));
    }
    Clock::said(hour, 0).map(|c| (c, 1, false))
}
