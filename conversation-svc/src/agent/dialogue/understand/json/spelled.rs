//! Letters and figures said one by one or in groups: names, house numbers, postcodes, references, addresses of machines.

use crate::agent::dialogue::understand::{email, number, spelling, words::Words};

/// Every run of at least two pieces, joined ("one oh seven oh eight" → "10708").
pub fn runs(words: &Words<'_>) -> Vec<String> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        match run(words, i) {
            Some((text, taken)) => {
                out.push(text);
                i += taken;
            }
            None => i += 1,
        }
    }
    out
}

fn run(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let (mut text, mut taken, mut pieces) = (String::new(), 0, 0);
    while i + taken < words.len() {
        let at = i + taken;
        if let Some((piece, used)) = piece(words, at, &text) {
            pieces += if used > 1 || piece.len() > 1 { 2 } else { 1 };
            text.push_str(&piece);
            taken += used;
            continue;
        }
        // "Dot" and "dash" within it.
        let Some((symbol, used)) = email::symbol(words, at).filter(|_| !text.is_empty()) else { break };
        if !matches!(symbol, '.' | '-') || piece(words, at + used, &text).is_none() {
            break;
        }
        text.push(symbol);
        taken += used;
    }
    (pieces > 1).then_some((text, taken))
}

fn piece(words: &Words<'_>, i: usize, before: &str) -> Option<(String, usize)> {
    // "Oh" beside a figure is one.
    let beside_figure = before.ends_with(|c: char| c.is_ascii_digit())
        || before.is_empty() && spelling::digits(words, i + 1).is_some()
        || before.ends_with('.') && before.starts_with(|c: char| c.is_ascii_digit());
    if beside_figure && let Some(digit) = number::digits(words, i) {
        return Some((digit, 1));
    }
    let large = number::cardinal(words, i).filter(|(n, taken)| *n >= 100 && *taken > 1);
    if let Some((n, taken)) = large {
        return Some((n.to_string(), taken));
    }
    if let Some(digits) = spelling::digits(words, i) {
        return Some((digits.text, digits.taken));
    }
    let in_run = !before.is_empty() || spelling::run_begins(words, i);
    let is_letter = in_run || spelling::is_letter_only(words, i);
    spelling::piece(words, i, in_run).filter(|_| is_letter).map(|piece| (piece.text, piece.taken))
}
