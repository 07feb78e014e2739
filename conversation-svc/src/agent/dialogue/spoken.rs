//! Names and addresses for the ear, in any language.

use super::{Channel, wording::Wording};
use crate::agent::business::Business;

/// A member of the staff by first name, unless two share it.
pub fn person(name: &str, business: &Business) -> String {
    let first = |name: &str| short(name).to_lowercase();
    let shared = business.staff.iter().filter(|s| first(&s.name) == first(name)).count() > 1;
    if shared { name.to_owned() } else { short(name).to_owned() }
}

fn short(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// An address for the channel: "alex at example dot com" by ear, as it is written on a screen.
pub fn email(words: &dyn Wording, address: &str, channel: Channel) -> String {
    match channel {
        Channel::Phone => by_ear(words, address),
        Channel::Web => address.to_owned(),
    }
}

/// The same with its local part letter by letter: "A, L, E, X, at example dot com".
pub fn email_spelled(words: &dyn Wording, address: &str, channel: Channel) -> String {
    match (channel, address.split_once('@')) {
        (Channel::Phone, Some((local, domain))) => {
            format!("{}, {}", letters(words, local), by_ear(words, &format!("@{domain}")))
        }
        _ => address.to_owned(),
    }
}

/// A web address for the ear: "bloom dot example".
pub fn web(words: &dyn Wording, address: &str, channel: Channel) -> String {
    match channel {
        Channel::Web => address.to_owned(),
        Channel::Phone => {
            let bare = address.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
            by_ear(words, bare)
        }
    }
}

fn letters(words: &dyn Wording, text: &str) -> String {
    text.chars()
        .map(|c| words.symbol(c).map_or_else(|| c.to_uppercase().to_string(), str::to_owned))
        .collect::<Vec<_>>()
        .join(", ")
}

fn by_ear(words: &dyn Wording, text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match words.symbol(c) {
            Some(word) => out.push_str(&format!(" {word} ")),
            // Digits one by one, so that "42" is not a number to be guessed.
            None if c.is_ascii_digit() => out.push_str(&format!(" {c} ")),
            None => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proto::Language;

    use super::*;
    use crate::agent::dialogue::wording;

    #[test]
    fn addresses_are_for_the_ear_on_the_phone_and_for_the_eye_on_the_web() {
        let words = wording::of(Language::English);
        assert_eq!(email(words, "alex.m42@example.com", Channel::Phone), "alex dot m 4 2 at example dot com");
        assert_eq!(email_spelled(words, "al-x@example.com", Channel::Phone), "A, L, dash, X, at example dot com");
        assert_eq!(email(words, "alex@example.com", Channel::Web), "alex@example.com");
        assert_eq!(web(words, "https://bloom.example/book", Channel::Phone), "bloom dot example slash book");
    }

    #[test]
    fn addresses_are_for_the_ear_in_spanish() {
        let words = wording::of(Language::Spanish);
        assert_eq!(email(words, "ana_luz@correo.mx", Channel::Phone), "ana guion bajo luz arroba correo punto mx");
        assert_eq!(email_spelled(words, "a-b@sol.example", Channel::Phone), "A, guion, B, arroba sol punto example");
        assert_eq!(web(words, "https://sol.example/citas", Channel::Phone), "sol punto example diagonal citas");
    }
}
