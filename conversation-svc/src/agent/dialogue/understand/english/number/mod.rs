//! Numbers as they are said or written: cardinals, ordinals, and the digits people say one by one.

mod atoms;
pub mod in_words;
mod quantity;

pub use self::quantity::{quantity, rank};
use crate::agent::dialogue::understand::words::Words;

const SMALL: [&str; 20] = [
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
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

fn position(list: &[&str], word: &str) -> Option<u64> {
    list.iter().position(|w| *w == word).map(|i| i as u64)
}

pub fn small(word: &str) -> Option<u64> {
    position(&SMALL, word)
}

pub fn tens(word: &str) -> Option<u64> {
    match word {
        "fourty" => Some(40),
        word => position(&TENS, word).map(|i| (i + 2) * 10),
    }
}

/// A number said in words at `i`, below a hundred: value, words taken.
pub fn below_hundred(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if let Some(tens) = tens(word) {
        return match small(words.norm(i + 1)) {
            Some(unit @ 1..=9) => Some((tens + unit, 2)),
            _ => Some((tens, 1)),
        };
    }
    small(word).map(|n| (n, 1))
}

/// A whole number at `i`, in digits or words, below a million: value, words taken.
pub fn cardinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let digits: String = word.chars().filter(|c| *c != ',').collect();
        return digits.parse().ok().filter(|n| *n < 1_000_000_000_000).map(|n| (n, 1));
    }
    let (mut total, mut taken) = match (word, words.norm(i + 1)) {
        ("a", "hundred" | "thousand") => (1, 1),
        _ => below_hundred(words, i)?,
    };
    if words.norm(i + taken) == "hundred" {
        total *= 100;
        taken += 1;
        let and = usize::from(words.norm(i + taken) == "and");
        if let Some((rest, n)) = below_hundred(words, i + taken + and) {
            total += rest;
            taken += and + n;
        }
    }
    if words.norm(i + taken) == "thousand" {
        total *= 1000;
        taken += 1;
        if let Some((rest, n)) = hundreds(words, i + taken) {
            total += rest;
            taken += n;
        }
    }
    Some((total, taken))
}

fn hundreds(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let and = usize::from(words.norm(i) == "and");
    let (n, taken) = below_hundred(words, i + and)?;
    if words.norm(i + and + taken) != "hundred" {
        return Some((n, and + taken));
    }
    let start = i + and + taken + 1;
    let more = usize::from(words.norm(start) == "and");
    match below_hundred(words, start + more) {
        Some((rest, m)) => Some((n * 100 + rest, and + taken + 1 + more + m)),
        None => Some((n * 100, and + taken + 1)),
    }
}

/// An ordinal at `i` ("5th", "fifth", "twenty second"): value, words taken.
pub fn ordinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if let Some(n) = position(&ORDINALS, word) {
        return Some((n, 1));
    }
    match word {
        "twentieth" => return Some((20, 1)),
        "thirtieth" => return Some((30, 1)),
        _ => {}
    }
    if let Some(tens) = tens(word) {
        let unit = position(&ORDINALS, words.norm(i + 1)).filter(|n| (1..=9).contains(n))?;
        return Some((tens + unit, 2));
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.strip_suffix(suffix))?;
    digits.parse().ok().map(|n| (n, 1))
}

/// A year at `i`, from 2000 to 2099 ("2027", "twenty twenty seven", "two thousand and twenty seven").
pub fn year(words: &Words<'_>, i: usize) -> Option<(i16, usize)> {
    let in_range = |n: u64| (2000..2100).contains(&n).then(|| i16::try_from(n).ok()).flatten();
    if words.norm(i) == "twenty" {
        let (n, taken) = below_hundred(words, i + 1)?;
        return in_range(2000 + n).filter(|_| n >= 10).map(|y| (y, taken + 1));
    }
    let (n, taken) = cardinal(words, i)?;
    in_range(n).map(|y| (y, taken))
}

/// One spoken digit, or a group of written ones, as digits ("oh" is zero).
pub fn digits_of(word: &str) -> Option<String> {
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        return Some(word.to_owned());
    }
    match word {
        "oh" | "o" | "nought" | "naught" => Some("0".to_owned()),
        word => small(word).filter(|n| *n < 10).map(|n| n.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("five", Some((5, 1)))]
    #[case("twenty five minutes", Some((25, 2)))]
    #[case("two thirty", Some((2, 1)))]
    #[case("one hundred and twenty three", Some((123, 5)))]
    #[case("a hundred", Some((100, 2)))]
    #[case("two thousand nineteen", Some((2019, 3)))]
    #[case("1,200", Some((1200, 1)))]
    #[case("massage", None)]
    fn cardinals(#[case] text: &str, #[case] expected: Option<(u64, usize)>) {
        assert_eq!(cardinal(&Words::of(text, Language::English), 0), expected);
    }

    #[rstest]
    #[case("fifth", Some((5, 1)))]
    #[case("22nd", Some((22, 1)))]
    #[case("twenty-second", Some((22, 2)))]
    #[case("thirtieth", Some((30, 1)))]
    #[case("month", None)]
    #[case("twenty", None)]
    fn ordinals(#[case] text: &str, #[case] expected: Option<(u64, usize)>) {
        assert_eq!(ordinal(&Words::of(text, Language::English), 0), expected);
    }

    #[rstest]
    #[case("2027", Some((2027, 1)))]
    #[case("twenty twenty seven", Some((2027, 3)))]
    #[case("two thousand and twenty seven", Some((2027, 5)))]
    #[case("twenty five", None)]
    #[case("1999", None)]
    fn years(#[case] text: &str, #[case] expected: Option<(i16, usize)>) {
        assert_eq!(year(&Words::of(text, Language::English), 0), expected, "{text}");
    }
}
