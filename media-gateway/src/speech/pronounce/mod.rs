//! Words to sounds: the pronouncing dictionary, then rules for what it lacks, written in the phonetic alphabet that
//! Piper's American voices were trained on. It takes plain words; what "2:30" is in words is decided before.

mod dictionary;
mod ipa;
mod letters;
mod weak;

/// A word as the voice gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pronounced {
    /// Phonemes, each a character; stress marks stand before their vowel.
    pub ipa: String,
    /// The punctuation after it, which shapes the melody: one of `, . ? ! ; :`.
    pub pause: Option<char>,
}

/// The sounds of a word. Empty only for a word without any letter of the Latin alphabet.
///
/// `next` is the word after it: "the" sounds different before a vowel.
pub fn pronounce(word: &str, next: Option<&str>) -> String {
    let word = plain(word);
    if let Some(weak) = weak::form(&word, || next.is_some_and(|next| starts_with_vowel(&plain(next)))) {
        return weak.to_owned();
    }
    ipa::from_arpabet(phones(&word).iter().map(String::as_str))
}

/// The name of a letter of the alphabet, as in spelling.
pub fn letter_name(letter: char) -> Option<String> {
    let phones = letters::name(letter.to_ascii_lowercase())?;
    Some(ipa::from_arpabet(phones.split(' ')))
}

/// Is the word in the dictionary?
pub fn is_known(word: &str) -> bool {
    dictionary::find(&plain(word)).is_some()
}

/// Can the word be said, or must it be spelled? A run of consonants cannot.
pub fn is_sayable(word: &str) -> bool {
    let word = plain(word);
    dictionary::find(&word).is_some() || letters::is_sayable(&word)
}

fn starts_with_vowel(word: &str) -> bool {
    phones(word).first().is_some_and(|phone| phone.ends_with(|end: char| end.is_ascii_digit()))
}

/// ARPAbet phones, vowels with their stress.
fn phones(word: &str) -> Vec<String> {
    if let Some(known) = dictionary::find(word) {
        return known.split(' ').map(str::to_owned).collect();
    }
    if let Some((stem, ending)) = inflected(word) {
        return stem.split(' ').chain(ending).map(str::to_owned).collect();
    }
    if let Some((head, tail)) = compound(word) {
        // The second half of a compound keeps a lighter stress.
        return head
            .split(' ')
            .map(str::to_owned)
            .chain(tail.split(' ').map(|phone| phone.replace('1', "2")))
            .collect();
    }
    letters::to_phones(word)
}

/// A known word with a possessive or plural ending.
fn inflected(word: &str) -> Option<(&'static str, impl Iterator<Item = &'static str>)> {
    let stem = ["'s", "s'", "s"].into_iter().find_map(|ending| word.strip_suffix(ending))?;
    let phones = dictionary::find(stem)?;
    let ending: &[&str] = match phones.rsplit(' ').next().unwrap_or_default() {
        "S" | "Z" | "SH" | "ZH" | "CH" | "JH" => &["AH0", "Z"],
        "P" | "T" | "K" | "F" | "TH" => &["S"],
        _ => &["Z"],
    };
    Some((phones, ending.iter().copied()))
}

/// Two known words written as one.
fn compound(word: &str) -> Option<(&'static str, &'static str)> {
    const HALF_MIN: usize = 4;
    (HALF_MIN..word.len().saturating_sub(HALF_MIN - 1)).rev().filter(|&at| word.is_char_boundary(at)).find_map(|at| {
        let (head, tail) = word.split_at(at);
        Some((dictionary::find(head)?, dictionary::find(tail)?))
    })
}

/// Lower case, Latin letters without their marks, apostrophes inside the word.
fn plain(word: &str) -> String {
    let folded: String = word.chars().flat_map(char::to_lowercase).flat_map(fold).collect();
    folded.trim_matches('\'').to_owned()
}

fn fold(letter: char) -> impl Iterator<Item = char> {
    let plain: &str = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ð' | 'đ' | 'ď' => "d",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ť' | 'ţ' => "t",
        'ù'..='ü' | 'ū' | 'ű' | 'ů' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'þ' => "th",
        '’' | '\'' => "'",
        _ => "",
    };
    let kept = Some(letter).filter(|letter| plain.is_empty() && letter.is_ascii_alphabetic());
    plain.chars().chain(kept)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::dictionary("booking", "bˈʊkɪŋ")]
    #[case::flap("better", "bˈɛɾɚ")]
    #[case::first_schwa("appointment", "ɐpˈɔɪntmənt")]
    #[case::folded("José", "hˌoʊzˈeɪ")]
    #[case::possessive("manicurist's", "mˈænɪkjˌɜːɪsts")]
    #[case::compound("voicemailbox", "vˈɔɪsmˌeɪlbˌɑːks")]
    fn words_sound(#[case] word: &str, #[case] ipa: &str) {
        assert_eq!(pronounce(word, None), ipa);
    }

    #[test]
    fn the_changes_before_a_vowel() {
        assert_eq!(pronounce("the", Some("door")), "ðə");
        assert_eq!(pronounce("the", Some("hour")), "ðɪ");
    }

    #[test]
    fn names_outside_the_dictionary_are_never_silent() {
        for name in
            ["Siobhan", "Nguyen", "Xiomara", "Krzysztof", "Oyelaran", "Zsófia", "Brx", "Thwaite", "Ng", "Q", "Müller"]
        {
            assert!(!pronounce(name, None).is_empty(), "{name}");
        }
    }

    #[test]
    fn what_has_no_letters_is_silent() {
        assert_eq!(pronounce("—", None), "");
        assert_eq!(pronounce("你好", None), "");
    }

    #[test]
    fn consonant_runs_must_be_spelled() {
        assert!(!is_sayable("xkq") && !is_sayable("jdf"));
        assert!(is_sayable("alex") && is_sayable("zorbin"));
    }
}
