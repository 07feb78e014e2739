//! Everything else: plain words, abbreviations, signs.

use super::{
    Reading, Spoken, Token,
    numbers::{cardinal, whole},
    phrase, word as said,
};

/// Dashes between words make a pause; other signs say nothing.
pub fn nothing_to_say(tokens: &[Token<'_>]) -> Reading {
    let silent = !tokens[0].core.chars().any(char::is_alphanumeric) && tokens[0].core != "&" && tokens[0].core != "@";
    silent.then(|| (1, Spoken::new()))
}

/// Does the stop behind this token belong to an abbreviation, rather than end a sentence?
pub fn keeps_its_stop(core: &str, next: &str) -> bool {
    match core {
        "Dr" | "Mr" | "Mrs" | "Ms" | "e.g" | "i.e" | "No" => true,
        "St" if is_saint(next) => true,
        _ if core.len() <= 5 => next.starts_with(|first: char| first.is_lowercase() || first.is_ascii_digit()),
        _ => false,
    }
}

/// Names that "St." stands before: hospitals, churches and towns are called by them.
fn is_saint(name: &str) -> bool {
    const SAINTS: [&str; 20] = [
        "Andrew",
        "Anne",
        "Anthony",
        "Augustine",
        "Charles",
        "Clair",
        "Cloud",
        "Francis",
        "George",
        "James",
        "John",
        "Joseph",
        "Louis",
        "Luke",
        "Mark",
        "Mary",
        "Michael",
        "Patrick",
        "Paul",
        "Petersburg",
    ];
    let name = name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name);
    SAINTS.contains(&name)
}

pub fn abbreviation(tokens: &[Token<'_>]) -> Reading {
    let token = &tokens[0];
    let dotted = token.pause == Some('.');
    let next = tokens.get(1).map(|next| next.core);
    let full = match token.core {
        "&" => "and",
        "@" => "at",
        // "45 Oak Dr." ends an address; a name follows a title.
        "Dr" if next.is_some_and(|next| next.starts_with(char::is_uppercase)) => "doctor",
        "Dr" if dotted => "drive",
        "Dr" => "doctor",
        "Mr" => "mister",
        "Mrs" => "missus",
        "Ms" => "miz",
        "St" if next.is_some_and(is_saint) => "saint",
        "St" if dotted => "street",
        "Ave" => "avenue",
        "Blvd" => "boulevard",
        "Rd" => "road",
        "Ln" if dotted => "lane",
        "Hwy" => "highway",
        "Pkwy" => "parkway",
        "Ste" => "suite",
        "Apt" => "apartment",
        "No" if next.is_some_and(|next| next.starts_with(|first: char| first.is_ascii_digit())) => "number",
        "w/" => "with",
        "w/o" => "without",
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

/// A word as it is written; parts joined by a hyphen or slash are said one after the other, figures among them as numbers.
pub fn word(tokens: &[Token<'_>]) -> (usize, Spoken) {
    let parts = tokens[0].core.split(['-', '–', '—', '/', '_', '.', ',']).map(|part| part.replace('’', "'"));
    let parts = parts.filter(|part| part.chars().any(char::is_alphanumeric)).flat_map(|part| {
        match whole(part.trim_matches(|sign: char| !sign.is_alphanumeric())) {
            Some(number) => phrase(&cardinal(number)),
            None => vec![said(part)],
        }
    });
    (1, parts.collect())
}
