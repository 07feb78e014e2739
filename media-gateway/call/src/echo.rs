//! Our own voice, heard back from a loudspeaker: words that only repeat what we are saying. A caller can repeat what was
//! said before they began to speak, so only what came after that counts as ours.

use crate::{id::UtteranceId, words::tokens};

/// How much of what we go on to say may come back while an utterance lasts.
const SAID_CHARS_MAX: usize = 300;
/// A single word is ours only if it is one of the very next that we say.
const NEXT_WORDS: usize = 3;

/// What we were about to say when the caller's sound began, for the utterance that is open and the one before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Echo {
    open: Option<String>,
    before: Option<(UtteranceId, String)>,
}

impl Echo {
    /// Sound began while we had this to say.
    pub fn sound_began(&mut self, said: impl FnOnce() -> String) {
        self.open.get_or_insert_with(|| said().chars().take(SAID_CHARS_MAX).collect());
    }

    pub fn finalized(&mut self, utterance: UtteranceId) {
        self.before = self.open.take().map(|said| (utterance, said));
    }

    /// The words of this utterance are our own.
    pub fn is_heard_in(&self, utterance: UtteranceId, open: UtteranceId, words: &str) -> bool {
        self.said_over(utterance, open).is_some_and(|said| repeats(words, said))
    }

    /// We spoke when the sound of this utterance began.
    pub fn may_be_in(&self, utterance: UtteranceId, open: UtteranceId) -> bool {
        self.said_over(utterance, open).is_some()
    }

    fn said_over(&self, utterance: UtteranceId, open: UtteranceId) -> Option<&String> {
        let before = self.before.as_ref().filter(|(of, _)| *of == utterance).map(|(_, said)| said);
        if utterance == open { self.open.as_ref() } else { before }
    }
}

/// Three of four words, in the same order, and all of them if they are fewer.
fn repeats(heard: &str, said: &str) -> bool {
    let heard: Vec<String> = tokens(heard).collect();
    let said: Vec<String> = tokens(said).collect();
    if let [word] = heard.as_slice() {
        return said.iter().take(NEXT_WORDS).any(|next| is_same(word, next));
    }
    let matched = longest_run(&heard, &said);
    matched > 1 && matched * 4 >= heard.len() * 3
}

/// The length of the longest common subsequence.
fn longest_run(heard: &[String], said: &[String]) -> usize {
    let mut best = vec![0; said.len() + 1];
    for word in heard {
        let mut diagonal = 0;
        for (index, next) in said.iter().enumerate() {
            let above = best[index + 1];
            best[index + 1] = if is_same(word, next) { diagonal + 1 } else { above.max(best[index]) };
            diagonal = above;
        }
    }
    best[said.len()]
}

/// Masked words are the same as no other: a trace without words replays as it was.
fn is_same(heard: &str, said: &str) -> bool {
    heard == said && !heard.chars().all(|c| c == 'x')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const SAID: &str = "free at two or at three. Shall I book it for you?";

    #[rstest]
    #[case("Free at two", true)]
    #[case("at two or at three", true)]
    #[case("at two or a three", true)]
    #[case("two or three", true)]
    #[case("free", true)]
    #[case("three", false)]
    #[case("yes", false)]
    #[case("yes at two", false)]
    #[case("no wait", false)]
    #[case("book three for my wife", false)]
    #[case("", false)]
    #[case("xxxx xx xxx", false)]
    fn our_own_words_are_known(#[case] heard: &str, #[case] is_echo: bool) {
        assert_eq!(repeats(heard, SAID), is_echo);
        assert!(!repeats(heard, "xxxx xx xxx xx xx xxxxx"));
    }

    #[test]
    fn what_was_said_before_the_sound_began_is_the_callers_to_repeat() {
        let mut echo = Echo::default();
        let (first, second) = (UtteranceId::FIRST, UtteranceId::FIRST.next());
        assert!(!echo.is_heard_in(first, first, "shall I"));
        echo.sound_began(|| "Shall I book it?".into());
        echo.sound_began(|| "it?".into());
        assert!(echo.is_heard_in(first, first, "shall I"));
        echo.finalized(first);
        assert!(echo.is_heard_in(first, second, "shall I"));
        assert!(!echo.is_heard_in(second, second, "shall I"), "the next utterance has sound of its own");
    }
}
