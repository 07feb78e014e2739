//! E-mail addresses and domains.

use super::{Reading, Said, Spoken, Token, letter, numbers::digit_by_digit, word};
use crate::speech::pronounce;

/// "alex@example.com": "alex at example dot com"
pub fn email(tokens: &[Token<'_>]) -> Reading {
    let (mailbox, domain) = tokens[0].core.split_once('@')?;
    if mailbox.is_empty() || !domain.contains('.') || domain.contains('@') {
        return None;
    }
    let mut spoken = parts(mailbox);
    spoken.push(word("at"));
    spoken.extend(parts(domain));
    Some((1, spoken))
}

/// "www.example.com"
pub fn domain(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let name = core.split_once("://").map_or(core, |(_, name)| name).trim_end_matches('/');
    let is_domain = name.split('.').count() > 1
        && name.split('.').all(|label| {
            label.len() > 1 && label.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        })
        && name.rsplit('.').next().is_some_and(|last| last.chars().all(|character| character.is_ascii_lowercase()));
    is_domain.then(|| (1, parts(name)))
}

/// Names between the signs of an address: said when they can be, else spelled.
fn parts(address: &str) -> Spoken {
    let mut spoken = Spoken::new();
    let mut part = String::new();
    for character in address.chars().chain([' ']) {
        let same_kind = part.chars().last().is_none_or(|last| last.is_ascii_digit() == character.is_ascii_digit());
        if character.is_alphanumeric() && same_kind {
            part.push(character);
            continue;
        }
        say_part(&part, &mut spoken);
        part.clear();
        match character {
            '.' => spoken.push(word("dot")),
            '-' => spoken.push(word("dash")),
            '_' => spoken.push(word("underscore")),
            '+' => spoken.push(word("plus")),
            '/' => spoken.push(word("slash")),
            '@' => spoken.push(word("at")),
            character if character.is_alphanumeric() => part.push(character),
            _ => {}
        }
    }
    spoken
}

fn say_part(part: &str, spoken: &mut Spoken) {
    /// Shorter ones are initials unless the dictionary knows them.
    const NAME_MIN: usize = 3;
    if part.starts_with(|first: char| first.is_ascii_digit()) {
        spoken.extend(digit_by_digit(part));
    } else if matches!(part, "com" | "net" | "org" | "edu" | "gov") || is_name(part, NAME_MIN) {
        spoken.push(word(part));
    } else {
        spoken.extend(part.chars().filter(char::is_ascii_alphabetic).map(letter));
        let unspellable = part.chars().any(|character| !character.is_ascii_alphabetic());
        if unspellable {
            spoken.push((Said::Word(part.to_owned()), None));
        }
    }
}

fn is_name(part: &str, least: usize) -> bool {
    part.chars().count() >= least && pronounce::is_sayable(part)
}
