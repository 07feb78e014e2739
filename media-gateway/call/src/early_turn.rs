//! A turn that the agent is asked about before the caller's turn is over, from the words so far: it thinks while we wait
//! out the pause. What it says is kept until the words turn out to be all of it, and forgotten if they do not. Decides
//! nothing about when to ask.

use crate::{
    event::{Directive, Expectation},
    id::{TurnId, UtteranceId},
    words::tokens,
};

/// Early turns that may come to nothing in one call: a caller who never says all they have to say before a pause costs no
/// more than these.
const WASTED_MAX: u32 = 8;

#[derive(Debug, Clone, Default)]
pub(crate) struct EarlyTurns {
    /// The agent takes them.
    offered: bool,
    open: Option<EarlyTurn>,
    wasted: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct EarlyTurn {
    pub turn: TurnId,
    pub utterance: UtteranceId,
    /// What the agent was asked.
    pub text: String,
    pub continues: Option<TurnId>,
    /// What it said so far.
    pub sentences: Vec<String>,
    pub completed: Option<(Expectation, Directive)>,
    /// These were all the words.
    confirmed: bool,
}

impl EarlyTurns {
    pub const fn offer(&mut self) {
        self.offered = true;
    }

    /// There is none, and another one may be begun.
    pub const fn may_begin(&self) -> bool {
        self.offered && self.open.is_none() && self.wasted < WASTED_MAX
    }

    pub fn begin(&mut self, turn: TurnId, utterance: UtteranceId, text: String, continues: Option<TurnId>) {
        let (sentences, completed) = (Vec::new(), None);
        self.open = Some(EarlyTurn { turn, utterance, text, continues, sentences, completed, confirmed: false });
    }

    /// The open one, if it is about this utterance.
    pub fn of(&self, utterance: UtteranceId) -> Option<&EarlyTurn> {
        self.open.as_ref().filter(|early| early.utterance == utterance)
    }

    /// The open one, if the agent's message is about it.
    pub fn asked_as(&mut self, turn: TurnId) -> Option<&mut EarlyTurn> {
        self.open.as_mut().filter(|early| early.turn == turn)
    }

    pub fn confirm(&mut self) {
        if let Some(early) = &mut self.open {
            early.confirmed = true;
        }
    }

    /// Takes out the one that these words confirm.
    pub fn take_confirmed(&mut self, text: &str) -> Option<EarlyTurn> {
        self.open.take_if(|early| early.confirmed && early.text == text)
    }

    /// It was for nothing.
    pub fn drop_open(&mut self) -> Option<TurnId> {
        let early = self.open.take()?;
        self.wasted = self.wasted.saturating_add(1);
        Some(early.turn)
    }

    /// Nobody is there who could take them.
    pub fn lose_agent(&mut self) {
        self.offered = false;
        self.open = None;
    }
}

impl EarlyTurn {
    /// True for the first that says something. At one sentence too many, the rest is left out: the reply is cut short there
    /// anyway.
    pub fn add_sentence(&mut self, text: &str, sentences_max: u32) -> bool {
        let is_full = u32::try_from(self.sentences.len()).is_ok_and(|count| count > sentences_max);
        if self.completed.is_some() || is_full || text.trim().is_empty() {
            return false;
        }
        self.sentences.push(text.to_owned());
        self.sentences.len() == 1
    }

    /// The same words, however they are written.
    pub fn says(&self, text: &str) -> bool {
        tokens(text).eq(tokens(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> EarlyTurns {
        let mut turns = EarlyTurns::default();
        turns.offer();
        turns.begin(TurnId::new(1), UtteranceId::FIRST, "two thirty".into(), None);
        turns
    }

    #[test]
    fn words_are_the_same_however_they_are_written() {
        let turns = open();
        let early = turns.of(UtteranceId::FIRST).unwrap();
        assert!(early.says(" Two, thirty. "));
        assert!(!early.says("Two thirty five."));
        assert!(!early.says("two"));
        assert!(turns.of(UtteranceId::FIRST.next()).is_none());
    }

    #[test]
    fn only_confirmed_words_are_taken_and_only_alone() {
        let mut turns = open();
        assert!(turns.take_confirmed("two thirty").is_none());
        turns.confirm();
        assert!(turns.take_confirmed("tomorrow two thirty").is_none());
        assert_eq!(turns.take_confirmed("two thirty").map(|early| early.turn), Some(TurnId::new(1)));
        assert!(turns.may_begin());
    }

    #[test]
    fn a_call_wastes_so_many_and_no_more() {
        let mut turns = EarlyTurns::default();
        assert!(!turns.may_begin(), "nobody takes them");
        turns.offer();
        for _ in 0..WASTED_MAX {
            assert!(turns.may_begin());
            turns.begin(TurnId::new(1), UtteranceId::FIRST, "two".into(), None);
            assert!(!turns.may_begin());
            turns.drop_open();
        }
        assert!(!turns.may_begin());
    }
}
