//! Numbers written out in English words, from the tables that read them.

use super::{ORDINALS, SMALL, TENS};

/// Numbers from here on are not written out.
pub const LIMIT: u32 = 1_000_000;

/// "Three hundred thirty"; figures from [`LIMIT`] on.
pub fn cardinal(number: u32) -> String {
    let (head, rest) = match number {
        0..20 => return SMALL[number as usize].to_owned(),
        20..100 => (TENS[number as usize / 10 - 2].to_owned(), number % 10),
        100..1_000 => (format!("{} hundred", cardinal(number / 100)), number % 100),
        1_000..LIMIT => (format!("{} thousand", cardinal(number / 1_000)), number % 1_000),
        LIMIT.. => return number.to_string(),
    };
    if rest == 0 { head } else { format!("{head} {}", cardinal(rest)) }
}

/// "Twenty first"
pub fn ordinal(number: u32) -> String {
    let last = number % 100;
    let last = if last < 20 { last } else { last % 10 };
    let spoken = cardinal(number);
    let (head, unit) =
        spoken.rsplit_once(' ').map_or((String::new(), spoken.as_str()), |(head, unit)| (format!("{head} "), unit));
    let unit = match last {
        1..20 => ORDINALS[last as usize].to_owned(),
        _ => unit.strip_suffix('y').map_or_else(|| format!("{unit}th"), |stem| format!("{stem}ieth")),
    };
    format!("{head}{unit}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "zero", "zeroth")]
    #[case(12, "twelve", "twelfth")]
    #[case(20, "twenty", "twentieth")]
    #[case(21, "twenty one", "twenty first")]
    #[case(100, "one hundred", "one hundredth")]
    #[case(330, "three hundred thirty", "three hundred thirtieth")]
    #[case(1_995, "one thousand nine hundred ninety five", "one thousand nine hundred ninety fifth")]
    #[case(12_000, "twelve thousand", "twelve thousandth")]
    #[case(1_000_000, "1000000", "1000000th")]
    fn written_out(#[case] number: u32, #[case] amount: &str, #[case] rank: &str) {
        assert_eq!((cardinal(number).as_str(), ordinal(number).as_str()), (amount, rank));
    }
}
