//! What follows when the caller is heard: utterances begin, pause and end.

use crate::{
    action::Action,
    barge_in::least_to_interrupt,
    call::Call,
    endpointing,
    event::{Expectation, TurnEnd},
    id::UtteranceId,
    time::CallTime,
    timer::Timer,
    words::Speech,
};

impl Call {
    pub(crate) fn on_speech_started(&mut self) {
        let began_at = self.now.earlier_by(self.config.timings.vad_onset);
        if !self.listens() || !self.turns.start(began_at) {
            return;
        }
        self.drop_early();
        self.learn_pace(began_at);
        self.going_on.speech_started(began_at);
        if self.playout.is_audible() {
            self.echo.sound_began(|| self.playout.unheard());
        }
        if self.timers.get(Timer::UtteranceCap).is_none() {
            self.restart_utterance_cap();
        }
        self.timers.stop(Timer::Endpoint);
        self.await_words();
        self.judge_barge_in();
    }

    pub(crate) fn on_speech_stopped(&mut self) {
        let Some(speech) = self.turns.stop(self.now, self.config.timings.vad_hangover) else { return };
        self.timers.stop(Timer::WordsStalled);
        self.going_on.speech_ended(self.now.earlier_by(self.config.timings.vad_hangover));
        let too_short = self.playout.is_outstanding() && speech < self.config.timings.barge_in_speech;
        if !too_short {
            self.turns.keep(speech);
        }
        if self.turns.is_spoken() {
            self.await_pause();
        } else {
            self.timers.stop(Timer::UtteranceCap);
        }
        self.judge_barge_in();
        self.await_words_of_pause();
        self.ask_early_at_hint();
    }

    pub(crate) fn on_partial(&mut self, utterance: UtteranceId, text: String) {
        if !self.listens() {
            return;
        }
        let is_news = utterance == self.turns.open() && !self.turns.is_partial(&text);
        if !self.turns.hear_partial(utterance, text) {
            self.count_late();
            return;
        }
        if self.early.of(utterance).is_some() {
            self.drop_early();
        }
        if is_news {
            self.await_words();
        }
        if !self.playout.is_outstanding() {
            self.take_up_missed_speech(Speech::Backchannel);
        }
        self.judge_barge_in();
        self.end_pause_of_nod();
        if utterance == self.turns.open() {
            self.ask_early();
        }
    }

    pub(crate) fn on_transcript(&mut self, utterance: UtteranceId, text: String) {
        if self.turns.hear_transcript(utterance, text) {
            self.take_words();
        } else {
            self.count_late();
        }
    }

    pub(crate) fn on_transcript_overdue(&mut self) {
        self.turns.give_up_oldest();
        self.take_words();
    }

    /// Brings the end of the turn nearer, or back. Only a pause that runs already can be cut short.
    pub(crate) fn on_turn_end_hint(&mut self, utterance: UtteranceId, end: TurnEnd) {
        if !self.listens() {
            return;
        }
        if !self.turns.hear_hint(utterance, end) {
            self.count_late();
        } else if self.timers.get(Timer::Endpoint).is_some() {
            self.wait_out_pause();
            self.ask_early_at_hint();
        }
    }

    /// A radio, a street: the detector hears no end, but the caller said all that they had to say.
    pub(crate) fn on_words_stalled(&mut self) {
        if self.turns.is_speaking() && !self.playout.is_outstanding() {
            self.finalize_utterance();
            self.turns.take_for_noise();
        }
    }

    /// The pause is long enough, or the utterance too long: ask for its words.
    pub(crate) fn finalize_utterance(&mut self) {
        self.timers.stop(Timer::Endpoint);
        self.timers.stop(Timer::UtteranceCap);
        self.timers.stop(Timer::WordsStalled);
        self.timers.stop(Timer::BargeInGate);
        if self.turns.is_speaking() {
            self.restart_utterance_cap();
        }
        self.pace.utterance_ended(self.turns.speech(self.now));
        let utterance = self.turns.finalize(self.now);
        self.going_on.finalized(self.now, self.turns.is_speaking());
        self.echo.finalized(utterance);
        self.act(Action::FinalizeTranscript { utterance });
        // More utterances owed than are kept: the oldest was given up and its words are to be taken.
        self.take_words();
    }

    /// We are silent again. Words that were too short to interrupt us are answered now.
    pub(crate) fn listen_again(&mut self) {
        self.reprompt.our_turn_ended(self.now);
        if self.listens() {
            self.take_up_missed_speech(least_to_interrupt(self.expects == Expectation::YesNo));
        }
    }

    /// Events of the caller's voice count: the line is up and we have not said our last words.
    pub(crate) fn listens(&self) -> bool {
        self.line_ready && self.closing.is_none_or(|closing| !closing.firm)
    }

    fn take_up_missed_speech(&mut self, least: Speech) {
        if self.turns.missed_speech(least) {
            self.await_pause();
        }
    }

    /// The caller goes on after a pause within the utterance. Over our own voice that tells nothing of their pace.
    fn learn_pace(&mut self, began_at: CallTime) {
        if self.timers.get(Timer::Endpoint).is_some() && !self.playout.is_outstanding() {
            let pause = began_at.since(self.paused_at.earlier_by(self.config.timings.vad_hangover));
            self.pace.went_on(pause, self.config.timings.endpoint_for(self.expects));
        }
    }

    /// The caller paused: the turn ends unless speech goes on soon.
    fn await_pause(&mut self) {
        self.paused_at = self.now;
        self.wait_out_pause();
    }

    fn wait_out_pause(&mut self) {
        let ends_at =
            self.paused_at + endpointing::wait(&self.config.timings, self.expects, self.turns.hint(), &self.pace);
        if ends_at <= self.now {
            self.finalize_utterance();
        } else {
            self.timers.set(Timer::Endpoint, ends_at);
        }
    }

    /// While the caller is in the middle of speaking, new words come.
    fn await_words(&mut self) {
        if self.turns.is_speaking() && self.turns.has(Speech::Words) {
            self.timers.set(Timer::WordsStalled, self.now + self.config.timings.words_stalled);
        }
    }

    fn restart_utterance_cap(&mut self) {
        let cap = self.config.timings.utterance_cap(self.expects);
        self.timers.set(Timer::UtteranceCap, self.now + cap);
    }
}
