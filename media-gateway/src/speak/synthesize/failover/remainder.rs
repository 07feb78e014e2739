//! Where another voice goes on in a text of which a part was said.

/// The character at which to go on when `said` characters have been said: the next word, or the beginning of the one
/// that was cut. `None` when nothing is left to say.
pub fn resume_at(text: &str, said: usize) -> Option<usize> {
    let characters: Vec<char> = text.chars().collect();
    let mut at = said.min(characters.len());
    let rest_of_word = characters[at..].iter().take_while(|character| !character.is_whitespace());
    // Behind the last letter of a word only its punctuation is left, which is not said.
    let is_inside = rest_of_word.clone().any(|character| character.is_alphanumeric())
        && at > 0
        && !characters[at - 1].is_whitespace();
    if is_inside {
        at = characters[..at].iter().rposition(|character| character.is_whitespace()).map_or(0, |space| space + 1);
    } else if at > 0 {
        at += rest_of_word.take_while(|_| !characters[at - 1].is_whitespace()).count();
    }
    at += characters[at..].iter().take_while(|character| character.is_whitespace()).count();
    characters[at..].iter().any(|character| character.is_alphanumeric()).then_some(at)
}

/// A text from one of its characters on.
pub fn from_character(text: &str, at: usize) -> &str {
    text.char_indices().nth(at).map_or("", |(byte, _)| &text[byte..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing_said("One two.", 0, Some("One two."))]
    #[case::at_a_word_end("One two.", 3, Some("two."))]
    #[case::at_a_word_start("One two.", 4, Some("two."))]
    #[case::inside_a_word("One two.", 5, Some("two."))]
    #[case::inside_the_first("One two.", 2, Some("One two."))]
    #[case::before_the_stop("One two.", 7, None)]
    #[case::all("One two.", 8, None)]
    #[case::beyond("One two.", 80, None)]
    #[case::punctuation_follows("Well, yes — no!", 4, Some("yes — no!"))]
    #[case::an_address("At alex@example.com now", 7, Some("alex@example.com now"))]
    #[case::letters_of_two_bytes("Sí, señor, mañana.", 9, Some("mañana."))]
    fn it_goes_on_at_a_word(#[case] text: &str, #[case] said: usize, #[case] rest: Option<&str>) {
        assert_eq!(resume_at(text, said).map(|at| from_character(text, at)), rest);
    }

    proptest! {
        #[test]
        fn no_word_that_was_not_said_is_left_out(text in "[a-zé,. ]{0,40}", said in 0_usize..50) {
            let words = |text: &str| text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
            let rest = resume_at(&text, said).map_or("", |at| from_character(&text, at));
            let unsaid: String = text.chars().skip(said).collect();
            prop_assert!(words(rest) >= words(&unsaid));
            prop_assert!(text.ends_with(rest));
        }
    }
}
