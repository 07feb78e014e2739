//! Money, percentages, ranges and telephone numbers.

use super::{
    Reading, Spoken, Token,
    numbers::{cardinal, digit_by_digit, whole},
    phrase, word,
};

/// Fewer digits are no telephone number, and no number has more.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// A plain run of digits is taken for a telephone number from this length on.
const PHONE_RUN_DIGITS: std::ops::RangeInclusive<usize> = 10..=11;

/// (sign, one, many, one hundredth, many hundredths)
const CURRENCIES: [(char, &str, &str, &str, &str); 3] = [
    ('$', "dollar", "dollars", "cent", "cents"),
    ('€', "euro", "euros", "cent", "cents"),
    ('£', "pound", "pounds", "penny", "pence"),
];

/// "$49.50"
pub fn money(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let (_, one, many, hundredth, hundredths) = CURRENCIES.into_iter().find(|currency| core.starts_with(currency.0))?;
    let figure = core.trim_start_matches(|character: char| !character.is_ascii_digit());
    let (units, fraction) = figure.split_once('.').unwrap_or((figure, "00"));
    let units = whole(units)?;
    let cents: u64 = (fraction.len() == 2).then(|| fraction.parse().ok())??;
    let named =
        |count: u64, one: &str, many: &str| format!("{} {}", cardinal(count), if count == 1 { one } else { many });
    let said = match (units, cents) {
        (_, 0) => named(units, one, many),
        (0, _) => named(cents, hundredth, hundredths),
        _ => format!("{} and {}", named(units, one, many), named(cents, hundredth, hundredths)),
    };
    Some((1, phrase(&said)))
}

/// "20%"
pub fn percentage(tokens: &[Token<'_>]) -> Reading {
    let figure = tokens[0].core.strip_suffix('%')?;
    let bare = Token { core: figure, pause: None, end: tokens[0].end };
    let (_, mut spoken) = super::numbers::figure(&[bare]).filter(|_| !figure.is_empty())?;
    spoken.push(word("percent"));
    Some((1, spoken))
}

/// "9-5", "30–45", "24/7"
pub fn range(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let both = |one: &str, other: &str| Some((whole(one)?, whole(other)?));
    if core == "24/7" {
        return Some((1, phrase("twenty four seven")));
    }
    let (one, other) = core.split_once(['-', '–'])?;
    let (one, other) = both(one, other)?;
    Some((1, phrase(&format!("{} to {}", cardinal(one), cardinal(other)))))
}

/// "(555) 123-4567", "+1 555 123 4567", "5551234567": digit by digit, with a breath between the groups.
pub fn phone_number(tokens: &[Token<'_>]) -> Reading {
    let mut groups: Vec<&str> = Vec::new();
    let mut taken = 0;
    let starts_with_plus = tokens[0].core.starts_with('+');
    for token in tokens {
        let is_part = !token.core.is_empty()
            && token.core.chars().all(|character| character.is_ascii_digit() || "()-.+".contains(character))
            && token.core.contains(|character: char| character.is_ascii_digit());
        if !is_part {
            break;
        }
        groups
            .extend(token.core.split(|character: char| !character.is_ascii_digit()).filter(|group| !group.is_empty()));
        taken += 1;
        // Only the bracket of an area code may stand between two parts of one number.
        if token.pause.is_some()
            && !(taken == 1 && token.pause == Some(',') && groups.len() == 1 && groups[0].len() == 3)
        {
            break;
        }
    }
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let parts = match groups.as_slice() {
        [run] if PHONE_RUN_DIGITS.contains(&run.len()) || starts_with_plus && PHONE_DIGITS.contains(&run.len()) => {
            local_groups(run)
        }
        [_] => return None,
        several if PHONE_DIGITS.contains(&digits) && several.last().is_some_and(|last| last.len() >= 3) => {
            several.to_vec()
        }
        _ => return None,
    };
    let mut spoken: Spoken = if starts_with_plus { vec![word("plus")] } else { Vec::new() };
    let last = parts.len() - 1;
    for (index, group) in parts.iter().enumerate() {
        spoken.extend(digit_by_digit(group));
        if let (true, Some(end)) = (index < last, spoken.last_mut()) {
            end.1 = Some(',');
        }
    }
    Some((taken, spoken))
}

/// A run of digits in the groups of a North American number: country, area, exchange, line.
fn local_groups(run: &str) -> Vec<&str> {
    let line = run.len() - 4;
    let exchange = line.saturating_sub(3);
    let area = exchange.saturating_sub(3);
    [&run[..area], &run[area..exchange], &run[exchange..line], &run[line..]]
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect()
}
