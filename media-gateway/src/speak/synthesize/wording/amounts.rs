//! Money, percentages, ranges and telephone numbers.

use super::{
    DASHES, Reading, Spoken, Token,
    clock::calendar_year,
    numbers::{cardinal, digit_by_digit, ordinal, whole, with_ending, year},
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

/// "$49.50", "$40–$60", "$40-60", "$85/hour", "$85+"
pub fn money(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let (sign, ..) = CURRENCIES.into_iter().find(|currency| core.starts_with(currency.0))?;
    let (amounts, unit) = core.split_once('/').map_or((core, None), |(amounts, unit)| (amounts, Some(unit)));
    let (amounts, is_least) = amounts.strip_suffix('+').map_or((amounts, false), |amounts| (amounts, true));
    let mut spoken = match amounts.split_once(DASHES) {
        Some((from, to)) => {
            let (from, to) = (from.trim_start_matches(sign), to.trim_start_matches(sign));
            // "forty to sixty dollars"; with cents both are named.
            let from = whole(from).map(cardinal).or_else(|| sum(sign, from))?;
            phrase(&format!("{from} to {}", sum(sign, to)?))
        }
        None => phrase(&sum(sign, amounts.trim_start_matches(sign))?),
    };
    if is_least {
        spoken.extend(phrase("and up"));
    }
    if let Some(unit) = unit {
        spoken.extend(phrase(&format!("per {}", unit_name(unit).unwrap_or(unit))));
    }
    Some((1, spoken))
}

/// "49.50" of a currency.
fn sum(sign: char, figure: &str) -> Option<String> {
    let (_, one, many, hundredth, hundredths) = CURRENCIES.into_iter().find(|currency| currency.0 == sign)?;
    let (units, fraction) = figure.split_once('.').unwrap_or((figure, "00"));
    let units = if units.is_empty() { 0 } else { whole(units)? };
    let is_cents = fraction.len() == 2 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let cents: u64 = is_cents.then(|| fraction.parse().ok())??;
    let named =
        |count: u64, one: &str, many: &str| format!("{} {}", cardinal(count), if count == 1 { one } else { many });
    Some(match (units, cents) {
        (_, 0) => named(units, one, many),
        (0, _) => named(cents, hundredth, hundredths),
        _ => format!("{} and {}", named(units, one, many), named(cents, hundredth, hundredths)),
    })
}

/// "20%", "10–15%"
pub fn percentage(tokens: &[Token<'_>]) -> Reading {
    let figure = tokens[0].core.strip_suffix('%')?;
    if let Some((from, to)) = figure.split_once(DASHES) {
        let (from, to) = (whole(from.trim_end_matches('%'))?, whole(to)?);
        return Some((1, phrase(&format!("{} to {} percent", cardinal(from), cardinal(to)))));
    }
    let bare = Token { core: figure, pause: None, end: tokens[0].end };
    let (_, mut spoken) = super::numbers::figure(&[bare]).filter(|_| !figure.is_empty())?;
    spoken.push(word("percent"));
    Some((1, spoken))
}

/// "9-5", "30–45", "1st–3rd", "2024–2026", "24/7"
pub fn range(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    if core == "24/7" {
        return Some((1, phrase("twenty four seven")));
    }
    let (one, other) = core.split_once(DASHES)?;
    if let (Some(one), Some(other)) = (calendar_year(one), calendar_year(other)) {
        return Some((1, phrase(&format!("{} to {}", year(one), year(other)))));
    }
    let (one, other) = match (whole(one), whole(other)) {
        (Some(one), Some(other)) => (cardinal(one), cardinal(other)),
        _ => (ordinal(with_ending(one)?), ordinal(with_ending(other)?)),
    };
    Some((1, phrase(&format!("{one} to {other}"))))
}

/// "90-minute", "60min", "5-star": a figure and what it counts in one.
pub fn with_unit(tokens: &[Token<'_>]) -> Reading {
    let core = tokens[0].core;
    let figure = &core[..core.bytes().take_while(u8::is_ascii_digit).count()];
    let rest = &core[figure.len()..];
    let count = cardinal(whole(figure)?);
    let unit = match rest.strip_prefix('-') {
        // "90-minute"; a code has capitals or single letters.
        Some(word) if word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()) => word,
        _ => unit_name(rest)?,
    };
    Some((1, phrase(&format!("{count} {}", unit_name(unit).unwrap_or(unit)))))
}

/// A half, a quarter or three of a thing: "1/2 hour". Alone such a figure is a date.
pub fn fraction(tokens: &[Token<'_>]) -> Reading {
    const COUNTED: [&str; 10] = ["hour", "hours", "inch", "inches", "mile", "miles", "price", "off", "of", "cup"];
    let is_counted = |token: &Token<'_>| COUNTED.contains(&token.core);
    tokens.get(1).filter(|next| is_counted(next) && tokens[0].pause.is_none())?;
    let said = match tokens[0].core {
        "1/2" => "one half",
        "1/4" => "one quarter",
        "3/4" => "three quarters",
        _ => return None,
    };
    Some((1, phrase(said)))
}

/// The units that stand behind a figure or "per".
fn unit_name(written: &str) -> Option<&'static str> {
    Some(match written {
        "min" | "mins" => "minutes",
        "hr" | "h" => "hour",
        "hrs" => "hours",
        "lb" | "lbs" => "pounds",
        "oz" => "ounces",
        "ft" => "feet",
        "km" => "kilometers",
        "wk" => "week",
        "mo" => "month",
        "yr" => "year",
        _ => return None,
    })
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
