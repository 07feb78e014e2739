//! Words without what writing adds, so that "Mr. Lee, at 3:30?" and "mister lee at three thirty" are equal:
//! lower case; punctuation and hyphens gone; "a.m." and apostrophes closed up; titles, "&", "%", "$" in words;
//! figures in words. A figure can be read in several ways ("330": an amount, digits, a time), so the reading is a
//! parameter, and a score takes the one that fits best. Spelling variants stay different.

use conversation_svc::number_in_words as in_words;

/// How a figure is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// 330: three hundred thirty.
    Amount,
    /// 330: three three zero.
    Digits,
    /// 330: three thirty, 1995: nineteen ninety five.
    Pairs,
}

impl Reading {
    pub const ALL: [Self; 3] = [Self::Amount, Self::Digits, Self::Pairs];
}

pub fn words(text: &str, reading: Reading) -> Vec<String> {
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    let mut words = Vec::new();
    for raw in lower.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/')) {
        let token = raw.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '$' | '%' | '&'));
        if token.contains(|c: char| c.is_ascii_digit()) {
            with_figures(token, reading, &mut words);
        } else {
            plain(token, &mut words);
        }
    }
    words
}

fn plain(token: &str, words: &mut Vec<String>) {
    let is_abbreviation = token.contains('.') && token.split('.').all(|part| part.chars().count() <= 1);
    let closed: String = token.chars().filter(|&c| c != '\'' && !(is_abbreviation && c == '.')).collect();
    let parts = closed.split(|c: char| !c.is_alphanumeric() && c != '&').filter(|part| !part.is_empty());
    words.extend(parts.map(|word| in_full(word).to_owned()));
}

fn in_full(word: &str) -> &str {
    match word {
        "mr" => "mister",
        "mrs" => "missus",
        "dr" => "doctor",
        "prof" => "professor",
        "ok" => "okay",
        "&" => "and",
        "oclock" => "o'clock",
        word => word,
    }
}

/// "$4.50", "3:30pm", "3rd", "1,200"
fn with_figures(token: &str, reading: Reading, words: &mut Vec<String>) {
    let (is_money, is_share) = (token.starts_with('$'), token.ends_with('%'));
    let mut rest = token.trim_matches(['$', '%']);
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(length);
        let groups_thousands = after.strip_prefix(',').is_some_and(is_group_of_three);
        if length > 0 && groups_thousands {
            let joined = format!("{digits}{}", after.replacen(',', "", 1));
            return with_figures(
                &format!("{}{joined}{}", if is_money { "$" } else { "" }, if is_share { "%" } else { "" }),
                reading,
                words,
            );
        }
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (suffix, next) = after.split_at(letters);
        match (digits, suffix) {
            ("", "") => {}
            ("", letters) => plain(letters, words),
            (digits, "st" | "nd" | "rd" | "th") => words.extend(split(&ordinal(digits))),
            (digits, suffix) => {
                // The minutes of a full hour are not said.
                if !(rest.len() < token.len() && digits == "00") {
                    words.extend(split(&figure(digits, reading)));
                }
                if !suffix.is_empty() {
                    plain(suffix, words);
                }
            }
        }
        rest = next.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    if is_money {
        words.push("dollars".to_owned());
    }
    if is_share {
        words.push("percent".to_owned());
    }
}

fn is_group_of_three(text: &str) -> bool {
    text.len() >= 3 && text.bytes().take_while(u8::is_ascii_digit).count() == 3
}

fn split(words: &str) -> impl Iterator<Item = String> {
    words.split(' ').map(str::to_owned)
}

/// What can be said as one number.
fn amount(digits: &str) -> Option<u32> {
    let amount = digits.parse().ok();
    amount.filter(|&amount| amount < in_words::LIMIT && (digits.len() == 1 || !digits.starts_with('0')))
}

fn figure(digits: &str, reading: Reading) -> String {
    match (reading, amount(digits)) {
        (Reading::Amount, Some(amount)) => in_words::cardinal(amount),
        (Reading::Pairs, Some(amount)) if (100..10_000).contains(&amount) && amount % 100 >= 10 => {
            format!("{} {}", in_words::cardinal(amount / 100), in_words::cardinal(amount % 100))
        }
        (Reading::Pairs, Some(amount)) => in_words::cardinal(amount),
        _ => digits.bytes().map(|digit| in_words::cardinal(u32::from(digit - b'0'))).collect::<Vec<_>>().join(" "),
    }
}

fn ordinal(digits: &str) -> String {
    amount(digits).map_or_else(|| figure(digits, Reading::Digits), in_words::ordinal)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Mr. Quilter's cold-hearted, isn't he?", "mister quilters cold hearted isnt he")]
    #[case("At 9 a.m. with Dr. O’Neil.", "at nine am with doctor oneil")]
    #[case("OK… 20% off & more!", "okay twenty percent off and more")]
    #[case("$4.50, 3:30pm, 3:00", "four fifty dollars three thirty pm three")]
    #[case("the 3rd, 12th, 20th and 21st", "the third twelfth twentieth and twenty first")]
    #[case("1,200 or 1995", "one thousand two hundred or one thousand nine hundred ninety five")]
    #[case("rain.Heavy", "rain heavy")]
    #[case("... - !", "")]
    fn writing_is_taken_off(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(words(text, Reading::Amount).join(" "), expected);
    }

    #[rstest]
    #[case("1234", Reading::Digits, "one two three four")]
    #[case("1995", Reading::Pairs, "nineteen ninety five")]
    #[case("330", Reading::Pairs, "three thirty")]
    #[case("007", Reading::Amount, "zero zero seven")]
    #[case(
        "99999999999999999999",
        Reading::Amount,
        "nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine"
    )]
    fn figures_have_several_readings(#[case] text: &str, #[case] reading: Reading, #[case] expected: &str) {
        assert_eq!(words(text, reading).join(" "), expected);
    }
}
