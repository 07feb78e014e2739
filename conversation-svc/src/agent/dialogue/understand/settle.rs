//! Which of several values is meant: what a caller corrects or negates falls away.

use super::{Found, grammar::Phrases, words::Words};

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
    let negated = |f: &Found<T>| corrections.negations.iter().any(|phrase| words.ends_at(f.words.start, phrase));
    if found.iter().any(|f| !negated(f)) {
        found.retain(|f| !negated(f));
    }
    let corrected = found.windows(2).rposition(|pair| {
        (pair[0].words.end..pair[1].words.start).any(|i| words.any_phrase(i, corrections.between).is_some())
    });
    if let Some(last) = corrected {
        found.drain(..=last);
    }
    found
}
