//! One turn: what Azure was sent under one request id, and what it says of it.

use call::TurnEnd;

use super::{
    super::remote::{
        Trouble,
        assembly::Assembly,
        dialect::Answer,
        segment::{Position, Segment, placed, position},
    },
    ignored,
    message::{Hypothesis, Phrase, Status, seconds},
};

pub struct Turn {
    pub request_id: String,
    /// The position of its first sample.
    origin: Position,
    /// Something came for it.
    pub is_answered: bool,
    /// Something in it was heard for certain, be it silence.
    pub has_phrase: bool,
    /// Where we ended it. Azure still has to.
    pub ended_at: Option<Position>,
}

impl Turn {
    pub const fn new(request_id: String, origin: Position) -> Self {
        Self { request_id, origin, is_answered: false, has_phrase: false, ended_at: None }
    }

    /// A message that belongs to it, other than its end.
    pub fn hear(&mut self, path: &str, body: &[u8], assembly: &mut Assembly) -> Answer {
        self.is_answered = true;
        match path.to_ascii_lowercase().as_str() {
            // Our own detector decides when speech begins and ends.
            "turn.start" | "speech.startdetected" | "speech.enddetected" => Answer::Taken,
            "speech.hypothesis" => match serde_json::from_slice(body) {
                Ok(hypothesis) => self.hear_hypothesis(hypothesis, assembly),
                Err(_) => Answer::Malformed,
            },
            "speech.phrase" => match serde_json::from_slice(body) {
                Ok(phrase) => self.hear_phrase(phrase, assembly),
                Err(_) => Answer::Malformed,
            },
            _ => ignored("unknown"),
        }
    }

    fn hear_hypothesis(&self, hypothesis: Hypothesis, assembly: &mut Assembly) -> Answer {
        let (start, end) = self.span(hypothesis.offset, hypothesis.duration);
        let words = placed(&hypothesis.text, &[], start, end);
        assembly.hear_interim(Segment { text: hypothesis.text, words, start, end });
        Answer::Taken
    }

    fn hear_phrase(&mut self, phrase: Phrase, assembly: &mut Assembly) -> Answer {
        let (start, end) = self.span(phrase.offset, phrase.duration);
        self.has_phrase = true;
        match phrase.status {
            Status::Success => {
                let timed: Vec<_> = phrase.words().iter().map(|word| self.span(word.offset, word.duration)).collect();
                let text = phrase.into_text();
                assembly.hear_final(Segment { words: placed(&text, &timed, start, end), text, start, end });
                if self.ended_at.is_none() {
                    // It saw the silence that ends a phrase.
                    assembly.hear_turn_end(TurnEnd::Likely);
                }
                Answer::Taken
            }
            // There was sound, or none, and no words in it.
            Status::NoMatch | Status::InitialSilenceTimeout | Status::BabbleTimeout => {
                assembly.hear_final(Segment::silence(start, end));
                Answer::Taken
            }
            Status::EndOfDictation => Answer::Taken,
            Status::Error => Answer::Trouble(Trouble::ServerError),
            Status::TooManyRequests => Answer::Trouble(Trouble::TooManyStreams),
            Status::BadRequest => Answer::Trouble(Trouble::BadRequest),
            Status::Forbidden => Answer::Trouble(Trouble::NoCredit),
            Status::Unknown => Answer::Malformed,
        }
    }

    /// A span of the turn, given in Azure's units.
    fn span(&self, offset: f64, duration: f64) -> (Position, Position) {
        (position(self.origin, seconds(offset)), position(self.origin, seconds(offset + duration)))
    }
}
