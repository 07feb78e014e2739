//! Letters said one by one: alone, by a spelling alphabet, "b as in boy", "double t", and digits among them.

use super::{
    grammar::Phrases,
    number,
    words::{Break, Words},
};

/// What stands at a place of a spelled run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub taken: usize,
    /// It was said letter by letter (not a whole word).
    pub letter: bool,
}

/// How letters are said in a language.
pub struct Letters {
    /// Words that stand for a letter ("alpha").
    pub alphabet: &'static [(&'static str, char)],
    /// The names of letters as recognisers write them ("bee"); they count among letters only.
    pub names: &'static [(&'static str, char)],
    /// Names that are letters wherever they stand ("double u"), as phrases.
    pub sure_names: &'static [(&'static str, char)],
    /// Letters and their names that are ordinary words too: alone they begin no spelling.
    pub also_words: &'static [&'static str],
    /// Before a capital letter.
    pub capital: &'static [&'static str],
    /// After a letter, about how it is written.
    pub after: Phrases,
    /// Between a letter and a word with it: "b as in boy".
    pub explains: Phrases,
    /// The same, if the word begins with the letter: "b for bravo".
    pub explains_by_initial: Phrases,
}

/// A single letter word, as such.
fn letter(word: &str) -> Option<char> {
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_alphabetic() => Some(c),
        _ => None,
    }
}

fn alphabet(words: &Words<'_>, i: usize) -> Option<char> {
    let word = words.norm(i);
    words.grammar().letters.alphabet.iter().find(|(name, _)| *name == word).map(|(_, c)| *c)
}

/// One spelled piece at `i`. `within`: the neighbours are spelled too, so the names of letters and the alphabet's words count.
pub fn piece(words: &Words<'_>, i: usize, within: bool) -> Option<Piece> {
    let letters = &words.grammar().letters;
    let word = words.norm(i);
    // "Double oh seven"
    let zeros = || number::digits(words, i + 1).is_some() && number::digits(words, i + 2).is_some();
    if sure(words, i).is_none()
        && !zeros()
        && let Some(times) = number::times(words, i)
        && let Some(next) = piece(words, i + 1, true).filter(|p| p.letter && p.text.chars().count() == 1)
    {
        return Some(Piece { text: next.text.repeat(times), taken: 1 + next.taken, letter: true });
    }
    if letters.capital.contains(&word) && letter(words.norm(i + 1)).is_some() {
        return piece(words, i + 1, true).map(|p| Piece { taken: p.taken + 1, ..p });
    }
    // "b as in boy", "b like boy", "b for bravo"; a word alone ("as in boy") never spells.
    let as_in = |at: usize, c: char| {
        let by_initial =
            || words.any_phrase(at, letters.explains_by_initial).filter(|n| words.norm(at + n).starts_with(c));
        let lead = words.any_phrase(at, letters.explains).or_else(by_initial)?;
        let explained = match sure(words, at + lead) {
            // "X for x-ray"
            Some((_, taken)) if taken > 1 => taken,
            Some(_) => return None,
            None => usize::from(words.norm(at + lead).chars().count() > 1),
        };
        (explained > 0).then_some((lead, explained))
    };
    let homophone = || letters.names.iter().find(|(name, _)| *name == word).map(|(_, c)| *c);
    let (c, n) = sure(words, i)
        .or_else(|| letter(word).map(|c| (c, 1)))
        .map(|(c, n)| (written(words, i, c), n))
        .or_else(|| if within { alphabet(words, i) } else { None }.map(|c| (c, 1)))
        .or_else(|| homophone().filter(|c| within || as_in(i + 1, *c).is_some()).map(|c| (c, 1)))?;
    if let Some((lead, explained)) = as_in(i + n, c) {
        // The word decides when the letter was misheard ("p as in boy").
        let initial = words.norm(i + n + lead).chars().next().filter(char::is_ascii_alphabetic);
        return Some(Piece { text: initial.unwrap_or(c).to_string(), taken: n + lead + explained, letter: true });
    }
    let after = words.any_phrase(i + n, letters.after).unwrap_or(0);
    Some(Piece { text: c.to_string(), taken: n + after, letter: true })
}

/// A letter by a name that is one wherever it stands: it, words taken.
fn sure(words: &Words<'_>, i: usize) -> Option<(char, usize)> {
    let names = words.grammar().letters.sure_names.iter();
    names.filter_map(|(name, c)| words.phrase(i, name).map(|n| (*c, n))).max_by_key(|(_, n)| *n)
}

/// The letter as it stands in the text: an "ñ" or an "eñe" is no n.
fn written(words: &Words<'_>, i: usize, c: char) -> char {
    if c == 'n' && words.text(i..i + 1).contains(['ñ', 'Ñ']) { 'ñ' } else { c }
}

/// Digits said or written at `i`: "five", "oh" within digits, "42", "twenty five".
pub fn digits(words: &Words<'_>, i: usize) -> Option<Piece> {
    let word = words.norm(i);
    if let Some(times) = number::times(words, i)
        && let Some(digit) = number::digits(words, i + 1).filter(|d| d.len() == 1)
    {
        return Some(Piece { text: digit.repeat(times), taken: 2, letter: true });
    }
    // "Oh" among letters is one, and a zero before a digit.
    let leads_digits = number::digits(words, i).is_some() && number::digits(words, i + 1).is_some();
    let names_letter = words.grammar().letters.names.iter().any(|(name, _)| *name == word);
    if letter(word).is_some() || names_letter && !leads_digits {
        return None;
    }
    if let Some(digits) = number::digits(words, i) {
        return Some(Piece { text: digits, taken: 1, letter: true });
    }
    number::below_hundred(words, i).map(|(n, taken)| Piece { text: n.to_string(), taken, letter: true })
}

/// Whether word `i` begins a spelled run: this piece and the next are letters.
pub fn run_begins(words: &Words<'_>, i: usize) -> bool {
    let Some(first) = piece(words, i, true) else { return false };
    let word_too = |i: usize| words.grammar().letters.also_words.contains(&words.norm(i));
    if first.taken > 1 && !word_too(i) {
        return true;
    }
    let second = i + first.taken;
    let Some(next) = piece(words, second, true) else { return false };
    let strict = is_letter_only(words, i);
    let strict_next = is_letter_only(words, second) || next.taken > 1 && !word_too(second);
    let third = second + next.taken;
    let goes_on = next.letter && piece(words, third, true).is_some();
    strict && strict_next
        || alphabet(words, i).is_some() && alphabet(words, second).is_some()
        || strict && goes_on
        || word_too(i) && goes_on && (strict_next || is_letter_only(words, third))
}

/// Whether word `i` is a letter, or the name of one, and nothing else.
pub fn is_letter_only(words: &Words<'_>, i: usize) -> bool {
    (letter(words.norm(i)).is_some() || sure(words, i).is_some())
        && !words.grammar().letters.also_words.contains(&words.norm(i))
}

/// The letters spelled from `i` on: what they spell, words taken.
pub fn run(words: &Words<'_>, i: usize) -> Option<(String, usize)> {
    if !run_begins(words, i) {
        return None;
    }
    let (mut text, mut taken, mut unbroken) = (String::new(), 0, 0);
    while let Some(p) = piece(words, i + taken, true) {
        text.push_str(&p.text);
        taken += p.taken;
        unbroken += 1;
        // A pause after letters that came without one ends the word; "A, L, E, X" pauses after each.
        if words.break_after(i + taken - 1) != Break::None {
            if unbroken > 1 {
                break;
            }
            unbroken = 0;
        }
    }
    Some((text, taken))
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a l e x", "alex")]
    #[case("A-L-E-X", "alex")]
    #[case("A. L. E. X.", "alex")]
    #[case("m o double r i s o n", "morrison")]
    #[case("alpha lima echo x-ray", "alex")]
    #[case("b as in boy o b", "bob")]
    #[case("p as in boy, o, b", "bob")]
    #[case("m a triple t", "mattt")]
    #[case("capital s m i t h", "smith")]
    fn letters_join(#[case] text: &str, #[case] expected: &str) {
        let words = Words::of(text, Language::English);
        assert_eq!(run(&words, 0), Some((expected.to_owned(), words.len())), "{text}");
    }

    #[rstest]
    #[case("a massage")]
    #[case("I am Alex")]
    #[case("you are late")]
    #[case("Charlie Brown")]
    #[case("I see")]
    fn words_do_not_spell(#[case] text: &str) {
        assert_eq!(run(&Words::of(text, Language::English), 0), None, "{text}");
    }
}
