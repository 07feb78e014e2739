//! ARPAbet to the phonetic alphabet of Piper's American voices.

/// `phones` are ARPAbet, vowels with a stress digit. The stress mark goes right before the vowel.
pub fn from_arpabet<'a>(phones: impl Iterator<Item = &'a str>) -> String {
    let phones: Vec<&str> = phones.collect();
    let mut ipa = String::new();
    for (index, &phone) in phones.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| phones[before]);
        let after = phones.get(index + 1).copied();
        let (sound, stress) = match phone.char_indices().last() {
            Some((at, digit)) if digit.is_ascii_digit() => (&phone[..at], digit),
            _ => (phone, '-'),
        };
        match stress {
            '1' => ipa.push('ˈ'),
            '2' => ipa.push('ˌ'),
            _ => {}
        }
        ipa.push_str(match sound {
            "AA" => "ɑː",
            "AE" => "æ",
            "AH" if stress == '0' && index == 0 => "ɐ",
            "AH" if stress == '0' => "ə",
            "AH" => "ʌ",
            "AO" => "ɔː",
            "AW" => "aʊ",
            "AY" => "aɪ",
            "B" => "b",
            "CH" => "tʃ",
            "D" => "d",
            "DH" => "ð",
            // Before r the open vowels are short in these voices.
            "EH" => "ɛ",
            "ER" if stress == '0' => "ɚ",
            "ER" => "ɜː",
            "EY" => "eɪ",
            "F" => "f",
            "G" => "ɡ",
            "HH" => "h",
            "IH" => "ɪ",
            "IY" if stress == '0' => "i",
            "IY" if after == Some("R") => "ɪ",
            "IY" => "iː",
            "JH" => "dʒ",
            "K" => "k",
            "L" => "l",
            "M" => "m",
            "N" => "n",
            "NG" => "ŋ",
            "OW" if after == Some("R") => "oː",
            "OW" => "oʊ",
            "OY" => "ɔɪ",
            "P" => "p",
            "R" => "ɹ",
            "S" => "s",
            "SH" => "ʃ",
            "T" if flaps(before, after) => "ɾ",
            "T" => "t",
            "TH" => "θ",
            "UH" => "ʊ",
            "UW" => "uː",
            "V" => "v",
            "W" => "w",
            "Y" => "j",
            "Z" => "z",
            "ZH" => "ʒ",
            _ => "",
        });
    }
    ipa
}

/// American t between a vowel (or r) and an unstressed vowel is a tap: "better", "forty".
fn flaps(before: Option<&str>, after: Option<&str>) -> bool {
    let is_vowel = |phone: &str| phone.ends_with(|end: char| end.is_ascii_digit());
    before.is_some_and(|phone| is_vowel(phone) || phone == "R") && after.is_some_and(|phone| phone.ends_with('0'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("B UH1 K IH0 NG", "bˈʊkɪŋ")]
    #[case("T UW1 Z D EY2", "tˈuːzdˌeɪ")]
    #[case("F AO1 R T IY0", "fˈɔːɹɾi")]
    #[case("AH0 B AW1 T", "ɐbˈaʊt")]
    #[case("B ER1 D ER0", "bˈɜːdɚ")]
    #[case("", "")]
    #[case("XX", "")]
    fn phones_become_letters(#[case] arpabet: &str, #[case] ipa: &str) {
        assert_eq!(from_arpabet(arpabet.split(' ')), ipa);
    }
}
