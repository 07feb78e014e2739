//! v2, Flux: turns. Each message has the whole turn; its end is found by silence, first eagerly, then for certain.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::super::ear::{Ear, Word};

const UPDATE_EACH: f64 = 0.24;
/// Silence that may be the end, and that is.
const EAGER_AFTER: f64 = 0.2;
const END_AFTER: f64 = 0.6;

pub struct Turns {
    sequence: u64,
    eager: bool,
    index: u64,
    /// Where the turn before ended.
    since: f64,
    update_at: f64,
    state: State,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum State {
    Silent,
    Talking,
    PerhapsOver,
}

impl Turns {
    pub fn new(query: &HashMap<&str, &str>) -> Option<Self> {
        let v1_only = ["interim_results", "endpointing", "vad_events", "punctuate", "smart_format"];
        let fits = query.get("model")?.starts_with("flux-") && !v1_only.iter().any(|name| query.contains_key(name));
        fits.then_some(Self {
            sequence: 0,
            eager: query.contains_key("eager_eot_threshold"),
            index: 0,
            since: 0.0,
            update_at: 0.0,
            state: State::Silent,
        })
    }

    pub fn connected(&mut self) -> String {
        json!({"type": "Connected", "request_id": "0b0f2f0e-0000-4000-8000-000000000002", "sequence_id": 0}).to_string()
    }

    pub fn heard(&mut self, ear: &Ear) -> Vec<Value> {
        let (now, words) = (ear.now(), ear.words_since(self.since));
        let silence = ear.silent_since().map_or(0.0, |since| now - since);
        let (event, state) = match self.state {
            State::Silent if words.is_empty() => return Vec::new(),
            State::Silent => ("StartOfTurn", State::Talking),
            State::Talking if self.eager && silence >= EAGER_AFTER => ("EagerEndOfTurn", State::PerhapsOver),
            State::PerhapsOver if silence < EAGER_AFTER => ("TurnResumed", State::Talking),
            _ if silence >= END_AFTER => ("EndOfTurn", State::Silent),
            state if now >= self.update_at => ("Update", state),
            _ => return Vec::new(),
        };
        let message = self.message(event, now, &words);
        self.state = state;
        if event == "EndOfTurn" {
            (self.index, self.since) = (self.index + 1, now);
        }
        vec![message]
    }

    fn message(&mut self, event: &str, now: f64, words: &[Word]) -> Value {
        self.sequence += 1;
        self.update_at = now + UPDATE_EACH;
        let texts: Vec<&str> = words.iter().map(|word| &*word.text).collect();
        let words: Vec<Value> = words
            .iter()
            .map(|word| json!({"word": word.text, "confidence": 0.99, "start": word.start, "end": word.end}))
            .collect();
        json!({
            "type": "TurnInfo", "request_id": "0b0f2f0e-0000-4000-8000-000000000002", "sequence_id": self.sequence,
            "event": event, "turn_index": self.index, "audio_window_start": self.since, "audio_window_end": now,
            "transcript": texts.join(" "), "words": words, "end_of_turn_confidence": 0.8,
        })
    }
}
