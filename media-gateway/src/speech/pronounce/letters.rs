//! Letters to sounds, for names and words outside the dictionary. English spelling has no exact rules; these are
//! the commonest ones, and they always give something that can be said.

/// The ARPAbet phones of a lower-case word of Latin letters, with a stress.
pub fn to_phones(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().filter(char::is_ascii_lowercase).collect();
    if !is_sayable_letters(&letters) {
        return letters
            .iter()
            .filter_map(|&letter| name(letter))
            .flat_map(|name| name.split(' '))
            .map(str::to_owned)
            .collect();
    }
    let mut phones = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let (length, sounds) = rule_at(&letters, at);
        phones.extend(sounds.split(' ').filter(|sound| !sound.is_empty()));
        at += length;
    }
    stressed(&phones)
}

/// Has it a vowel, and no run of consonants that nobody could say?
pub fn is_sayable(word: &str) -> bool {
    let letters: Vec<char> = word.chars().filter(char::is_ascii_lowercase).collect();
    is_sayable_letters(&letters)
}

fn is_sayable_letters(letters: &[char]) -> bool {
    const CONSONANTS_MAX: usize = 4;
    let longest_run = letters.split(|&letter| is_vowel(letter) || letter == 'y').map(<[char]>::len).max();
    letters.iter().any(|&letter| is_vowel(letter) || letter == 'y')
        && letters.len() > 1
        && longest_run.is_some_and(|run| run <= CONSONANTS_MAX)
}

pub fn name(letter: char) -> Option<&'static str> {
    Some(match letter {
        'a' => "EY1",
        'b' => "B IY1",
        'c' => "S IY1",
        'd' => "D IY1",
        'e' => "IY1",
        'f' => "EH1 F",
        'g' => "JH IY1",
        'h' => "EY1 CH",
        'i' => "AY1",
        'j' => "JH EY1",
        'k' => "K EY1",
        'l' => "EH1 L",
        'm' => "EH1 M",
        'n' => "EH1 N",
        'o' => "OW1",
        'p' => "P IY1",
        'q' => "K Y UW1",
        'r' => "AA1 R",
        's' => "EH1 S",
        't' => "T IY1",
        'u' => "Y UW1",
        'v' => "V IY1",
        'w' => "D AH1 B AH0 L Y UW0",
        'x' => "EH1 K S",
        'y' => "W AY1",
        'z' => "Z IY1",
        _ => return None,
    })
}

/// Where in the word a spelling counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    Start,
    End,
    /// Before e, i or y.
    BeforeFrontVowel,
    /// Before a consonant, or at the end.
    BeforeConsonant,
}

use Place::{Anywhere, BeforeConsonant, BeforeFrontVowel, End, Start};

/// Spelling, place, sound; the first that fits is taken, so longer ones stand before shorter ones.
const RULES: &[(&str, Place, &str)] = &[
    ("tion", Anywhere, "SH AH N"),
    ("sion", Anywhere, "ZH AH N"),
    ("cious", End, "SH AH S"),
    ("ough", Anywhere, "OW"),
    ("augh", Anywhere, "AO"),
    ("eigh", Anywhere, "EY"),
    ("igh", Anywhere, "AY"),
    ("tch", Anywhere, "CH"),
    ("dge", Anywhere, "JH"),
    ("sch", Anywhere, "SH"),
    ("chr", Anywhere, "K R"),
    ("cz", Start, "CH"),
    ("sz", Anywhere, "SH"),
    ("rz", Anywhere, "ZH"),
    ("zs", Anywhere, "ZH"),
    ("kn", Start, "N"),
    ("gn", Start, "N"),
    ("wr", Start, "R"),
    ("ps", Start, "S"),
    ("pf", Start, "F"),
    ("ng", Start, "N"),
    ("x", Start, "Z"),
    ("ch", Anywhere, "CH"),
    ("sh", Anywhere, "SH"),
    ("th", Anywhere, "TH"),
    ("ph", Anywhere, "F"),
    ("gh", End, ""),
    ("gh", Anywhere, "G"),
    ("wh", Anywhere, "W"),
    ("ck", Anywhere, "K"),
    ("qu", Anywhere, "K W"),
    ("ng", Anywhere, "NG"),
    ("nk", Anywhere, "NG K"),
    ("dj", Anywhere, "JH"),
    ("sc", BeforeFrontVowel, "S"),
    ("cc", BeforeFrontVowel, "K S"),
    ("mb", End, "M"),
    ("tz", Anywhere, "T S"),
    ("eau", Anywhere, "OW"),
    ("oo", Anywhere, "UW"),
    ("ee", Anywhere, "IY"),
    ("ea", Anywhere, "IY"),
    ("ie", End, "IY"),
    ("ie", Anywhere, "IY"),
    ("ei", Anywhere, "AY"),
    ("ey", End, "IY"),
    ("ey", Anywhere, "EY"),
    ("ai", Anywhere, "EY"),
    ("ay", Anywhere, "EY"),
    ("au", Anywhere, "AO"),
    ("aw", Anywhere, "AO"),
    ("oa", Anywhere, "OW"),
    ("oe", Anywhere, "OW"),
    ("oi", Anywhere, "OY"),
    ("oy", Anywhere, "OY"),
    ("ou", Anywhere, "UW"),
    ("ow", End, "OW"),
    ("ow", Anywhere, "AW"),
    ("ue", End, "UW"),
    ("ui", Anywhere, "UW IY"),
    ("uy", Anywhere, "AY"),
    ("eu", Anywhere, "UW"),
    ("ew", Anywhere, "UW"),
    ("ae", Anywhere, "EY"),
    ("aa", Anywhere, "AA"),
    ("ia", Anywhere, "IY AH"),
    ("io", Anywhere, "IY OW"),
    ("eo", Anywhere, "IY OW"),
    ("ar", BeforeConsonant, "AA R"),
    ("er", BeforeConsonant, "ER"),
    ("ir", BeforeConsonant, "ER"),
    ("ur", BeforeConsonant, "ER"),
    ("yr", BeforeConsonant, "ER"),
    ("or", BeforeConsonant, "AO R"),
    ("le", End, "AH L"),
    ("es", End, "IY Z"),
    ("c", BeforeFrontVowel, "S"),
    ("g", BeforeFrontVowel, "JH"),
    ("y", Start, "Y"),
    ("y", End, "IY"),
    ("a", End, "AH"),
    ("i", End, "IY"),
    ("o", Anywhere, "OW"),
    ("u", End, "UW"),
];

/// The rule that fits at `at`: how many letters it takes, and their sounds.
fn rule_at(letters: &[char], at: usize) -> (usize, &'static str) {
    let rest = &letters[at..];
    // A doubled consonant sounds once.
    if rest.len() > 1
        && rest[0] == rest[1]
        && !is_vowel(rest[0])
        && !(rest[0] == 'c' && rest.get(2).is_some_and(|&next| is_front(next)))
    {
        return (1, "");
    }
    if let Some(rule) = magic_e(letters, at) {
        return rule;
    }
    let matched = RULES.iter().find(|(spelling, place, _)| {
        let length = spelling.len();
        spelling.chars().eq(rest.iter().copied().take(length)) && fits(*place, at, rest.get(length).copied())
    });
    if let Some(&(spelling, _, sounds)) = matched {
        return (spelling.len(), sounds);
    }
    let sounds = match rest[0] {
        'a' => "AE",
        'b' => "B",
        'c' | 'k' | 'q' => "K",
        'd' => "D",
        'e' if rest.len() == 1 && at > 1 => "",
        'e' => "EH",
        'f' => "F",
        'g' => "G",
        'h' => "HH",
        'i' | 'y' => "IH",
        'j' => "JH",
        'l' => "L",
        'm' => "M",
        'n' => "N",
        'p' => "P",
        'r' => "R",
        's' => "S",
        't' => "T",
        'u' => "AH",
        'v' => "V",
        'w' => "W",
        'x' => "K S",
        'z' => "Z",
        _ => "",
    };
    (1, sounds)
}

fn fits(place: Place, at: usize, next: Option<char>) -> bool {
    match place {
        Anywhere => true,
        Start => at == 0 && next.is_some(),
        End => next.is_none(),
        BeforeFrontVowel => next.is_some_and(is_front),
        BeforeConsonant => next.is_none_or(|next| !is_vowel(next) && next != 'y'),
    }
}

/// "mate", "line", "rose": a vowel, one consonant and a last silent e.
fn magic_e(letters: &[char], at: usize) -> Option<(usize, &'static str)> {
    let [vowel, consonant, 'e'] = letters[at..] else { return None };
    if is_vowel(consonant) || matches!(consonant, 'x' | 'w' | 'r' | 'y') {
        return None;
    }
    let sounds = match vowel {
        'a' => "EY",
        'e' => "IY",
        'i' | 'y' => "AY",
        'o' => "OW",
        'u' => "UW",
        _ => return None,
    };
    Some((1, sounds))
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

const fn is_front(letter: char) -> bool {
    matches!(letter, 'e' | 'i' | 'y')
}

/// Puts the stress on the first of two vowels, or on the last but one of more, as most names have it.
fn stressed(phones: &[&str]) -> Vec<String> {
    let vowels: Vec<usize> = (0..phones.len()).filter(|&index| is_vowel_phone(phones[index])).collect();
    let main = vowels.len().checked_sub(2).or_else(|| vowels.len().checked_sub(1)).map(|index| vowels[index]);
    phones
        .iter()
        .enumerate()
        .map(|(index, phone)| match is_vowel_phone(phone) {
            true => format!("{phone}{}", u8::from(Some(index) == main)),
            false => (*phone).to_owned(),
        })
        .collect()
}

fn is_vowel_phone(phone: &str) -> bool {
    phone.starts_with(['A', 'E', 'I', 'O', 'U'])
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("zorbin", "Z AO1 R B IH0 N")]
    #[case("drake", "D R EY1 K")]
    #[case("kelani", "K EH0 L AE1 N IY0")]
    #[case("phelippa", "F EH0 L IH1 P AH0")]
    #[case("quirk", "K W ER1 K")]
    #[case("thwaite", "TH W EY1 T")]
    #[case("schell", "SH EH1 L")]
    #[case("gene", "JH IY1 N")]
    #[case::no_vowel_is_spelled("jdf", "JH EY1 D IY1 EH1 F")]
    #[case::one_letter("q", "K Y UW1")]
    fn spelling_gives_sounds(#[case] word: &str, #[case] phones: &str) {
        assert_eq!(to_phones(word).join(" "), phones);
    }

    proptest::proptest! {
        #[test]
        fn every_word_has_a_sound(word in "[a-z]{1,20}") {
            proptest::prop_assert!(!to_phones(&word).is_empty());
        }
    }
}
