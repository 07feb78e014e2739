//! How a word is written, told by its letters: "with a k", "with double t", "with two n's", "without an h".

use super::{
    grammar::Phrases,
    name::capitalised,
    number, spelling,
    words::{Words, unaccented},
};

/// How such things are said in a language.
pub struct Letterings {
    pub with: Phrases,
    pub without: Phrases,
    /// After the letter, about where it stands.
    pub places: Phrases,
}

/// Letters that sound like others: one of them is heard where the other is written.
const ALIKE: [(&str, &str); 15] = [
    ("c", "k"),
    ("ck", "k"),
    ("q", "k"),
    ("ph", "f"),
    ("v", "f"),
    ("i", "y"),
    ("ie", "y"),
    ("ll", "y"),
    ("s", "z"),
    ("c", "s"),
    ("c", "z"),
    ("g", "j"),
    ("x", "j"),
    ("b", "v"),
    ("ks", "x"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lettering {
    letter: char,
    /// How often it stands in a row; none of it for "without".
    times: usize,
}

/// What is told of a word at `i`: it, words taken.
pub fn at(words: &Words<'_>, i: usize) -> Option<(Lettering, usize)> {
    let letterings = &words.grammar().letterings;
    let with = words.any_phrase(i, letterings.with);
    let (lead, without) = match (with, words.any_phrase(i, letterings.without)) {
        (with, Some(without)) if with.is_none_or(|with| with <= without) => (without, true),
        (with, _) => (with?, false),
    };
    let (times, multiple) = multiple(words, i + lead);
    let at = i + lead + multiple;
    let (letter, letter_taken) = letter(words, at)?;
    let place = words.any_phrase(at + letter_taken, letterings.places).unwrap_or(0);
    let times = if without { 0 } else { times };
    Some((Lettering { letter, times }, lead + multiple + letter_taken + place))
}

/// Anywhere in the text.
pub fn find(words: &Words<'_>) -> Option<Lettering> {
    (0..words.len()).find_map(|i| at(words, i)).map(|(lettering, _)| lettering)
}

/// "Double", "two": how often, words taken.
fn multiple(words: &Words<'_>, i: usize) -> (usize, usize) {
    if let Some(times) = number::times(words, i) {
        return (times, 1);
    }
    match number::below_hundred(words, i) {
        Some((times @ 1..=3, taken)) => (usize::try_from(times).unwrap_or(1), taken),
        _ => (1, 0),
    }
}

/// One letter, spelled in any way; "t's" are several.
fn letter(words: &Words<'_>, i: usize) -> Option<(char, usize)> {
    let word = words.norm(i);
    if let [first, b's'] = word.as_bytes()
        && first.is_ascii_lowercase()
    {
        return Some((char::from(*first), 1));
    }
    let piece = spelling::piece(words, i, false)?;
    let mut chars = piece.text.chars().filter_map(unaccented);
    let letter = chars.next().filter(|_| chars.next().is_none())?;
    Some((letter, piece.taken))
}

impl Lettering {
    /// The word as it is told to be written; `None` where that is how it stands, or where nothing tells what to change.
    pub fn applied(self, word: &str) -> Option<String> {
        let plain = word.to_lowercase();
        let run = |times| self.letter.to_string().repeat(times);
        let fixed = if self.times == 0 {
            plain.replacen(self.letter, "", 1)
        } else if plain.contains(&run(self.times)) {
            let longest = run(self.times + 1);
            if plain.contains(&longest) { plain.replacen(&longest, &run(self.times), 1) } else { plain.clone() }
        } else if plain.contains(self.letter) {
            plain.replacen(self.letter, &run(self.times), 1)
        } else {
            self.instead_of_another(&plain).or_else(|| self.at_the_end(&plain))?
        };
        (fixed != plain).then(|| if word.starts_with(char::is_uppercase) { capitalised(&fixed) } else { fixed })
    }

    /// "Catherine", with a k.
    fn instead_of_another(self, word: &str) -> Option<String> {
        let letter = self.letter.to_string();
        let others = ALIKE.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
        let heard = others.filter(|(written, _)| *written == letter).map(|(_, heard)| heard);
        let (at, heard) = heard.filter_map(|heard| word.find(heard).map(|at| (at, heard))).min_by_key(|(at, _)| *at)?;
        let doubled = letter.repeat(self.times);
        Some(format!("{}{doubled}{}", &word[..at], &word[at + heard.len()..]))
    }

    /// "Ann", with an e; "Sara", with an h.
    fn at_the_end(self, word: &str) -> Option<String> {
        let silent = self.letter == 'e' || self.letter == 'h' && word.ends_with(['a', 'e', 'i', 'o', 'u']);
        silent.then(|| format!("{word}{}", self.letter))
    }
}

#[cfg(test)]
mod tests {
    use proto::Language;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("with a k", "Catherine", "Katherine")]
    #[case("with a K", "cathy", "kathy")]
    #[case("it's with a c", "Kathy", "Cathy")]
    #[case("with an h", "Sara", "Sarah")]
    #[case("without an h", "Sarah", "Sara")]
    #[case("with double t", "Mat", "Matt")]
    #[case("with two n's", "ana", "anna")]
    #[case("with one n", "Anna", "Ana")]
    #[case("with a y", "Smith", "Smyth")]
    #[case("spelled with a ph", "Stefan", "Stefan")]
    #[case("with an e at the end", "Ann", "Anne")]
    #[case("with a z", "Lisa", "Liza")]
    #[case("with k as in kilo", "Carl", "Karl")]
    #[case("with a j", "geoff", "jeoff")]
    fn a_word_is_written_as_told(#[case] told: &str, #[case] heard: &str, #[case] written: &str) {
        let fixed = find(&Words::of(told, Language::English)).and_then(|lettering| lettering.applied(heard));
        assert_eq!(fixed.as_deref().unwrap_or(heard), written, "{told}");
    }

    #[rstest]
    #[case("con b", "Vargas", "Bargas")]
    #[case("con ve chica", "Bargas", "Vargas")]
    #[case("con zeta", "Gonsales", "Gonzales")]
    #[case("sin hache", "Hernesto", "Ernesto")]
    #[case("con doble ene", "Ana", "Anna")]
    fn in_spanish(#[case] told: &str, #[case] heard: &str, #[case] written: &str) {
        let fixed = find(&Words::of(told, Language::Spanish)).and_then(|lettering| lettering.applied(heard));
        assert_eq!(fixed.as_deref(), Some(written), "{told}");
    }

    #[rstest]
    #[case("with Maria")]
    #[case("with a massage")]
    #[case("Katherine")]
    #[case("with two people")]
    #[case("")]
    fn other_words_tell_nothing(#[case] text: &str) {
        assert_eq!(find(&Words::of(text, Language::English)), None, "{text}");
    }
}
