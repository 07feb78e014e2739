//! A name from its words: what it is made of, what ends it, and letters that tell how it is written.

use super::heard::has_case;
use crate::agent::dialogue::understand::{
    lettering, sound, spelling,
    words::{Break, Words},
};

/// Small words of names in many languages: in a text that has capitals, other small words end a name.
const SMALL: [&str; 18] =
    ["van", "von", "der", "den", "de", "la", "del", "da", "di", "du", "le", "bin", "al", "el", "dos", "das", "y", "e"];

pub struct Read {
    pub name: String,
    /// Where it begins, after a title and the like.
    pub begins: usize,
    pub ends: usize,
}

pub fn name_at(words: &Words<'_>, start: usize, taken: &dyn Fn(usize) -> bool) -> Option<Read> {
    let names = &words.grammar().names;
    let skipped = |i: &usize| names.hesitations.contains(&words.norm(*i)) || names.titles.contains(&words.norm(*i));
    let begins = start + (start..words.len()).take_while(skipped).count();
    let cased = has_case(words);
    let mut parts: Vec<String> = Vec::new();
    let mut i = begins;
    while i < words.len() && parts.len() < names.words_max {
        if taken(i) {
            break;
        }
        if !parts.is_empty() && names.hesitations.contains(&words.norm(i)) {
            i += 1;
            continue;
        }
        // "Catherine with a k"
        if let Some((lettering, n)) = lettering::at(words, i).filter(|_| !parts.is_empty()) {
            if let Some((part, written)) =
                parts.iter().enumerate().rev().find_map(|(at, part)| lettering.applied(part).map(|w| (at, w)))
            {
                parts[part] = written;
            }
            i += n;
            continue;
        }
        if let Some((letters, n)) = spelling::run(words, i) {
            take_spelled(&mut parts, &letters);
            i += n;
            continue;
        }
        // "S m i t h, no, sorry, s m y t h"
        if i > begins
            && let Some(again) = respelled(words, i)
        {
            parts.pop();
            i = again;
            continue;
        }
        let word = words.norm(i);
        let first = parts.is_empty();
        if first && (names.asks)(word, words.norm(i + 1)) {
            break;
        }
        let named = word.chars().all(char::is_alphabetic)
            && !(if first { names.never_first } else { names.never_within }).contains(&word)
            && (word.chars().count() > 1 || !first);
        let small = cased && !first && starts_small(words, i) && starts_big(words, begins) && !SMALL.contains(&word);
        if !named || small {
            break;
        }
        let written = if names.particles.contains(&word) && !first { word.to_owned() } else { as_written(words, i) };
        match parts.last_mut().filter(|_| i > 0 && words.follows(i - 1).starts_with('-')) {
            // "Jean-Luc"
            Some(last) => *last = format!("{last}-{written}"),
            None => parts.push(written),
        }
        i += 1;
        // "Bond, James Bond"
        if words.break_after(i - 1) == Break::Clause && parts.len() == 1 && words.norm(i + 1) == word {
            parts.insert(0, as_written(words, i));
            i += 2;
            break;
        }
        // A comma ends a name, unless its spelling follows; "Alex. Morrison." is a recogniser's pause.
        let told = || spelling::run_begins(words, i) || lettering::at(words, i).is_some();
        let stop = match words.break_after(i - 1) {
            Break::None => false,
            Break::Clause => !told(),
            Break::Sentence => parts.len() >= 2 && !told(),
        };
        if stop {
            break;
        }
    }
    while parts.last().is_some_and(|last| names.particles.contains(&last.as_str())) {
        parts.pop();
        i -= 1;
    }
    (!parts.is_empty()).then(|| Read { name: parts.join(" "), begins, ends: i })
}

/// Letters after a name: they tell how a word of it is written ("Morrison, m o r r i s o n"), or all of it, or are one more.
fn take_spelled(parts: &mut Vec<String>, letters: &str) {
    let like = |part: &str| sound::likeness(&part.to_lowercase(), letters);
    let of_one = parts.iter().map(|part| like(part)).fold(0.0, f32::max);
    if parts.len() > 1 && like(&parts.concat()) > of_one.max(0.7) {
        spell_all(parts, letters);
    } else if let Some(part) = parts.iter_mut().find(|part| like(part) > 0.55) {
        *part = capitalised(letters);
    } else {
        parts.push(capitalised(letters));
    }
}

/// "Alex Morrison, a l e x m o r r i s o n": each part takes the letters that it is most like.
fn spell_all(parts: &mut [String], letters: &str) {
    let mut rest = letters;
    let count = parts.len();
    for (at, part) in parts.iter_mut().enumerate() {
        let heard = part.to_lowercase();
        let ends = rest.char_indices().map(|(i, c)| i + c.len_utf8());
        let best =
            ends.max_by(|a, b| sound::likeness(&heard, &rest[..*a]).total_cmp(&sound::likeness(&heard, &rest[..*b])));
        let end = if at + 1 == count { rest.len() } else { best.unwrap_or(0) };
        if end > 0 {
            *part = capitalised(&rest[..end]);
        }
        rest = &rest[end..];
    }
}

/// Where another spelling begins, after words at `i` that take one back.
fn respelled(words: &Words<'_>, i: usize) -> Option<usize> {
    let between = words.grammar().corrections.between;
    let mut at = i;
    while let Some(taken) = words.any_phrase(at, between) {
        at += taken;
    }
    (at > i && spelling::run_begins(words, at)).then_some(at)
}

fn starts_small(words: &Words<'_>, i: usize) -> bool {
    words.text(i..i + 1).starts_with(char::is_lowercase)
}

fn starts_big(words: &Words<'_>, i: usize) -> bool {
    words.text(i..i + 1).starts_with(char::is_uppercase)
}

fn as_written(words: &Words<'_>, i: usize) -> String {
    let text = words.text(i..i + 1).trim_matches(|c: char| !c.is_alphanumeric());
    if text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase) {
        text.to_owned()
    } else {
        let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        capitalised(&plain)
    }
}

pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
