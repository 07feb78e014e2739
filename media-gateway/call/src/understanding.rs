//! What follows when words are known: they are answered, kept until our voice is silent, or nothing to answer.

use crate::{
    call::Call,
    config::BargeInMode,
    phase::Phase,
    words::{Speech, classify, tokens},
};

/// Utterances without a word that are asked about, one after the other.
const UNHEARD_MAX: u32 = 2;

impl Call {
    pub(crate) fn take_words(&mut self) {
        if let Some(text) = self.turns.take_words() {
            self.take_answer(text);
        }
    }

    /// What the caller said or typed is answered, now or when our voice is silent.
    pub(crate) fn take_answer(&mut self, text: String) {
        if self.must_speak_on() {
            self.overhear(text);
        } else {
            self.answer(text);
        }
    }

    /// Our voice is not stopped by words: they are kept until it is silent.
    pub(crate) fn must_speak_on(&self) -> bool {
        let finishes_sentence = self.config.barge_in == BargeInMode::AfterSentence && self.playout.is_outstanding();
        self.playout.is_protected() || finishes_sentence
    }

    fn overhear(&mut self, text: String) {
        self.drop_early();
        let least = if self.playout.is_protected() { Speech::Words } else { self.least_to_interrupt() };
        let speech = classify(self.config.language, &text);
        if speech < least {
            self.going_on.dropped();
            if speech == Speech::Wordless {
                self.hear_nothing(&text);
            }
            return;
        }
        if !self.playout.is_protected() && !std::mem::replace(&mut self.interrupted, true) {
            self.interrupt();
        }
        self.overheard.push(text);
    }

    /// Our voice is silent again: what was said over it is answered, unless the caller is saying more.
    pub(crate) fn answer_overheard(&mut self) {
        if !self.overheard.is_empty() && !self.playout.is_outstanding() && !self.caller_has_floor() {
            self.answer(String::new());
        }
    }

    /// Answers these words, after those that were overheard.
    fn answer(&mut self, text: String) {
        let mut said = std::mem::take(&mut self.overheard);
        said.push(text);
        said.retain(|words| !words.trim().is_empty());
        let text = said.join(" ");
        match classify(self.config.language, &text) {
            Speech::Wordless => {
                self.drop_early();
                self.going_on.dropped();
                self.hear_nothing(&text);
            }
            Speech::Backchannel if self.is_only_listening() => {
                self.drop_early();
                self.going_on.dropped();
            }
            Speech::Backchannel | Speech::Words => {
                self.give_way();
                self.ask(text);
            }
        }
    }

    /// An utterance without words. If it stopped our voice, or was too long for a cough, the caller is owed a sign that we
    /// listen.
    fn hear_nothing(&mut self, text: &str) {
        self.turns.hear_nothing();
        let is_missed = tokens(text).next().is_none() && self.missed_words();
        self.unheard += u32::from(is_missed);
        if std::mem::take(&mut self.interrupted) || is_missed {
            self.say_when_free(self.config.phrases.not_understood.clone());
        }
    }

    /// The caller spoke in our silence, and waits for an answer to words that nobody made out. Not our own voice heard back,
    /// and not a noise that is longer than speech without a word can be. A line that is noisy is asked no more.
    fn missed_words(&self) -> bool {
        let (utterance, speech) = self.turns.taken();
        let timings = &self.config.timings;
        self.phase() == Phase::Listening
            && self.unheard < UNHEARD_MAX
            && !self.turns.is_speaking()
            && (timings.unheard_speech..timings.words_stalled).contains(&speech)
            && !self.echo.may_be_in(utterance, self.turns.open())
    }

    /// "Okay" while we speak or are about to: the caller follows, and says nothing to answer.
    fn is_only_listening(&self) -> bool {
        match self.phase() {
            Phase::Listening => false,
            _ if self.playout.is_outstanding() => !self.answers_question(),
            _ => self.reply.is_some(),
        }
    }
}
