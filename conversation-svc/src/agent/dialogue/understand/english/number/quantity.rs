//! Numbers of every kind: negative, decimal, fractions, dozens, and digits said one by one.

use super::{
    atoms::{Ending, Whole, is_large, scale, whole},
    below_hundred, digits_of, small, tens,
};
use crate::agent::dialogue::understand::{figures, words::Words};

/// The number at `i` that takes most words: it, words taken.
pub fn quantity(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    if let Some(sign) = sign(words, i) {
        return unsigned(words, i + sign).map(|(n, taken)| (-n, taken + sign));
    }
    unsigned(words, i)
}

/// An ordinal of any size at `i`: it, words taken. "Eleven st" is how some write "11st" aloud.
pub fn rank(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let word = words.norm(i);
    if let Some(n) = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)?.parse().ok()) {
        return Some((n, 1));
    }
    let named = whole(words, i, words.len()).filter(|n| n.ending == Ending::Rank);
    if let Some(number) = named {
        return Some((number.value, number.taken));
    }
    let (n, taken) = digits_one_by_one(words, i).or_else(|| plain(words, i))?;
    matches!(words.norm(i + taken), "st" | "nd" | "rd" | "th").then_some((n, taken + 1))
}

/// Words of the sign at `i`; none of a sign that is written onto its number.
fn sign(words: &Words<'_>, i: usize) -> Option<usize> {
    match words.norm(i) {
        "minus" | "negative" => Some(1),
        // Between numbers it is a range.
        "-" if i == 0 => Some(1),
        _ => {
            let lead = words.leads(i).trim_end_matches('.');
            (lead.ends_with('-') && words.is_parted(i, words.leads(i).len() - lead.len() + 1)).then_some(0)
        }
    }
}

fn unsigned(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let readings = [
        mixed(words, i),
        fraction(words, i),
        ratio(words, i),
        dozens(words, i),
        digits_one_by_one(words, i),
        hundreds_without_the_word(words, i),
        plain(words, i),
    ];
    // Of readings of equal length the first counts.
    readings.into_iter().flatten().reduce(|best, other| if other.1 > best.1 { other } else { best })
}

fn plain(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    whole(words, i, words.len()).filter(|n| n.ending == Ending::Plain).map(|n| (n.value, n.taken))
}

/// A whole number with a decimal part or a fraction and a scale after it: "two point five million", "five and a quarter",
/// "one and a half million".
fn mixed(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let start = cardinal_part(words, i);
    let (mut value, mut taken) = start.map_or((0.0, 0), |n| (n.value, n.taken));
    let mut unit = start.map_or(1.0, |n| n.scale);
    if let Some((part, used)) = decimals(words, i + taken) {
        value += part;
        taken += used;
        unit = 1.0;
    }
    if taken == 0 {
        // "Quarter million", "half a million"
        let (part, used) = parts(words, i)?;
        let a = usize::from(words.norm(i + used) == "a");
        let by = scale(words.norm(i + used + a))?;
        return Some((part * by, used + a + 1));
    }
    // "1.5 million", "1,674.5 g"
    if unit == 1.0
        && let Some(by) = scale(words.norm(i + taken)).or_else(|| letter_scale(words, i, taken))
    {
        value *= by;
        unit = by;
        taken += 1;
    }
    let and = usize::from(words.norm(i + taken) == "and");
    if (and == 1 || figures::number(words, i + taken).is_some_and(|n| n < 1.0))
        && let Some((part, used)) = parts(words, i + taken + and)
    {
        taken += and + used;
        match scale(words.norm(i + taken)) {
            // "One and a half million", "one billion and a half million"
            Some(by) => {
                value = if unit == 1.0 { (value + part) * by } else { value + part * by };
                taken += 1;
            }
            // "One million and a half": of what was said last.
            None => value += part * unit,
        }
    } else if unit != 1.0
        && unit > 1_000.0
        && start.is_some_and(|n| n.scale == 1.0)
        && let Some(rest) =
            whole(words, i + taken + and, words.len()).filter(|n| n.ending == Ending::Plain && n.value < unit)
    {
        value += rest.value;
        taken += and + rest.taken;
    }
    Some((value, taken))
}

/// A letter that multiplies is written after figures alone: "2.33 k".
fn letter_scale(words: &Words<'_>, i: usize, taken: usize) -> Option<f64> {
    let is_last = i + taken + 1 == words.len();
    figures::number(words, i).filter(|_| taken == 1 && is_last)?;
    figures::scale(words.norm(i + 1))
}

/// The whole number at `i`, of which nothing is the first word of a fraction after "and" ("three and two thirds").
fn cardinal_part(words: &Words<'_>, i: usize) -> Option<Whole> {
    let full = whole(words, i, words.len())?;
    let full_is_plain = full.ending == Ending::Plain;
    let last_and = (i + 1..i + full.taken + 1).rev().find(|at| words.norm(*at) == "and");
    if let Some(and) = last_and
        && parts(words, and + 1).is_some()
    {
        return whole(words, i, and).filter(|n| n.ending == Ending::Plain);
    }
    full_is_plain.then_some(full)
}

/// "Point five oh", "point seventy one": the decimal part, words taken.
fn decimals(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    if words.norm(i) != "point" {
        return None;
    }
    let mut figures = String::new();
    let mut taken = 1;
    while let Some((digits, used)) = spoken_digits(words, i + taken) {
        figures.push_str(&digits);
        taken += used;
    }
    format!("0.{figures}").parse().ok().filter(|_| taken > 1).map(|n| (n, taken))
}

fn spoken_digits(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let digit = digits_of(words.norm(i)).map(|digits| (digits, 1));
    digit.or_else(|| below_hundred(words, i).map(|(n, taken)| (n.to_string(), taken)))
}

/// A part of one: "a half", "three quarters", "two thirds", "3/4".
fn parts(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    if let Some(n) = figures::number(words, i).filter(|n| *n < 1.0) {
        return Some((n, 1));
    }
    halves(words, i).or_else(|| fraction(words, i))
}

fn halves(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let (count, taken) = match words.norm(i) {
        "half" | "quarter" => (1.0, 0),
        "a" | "an" => (1.0, 1),
        word => (small(word).filter(|n| (1..10).contains(n))? as f64, 1),
    };
    match words.norm(i + taken) {
        "half" | "halves" => Some((count / 2.0, taken + 1)),
        "quarter" | "quarters" => Some((count / 4.0, taken + 1)),
        _ => None,
    }
}

/// "Three fifths", "a twenty first", "one hundred thirty fifths" (the longer word below: of a hundred, thirty-fifths).
fn fraction(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    if matches!(words.norm(i), "half" | "quarter") {
        return None;
    }
    if let Some(found) = halves(words, i) {
        return Some(found);
    }
    for below_at in i + 1..words.len().min(i + 16) {
        let is_article = below_at == i + 1 && matches!(words.norm(i), "a" | "an");
        let above = if is_article {
            Some(1.0)
        } else {
            whole(words, i, below_at).filter(|n| n.taken == below_at - i && n.ending == Ending::Plain).map(|n| n.value)
        };
        let Some(above) = above else { continue };
        let dash = usize::from(words.norm(below_at) == "-");
        let Some(below) = whole(words, below_at + dash, words.len()).filter(|n| n.value > 2.0) else { continue };
        // "Fifty four hundredths" are of fifty four.
        let parts_tens = below.taken > 1
            && below_at > i
            && tens(words.norm(below_at - 1)).is_some()
            && small(words.norm(below_at)).is_some();
        if parts_tens {
            continue;
        }
        let is_part = match below.ending {
            Ending::Parts => true,
            // "One fifth", but "one hundredth" is a rank.
            Ending::Rank => is_article || above == 1.0 && below_at == i + 1 && !is_large(words.norm(below_at + dash)),
            Ending::Plain => false,
        };
        if is_part {
            return Some((above / below.value, below_at + dash + below.taken - i));
        }
    }
    None
}

/// "One over three", "one out of three"
fn ratio(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let (above, taken) = plain(words, i)?;
    let between = words.any_phrase(i + taken, &["over", "out of", "divided by"])?;
    let (below, used) = plain(words, i + taken + between).filter(|(below, _)| *below != 0.0)?;
    Some((above / below, taken + between + used))
}

/// "A dozen", "half a dozen", "two dozen"
fn dozens(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let (count, taken) = match (words.norm(i), words.norm(i + 1)) {
        ("half", "a") => (0.5, 2),
        ("a", _) => (1.0, 1),
        _ => plain(words, i)?,
    };
    matches!(words.norm(i + taken), "dozen" | "dozens").then_some((count * 12.0, taken + 1))
}

/// "One three zero zero zero"
fn digits_one_by_one(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let is_digit =
        |at: &usize| words.norm(*at).chars().all(char::is_alphabetic) && digits_of(words.norm(*at)).is_some();
    small(words.norm(i))?;
    let taken = (i..words.len()).take_while(is_digit).count();
    let figures: String = (i..i + taken).filter_map(|at| digits_of(words.norm(at))).collect();
    // Not where the last digit begins a larger number ("one two hundred").
    let goes_on = words.norm(i + taken) == "hundred" || scale(words.norm(i + taken)).is_some();
    figures.parse().ok().filter(|_| taken > 1 && !goes_on).map(|n| (n, taken))
}

/// "One twenty two"
fn hundreds_without_the_word(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let hundreds = small(words.norm(i)).filter(|n| (1..10).contains(n))?;
    let (rest, taken) = below_hundred(words, i + 1).filter(|(n, _)| *n >= 10)?;
    let after = words.norm(i + 1 + taken);
    let goes_on = after == "hundred" || scale(after).is_some() || small(after).is_some() || tens(after).is_some();
    (!goes_on).then_some(((hundreds * 100 + rest) as f64, taken + 1))
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("minus two point five", -2.5)]
    #[case("negative five hundred and four", -504.0)]
    #[case("-1,200.5", -1200.5)]
    #[case(".75", 0.75)]
    #[case("point seven five", 0.75)]
    #[case("eight point o five", 8.05)]
    #[case("two point five million", 2.5e6)]
    #[case("1.2b", 1.2e9)]
    #[case("three million two hundred thousand and twelve", 3_200_012.0)]
    #[case("eleven hundred", 1100.0)]
    #[case("one twenty two", 122.0)]
    #[case("one two zero zero", 1200.0)]
    #[case("one and a half", 1.5)]
    #[case("two and a half million", 2.5e6)]
    #[case("six million and two thirds", 6e6 + 2e6 / 3.0)]
    #[case("quarter million", 250_000.0)]
    #[case("three fifths", 0.6)]
    #[case("twenty one fifths", 4.2)]
    #[case("one hundred thirty-fifths", 100.0 / 35.0)]
    #[case("fifty four hundredths", 0.54)]
    #[case("a hundredth", 0.01)]
    #[case("one over eight", 0.125)]
    #[case("half a dozen", 6.0)]
    #[case("¾", 0.75)]
    fn numbers_of_every_kind(#[case] text: &str, #[case] expected: f64) {
        let words = Words::of(text, Language::English);
        let (n, taken) = quantity(&words, 0).expect("a number");
        assert_eq!(taken, words.len(), "{text}");
        assert!((n - expected).abs() <= expected.abs() * 1e-12, "{text}: {n}");
    }

    #[rstest]
    #[case("eleven hundred twenty first", Some(1121.0))]
    #[case("one hundredth", Some(100.0))]
    #[case("nine millionth", Some(9e6))]
    #[case("thirtyfirst", Some(31.0))]
    #[case("21st", Some(21.0))]
    #[case("twenty one th", Some(21.0))]
    #[case("three fifths", None)]
    #[case("twenty", None)]
    fn ranks(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(rank(&Words::of(text, Language::English), 0).map(|(n, _)| n), expected, "{text}");
    }
}
