//! Numbers in Spanish: "veintiuno", "treinta y cinco", "seiscientos doce", "tercero", "3.º".

use crate::agent::dialogue::understand::{figures, words::Words};

const SMALL: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 7] = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const HUNDREDS: [&str; 9] = [
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];
/// Stems of the ordinals; the ending is that of a gender.
const ORDINALS: [&str; 10] =
    ["primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim"];

fn position(list: &[&str], word: &str) -> Option<u64> {
    list.iter().position(|w| *w == word).map(|i| i as u64)
}

fn small(word: &str) -> Option<u64> {
    match word {
        "un" | "una" => Some(1),
        "veintiun" | "veintiuna" => Some(21),
        word => position(&SMALL, word),
    }
}

/// A number said in words at `i`, below a hundred: value, words taken. "Diez y seis" and "veinte y uno" are how some write them.
pub fn below_hundred(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    let tens = match word {
        "diez" => Some(10),
        "veinte" => Some(20),
        word => position(&TENS, word).map(|i| (i + 3) * 10),
    };
    if let Some(tens) = tens {
        let unit = small(words.norm(i + 2)).filter(|n| (1..=9).contains(n) && words.norm(i + 1) == "y");
        return match unit {
            // "Las diez y cinco" is a time more often than fifteen is said so.
            Some(unit) if tens > 10 || unit > 5 => Some((tens + unit, 3)),
            _ => Some((tens, 1)),
        };
    }
    small(word).map(|n| (n, 1))
}

/// The same below a thousand, as groups of a phone number are said.
pub fn below_thousand(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if word == "cien" {
        return Some((100, 1));
    }
    let masculine = word.strip_suffix("cientas").map(|stem| format!("{stem}cientos"));
    let Some(hundreds) = position(&HUNDREDS, masculine.as_deref().unwrap_or(word)) else {
        return below_hundred(words, i);
    };
    let hundreds = (hundreds + 1) * 100;
    match below_hundred(words, i + 1) {
        Some((rest, n)) if rest > 0 => Some((hundreds + rest, 1 + n)),
        _ => Some((hundreds, 1)),
    }
}

/// A whole number at `i`, in figures or words, below a million: value, words taken.
pub fn cardinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let digits: String = word.chars().filter(|c| *c != ',').collect();
        return digits.parse().ok().filter(|n| *n < 1_000_000_000_000).map(|n| (n, 1));
    }
    let (thousands, mut taken) = match word {
        "mil" => (1, 0),
        _ => below_thousand(words, i)?,
    };
    if words.norm(i + taken) != "mil" {
        return Some((thousands, taken));
    }
    taken += 1;
    match below_thousand(words, i + taken) {
        Some((rest, n)) if rest > 0 => Some((thousands * 1000 + rest, taken + n)),
        _ => Some((thousands * 1000, taken)),
    }
}

/// A number of any kind at `i`: negative, with decimals or a half, in millions ("dos millones y medio").
pub fn quantity(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    if words.norm(i) == "menos" {
        return quantity(words, i + 1).map(|(n, taken)| (-n, taken + 1));
    }
    let number = figures::number(words, i).map(|n| (n, 1));
    let (mut value, mut taken) = number.or_else(|| cardinal(words, i).map(|(n, taken)| (n as f64, taken)))?;
    if matches!(words.norm(i + taken), "coma" | "punto")
        && let Some((decimals, used)) = decimals(words, i + taken + 1)
    {
        value += decimals;
        taken += 1 + used;
    }
    let is_million = |word: &str| matches!(word, "millon" | "millones");
    let half = |at: usize| words.norm(at) == "y" && matches!(words.norm(at + 1), "medio" | "media");
    let unit = if is_million(words.norm(i + taken)) { 1e6 } else { 1.0 };
    if unit > 1.0 {
        value *= unit;
        taken += 1;
    }
    if half(i + taken) {
        value += unit / 2.0;
        taken += 2;
    } else if unit > 1.0
        && let Some((rest, used)) = cardinal(words, i + taken)
    {
        value += rest as f64;
        taken += used;
    }
    Some((value, taken))
}

fn decimals(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    let mut figures = String::new();
    let mut taken = 0;
    while let Some((n, used)) = below_hundred(words, i + taken) {
        figures.push_str(&n.to_string());
        taken += used;
    }
    format!("0.{figures}").parse().ok().filter(|_| taken > 0).map(|n| (n, taken))
}

/// An ordinal at `i` ("primero", "segunda", "tercer", "5to", "3.º"): value, words taken.
pub fn ordinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    let word = words.norm(i);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        const ENDINGS: [&str; 14] = [".º", ".ª", "º", "ª", "°", "ro", "ra", "do", "da", "er", "to", "ta", "vo", "mo"];
        let digits = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending))?;
        return digits.parse().ok().map(|n| (n, 1));
    }
    // "Un segundo", "las tres y cuarto", "tercer" before its noun.
    if matches!(words.before(i), "un" | "y" | "menos") || word == "cuarto" && words.norm(i + 1) == "para" {
        return None;
    }
    let stem = word.strip_suffix(['o', 'a']).unwrap_or(word);
    let shortened = matches!(word, "primer" | "tercer");
    let n = position(&ORDINALS, stem).filter(|_| shortened || stem != word)?;
    Some((n + 1, 1))
}

/// A year at `i`, from 2000 to 2099.
pub fn year(words: &Words<'_>, i: usize) -> Option<(i16, usize)> {
    let (n, taken) = cardinal(words, i)?;
    i16::try_from(n).ok().filter(|n| (2000..2100).contains(n)).map(|n| (n, taken))
}

/// One spoken digit, or a group of written ones, as digits.
pub fn digits_of(word: &str) -> Option<String> {
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        return Some(word.to_owned());
    }
    position(&SMALL, word).filter(|n| *n < 10).map(|n| n.to_string())
}
