//! Numbers, ranks and amounts of money, by value.

use serde_json::Value;

/// "2.5 billion USD" from `amount` and `currency`.
pub fn money(value: &Value) -> Option<String> {
    let currency = value.get("currency")?.as_str()?;
    Some(format!("{} {currency}", value.get("amount")?))
}

const SYMBOLS: [(&str, &str); 6] =
    [("US$", "USD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("₩", "KRW")];
const CODES: [(&str, &str); 4] = [("yuan", "CNY"), ("yen", "JPY"), ("won", "KRW"), ("euros", "EUR")];
const SCALES: [(&str, f64); 7] =
    [("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12), ("m", 1e6), ("b", 1e9), ("t", 1e12)];

pub fn same_money(gold: &str, predicted: &str) -> bool {
    let (Some((amount, currency)), Some((predicted, code))) = (gold_money(gold), predicted.split_once(' ')) else {
        return false;
    };
    currency == code && predicted.parse().is_ok_and(|predicted| near(amount, predicted))
}

fn gold_money(gold: &str) -> Option<(f64, &'static str)> {
    let symbol = SYMBOLS.iter().find_map(|(symbol, code)| gold.strip_prefix(symbol).map(|rest| (rest, *code)));
    let (rest, code) = match symbol {
        Some(found) => found,
        None => (gold, CODES.iter().find(|(name, _)| gold.ends_with(name))?.1),
    };
    scaled(rest).map(|amount| (amount, code))
}

/// The number that stands first, with the scale after it.
fn scaled(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || ",.".contains(c))).unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', "").trim_end_matches('.').parse().ok()?;
    let unit: String = text[end..].trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    let scale = SCALES.iter().find(|(name, _)| *name == unit).map_or(1.0, |(_, scale)| *scale);
    Some(number * scale)
}

/// Whether a number as the sources write it is the one that was understood.
pub fn same(gold: &str, predicted: &str) -> bool {
    let plain = gold.replace(',', "");
    let gold = match plain.as_str() {
        "zero" => Some(0.0),
        plain => plain.parse().ok().or_else(|| match plain.strip_prefix('-') {
            Some(rest) => scaled(rest).map(|n| -n),
            None => scaled(plain),
        }),
    };
    matches!((gold, predicted.parse::<f64>()), (Some(gold), Ok(predicted)) if near(gold, predicted))
}

/// "25th" and 25; "end-1" as it is.
pub fn same_rank(gold: &str, predicted: &str) -> bool {
    let figures: String = gold.chars().filter(char::is_ascii_digit).collect();
    let is_relative = gold.starts_with(|c: char| c.is_alphabetic());
    gold == predicted || !is_relative && !figures.is_empty() && figures == predicted
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= a.abs().max(b.abs()) * 1e-9
}
