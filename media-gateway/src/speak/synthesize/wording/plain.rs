//! Everything else: plain words, abbreviations, signs.

use super::{Reading, Spoken, Token, phrase, word as said};

/// Dashes between words make a pause; other signs say nothing.
pub fn nothing_to_say(tokens: &[Token<'_>]) -> Reading {
    let silent = !tokens[0].core.chars().any(char::is_alphanumeric) && tokens[0].core != "&" && tokens[0].core != "@";
    silent.then(|| (1, Spoken::new()))
}

/// Does the stop behind this token belong to an abbreviation, rather than end a sentence?
pub fn keeps_its_stop(core: &str, next: &str) -> bool {
    match core {
        "Dr" | "Mr" | "Mrs" | "Ms" | "e.g" | "i.e" | "No" => true,
        _ if core.len() <= 5 => next.starts_with(|first: char| first.is_lowercase() || first.is_ascii_digit()),
        _ => false,
    }
}

pub fn abbreviation(tokens: &[Token<'_>]) -> Reading {
    let token = &tokens[0];
    let dotted = token.pause == Some('.');
    let full = match token.core {
        "&" => "and",
        "@" => "at",
        "Dr" => "doctor",
        "Mr" => "mister",
        "Mrs" => "missus",
        "Ms" => "miz",
        "St" if dotted => "street",
        "Ave" => "avenue",
        "Blvd" => "boulevard",
        "Apt" => "apartment",
        "approx" => "approximately",
        "appt" => "appointment",
        "min" | "mins" => "minutes",
        "hr" => "hour",
        "hrs" => "hours",
        "vs" => "versus",
        "etc" => "et cetera",
        "e.g" => "for example",
        "i.e" => "that is",
        _ => return None,
    };
    Some((1, phrase(full)))
}

/// A word as it is written; parts joined by a hyphen or slash are said one after the other.
pub fn word(tokens: &[Token<'_>]) -> (usize, Spoken) {
    let parts = tokens[0].core.split(['-', '–', '—', '/', '_', '.', ',']).map(|part| part.replace('’', "'"));
    (1, parts.filter(|part| part.chars().any(char::is_alphanumeric)).map(said).collect())
}
