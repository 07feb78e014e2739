//! The caller's side of turn-taking: which utterance is open, whether the caller has the floor, and whose words are
//! still owed. Decides nothing about our own voice and sets no timer.

use std::{collections::VecDeque, time::Duration};

use crate::{
    event::TurnEnd,
    id::UtteranceId,
    time::CallTime,
    words::{Language, Speech, classify},
};

/// Utterances whose words are owed at once. One more, and the oldest is taken as its last partial has it.
const PENDING_MAX: usize = 4;

#[derive(Debug, Clone)]
pub(crate) struct TurnTaking {
    language: Language,
    open: UtteranceId,
    /// The last partial of the open utterance.
    partial: String,
    /// What the recogniser last said of the end of the open utterance. Holds for the words it was said of.
    hint: Option<TurnEnd>,
    /// Since when the detector hears speech.
    speaking_since: Option<CallTime>,
    /// The longest stretch of speech that ended within the open utterance.
    longest: Duration,
    /// There is speech in the open utterance that asks to be finalised.
    spoken: bool,
    /// The speech that goes on began in an utterance that was finalised.
    carried_over: bool,
    /// What is heard now has gone on long without a word: it does not give the caller the floor.
    noise: bool,
    pending: VecDeque<Pending>,
    /// The utterance whose words were taken last, and its longest stretch of speech.
    taken: (UtteranceId, Duration),
}

/// An utterance that was finalised and whose words have not been taken.
#[derive(Debug, Clone)]
struct Pending {
    utterance: UtteranceId,
    since: CallTime,
    /// Its longest stretch of speech.
    speech: Duration,
    partial: String,
    words: Option<String>,
}

impl TurnTaking {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            open: UtteranceId::FIRST,
            partial: String::new(),
            hint: None,
            speaking_since: None,
            longest: Duration::ZERO,
            spoken: false,
            carried_over: false,
            noise: false,
            pending: VecDeque::new(),
            taken: (UtteranceId::FIRST, Duration::ZERO),
        }
    }

    /// Speech began. False if it was going on already.
    pub fn start(&mut self, at: CallTime) -> bool {
        if self.speaking_since.is_some() {
            return false;
        }
        self.speaking_since = Some(at);
        self.hint = None;
        true
    }

    /// Speech ended; how long it was, not counting the silence the detector needed. None if there was none.
    pub fn stop(&mut self, at: CallTime, hangover: Duration) -> Option<Duration> {
        let since = self.speaking_since.take()?;
        self.carried_over = false;
        self.noise = false;
        Some(at.since(since).saturating_sub(hangover))
    }

    /// Speech that just ended belongs to the utterance.
    pub fn keep(&mut self, speech: Duration) {
        self.longest = self.longest.max(speech);
        self.spoken = true;
    }

    pub fn words_so_far(&self) -> &str {
        &self.partial
    }

    /// The open utterance has these words so far.
    pub fn is_partial(&self, text: &str) -> bool {
        self.partial == text
    }

    /// Words so far. False if they are of no utterance that matters.
    pub fn hear_partial(&mut self, utterance: UtteranceId, text: String) -> bool {
        if utterance == self.open {
            if text != self.partial {
                self.hint = None;
            }
            self.partial = text;
            return true;
        }
        self.pending
            .iter_mut()
            .find(|pending| pending.utterance == utterance && pending.words.is_none())
            .map(|pending| pending.partial = text)
            .is_some()
    }

    /// The recogniser's judgement of the open utterance; without words there is nothing to judge. False if another
    /// utterance is meant.
    pub fn hear_hint(&mut self, utterance: UtteranceId, end: TurnEnd) -> bool {
        if utterance == self.open && self.has(Speech::Backchannel) {
            self.hint = Some(end);
        }
        utterance == self.open
    }

    pub const fn hint(&self) -> Option<TurnEnd> {
        self.hint
    }

    /// There are words, at least of this class, without speech: the detector missed it, or it was too short to
    /// interrupt us. True if so; from now on there is speech to finalise.
    pub fn missed_speech(&mut self, least: Speech) -> bool {
        let missed = !self.is_speaking() && !self.spoken && self.has(least);
        self.spoken |= missed;
        missed
    }

    /// Ends the open utterance and opens the next. Speech that goes on belongs to the next.
    pub fn finalize(&mut self, now: CallTime) -> UtteranceId {
        if self.pending.len() >= PENDING_MAX {
            self.give_up_oldest();
        }
        let (utterance, speech) = (self.open, self.speech(now));
        self.open = utterance.next();
        self.pending.push_back(Pending {
            utterance,
            since: now,
            speech,
            partial: std::mem::take(&mut self.partial),
            words: None,
        });
        self.hint = None;
        self.longest = Duration::ZERO;
        self.spoken = false;
        self.carried_over = self.is_speaking();
        utterance
    }

    /// The words of a finalised utterance. False if nobody waits for them.
    pub fn hear_transcript(&mut self, utterance: UtteranceId, text: String) -> bool {
        self.pending
            .iter_mut()
            .find(|pending| pending.utterance == utterance && pending.words.is_none())
            .map(|pending| pending.words = Some(text))
            .is_some()
    }

    /// The oldest words owed will not come: the last partial stands in.
    pub fn give_up_oldest(&mut self) {
        if let Some(oldest) = self.pending.iter_mut().find(|pending| pending.words.is_none()) {
            oldest.words = Some(std::mem::take(&mut oldest.partial));
        }
    }

    /// The words that came, in the order in which they were said. None while older ones are owed.
    pub fn take_words(&mut self) -> Option<String> {
        let mut taken: Option<String> = None;
        while let Some(oldest) = self.pending.pop_front_if(|oldest| oldest.words.is_some()) {
            self.taken = (oldest.utterance, oldest.speech);
            let words = oldest.words.unwrap_or_default();
            let so_far = taken.get_or_insert_default();
            if !so_far.is_empty() && !words.trim().is_empty() {
                so_far.push(' ');
            }
            so_far.push_str(words.trim());
        }
        taken
    }

    /// The utterance whose words were taken last, and its longest stretch of speech.
    pub const fn taken(&self) -> (UtteranceId, Duration) {
        self.taken
    }

    /// Since when the oldest words are owed.
    pub fn owed_since(&self) -> Option<CallTime> {
        self.pending.front().map(|pending| pending.since)
    }

    pub fn is_speaking(&self) -> bool {
        self.speaking_since.is_some()
    }

    /// Since when the detector hears speech that may be words.
    pub fn speaking_since(&self) -> Option<CallTime> {
        self.speaking_since.filter(|_| !self.noise)
    }

    pub const fn open(&self) -> UtteranceId {
        self.open
    }

    /// The open utterance has speech in it that waits for a pause.
    pub fn is_spoken(&self) -> bool {
        self.spoken
    }

    /// The longest stretch of speech that has words, at least of this class: in the open utterance with what goes on,
    /// or in one whose words are owed. None if there are no such words.
    pub fn speech_with_words(&self, now: CallTime, least: Speech) -> Option<Duration> {
        let open = self.has(least).then(|| self.speech(now));
        let owed = self.pending.iter().filter(|pending| classify(self.language, &pending.partial) >= least);
        owed.map(|pending| pending.speech).chain(open).max()
    }

    /// When the speech that goes on reaches this length.
    pub fn speech_reaches(&self, length: Duration) -> Option<CallTime> {
        self.speaking_since.map(|since| since + length)
    }

    /// Whether the last partial is at least of this class.
    pub fn has(&self, class: Speech) -> bool {
        classify(self.language, &self.partial) >= class
    }

    /// The caller speaks, pauses briefly, or has said something that is still being made out.
    pub fn has_floor(&self) -> bool {
        let is_noise = self.noise && !self.has(Speech::Words);
        !self.pending.is_empty() || ((self.is_speaking() || self.spoken) && !is_noise)
    }

    /// No word came of what is heard: until it ends, it is noise.
    pub fn take_for_noise(&mut self) {
        self.noise = self.is_speaking();
    }

    /// No word came of an utterance. If its sound still goes on, it is noise.
    pub fn hear_nothing(&mut self) {
        self.noise |= self.carried_over;
    }

    /// Whether the words of speech that is over, or goes on, may still turn out to be something to answer.
    pub fn has_words(&self) -> bool {
        self.has(Speech::Words)
            || self.pending.iter().any(|pending| classify(self.language, &pending.partial) == Speech::Words)
    }

    /// Nobody listens any more.
    pub fn close(&mut self) {
        *self = Self { open: self.open, ..Self::new(self.language) };
    }

    /// The longest stretch of speech in the open utterance, with what goes on.
    pub fn speech(&self, now: CallTime) -> Duration {
        self.longest.max(self.speaking_since.map_or(Duration::ZERO, |since| now.since(since)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> CallTime {
        CallTime::from_ms(ms)
    }

    fn spoken() -> TurnTaking {
        let mut turns = TurnTaking::new(Language::English);
        assert!(turns.start(ms(100)));
        let speech = turns.stop(ms(400), Duration::from_millis(50)).unwrap();
        assert_eq!(speech, Duration::from_millis(250));
        turns.keep(speech);
        turns
    }

    #[test]
    fn speech_gives_the_floor_until_its_words_are_taken() {
        let mut turns = spoken();
        assert!(turns.has_floor());
        let utterance = turns.finalize(ms(900));
        assert!(turns.has_floor());
        assert_eq!(turns.take_words(), None);
        assert!(turns.hear_transcript(utterance, " Hello. ".into()));
        assert_eq!(turns.take_words().as_deref(), Some("Hello."));
        assert!(!turns.has_floor());
    }

    #[test]
    fn words_are_taken_in_the_order_they_were_said() {
        let mut turns = spoken();
        let first = turns.finalize(ms(900));
        let second = turns.finalize(ms(1_000));
        assert!(turns.hear_transcript(second, "two".into()));
        assert_eq!(turns.take_words(), None);
        assert!(turns.hear_transcript(first, "one".into()));
        assert_eq!(turns.take_words().as_deref(), Some("one two"));
    }

    #[test]
    fn an_answer_counts_once_and_only_when_it_is_owed() {
        let mut turns = spoken();
        assert!(!turns.hear_transcript(UtteranceId::FIRST, "too early".into()));
        let utterance = turns.finalize(ms(900));
        assert!(turns.hear_transcript(utterance, "once".into()));
        assert!(!turns.hear_transcript(utterance, "twice".into()));
        assert_eq!(turns.take_words().as_deref(), Some("once"));
        assert!(!turns.hear_transcript(utterance, "late".into()));
    }

    #[test]
    fn the_last_partial_stands_in() {
        let mut turns = spoken();
        assert!(turns.hear_partial(UtteranceId::FIRST, "book a".into()));
        turns.finalize(ms(900));
        assert!(turns.hear_partial(UtteranceId::FIRST, "book a massage".into()));
        turns.give_up_oldest();
        assert_eq!(turns.take_words().as_deref(), Some("book a massage"));
    }

    #[test]
    fn owed_words_are_bounded_and_none_are_lost() {
        let mut turns = TurnTaking::new(Language::English);
        for number in 0..=PENDING_MAX {
            let open = turns.open;
            assert!(turns.hear_partial(open, number.to_string()));
            turns.finalize(ms(0));
        }
        assert_eq!(turns.take_words().as_deref(), Some("0"));
        assert_eq!(turns.pending.len(), PENDING_MAX);
    }

    #[test]
    fn noise_does_not_hold_the_floor_but_words_in_it_do() {
        let mut turns = TurnTaking::new(Language::English);
        turns.start(ms(0));
        let utterance = turns.finalize(ms(20_000));
        turns.hear_transcript(utterance, String::new());
        turns.take_words();
        assert!(turns.has_floor());
        turns.hear_nothing();
        assert!(!turns.has_floor());
        turns.hear_partial(utterance.next(), "hello there".into());
        assert!(turns.has_floor());
    }

    #[test]
    fn speech_counts_with_its_own_words() {
        let mut turns = spoken();
        assert_eq!(turns.speech_with_words(ms(500), Speech::Words), None);
        turns.hear_partial(UtteranceId::FIRST, "no".into());
        assert_eq!(turns.speech_with_words(ms(500), Speech::Words), Some(Duration::from_millis(250)));
        turns.finalize(ms(900));
        turns.start(ms(1_000));
        assert_eq!(turns.speech_with_words(ms(1_400), Speech::Words), Some(Duration::from_millis(250)));
        turns.hear_partial(UtteranceId::FIRST.next(), "wait".into());
        assert_eq!(turns.speech_with_words(ms(1_400), Speech::Words), Some(Duration::from_millis(400)));
    }

    #[test]
    fn a_hint_holds_for_the_words_it_was_given_for() {
        let mut turns = TurnTaking::new(Language::English);
        let open = UtteranceId::FIRST;
        assert!(turns.hear_hint(open, TurnEnd::Sure));
        assert_eq!(turns.hint(), None, "of no words");
        turns.hear_partial(open, "two".into());
        assert!(!turns.hear_hint(open.next(), TurnEnd::Sure));
        assert_eq!(turns.hint(), None);
        turns.hear_hint(open, TurnEnd::Likely);
        turns.hear_partial(open, "two".into());
        assert_eq!(turns.hint(), Some(TurnEnd::Likely), "the same words again");
        turns.hear_partial(open, "two or".into());
        assert_eq!(turns.hint(), None);
        turns.hear_hint(open, TurnEnd::Likely);
        turns.start(ms(100));
        assert_eq!(turns.hint(), None, "speech goes on");
        turns.hear_hint(open, TurnEnd::Likely);
        turns.finalize(ms(200));
        assert_eq!(turns.hint(), None);
    }

    #[test]
    fn words_without_speech_are_speech_the_detector_missed() {
        let mut turns = TurnTaking::new(Language::English);
        turns.hear_partial(UtteranceId::FIRST, "um, okay".into());
        assert!(!turns.missed_speech(Speech::Words));
        turns.hear_partial(UtteranceId::FIRST, "okay, no".into());
        assert!(turns.missed_speech(Speech::Words));
        assert!(!turns.missed_speech(Speech::Words), "it is known by now");
    }
}
