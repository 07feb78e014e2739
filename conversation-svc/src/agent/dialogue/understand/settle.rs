//! Which of several values is meant: what a caller corrects or negates falls away.

use super::{
    Found,
    grammar::Phrases,
    words::{Break, Words},
};

/// How a value is taken back in a language.
pub struct Corrections {
    /// Between two values: the first is taken back.
    pub between: Phrases,
    /// Before a value: it is not meant.
    pub negations: Phrases,
}

/// What stays after "not Thursday, Friday" and "Thursday, no, Friday": the value that is meant comes first.
pub fn settled<T>(words: &Words<'_>, mut found: Vec<Found<T>>) -> Vec<Found<T>> {
    if found.len() < 2 {
        return found;
    }
    let corrections = &words.grammar().corrections;
    // "No" negates what comes first ("no el martes") and corrects what came before ("el martes, no, el jueves").
    let negated = |k: usize, f: &Found<T>| {
        let said = |phrase: &&&str| {
            let corrects = corrections.between.contains(*phrase);
            let parted = f.words.start.checked_sub(1).is_some_and(|before| words.break_after(before) != Break::None);
            words.ends_at(f.words.start, phrase) && !(corrects && (k > 0 || parted))
        };
        corrections.negations.iter().any(|phrase| said(&phrase))
    };
    let kept: Vec<bool> = found.iter().enumerate().map(|(k, f)| !negated(k, f)).collect();
    if kept.contains(&true) {
        let mut kept = kept.into_iter();
        found.retain(|_| kept.next().unwrap_or(true));
    }
    let corrected = found.windows(2).rposition(|pair| {
        (pair[0].words.end..pair[1].words.start).any(|i| words.any_phrase(i, corrections.between).is_some())
    });
    if let Some(last) = corrected {
        found.drain(..=last);
    }
    found
}
