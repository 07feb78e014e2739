//! Letters that are said one by one: spelled names, codes, initials.

use super::{Reading, Said, Spoken, Token, letter, numbers::digit_by_digit, phrase};
use crate::speech::pronounce;

/// "A, L, E, X" and "a-l-e-x", and a single capital that is no word.
pub fn spelled_out(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let letters: Vec<char> = core.split('-').filter_map(single_letter).collect();
    if letters.len() > 1 && letters.len() == core.split('-').count() {
        return Some((1, with_breaths(letters.into_iter().map(letter).collect())));
    }
    let single = single_letter(core).filter(char::is_ascii_uppercase)?;
    // "A haircut" and "I am" are words; "A," and "A B C" are letters.
    let beside_letters = tokens[0].pause.is_some()
        || tokens.get(1).is_some_and(|next| {
            next.core.len() == 1 && single_letter(next.core).is_some_and(|next| next.is_ascii_uppercase())
        });
    let is_word = single == 'I' || single == 'A' && !beside_letters;
    (!is_word || single == 'I' && beside_letters).then(|| (1, vec![letter(single)]))
}

/// "K7M2": letters and digits mixed.
pub fn code(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let has = |kind: fn(&char) -> bool| core.chars().any(|character| kind(&character));
    let is_mixed = has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && core.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    if !is_mixed {
        return None;
    }
    let mut spoken = Spoken::new();
    for character in core.chars() {
        if character.is_ascii_digit() {
            spoken.extend(digit_by_digit(character.encode_utf8(&mut [0; 4])));
        } else if character.is_ascii_alphabetic() {
            spoken.push(letter(character));
        }
    }
    Some((1, with_breaths(spoken)))
}

/// "SMS", "VIP"; not "PLEASE".
pub fn acronym(tokens: &[Token<'_>]) -> Reading {
    /// Longer words in capitals are words that someone shouts.
    const LETTERS: std::ops::RangeInclusive<usize> = 2..=5;
    /// Up to this length even a word of the dictionary is more often an acronym.
    const DOUBTFUL: usize = 3;
    let core = tokens[0].core;
    if core == "OK" {
        return Some((1, phrase("okay")));
    }
    let is_candidate = LETTERS.contains(&core.len()) && core.chars().all(|character| character.is_ascii_uppercase());
    let is_word = core.len() > DOUBTFUL && pronounce::is_sayable(core);
    (is_candidate && !is_word).then(|| (1, core.chars().map(letter).collect()))
}

fn single_letter(part: &str) -> Option<char> {
    let mut letters = part.chars();
    letters.next().filter(|first| first.is_ascii_alphabetic() && letters.next().is_none())
}

/// A short pause after each, so that they can be written down.
fn with_breaths(mut spoken: Vec<(Said, Option<char>)>) -> Spoken {
    let last = spoken.len().saturating_sub(1);
    for (_, pause) in &mut spoken[..last] {
        *pause = Some(',');
    }
    spoken
}
