//! Telephone numbers, written or said digit by digit.

use super::{Found, email, number, words::Words};

/// A number has this many digits (ITU-T E.164; seven is a local number).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The first telephone number of a text: its digits, with a leading `+` if it was there.
pub fn find(words: &Words<'_>) -> Option<Found<String>> {
    let mut i = 0;
    while i < words.len() {
        match run(words, i) {
            Some((digits, taken))
                if DIGITS.contains(&digits.trim_start_matches('+').len()) && !is_date(words.norm(i)) =>
            {
                return Some(Found::new(digits, 0.85, i..i + taken));
            }
            Some((_, taken)) => i += taken.max(1),
            None => i += 1,
        }
    }
    None
}

/// "2027-03-08", "20.07.2027", "20270308"
fn is_date(word: &str) -> bool {
    let is_year = |text: &str| text.len() == 4 && text.starts_with("20");
    if word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| word.get(range).and_then(|digits| digits.parse::<u8>().ok());
        let is_month_day = matches!((part(4..6), part(6..8)), (Some(1..=12), Some(1..=31)));
        return word.get(..4).is_some_and(is_year) && is_month_day;
    }
    let parts: Vec<&str> = word.split(['-', '.']).collect();
    match parts.as_slice() {
        [y, m, d] => is_year(y) && m.len() <= 2 && d.len() <= 2 || is_year(d) && y.len() <= 2 && m.len() <= 2,
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("my number is 415-555-0123", Some("4155550123"))]
    #[case("four one five five five five oh one two three", Some("4155550123"))]
    #[case("+1 415 555 0123", Some("+14155550123"))]
    #[case("four fifteen double five five zero one twenty three", Some("4155550123"))]
    #[case("tomorrow at 3", None)]
    #[case("2026-11-24", None)]
    fn numbers(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(find(&Words::of(text, Language::English)).map(|f| f.value).as_deref(), expected, "{text}");
    }
}
