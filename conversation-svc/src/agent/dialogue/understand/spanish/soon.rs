//! Moments counted from now in hours and minutes: "en dos horas", "dentro de hora y media".

use jiff::{SignedDuration, civil::DateTime};

use super::number;
use crate::agent::dialogue::understand::{Found, words::Words};

pub fn find(words: &Words<'_>, now: DateTime) -> Option<Found<DateTime>> {
    (0..words.len()).find_map(|i| {
        let lead = words.any_phrase(i, &["en", "en como|unas", "dentro de", "dentro de unas", "de aqui a|en"])?;
        let (minutes, taken) = length(words, i + lead)?;
        let at = now.checked_add(SignedDuration::from_mins(minutes)).ok()?;
        Some(Found::new(at, 0.9, i..i + lead + taken))
    })
}

/// Hours and minutes at `i`: minutes in all, words taken.
fn length(words: &Words<'_>, i: usize) -> Option<(i64, usize)> {
    if let Some(n) = words.any_phrase(i, &["media hora", "una media hora"]) {
        return Some((30, n));
    }
    if let Some(n) = words.phrase(i, "hora y media") {
        return Some((90, n));
    }
    let (count, n) = match words.phrase(i, "un par de") {
        Some(n) => (2, n),
        None => number::cardinal(words, i).filter(|(n, _)| (1..=1_000).contains(n))?,
    };
    let count = i64::try_from(count).ok()?;
    match words.norm(i + n) {
        "minutos" | "minuto" | "min" => Some((count, n + 1)),
        "horas" | "hora" | "hrs" | "hs" | "h" => {
            let after = i + n + 1;
            if let Some(half) = words.phrase(after, "y media") {
                return Some((count * 60 + 30, n + 1 + half));
            }
            let and = usize::from(words.norm(after) == "y");
            let more = number::cardinal(words, after + and)
                .filter(|(m, used)| *m < 60 && matches!(words.norm(after + and + used), "minutos" | "minuto" | "min"));
            Some(match more {
                Some((more, used)) => (count * 60 + i64::try_from(more).ok()?, n + 1 + and + used + 1),
                None => (count * 60, n + 1),
            })
        }
        _ => None,
    }
}
