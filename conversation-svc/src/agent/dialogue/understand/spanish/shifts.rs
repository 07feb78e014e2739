//! How far something goes from where it is, in Spanish.

use super::{super::shift::Shifts, number};
use crate::agent::dialogue::understand::{Found, shift::Shift, words::Words};

pub const SHIFTS: Shifts = Shifts {
    later: &["mas tarde", "despues", "luego", "mas adelante"],
    earlier: &[
        "antes",
        "mas temprano",
        "mas pronto",
        "adelante",
        "adelantar|adelantarla|adelantarlo|adelantela|adelantelo|adelanteme|adelantamela",
        "adelantar mi|la cita|reserva",
    ],
    by: &["por", "en"],
    pushes: &[
        "atrase|atraselo|atrasela|atrasar|atrasarla|atrasarlo|atraseme",
        "retrase|retraselo|retrasela|retrasar|retrasarla|retrasarlo",
        "posponer|posponerla|posponga|pospongala",
        "aplazar|aplazarla|aplace|aplacela",
    ],
    lengths,
};

fn lengths(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Vec<Found<Shift>> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        match length(words, i).filter(|(_, n)| !(i..i + n).any(taken)) {
            Some((shift, n)) => {
                found.push(Found::new(shift, 0.85, i..i + n));
                i += n;
            }
            None => i += 1,
        }
    }
    found
}

/// "Media hora", "hora y media", "dos días", at `i`: it, words taken.
fn length(words: &Words<'_>, i: usize) -> Option<(Shift, usize)> {
    if let Some(n) = words.phrase(i, "media hora") {
        return Some((Shift { days: 0, minutes: 30 }, n));
    }
    if let Some(n) = words.any_phrase(i, &["un cuarto de hora", "cuarto de hora"]) {
        return Some((Shift { days: 0, minutes: 15 }, n));
    }
    let (count, n) = match words.phrase(i, "un par de") {
        Some(n) => (2, n),
        None if words.phrase(i, "hora y media").is_some() => (1, 0),
        None => number::cardinal(words, i).filter(|(n, _)| (1..=400).contains(n))?,
    };
    let count = i32::try_from(count).ok()?;
    let half = words.phrase(i + n + 1, "y media").unwrap_or(0);
    let halves = if half > 0 { 30 } else { 0 };
    Some(match words.norm(i + n) {
        "minuto" | "minutos" => (Shift { days: 0, minutes: count }, n + 1),
        "hora" | "horas" => (Shift { days: 0, minutes: count * 60 + halves }, n + 1 + half),
        "dia" | "dias" => (Shift { days: count, minutes: 0 }, n + 1),
        "semana" | "semanas" => (Shift { days: count * 7, minutes: 0 }, n + 1),
        _ => return None,
    })
}
