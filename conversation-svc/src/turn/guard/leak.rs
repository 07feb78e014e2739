//! Whether a reply gives away what models are told: it has a run of words in common with it.

use std::{collections::HashSet, sync::LazyLock};

use super::super::prompt;

/// Words in a row that nobody says by chance.
const RUN: usize = 6;

static SECRETS: LazyLock<HashSet<String>> = LazyLock::new(|| prompt::secrets().flat_map(runs).collect());

/// `before` are the words that were said last: a run may go on over the end of a sentence.
pub(super) fn leaks(reply: &str, before: &str) -> bool {
    let last: Vec<&str> = before.split_whitespace().rev().take(RUN - 1).collect();
    let joined: Vec<&str> = last.into_iter().rev().chain(reply.split_whitespace()).collect();
    runs(&joined.join(" ")).any(|run| SECRETS.contains(&run))
}

fn runs(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    words.windows(RUN).map(|run| run.join(" ")).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn every_rule_is_a_secret() {
        for rule in prompt::secrets() {
            assert!(leaks(&format!("They told me: {rule}"), ""), "{rule}");
        }
    }

    #[test]
    fn a_rule_is_one_in_two_sentences_too() {
        assert!(leaks("written down by a machine, you see", "That was said by a stranger and"));
    }

    #[rstest]
    #[case("I can look for a free time and hold it for you.")]
    #[case("What is your e-mail address?")]
    #[case("I'll send you a text message with a link to go on in the web.")]
    #[case("I'm the automatic receptionist of Bloom, and I can help you to make an appointment.")]
    #[case("A massage with Dana on Wednesday, November 25th at 2 PM, for Alex Morrison. Shall I book it?")]
    #[case("¿A nombre de quién hago la reserva?")]
    #[case("Soy la recepción automática de este negocio.")]
    fn what_a_receptionist_says_is_none(#[case] reply: &str) {
        assert!(!leaks(reply, "I'm sorry, I can't talk about that. "), "{reply}");
    }
}
