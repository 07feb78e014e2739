//! The domain of an address.

use super::{PIECES_MAX, local::symbol};
use crate::agent::dialogue::understand::{
    sound, spelling,
    words::{Break, Words},
};

/// Domains of mail providers: a label that sounds like one of these is one.
pub const PROVIDERS: &[&str] = &[
    "gmail",
    "yahoo",
    "hotmail",
    "outlook",
    "icloud",
    "proton",
    "protonmail",
    "live",
    "aol",
    "msn",
    "comcast",
    "verizon",
    "fastmail",
    "googlemail",
];
/// Second levels, under a country: "co uk" needs no dot to be understood.
const SECOND_LEVEL: &[&str] = &["co", "com", "org", "net", "ac", "gov", "edu"];
const COUNTRIES: &[&str] = &["uk", "au", "nz", "za", "br", "mx", "ar", "jp", "kr", "il", "tr", "sg", "hk"];
const TOP_LEVEL: &[&str] = &[
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "us", "ca", "au", "fr", "es", "it", "nl", "ch", "at",
    "eu", "info", "biz", "me", "app", "dev", "ai", "in", "mx", "br", "ie", "nz", "se", "no", "dk", "pl", "be", "pt",
    "tv", "email", "online", "shop", "xyz", "mil", "jp", "cn", "sm",
];

/// A domain from `i`: what it is, where it ends.
pub fn domain(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let addresses = &words.grammar().addresses;
    let mut domain = String::new();
    let mut k = i;
    let mut in_run = false;
    while k < words.len() && k - i < PIECES_MAX {
        let word = words.norm(k);
        // Another "at", or a pause that is not one between letters: the address was not this.
        let letters = word.chars().count() == 1;
        let dot = is_dot(words, k);
        let pause = k > i && words.break_after(k - 1) != Break::None;
        // "At yahoo, no, gmail"
        if let Some(n) = corrected(words, k).filter(|_| pause) {
            domain.clear();
            k += n;
            continue;
        }
        // "Example, e x a m p l e"
        let label = domain.rfind(['-', '.']).map_or(0, |at| at + 1);
        if let Some((spelled, n)) = spelling::run(words, k)
            && pause
            && sound::likeness(&domain[label..], &spelled) > 0.5
        {
            domain.truncate(label);
            domain.push_str(&spelled);
            k += n;
            continue;
        }
        // "Gmail com": nothing else sounds like it.
        if word == "com" && !domain.is_empty() {
            return Some(more_labels(words, domain + ".com", k + 1));
        }
        if let Some(country) = country_under(words, k).filter(|_| !domain.is_empty()) {
            return Some((format!("{domain}.{word}.{country}"), k + 2));
        }
        if pause && !dot && !addresses.dot_com.contains(&word) && PROVIDERS.contains(&domain.as_str()) {
            return Some((domain + ".com", k));
        }
        if addresses.at.contains(&word)
            || pause && !letters && !dot && !addresses.dot_com.contains(&word) && !domain.is_empty()
        {
            return None;
        }
        // "At 2.30" is a time: a top level has letters.
        let has_letters = |(_, back): &(&str, &str)| back.contains(|c: char| c.is_alphabetic());
        if let Some((front, back)) = word.split_once('.').filter(has_letters) {
            domain.push_str(front);
            domain.push('.');
            domain.push_str(back);
            return Some(more_labels(words, domain, k + 1));
        }
        if (dot || addresses.dot_com.contains(&word)) && !domain.is_empty() {
            let (rest, end) = dotted(words, k)?;
            domain.push_str(&rest);
            return Some((domain, end));
        }
        let run_in = addresses.dot_com.iter().find_map(|dot_com| word.strip_suffix(dot_com)).filter(|f| !f.is_empty());
        if let Some(front) = run_in {
            return Some((format!("{domain}{front}.com"), k + 1));
        }
        if let Some(('-', n)) = symbol(words, k).filter(|_| word != "-") {
            domain.push('-');
            k += n;
            continue;
        }
        in_run = in_run && spelling::piece(words, k, true).is_some() || spelling::run_begins(words, k);
        if let Some(piece) = spelling::piece(words, k, in_run) {
            domain.push_str(&piece.text);
            k += piece.taken;
        } else if let Some(digit) = spelling::digits(words, k).filter(|d| d.taken == 1).map(|d| d.text) {
            domain.push_str(&digit);
            k += 1;
        } else if word.chars().all(|c| c.is_ascii_alphanumeric()) {
            domain.push_str(word);
            k += 1;
        } else {
            return None;
        }
        // "at gmail" alone, at the end, means gmail.com.
        if let Some(n) = words.any_phrase(k, addresses.joining) {
            k += n;
        }
        if k == words.len() && PROVIDERS.contains(&domain.as_str()) {
            return Some((domain + ".com", k));
        }
    }
    None
}

/// Words at `k` that take the domain back, with an "at" said anew: "no", "sorry, at".
fn corrected(words: &Words<'_>, k: usize) -> Option<usize> {
    let grammar = words.grammar();
    let mut n = 0;
    while let Some(more) = words.any_phrase(k + n, grammar.corrections.between) {
        n += more;
    }
    let at = words.any_phrase(k + n, grammar.addresses.at).unwrap_or(0);
    (n > 0).then_some(n + at)
}

/// The country after a second level at `k`: "co uk".
fn country_under<'w>(words: &'w Words<'_>, k: usize) -> Option<&'w str> {
    let country = words.norm(k + 1);
    (SECOND_LEVEL.contains(&words.norm(k)) && COUNTRIES.contains(&country)).then_some(country)
}

fn is_dot(words: &Words<'_>, i: usize) -> bool {
    symbol(words, i).is_some_and(|(symbol, _)| symbol == '.')
}

/// ".com", ".co.uk" from a "dot" at `i` on.
pub fn dotted(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let addresses = &words.grammar().addresses;
    if addresses.dot_com.contains(&words.norm(i)) {
        return Some((".com".to_owned(), i + 1));
    }
    if !is_dot(words, i) {
        return None;
    }
    let (label, taken) = match spelling::run(words, i + 1) {
        Some(run) => run,
        None => (words.norm(i + 1).to_owned(), 1),
    };
    let label =
        addresses.labels.iter().find(|(heard, _)| *heard == label).map_or(label, |(_, meant)| (*meant).to_owned());
    if label.is_empty() || !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
        return None;
    }
    let country = country_under(words, i + taken).filter(|_| taken == 1);
    Some(match country {
        Some(country) => (format!(".{label}.{country}"), i + 2 + taken),
        None => more_labels(words, format!(".{label}"), i + 1 + taken),
    })
}

fn more_labels(words: &Words<'_>, domain: String, end: usize) -> (String, usize) {
    if is_dot(words, end)
        && let Some((rest, end)) = dotted(words, end)
    {
        return (domain + &rest, end);
    }
    (domain, end)
}

/// The provider that a domain sounds like, and whether it was changed for it.
pub fn provider_like(words: &Words<'_>, domain: String) -> (String, bool) {
    let Some((label, top)) = domain.split_once('.') else { return (domain, true) };
    let doubtful = !TOP_LEVEL.contains(&top.rsplit('.').next().unwrap_or(top));
    if PROVIDERS.contains(&label) || top != "com" {
        return (domain, doubtful);
    }
    let heard = words.grammar().addresses.providers.iter().find(|(heard, _)| *heard == label);
    if let Some((_, provider)) = heard {
        return (format!("{provider}.com"), doubtful);
    }
    match PROVIDERS.iter().find(|p| p.len() > 3 && sound::likeness(label, p) >= 0.8) {
        Some(provider) => (format!("{provider}.com"), true),
        None => (domain, doubtful),
    }
}
