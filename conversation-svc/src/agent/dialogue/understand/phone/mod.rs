//! Telephone numbers, written or said digit by digit.

mod spoken;
#[cfg(test)]
mod tests;
mod written;

use super::{Found, grammar::Phrases, number, words::Words};

/// A number has this many digits (ITU-T E.164; seven is a local number).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Words before a number that are looked at for what it numbers.
const REACH: usize = 5;

/// Words around telephone numbers in a language.
pub struct Phones {
    /// What a telephone number is called by.
    pub own: &'static [&'static str],
    /// What else is numbered: after these a number is none of a telephone.
    pub others: &'static [&'static str],
    /// Before the digits of an area, which a pause parts from the rest.
    pub area: Phrases,
    /// Before the digits of an extension.
    pub extension: Phrases,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// Its digits, with a leading `+` if it was there.
    pub number: String,
    pub extension: Option<String>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone([private], {} digits)", self.number.len())
    }
}

/// The first telephone number of a text.
pub fn find(words: &Words<'_>) -> Option<Found<Phone>> {
    let (written, spoken) = (written::find(words), spoken::find(words));
    // "Four one five 555 0123": what is written is the end of it.
    let mut found = match (written, spoken) {
        (Some(written), Some(spoken)) if spoken.words.start < written.words.start => spoken,
        (written, spoken) => written.or(spoken)?,
    };
    if let Some((area, start)) = area_before(words, found.words.start) {
        found.value.number.insert_str(0, &area);
        found.words.start = start;
    }
    if found.value.extension.is_none()
        && let Some((extension, end)) = extension(words, found.words.end)
    {
        found.value.extension = Some(extension);
        found.words.end = end;
    }
    Some(found)
}

/// "Area code 212, 555 0123": the area's digits before word `start`, where their words begin.
fn area_before(words: &Words<'_>, start: usize) -> Option<(String, usize)> {
    let at = start.checked_sub(1)?;
    let is_area = |phrase: &&&str| words.ends_at(at, phrase);
    let lead = words.grammar().phones.area.iter().filter(is_area).map(|phrase| phrase.split(' ').count()).max()?;
    let digits = number::digits(words, at).filter(|digits| (2..=5).contains(&digits.len()))?;
    Some((digits, at - lead))
}

/// Whether the nearest word before `start` that says what is numbered names something other than a telephone.
fn numbers_something_else(words: &Words<'_>, start: usize) -> bool {
    let phones = &words.grammar().phones;
    let before = (start.saturating_sub(REACH)..start).rev().map(|i| words.norm(i));
    let kinds = before.filter_map(|word| {
        if phones.own.contains(&word) { Some(false) } else { phones.others.contains(&word).then_some(true) }
    });
    kinds.into_iter().next().unwrap_or(false)
}

/// "Extension one two three" at `i`: its digits, where it ends.
fn extension(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    let mut end = i + words.any_phrase(i, words.grammar().phones.extension)?;
    let mut digits = String::new();
    while digits.len() < 6
        && let Some((more, taken)) = number::digits(words, end)
            .map(|digits| (digits, 1))
            .or_else(|| number::group(words, end).map(|(n, taken)| (n.to_string(), taken)))
    {
        digits.push_str(&more);
        end += taken;
    }
    (!digits.is_empty()).then_some((digits, end))
}
