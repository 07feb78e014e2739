//! Telephone numbers said digit by digit, or in groups, figures among them.

use super::{DIGITS, Phone, numbers_something_else};
use crate::agent::dialogue::understand::{Found, email, number, words::Words};

/// The first one of the text.
pub fn find(words: &Words<'_>) -> Option<Found<Phone>> {
    let mut i = 0;
    while i < words.len() {
        let Some((number, taken)) = run(words, i) else {
            i += 1;
            continue;
        };
        // Figures alone are a matter of how they are written.
        let is_said = (i..i + taken).any(|at| words.norm(at).chars().any(char::is_alphabetic));
        let fits = DIGITS.contains(&number.trim_start_matches('+').len());
        if is_said && fits && !numbers_something_else(words, i) {
            return Some(Found::new(Phone { number, extension: None }, 0.85, i..i + taken));
        }
        i += taken.max(1);
    }
    None
}

fn run(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let (mut digits, mut taken) = (String::new(), 0);
    if email::symbol(words, i).is_some_and(|(symbol, _)| symbol == '+') {
        digits.push('+');
        taken = 1;
    }
    loop {
        let word = words.norm(i + taken);
        let written: String = word.chars().filter(char::is_ascii_digit).collect();
        if !written.is_empty() && word.chars().all(|c| c.is_ascii_digit() || "+-().".contains(c)) {
            if word.starts_with('+') && digits.is_empty() {
                digits.push('+');
            }
            digits.push_str(&written);
            taken += 1;
        } else if let Some(times) = number::times(words, i + taken) {
            let Some(digit) = number::digits(words, i + taken + 1).filter(|d| d.len() == 1) else { break };
            digits.push_str(&digit.repeat(times));
            taken += 2;
        } else if let Some(digit) = number::digits(words, i + taken) {
            digits.push_str(&digit);
            taken += 1;
        } else if let Some((n, used)) = number::group(words, i + taken).filter(|(n, _)| *n >= 10) {
            digits.push_str(&n.to_string());
            taken += used;
        } else if words.grammar().numbers.hundred.contains(&word) && !digits.is_empty() {
            digits.push_str("00");
            taken += 1;
        } else if taken > 0 && email::symbol(words, i + taken).is_some_and(|(symbol, _)| symbol == '-') {
            taken += 1;
        } else {
            break;
        }
        if taken > 24 {
            break;
        }
    }
    (taken > 0 && digits.len() > usize::from(digits.starts_with('+'))).then_some((digits, taken))
}
