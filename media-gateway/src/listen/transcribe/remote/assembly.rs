//! Makes utterances of what a provider hears. Its spans know nothing of ours, so each word goes to the utterance in whose
//! audio it was said. Pure: no clock, no connection.

use std::{collections::VecDeque, time::Duration};

use call::{TurnEnd, UtteranceId};
use proto::Private;

use super::{
    super::Heard,
    segment::{Position, Segment, append, reaches, samples},
};

/// Utterances whose words are owed. The core has fewer; one more, and the oldest is answered with what there is.
const PENDING_MAX: usize = 8;
/// Flushes that were asked for and not answered. Not every provider must answer, so the oldest is forgotten.
const FLUSHES_MAX: usize = 16;
/// Words that may change come so much later than they are said, and are all there is for a moment.
const INTERIM_LAG: Position = samples(Duration::from_millis(500));

pub struct Assembly {
    open: UtteranceId,
    /// The final words of the open utterance.
    settled: String,
    /// Words that may still change. They come after all final ones.
    interim: Option<Segment>,
    /// Up to here, all words are final.
    covered: Position,
    /// Words before this were given as they were, so their final form comes too late.
    given_until: Position,
    speaking: bool,
    /// Where our detector last heard speech end.
    speech_end: Position,
    /// Utterances that were finalized and wait for words, oldest first.
    pending: VecDeque<Pending>,
    flushes: VecDeque<Flush>,
    heard: VecDeque<Heard>,
    last_partial: Option<(UtteranceId, String)>,
}

struct Pending {
    id: UtteranceId,
    boundary: Position,
    /// Its last speech, by our detector.
    speech_end: Position,
    settled: String,
}

struct Flush {
    of: UtteranceId,
    at: Position,
}

impl Assembly {
    pub const fn new(first: UtteranceId) -> Self {
        Self {
            open: first,
            settled: String::new(),
            interim: None,
            covered: 0,
            given_until: 0,
            speaking: false,
            speech_end: 0,
            pending: VecDeque::new(),
            flushes: VecDeque::new(),
            heard: VecDeque::new(),
            last_partial: None,
        }
    }

    pub const fn speech_started(&mut self) {
        self.speaking = true;
    }

    pub const fn speech_stopped(&mut self, speech_end: Position) {
        self.speaking = false;
        self.speech_end = speech_end;
    }

    /// The utterance ends at this place. True if its words are not all there yet: a flush would bring them.
    pub fn finalize(&mut self, id: UtteranceId, boundary: Position) -> bool {
        if self.pending.len() >= PENDING_MAX {
            self.give_up_oldest();
        }
        let speech_end = if self.speaking { boundary } else { self.speech_end };
        self.pending.push_back(Pending { id, boundary, speech_end, settled: std::mem::take(&mut self.settled) });
        self.open = id.next();
        self.answer_complete();
        self.pending.back().is_some_and(|last| last.id == id)
    }

    /// A flush was asked for at the end of this utterance.
    pub fn flush_sent(&mut self, of: UtteranceId, at: Position) {
        if self.flushes.len() >= FLUSHES_MAX {
            self.flushes.pop_front();
        }
        self.flushes.push_back(Flush { of, at });
    }

    /// Words that may change; they replace those that were heard so before.
    pub fn hear_interim(&mut self, segment: Segment) {
        let (_, segment) = segment.split_at(self.given_until);
        self.interim = (!segment.is_wordless()).then_some(segment);
        self.tell_partial();
    }

    /// Words that will not change.
    pub fn hear_final(&mut self, segment: Segment) {
        self.interim = None;
        let (covered, given) = (segment.end, self.given_until);
        self.settle(segment.split_at(given).1);
        self.covered = self.covered.max(covered);
        self.answer_complete();
        self.tell_partial();
    }

    /// The provider judges the words that it sent last. While an utterance that is over still waits for its words, they may be
    /// that one's.
    pub fn hear_turn_end(&mut self, end: TurnEnd) {
        let judged = Heard::TurnEnd { utterance: self.open, end };
        if self.pending.is_empty() && self.heard.back() != Some(&judged) {
            self.heard.push_back(judged);
        }
    }

    /// Final words up to `end` were all that a flush could bring.
    pub fn flushed(&mut self, end: Position) {
        let Some(flush) = self.flushes.pop_front() else { return };
        while self.flushes.front().is_some_and(|next| next.at <= end) {
            self.flushes.pop_front();
        }
        if self.pending.front().is_some_and(|oldest| oldest.id == flush.of) {
            self.interim = None;
            self.give_up_oldest();
        }
    }

    /// The oldest utterance that waits is answered with what there is. False if none waits.
    pub fn give_up_oldest(&mut self) -> bool {
        let Some(mut oldest) = self.pending.pop_front() else { return false };
        if let Some(interim) = self.interim.take() {
            let (said, rest) = interim.split_at(oldest.boundary);
            if !said.is_wordless() {
                append(&mut oldest.settled, &said.text);
                self.given_until = oldest.boundary;
            }
            self.interim = (!rest.is_wordless()).then_some(rest);
        }
        self.tell_final(oldest);
        self.answer_complete();
        true
    }

    /// The connection is gone. Gives the place from which audio is to be sent again; audio before `oldest` is gone too,
    /// and what was heard of it stays as it is.
    pub fn restart(&mut self, oldest: Position) -> Position {
        self.flushes.clear();
        let mut from = self.covered.max(oldest);
        if from > self.covered
            && let Some(interim) = self.interim.take()
        {
            let (gone, rest) = interim.split_at(from);
            // A word that was cut by `oldest` would be heard again as half a word.
            from = gone.words.last().map_or(from, |last| from.max(last.end));
            self.interim = (!rest.is_wordless()).then_some(rest);
            self.settle(gone);
        }
        self.covered = from;
        self.answer_complete();
        from
    }

    /// The utterances whose words are owed, and where they end.
    pub fn pending(&self) -> impl Iterator<Item = (UtteranceId, Position)> {
        self.pending.iter().map(|pending| (pending.id, pending.boundary))
    }

    pub fn oldest_pending(&self) -> Option<(UtteranceId, Position)> {
        self.pending.front().map(|oldest| (oldest.id, oldest.boundary))
    }

    /// Whether speech of this utterance was heard by us and not by the provider.
    pub fn owes_speech(&self, id: UtteranceId) -> bool {
        let heard = self.interim.as_ref().map_or(0, |interim| interim.end.saturating_add(INTERIM_LAG));
        let heard = heard.max(self.covered);
        self.pending.iter().any(|owed| owed.id == id && owed.speech_end > heard)
    }

    pub fn poll_heard(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    /// Gives each word to the utterance in whose audio it is.
    fn settle(&mut self, segment: Segment) {
        let mut rest = segment;
        for pending in &mut self.pending {
            let (said, later) = rest.split_at(pending.boundary);
            append(&mut pending.settled, &said.text);
            rest = later;
        }
        append(&mut self.settled, &rest.text);
    }

    fn answer_complete(&mut self) {
        while self.pending.front().is_some_and(|oldest| self.is_complete(oldest))
            && let Some(complete) = self.pending.pop_front()
        {
            self.tell_final(complete);
        }
    }

    /// All its audio is covered, or all speech in it.
    fn is_complete(&self, pending: &Pending) -> bool {
        let may_change = self.interim.as_ref().is_some_and(|interim| interim.start < pending.boundary);
        reaches(self.covered, pending.boundary) || (pending.speech_end <= self.covered && !may_change)
    }

    fn tell_final(&mut self, pending: Pending) {
        self.heard.push_back(Heard::Final { utterance: pending.id, text: Private::new(pending.settled) });
    }

    /// Tells the words so far of the oldest utterance with words that may change, or of the open one.
    fn tell_partial(&mut self) {
        let mut interim = self.interim.clone().unwrap_or_default();
        let mut of = (self.open, self.settled.as_str());
        for pending in &self.pending {
            let (said, later) = interim.split_at(pending.boundary);
            interim = later;
            if !said.is_wordless() {
                of = (pending.id, pending.settled.as_str());
                interim = said;
                break;
            }
        }
        let mut text = of.1.to_owned();
        append(&mut text, &interim.text);
        let partial = (of.0, text);
        if partial.1.is_empty() || self.last_partial.as_ref() == Some(&partial) {
            return;
        }
        self.last_partial = Some(partial.clone());
        let (utterance, text) = partial;
        // Only the latest of an utterance counts, so that there are never more than a few.
        if matches!(self.heard.back(), Some(Heard::Partial { utterance: of, .. }) if *of == utterance) {
            self.heard.pop_back();
        }
        self.heard.push_back(Heard::Partial { utterance, text: Private::new(text) });
    }
}

#[cfg(test)]
mod tests;
