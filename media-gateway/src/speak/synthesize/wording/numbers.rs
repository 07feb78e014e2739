//! Figures to words.

use super::{Reading, Spoken, Token, phrase, word};

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Longer figures are no amounts; they are said digit by digit.
const AMOUNT_DIGITS_MAX: usize = 12;

/// "forty five"
pub fn cardinal(number: u64) -> String {
    for (size, name) in [(1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred")] {
        if number >= size {
            let head = format!("{} {name}", cardinal(number / size));
            return joined(head, number % size);
        }
    }
    match number {
        0..20 => ONES[number as usize].to_owned(),
        _ => joined(TENS[(number / 10) as usize].to_owned(), number % 10),
    }
}

fn joined(head: String, rest: u64) -> String {
    if rest == 0 { head } else { format!("{head} {}", cardinal(rest)) }
}

/// "twenty first"
pub fn ordinal(number: u64) -> String {
    let cardinal = cardinal(number);
    let (head, last) = cardinal.rsplit_once(' ').map_or(("", cardinal.as_str()), |(head, last)| (head, last));
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        tens if tens.ends_with('y') => format!("{}ieth", &tens[..tens.len() - 1]),
        other => format!("{other}th"),
    };
    if head.is_empty() { last } else { format!("{head} {last}") }
}

/// "twenty twenty six"; plain for a number that no year would be said like.
pub fn year(number: u64) -> String {
    match (number / 100, number % 100) {
        (20, 0..10) | (_, 0) => cardinal(number),
        (century, rest @ 1..10) => format!("{} oh {}", cardinal(century), cardinal(rest)),
        (century, rest) => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// Each digit by itself; other characters are skipped.
pub fn digit_by_digit(figure: &str) -> Spoken {
    figure.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| word(ONES[digit as usize])).collect()
}

/// A whole number, with thousands marks or without.
pub fn whole(figure: &str) -> Option<u64> {
    let groups: Vec<&str> = figure.split(',').collect();
    let marks_fit = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let digits: String = groups.concat();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (marks_fit && is_number && digits.len() <= AMOUNT_DIGITS_MAX).then(|| digits.parse().ok())?
}

/// "1st", "22nd"
pub fn ordinal_figure(tokens: &[Token<'_>]) -> Reading {
    Some((1, phrase(&ordinal(with_ending(tokens[0].core)?))))
}

/// The number of an ordinal: 22 of "22nd".
pub fn with_ending(written: &str) -> Option<u64> {
    let figure = written.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let ending = written[figure.len()..].to_ascii_lowercase();
    whole(figure).filter(|_| matches!(ending.as_str(), "st" | "nd" | "rd" | "th"))
}

/// "ending in 4567": the digits after such a cue are said one by one.
pub fn digits_after_cue(tokens: &[Token<'_>]) -> Reading {
    let lower = |index: usize| tokens.get(index).map(|token| token.core.to_ascii_lowercase());
    let first = lower(0)?;
    let cue = match first.as_str() {
        "ending" | "ends" if lower(1).as_deref() == Some("in") => 2,
        "code" | "extension" | "ext" => 1,
        _ => return None,
    };
    let figure = tokens.get(cue)?.core;
    if figure.is_empty() || !figure.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut spoken: Spoken = match first.as_str() {
        "ext" => vec![word("extension")],
        _ => tokens[..cue].iter().map(|token| word(token.core)).collect(),
    };
    spoken.extend(digit_by_digit(figure));
    Some((cue + 1, spoken))
}

/// Any other figure: "45", "4.5", "-5", "#12", "007", "2027".
pub fn figure(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let (sign, rest) = match core.split_at_checked(core.chars().next()?.len_utf8())? {
        ("-" | "−", rest) => ("minus ", rest),
        ("+", rest) => ("plus ", rest),
        ("#", rest) => ("number ", rest),
        _ => ("", core),
    };
    if let Some((before, after)) = rest.split_once('.') {
        let whole = if before.is_empty() { 0 } else { whole(before)? };
        if after.is_empty() || !after.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut spoken = phrase(&format!("{sign}{} point", cardinal(whole)));
        spoken.extend(digit_by_digit(after));
        return Some((1, spoken));
    }
    if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') || rest.starts_with(',') {
        return None;
    }
    let mut spoken = phrase(sign.trim());
    match whole(rest) {
        Some(number) if rest.len() > 1 && rest.starts_with('0') || number > u64::from(u32::MAX) => {
            spoken.extend(digit_by_digit(rest));
        }
        Some(number @ 1900..2100) if !rest.contains(',') => spoken.extend(phrase(&year(number))),
        Some(number) => spoken.extend(phrase(&cardinal(number))),
        None => spoken.extend(digit_by_digit(rest)),
    }
    Some((1, spoken))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "zero")]
    #[case(15, "fifteen")]
    #[case(90, "ninety")]
    #[case(101, "one hundred one")]
    #[case(1_000_000, "one million")]
    #[case(2_345_678, "two million three hundred forty five thousand six hundred seventy eight")]
    fn cardinals(#[case] number: u64, #[case] words: &str) {
        assert_eq!(cardinal(number), words);
    }

    #[rstest]
    #[case(1, "first")]
    #[case(12, "twelfth")]
    #[case(20, "twentieth")]
    #[case(23, "twenty third")]
    #[case(31, "thirty first")]
    #[case(100, "one hundredth")]
    fn ordinals(#[case] number: u64, #[case] words: &str) {
        assert_eq!(ordinal(number), words);
    }

    #[rstest]
    #[case(2026, "twenty twenty six")]
    #[case(2000, "two thousand")]
    #[case(2005, "two thousand five")]
    #[case(1905, "nineteen oh five")]
    fn years(#[case] number: u64, #[case] words: &str) {
        assert_eq!(year(number), words);
    }
}
