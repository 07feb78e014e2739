//! The reply that is being given: whose turn it answers, and whether the agent still works on it. There is one at a time,
//! from the question to the report of what was heard.

use crate::id::TurnId;

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    turn: TurnId,
    /// What the caller said, in case that it must be asked again. None of what we ask the agent ourselves.
    question: Option<Question>,
    stage: Stage,
    sentences: u32,
}

/// The caller's words, as the agent is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub text: String,
    pub continues: Option<TurnId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The agent may still send sentences.
    Open,
    /// The agent said all it wanted.
    Complete,
    /// The agent failed, or was cancelled.
    Broken,
}

impl Reply {
    pub const fn asked(turn: TurnId, question: Option<Question>) -> Self {
        Self { turn, question, stage: Stage::Open, sentences: 0 }
    }

    /// What we say first is a reply too: what was heard of it is reported.
    pub const fn greeting() -> Self {
        Self { turn: TurnId::UNASKED, question: None, stage: Stage::Complete, sentences: 0 }
    }

    pub const fn turn(&self) -> TurnId {
        self.turn
    }

    pub fn is_greeting(&self) -> bool {
        self.turn == TurnId::UNASKED
    }

    /// The agent's message is about this reply, and not too late.
    pub fn takes(&self, turn: TurnId) -> bool {
        self.is_open() && self.turn == turn
    }

    /// What to ask again when the answer was lost on the way; None once some of it came.
    pub fn unanswered(&self) -> Option<&Question> {
        self.question.as_ref().filter(|_| self.is_open() && self.sentences == 0)
    }

    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    pub fn is_complete(&self) -> bool {
        self.stage == Stage::Complete
    }

    pub const fn sentences(&self) -> u32 {
        self.sentences
    }

    pub fn add_sentence(&mut self) {
        self.sentences = self.sentences.saturating_add(1);
    }

    pub fn complete(&mut self) {
        self.stage = Stage::Complete;
    }

    pub fn fail(&mut self) {
        self.stage = Stage::Broken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_takes_messages_of_its_turn_while_it_is_open() {
        let mut reply = Reply::asked(TurnId::new(3), None);
        assert!(reply.takes(TurnId::new(3)));
        assert!(!reply.takes(TurnId::new(2)));
        reply.complete();
        assert!(!reply.takes(TurnId::new(3)));
        assert!(!Reply::greeting().takes(TurnId::UNASKED));
    }
}
