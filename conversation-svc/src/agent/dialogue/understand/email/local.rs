//! The part of an address before its "at".

use super::PIECES_MAX;
use crate::agent::dialogue::understand::{
    lettering, number, sound, spelling,
    words::{Break, Words, unaccented},
};

/// The part before the "at", said alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Local {
    pub text: String,
    /// Letter by letter, not as a word.
    pub spelled: bool,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Local([private], spelled: {})", self.spelled)
    }
}

/// What was spelled or said as the part before the "at" alone.
pub fn local_alone(words: &Words<'_>) -> Option<Local> {
    let before = words.grammar().addresses.before;
    let mut start = 0;
    while start < words.len() && before.contains(&words.norm(start)) && !spelling::run_begins(words, start) {
        // "No, with a k" is told of the part that is known.
        if lettering::at(words, start).is_some() {
            return None;
        }
        start += 1;
    }
    let spelled = (start..words.len()).any(|i| spelling::run_begins(words, i));
    let at = words.grammar().addresses.at;
    let end = (start + 1..words.len()).find(|i| words.any_phrase(*i, at).is_some()).unwrap_or(words.len());
    let (text, _) = local_part(words, start, end)?;
    Some(Local { text, spelled })
}

/// Where the local part begins that ends before the "at" at `p`.
pub fn start_of_local(words: &Words<'_>, p: usize) -> Option<usize> {
    let addresses = &words.grammar().addresses;
    let mut start = p;
    let mut bridged = false;
    while start > 0 && p - start < PIECES_MAX {
        // "Alex dot smith, all lower case, at": what is said about the word before.
        if let Some(aside) = aside_before(words, start) {
            (start, bridged) = (aside, true);
            continue;
        }
        let i = start - 1;
        let joins = |k: usize| words.norm(k).chars().count() == 1 || is_of_symbol(words, k);
        let parted = start < p && words.break_after(i) != Break::None && !(joins(i) || joins(start) || bridged);
        // "as in boy" and "double t" hold words that would end the run otherwise.
        let explaining = |word| addresses.explaining.contains(&word);
        let explains = explaining(words.norm(i)) || i > 0 && explaining(words.before(i));
        let is_part = explains || is_of_symbol(words, i) || is_zero(words, i) || spelled_word(words, i, p);
        if parted || addresses.before.contains(&words.norm(i)) && !is_part {
            break;
        }
        (start, bridged) = (i, false);
    }
    if start == p && p > 0 && addresses.also_local.contains(&words.before(p)) {
        return Some(p - 1);
    }
    (start < p).then_some(start)
}

/// Where words about the local part begin that end before word `end` ("all lower case", "with double t").
fn aside_before(words: &Words<'_>, end: usize) -> Option<usize> {
    const ASIDE_WORDS_MAX: usize = 7;
    let joining = words.grammar().addresses.joining;
    let is_aside = |i: &usize| {
        words.any_phrase(*i, joining).is_some_and(|n| i + n == end)
            || *i > 0 && lettering::at(words, *i).is_some_and(|(_, n)| i + n == end)
    };
    (end.saturating_sub(ASIDE_WORDS_MAX)..end).find(is_aside)
}

/// Whether word `i` belongs to the name of a symbol ("under score").
fn is_of_symbol(words: &Words<'_>, i: usize) -> bool {
    (i.saturating_sub(2)..=i).any(|k| symbol(words, k).is_some_and(|(_, n)| k + n > i))
}

/// "Double oh", "oh seven"
fn is_zero(words: &Words<'_>, i: usize) -> bool {
    let beside = i.checked_sub(1).is_some_and(|before| number::times(words, before).is_some())
        || number::digits(words, i + 1).is_some();
    i > 0 && beside && number::digits(words, i).is_some() && words.break_after(i - 1) == Break::None
}

/// A word of [`Addresses::before`](super::Addresses::before) that stands among letters is a letter's name or a misheard
/// letter ("a l e x", before the "at" at `p`); within a number it is part of that ("ochenta y cinco").
fn spelled_word(words: &Words<'_>, i: usize, p: usize) -> bool {
    let single =
        |k: usize| words.norm(k).chars().count() == 1 && words.norm(k).chars().all(|c| c.is_ascii_alphabetic());
    let Some(before) = i.checked_sub(1) else { return single(i) && spelling::is_letter_only(words, i + 1) };
    let last_of_letters = i + 1 == p && spelling::piece(words, before, true).is_some();
    let beside_letter =
        spelling::is_letter_only(words, before) || spelling::is_letter_only(words, i + 1) || last_of_letters;
    // "S for sierra"
    let explains = spelling::piece(words, before, true).is_some_and(|piece| piece.taken > 2);
    explains
        || single(before) && single(i + 1) && spelling::piece(words, i, true).is_some()
        || single(i) && beside_letter
        || number::below_hundred(words, before).is_some_and(|(_, taken)| taken > 1 && single(i))
}

/// A symbol said at `i`: it, words taken.
pub fn symbol(words: &Words<'_>, i: usize) -> Option<(char, usize)> {
    let symbols = words.grammar().addresses.symbols.iter();
    symbols.filter_map(|(name, symbol)| words.phrase(i, name).map(|n| (*symbol, n))).max_by_key(|(_, n)| *n)
}

/// The words `[i, end)` as a local part; true when words were run together, so that a separator may be missing.
pub fn local_part(words: &Words<'_>, mut i: usize, end: usize) -> Option<(String, bool)> {
    let addresses = &words.grammar().addresses;
    let mut local = String::new();
    let mut whole_words = 0;
    let mut last_word: Option<(usize, String)> = None;
    let mut joined = false;
    let mut in_run = false;
    while i < end {
        if let Some((symbol, n)) = symbol(words, i) {
            local.push(symbol);
            (i, in_run, whole_words) = (i + n, false, 0);
            last_word = None;
            continue;
        }
        if let Some(n) = words.any_phrase(i, addresses.joining) {
            joined = false;
            i += n;
            continue;
        }
        if let Some((lettering, n)) = lettering::at(words, i).filter(|(_, n)| i > 0 && i + n <= end) {
            if let Some((at, word)) = &last_word
                && let Some(written) = lettering.applied(word)
            {
                local.truncate(*at);
                local.push_str(&written);
            }
            joined = true;
            i += n;
            continue;
        }
        in_run = in_run && spelling::piece(words, i, true).is_some()
            || spelling::run_begins(words, i)
            || spelled_throughout(words, i, end);
        let piece = spelling::piece(words, i, in_run).filter(|p| i + p.taken <= end);
        if let Some(piece) = piece {
            // "alex, a l e x": the spelling replaces the word it spells.
            if let Some((at, word)) = last_word.take()
                && let Some((spelled, _)) = spelling::run(words, i)
                && sound::likeness(&word, &spelled) > 0.5
            {
                local.truncate(at);
            }
            local.extend(piece.text.chars().filter_map(unaccented));
            i += piece.taken;
            continue;
        }
        if let Some(piece) = spelling::digits(words, i).filter(|p| i + p.taken <= end) {
            local.push_str(&piece.text);
            i += piece.taken;
            continue;
        }
        let word = words.norm(i);
        if !word.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c)) {
            return None;
        }
        // "Jean-Jacques"
        if !local.is_empty() && i > 0 && words.follows(i - 1).starts_with('-') && last_word.is_some() {
            local.push('-');
            whole_words = 0;
        }
        whole_words += 1;
        joined |= whole_words > 1;
        last_word = Some((local.len(), word.to_owned()));
        local.push_str(word);
        i += 1;
    }
    (!local.is_empty()).then_some((local, joined))
}

/// Whether letters and their names are all that stands from `i` to the next symbol, so that "are o b" is spelled.
fn spelled_throughout(words: &Words<'_>, mut i: usize, end: usize) -> bool {
    const PIECES_MIN: usize = 3;
    let (mut pieces, mut letters) = (0, 0);
    while i < end && symbol(words, i).is_none() {
        letters += usize::from(spelling::is_letter_only(words, i));
        let Some(piece) = spelling::piece(words, i, true) else { return false };
        pieces += 1;
        i += piece.taken;
    }
    pieces >= PIECES_MIN && letters > 0
}
