//! Numbers as they are said or written, by the grammar of the language they are said in.

use super::words::Words;

/// A whole number at `i`, in figures or words: value, words taken.
pub fn cardinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    (words.grammar().numbers.cardinal)(words, i)
}

/// An ordinal at `i` ("5th", "fifth"): value, words taken.
pub fn ordinal(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    (words.grammar().numbers.ordinal)(words, i)
}

/// A number of any kind at `i`: value, words taken.
pub fn quantity(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    (words.grammar().numbers.quantity)(words, i)
}

/// An ordinal of any size at `i`: value, words taken.
pub fn rank(words: &Words<'_>, i: usize) -> Option<(f64, usize)> {
    (words.grammar().numbers.rank)(words, i)
}

/// A number said in words at `i`, below a hundred: value, words taken.
pub fn below_hundred(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    (words.grammar().numbers.below_hundred)(words, i)
}

/// A group of digits of a phone number, said as a number at `i`: it, words taken.
pub fn group(words: &Words<'_>, i: usize) -> Option<(u64, usize)> {
    (words.grammar().numbers.group)(words, i)
}

/// Word `i` as digits: one that is spoken, or a group that is written.
pub fn digits(words: &Words<'_>, i: usize) -> Option<String> {
    (words.grammar().numbers.digits_of)(words.norm(i))
}

/// How many times word `i` says that what follows stands ("double", "triple").
pub fn times(words: &Words<'_>, i: usize) -> Option<usize> {
    let word = words.norm(i);
    words.grammar().numbers.multiples.iter().find(|(name, _)| *name == word).map(|(_, times)| *times)
}
