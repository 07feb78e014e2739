//! Where in a text a name stands.

use crate::agent::dialogue::understand::{
    Found,
    grammar::Phrases,
    name::read::{Read, name_at},
    words::{Break, Words},
};

/// Which part of a name a lead introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    First,
    Last,
    Any,
}

pub fn announced(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Vec<Found<String>> {
    let names = &words.grammar().names;
    let mut found: Vec<(Part, Found<String>)> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let leads = [(Part::First, names.first), (Part::Last, names.last), (Part::Any, names.leads)];
        let longest = |(part, phrases): (Part, Phrases)| {
            let lead = phrases.iter().filter_map(|p| words.phrase(i, p).map(|n| (n, *p))).max_by_key(|(n, _)| *n);
            lead.map(|(n, phrase)| (part, n, phrase))
        };
        // Of leads of equal length the one that says which part it is counts.
        let Some((part, n, phrase)) = leads.into_iter().filter_map(longest).rev().max_by_key(|(_, n, _)| *n) else {
            i += 1;
            continue;
        };
        let weak = part == Part::Any && names.weak_leads.contains(&phrase);
        match name_at(words, i + n, taken) {
            Some(Read { name, begins, ends }) if !weak || plausible(words, begins) => {
                found.push((part, Found::new(name, if weak { 0.75 } else { 0.9 }, i..ends)));
                i = ends;
            }
            _ => i += n,
        }
    }
    joined(found)
}

/// "First name Alex, last name Morrison": a name in two parts, in whichever order.
fn joined(found: Vec<(Part, Found<String>)>) -> Vec<Found<String>> {
    let of = |wanted: Part| found.iter().find(|(part, _)| *part == wanted).map(|(_, name)| name.clone());
    let (Some(first), Some(last)) = (of(Part::First), of(Part::Last)) else {
        return found.into_iter().map(|(_, name)| name).collect();
    };
    let place = first.words.start.min(last.words.start)..first.words.end.max(last.words.end);
    let whole = Found::new(format!("{} {}", first.value, last.value), 0.9, place);
    let others = found.into_iter().filter(|(part, _)| *part == Part::Any).map(|(_, name)| name);
    std::iter::once(whole).chain(others).collect()
}

/// After a weak lead: no verb, and written as a name where case tells.
fn plausible(words: &Words<'_>, i: usize) -> bool {
    !words.grammar().names.no_name_endings.iter().any(|ending| words.norm(i).ends_with(ending))
        && (is_capital(words, i) || !has_case(words))
}

fn is_capital(words: &Words<'_>, i: usize) -> bool {
    words.text(i..i + 1).chars().next().is_some_and(char::is_uppercase)
}

/// Whether the text bears capitals beyond its first letter and "I".
pub fn has_case(words: &Words<'_>) -> bool {
    (1..words.len()).any(|i| {
        let text = words.text(i..i + 1);
        is_capital(words, i) && !text.starts_with("I'") && !text.starts_with("I’") && text != "I"
    })
}

pub fn bare(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    let mut i = 0;
    while i < words.len() && words.grammar().names.fillers.contains(&words.norm(i)) {
        i += 1;
    }
    let Read { name, ends, .. } = name_at(words, i, taken)?;
    // Something long that is not a name at its end is a sentence, not a name.
    let rest = words.len() - ends;
    (rest <= 6).then(|| Found::new(name, if rest == 0 { 0.8 } else { 0.6 }, i..ends))
}

/// "It's Alex Morrison, I need …", "Alex Morrison here": the case of the letters has to tell the first from all else that
/// may follow such words.
pub fn greeting(words: &Words<'_>, taken: &dyn Fn(usize) -> bool) -> Option<Found<String>> {
    let names = &words.grammar().names;
    let mut i = 0;
    let mut greets = false;
    while i < words.len() {
        let (greeting, filler) = (words.any_phrase(i, names.greets), names.fillers.contains(&words.norm(i)));
        if greeting.is_none() && !filler && !taken(i) {
            break;
        }
        greets |= greeting.is_some();
        i += greeting.unwrap_or(1);
    }
    let Read { name, begins, ends } = name_at(words, i, taken)?;
    let trails = words.any_phrase(ends, names.trails).is_some();
    let written = is_capital(words, begins) && (begins > 0 || ends > begins + 1 && is_capital(words, begins + 1));
    let cased = has_case(words);
    let pauses = words.break_after(ends - 1) != Break::None || ends == words.len();
    let goes_on = pauses || names.never_within.contains(&words.norm(ends));
    let is_name = greets && written && cased && goes_on || trails && (written || !cased);
    is_name.then(|| Found::new(name, 0.7, begins..ends))
}
