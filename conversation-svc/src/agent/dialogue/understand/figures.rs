//! Numbers written in figures: "1,674.5", "-.5", "3/4", "⅔", "1.3e6", "10k".

use super::words::Words;

const FRACTIONS: [(char, f64); 8] = [
    ('½', 1.0 / 2.0),
    ('⅓', 1.0 / 3.0),
    ('⅔', 2.0 / 3.0),
    ('¼', 1.0 / 4.0),
    ('¾', 3.0 / 4.0),
    ('⅕', 1.0 / 5.0),
    ('⅛', 1.0 / 8.0),
    ('⅜', 3.0 / 8.0),
];
const SCALES: [(&str, f64); 6] = [("k", 1e3), ("m", 1e6), ("b", 1e9), ("bn", 1e9), ("g", 1e9), ("t", 1e12)];

/// The number that word `i` is, without its sign.
pub fn number(words: &Words<'_>, i: usize) -> Option<f64> {
    let word = words.norm(i);
    // The point of ".5" is outside of the word.
    if words.leads(i).ends_with('.') && word.starts_with(|c: char| c.is_ascii_digit()) && words.is_parted(i, 1) {
        return plain(&format!("0.{word}"));
    }
    plain(word)
}

fn plain(word: &str) -> Option<f64> {
    let mut chars = word.chars();
    if let (Some(first), None) = (chars.next(), chars.next())
        && let Some((_, value)) = FRACTIONS.iter().find(|(c, _)| *c == first)
    {
        return Some(*value);
    }
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((above, below)) = word.split_once('/') {
        let below = unsigned(below).filter(|below| *below != 0.0)?;
        return Some(unsigned(above)? / below);
    }
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.'))).unwrap_or(word.len());
    let (figures, tail) = word.split_at(end);
    let figures = unsigned(figures)?;
    if tail.is_empty() {
        return Some(figures);
    }
    if let Some(exponent) = tail.strip_prefix('e') {
        let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        return (-300..=300).contains(&exponent).then(|| figures * 10f64.powi(exponent));
    }
    scale(tail).map(|scale| figures * scale)
}

/// The letter after figures that multiplies them.
pub fn scale(letter: &str) -> Option<f64> {
    SCALES.iter().find(|(name, _)| *name == letter).map(|(_, scale)| *scale)
}

fn unsigned(figures: &str) -> Option<f64> {
    let is_number = figures.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.')) && !figures.is_empty();
    // A comma before one or two last figures is that of decimals ("5,50").
    let decimal_comma = figures.split_once(',').filter(|(_, part)| (1..=2).contains(&part.len()));
    match decimal_comma {
        Some((whole, part)) if is_number => format!("{whole}.{part}").parse().ok(),
        _ => is_number.then(|| figures.replace(',', ""))?.parse().ok(),
    }
}
