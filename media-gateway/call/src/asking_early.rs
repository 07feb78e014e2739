//! What follows when the caller falls silent and their words are known: the agent is asked before we know that they were
//! all. Nothing of it is said, and nothing of it has happened, until the words are confirmed.

use crate::{
    action::Action,
    call::Call,
    early_turn::EarlyTurn,
    event::{Event, TurnEnd},
    id::UtteranceId,
    reply::Question,
    timer::Timer,
    words::Speech,
};

impl Call {
    /// Replaces words by the event that they are the ones which the agent was asked early.
    pub(crate) fn with_early_words_known(&self, event: Event) -> Event {
        let is_as_asked = |utterance, text: &str| self.early.of(utterance).is_some_and(|early| early.says(text));
        match event {
            Event::Partial { utterance, text } if is_as_asked(utterance, &text) => Event::PartialAsAsked { utterance },
            Event::Transcript { utterance, text } if is_as_asked(utterance, &text) => {
                Event::TranscriptAsAsked { utterance }
            }
            other => other,
        }
    }

    /// Asks the agent, if the caller pauses, has said something that will be answered, and nothing else is to be waited
    /// for or said before.
    pub(crate) fn ask_early(&mut self) {
        let pauses = self.timers.get(Timer::Endpoint).is_some() && !self.turns.is_speaking();
        let is_our_silence = self.reply.is_none() && !self.playout.is_outstanding() && !self.playout.is_waiting();
        let says_more_elsewhere =
            self.turns.owed_since().is_some() || !self.overheard.is_empty() || self.keypad.is_typing();
        if !self.early.may_begin()
            || !pauses
            || !is_our_silence
            || says_more_elsewhere
            || self.closing.is_some()
            || self.expects.is_dictated()
            || !self.turns.has(Speech::Backchannel)
        {
            return;
        }
        let Some(turn) = self.turn_count.early(self.config.limits.turns_max) else { return };
        let text = self.turns.words_so_far().trim().to_owned();
        let continues = self.going_on.continues(self.config.timings.going_on);
        self.early.begin(turn, self.turns.open(), text.clone(), continues);
        self.act(Action::AskEarly { turn, text, continues });
    }

    /// Words that come while the caller pauses, or the recogniser's own judgement, say that there may be no more.
    pub(crate) fn ask_early_at_hint(&mut self) {
        match self.turns.hint() {
            Some(TurnEnd::Likely | TurnEnd::Sure) => self.ask_early(),
            Some(TurnEnd::TakenBack) => self.drop_early(),
            None => {}
        }
    }

    pub(crate) fn on_partial_as_asked(&mut self, utterance: UtteranceId) {
        if self.early.of(utterance).is_none() {
            self.count_late();
        }
    }

    pub(crate) fn on_transcript_as_asked(&mut self, utterance: UtteranceId) {
        let text = self.early.of(utterance).map(|early| early.text.clone());
        if text.is_some_and(|text| self.turns.hear_transcript(utterance, text)) {
            self.early.confirm();
            self.take_words();
        } else {
            self.count_late();
        }
    }

    /// The words were all: the agent's answer is the reply, as far as it has come.
    pub(crate) fn take_up_early(&mut self, early: EarlyTurn) {
        let EarlyTurn { turn, text, continues, sentences, completed, .. } = early;
        self.turn_count.confirm_early();
        self.act(Action::ConfirmTurn { turn });
        self.begin_reply(turn, Question { text, continues });
        for sentence in sentences {
            self.on_sentence(turn, sentence);
        }
        if let Some((expects, directive)) = completed {
            self.on_reply_completed(turn, expects, directive);
        }
    }

    /// The caller says more, or something else: the agent was asked for nothing.
    pub(crate) fn drop_early(&mut self) {
        if let Some(turn) = self.early.drop_open() {
            self.act(Action::CancelTurn { turn });
        }
    }
}
