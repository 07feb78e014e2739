//! Whole numbers in words of any size, and which of them end as a rank ("twenty fifth") or as parts ("fifths").

use super::{ORDINALS, SMALL, TENS, position, small, tens};
use crate::agent::dialogue::understand::{figures, words::Words};

const SCALES: [(&str, f64); 7] = [
    ("thousand", 1e3),
    ("lakh", 1e5),
    ("million", 1e6),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("quadrillion", 1e15),
    ("quintillion", 1e18),
];

/// How the last word of a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Plain,
    /// "Fifth"
    Rank,
    /// "Fifths"
    Parts,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole {
    pub value: f64,
    /// What the last scale word multiplied by, 1 without one.
    pub scale: f64,
    pub taken: usize,
    pub ending: Ending,
}

#[derive(Clone, Copy)]
enum Atom {
    /// 0 to 19
    Small(f64),
    /// 20 to 90
    Tens(f64),
    Hundred,
    Scale(f64),
}

/// "Thousand", "millions"
pub fn scale(word: &str) -> Option<f64> {
    let named = |word: &str| SCALES.iter().find(|(name, _)| *name == word).map(|(_, scale)| *scale);
    named(word).or_else(|| named(word.strip_suffix('s')?))
}

fn plain(word: &str) -> Option<Atom> {
    if word == "hundred" {
        return Some(Atom::Hundred);
    }
    let small = || if matches!(word, "naught" | "nought") { Some(0) } else { small(word) };
    let number = |n: u64| n as f64;
    scale(word)
        .map(Atom::Scale)
        .or_else(|| tens(word).map(number).map(Atom::Tens))
        .or_else(|| small().map(number).map(Atom::Small))
}

fn rank(word: &str) -> Option<Atom> {
    let of_small = || if word == "nineth" { Some(9) } else { position(&ORDINALS, word) };
    if let Some(n) = of_small() {
        return Some(Atom::Small(n as f64));
    }
    if let Some(stem) = word.strip_suffix("ieth") {
        return tens(&format!("{stem}y")).map(|n| Atom::Tens(n as f64));
    }
    match plain(word.strip_suffix("th")?)? {
        Atom::Small(_) | Atom::Tens(_) => None,
        large => Some(large),
    }
}

fn atom(word: &str) -> Option<(Atom, Ending)> {
    if let Some(atom) = plain(word) {
        return Some((atom, Ending::Plain));
    }
    // Seconds are of time, and nothing is parted into firsts.
    let parts = word.strip_suffix('s').filter(|word| !matches!(*word, "first" | "second")).and_then(rank);
    rank(word).map(|atom| (atom, Ending::Rank)).or_else(|| parts.map(|atom| (atom, Ending::Parts)))
}

/// A hundred or more by itself, or the rank of one ("hundredth").
pub fn is_large(word: &str) -> bool {
    matches!(atom(word), Some((Atom::Hundred | Atom::Scale(_), _)))
}

/// "Thirtyfirst" as its two numbers.
fn run_together(word: &str) -> Option<(f64, f64, Ending)> {
    let (ten, rest) = TENS.iter().find_map(|name| word.strip_prefix(name).map(|rest| (*name, rest)))?;
    let unit = position(&SMALL, rest).map(|n| (n, Ending::Plain));
    let (unit, ending) = unit.or_else(|| position(&ORDINALS, rest).map(|n| (n, Ending::Rank)))?;
    (1..10).contains(&unit).then_some((tens(ten)? as f64, unit as f64, ending))
}

/// The longest number in words, or in figures with words of scale, within `[i, end)`.
pub fn whole(words: &Words<'_>, i: usize, end: usize) -> Option<Whole> {
    let (mut total, mut group, mut scale) = (0.0, None::<f64>, f64::INFINITY);
    let mut last_scale = 1.0;
    let (mut at, mut done) = (i, None);
    // What the next word may add: units after tens, all below a hundred after "hundred".
    let mut room = 1_000.0;
    // "A hundred"
    if matches!(words.norm(i), "a" | "an") && is_large(words.norm(i + 1)) {
        group = Some(1.0);
        room = 0.0;
        at += 1;
    }
    while at < end {
        let and = usize::from(words.norm(at) == "and" && done.is_some());
        let here = at + and;
        if here >= end {
            break;
        }
        let word = words.norm(here);
        let mut ending = Ending::Plain;
        if let Some((ten, unit, how)) = run_together(word).filter(|_| room >= 100.0) {
            group = Some(group.unwrap_or(0.0) + ten + unit);
            (room, ending) = (1.0, how);
        } else if let Some(n) = figures::number(words, here).filter(|_| group.is_none() || room == 100.0) {
            if group.is_some() && n >= 100.0 {
                break;
            }
            group = Some(group.unwrap_or(0.0) + n);
            room = 1.0;
        } else if let Some((atom, how)) = atom(word) {
            ending = how;
            match atom {
                Atom::Small(n) if n < room && (n > 0.0 || group.is_none()) => {
                    group = Some(group.unwrap_or(0.0) + n);
                    room = 1.0;
                }
                Atom::Tens(n) if n < room => {
                    group = Some(group.unwrap_or(0.0) + n);
                    room = 10.0;
                }
                // "Eleven hundred"; "hundredth" alone is a rank.
                Atom::Hundred if group.is_some_and(|g| (1.0..1_000.0).contains(&g)) || how != Ending::Plain => {
                    group = Some(group.unwrap_or(1.0) * 100.0);
                    room = 100.0;
                }
                Atom::Scale(by) if by < scale && (group.is_some() || how != Ending::Plain) => {
                    total += group.take().unwrap_or(1.0) * by;
                    (scale, last_scale, room) = (by, by, 1_000.0);
                }
                _ => break,
            }
        } else {
            break;
        }
        at = here + 1;
        done = Some(at);
        if ending != Ending::Plain {
            return Some(Whole { value: total + group.unwrap_or(0.0), scale: last_scale, taken: at - i, ending });
        }
        if group.is_some() {
            last_scale = 1.0;
        }
    }
    let value = total + group.unwrap_or(0.0);
    done.map(|at| Whole { value, scale: last_scale, taken: at - i, ending: Ending::Plain })
}
