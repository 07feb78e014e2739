//! What kind of words were said, and which words were heard. Knows no time and no state.

mod english;
mod spanish;

use serde::{Deserialize, Serialize};

/// A language whose signs of listening are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    English,
    Spanish,
}

impl Language {
    const ALL: [Self; 2] = [Self::English, Self::Spanish];

    const fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Self::English => &english::VOCABULARY,
            Self::Spanish => &spanish::VOCABULARY,
        }
    }
}

/// The words of a language that turn-taking goes by, in lower case.
struct Vocabulary {
    /// Words without meaning of their own.
    hesitation: &'static [&'static str],
    /// What a listener says to show that they listen, and what trails after a "yes" and is often heard as an utterance
    /// of its own. "No", "wait", "stop" are not among them: they interrupt.
    backchannel: &'static [&'static str],
    /// The same, in two words.
    backchannel_pairs: &'static [(&'static str, &'static str)],
}

/// What a stretch of speech says, as far as turn-taking cares; each class outweighs those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Speech {
    /// Nothing, or only hesitation: "um", "hmm".
    Wordless,
    /// Only signs of listening: "uh-huh", "okay", "I see".
    Backchannel,
    /// Something to answer.
    Words,
}

pub(crate) fn classify(language: Language, text: &str) -> Speech {
    language.vocabulary().kinds(text).max().unwrap_or(Speech::Wordless)
}

/// Replaces every word by as many `x` as it has characters, but leaves those that [`classify`] goes by in any language:
/// the text keeps its length, its breaks and its class, and loses what was said.
pub(crate) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, token) in raw_tokens(text) {
        masked.push_str(&text[copied..start]);
        if Language::ALL.iter().any(|language| language.vocabulary().decides_class(token)) {
            masked.push_str(token);
        } else {
            masked.extend(token.chars().map(|_| 'x'));
        }
        copied = start + token.len();
    }
    masked.push_str(&text[copied..]);
    masked
}

/// The whole words among the first `chars` characters.
pub(crate) fn whole_words(text: &str, chars: u32) -> &str {
    let chars = usize::try_from(chars).unwrap_or(usize::MAX);
    let Some((cut, next)) = text.char_indices().nth(chars) else {
        return text.trim();
    };
    let heard = &text[..cut];
    if next.is_whitespace() {
        return heard.trim();
    }
    heard.rfind(char::is_whitespace).map_or("", |space| heard[..space].trim())
}

impl Vocabulary {
    fn kinds(&self, text: &str) -> impl Iterator<Item = Speech> {
        let mut tokens = raw_tokens(text).map(|(_, token)| token).peekable();
        std::iter::from_fn(move || {
            let token = tokens.next()?;
            if tokens.next_if(|next| self.has_pair(token, next)).is_some() {
                return Some(Speech::Backchannel);
            }
            Some(self.kind_of(token))
        })
    }

    fn kind_of(&self, token: &str) -> Speech {
        if is_one_of(self.hesitation, token) {
            Speech::Wordless
        } else if is_one_of(self.backchannel, token) {
            Speech::Backchannel
        } else {
            Speech::Words
        }
    }

    fn has_pair(&self, first: &str, second: &str) -> bool {
        self.backchannel_pairs.iter().any(|(a, b)| is(a, first) && is(b, second))
    }

    /// Whether the class of a text can depend on this word.
    fn decides_class(&self, token: &str) -> bool {
        self.kind_of(token) != Speech::Words || self.backchannel_pairs.iter().any(|(a, b)| is(a, token) || is(b, token))
    }
}

fn is_one_of(words: &[&str], token: &str) -> bool {
    words.iter().any(|word| is(word, token))
}

/// Case does not matter, not even of an "Í".
fn is(word: &str, token: &str) -> bool {
    token.chars().flat_map(char::to_lowercase).eq(word.chars())
}

/// The words, in lower case.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = String> {
    raw_tokens(text).map(|(_, token)| token.to_lowercase())
}

/// Runs of characters between spaces and punctuation, with the byte at which they start.
fn raw_tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(in_word)?;
        let length = text[start..].find(|c| !in_word(c)).unwrap_or(text.len() - start);
        rest = start + length;
        Some((start, &text[start..rest]))
    })
}

fn in_word(c: char) -> bool {
    // U+2000–U+206F: typographic spaces, dashes, quotes and the ellipsis.
    !c.is_whitespace() && !c.is_ascii_punctuation() && !c.is_control() && !('\u{2000}'..='\u{206F}').contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", Speech::Wordless)]
    #[case(" … ", Speech::Wordless)]
    #[case("Um, er…", Speech::Wordless)]
    #[case("uh-huh", Speech::Backchannel)]
    #[case("Mm-hmm.", Speech::Backchannel)]
    #[case("Okay, yeah—right!", Speech::Backchannel)]
    #[case("Um, okay", Speech::Backchannel)]
    #[case("All right, I see. Got it.", Speech::Backchannel)]
    #[case("Please.", Speech::Backchannel)]
    #[case("Thank you, thanks.", Speech::Backchannel)]
    #[case("all", Speech::Words)]
    #[case("right all", Speech::Words)]
    #[case("okay but wait", Speech::Words)]
    #[case("No.", Speech::Words)]
    #[case("да", Speech::Words)]
    #[case("3", Speech::Words)]
    fn speech_has_a_class(#[case] text: &str, #[case] class: Speech) {
        assert_eq!(classify(Language::English, text), class);
    }

    #[rstest]
    #[case("Eh, este…", Speech::Wordless)]
    #[case("Pues…", Speech::Wordless)]
    #[case("Ajá.", Speech::Backchannel)]
    #[case("SÍ, sí, claro.", Speech::Backchannel)]
    #[case("Claro que sí.", Speech::Backchannel)]
    #[case("Está bien, de acuerdo.", Speech::Backchannel)]
    #[case("Sí, por favor, gracias.", Speech::Backchannel)]
    #[case("Okay.", Speech::Backchannel)]
    #[case("No.", Speech::Words)]
    #[case("Espere.", Speech::Words)]
    #[case("sí, pero el martes", Speech::Words)]
    #[case("de", Speech::Words)]
    #[case("yeah", Speech::Words)]
    fn speech_has_a_class_in_spanish(#[case] text: &str, #[case] class: Speech) {
        assert_eq!(classify(Language::Spanish, text), class);
    }

    #[test]
    fn vocabularies_are_in_lower_case() {
        for language in Language::ALL {
            let Vocabulary { hesitation, backchannel, backchannel_pairs } = language.vocabulary();
            let pairs = backchannel_pairs.iter().flat_map(|(a, b)| [a, b]);
            for word in hesitation.iter().chain(*backchannel).chain(pairs) {
                assert_eq!(**word, word.to_lowercase());
            }
        }
    }

    #[rstest]
    #[case("It costs eighty euros.", 0, "")]
    #[case("It costs eighty euros.", 1, "")]
    #[case("It costs eighty euros.", 2, "It")]
    #[case("It costs eighty euros.", 3, "It")]
    #[case("It costs eighty euros.", 12, "It costs")]
    #[case("It costs eighty euros.", 15, "It costs eighty")]
    #[case("It costs eighty euros.", 21, "It costs eighty")]
    #[case("It costs eighty euros.", 22, "It costs eighty euros.")]
    #[case("It costs eighty euros.", 99, "It costs eighty euros.")]
    #[case("Zoë née Müller", 8, "Zoë née")]
    fn only_whole_words_were_heard(#[case] text: &str, #[case] chars: u32, #[case] heard: &str) {
        assert_eq!(whole_words(text, chars), heard);
    }

    #[test]
    fn a_mask_hides_the_words_but_not_the_signs_of_listening() {
        assert_eq!(mask("Yeah, I'm Zoë at zoe@example.com – okay?"), "Yeah, I'x xxx xx xxx@xxxxxxx.xxx – okay?");
    }

    proptest! {
        #[test]
        fn a_mask_keeps_class_length_and_heard_words(text in "([a-zéß]{1,4}|okay|um|I see|all right|sí|muy bien|[ ,.'–-]|\\PC){0,12}", at in 0u32..40) {
            let masked = mask(&text);
            for language in Language::ALL {
                prop_assert_eq!(classify(language, &masked), classify(language, &text));
            }
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert_eq!(whole_words(&masked, at), mask(whole_words(&text, at)));
            prop_assert_eq!(mask(&masked), masked.clone());
        }
    }
}
