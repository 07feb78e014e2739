//! v1: results of spans. Interims come in the audio's time, finals at silence and when asked for.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::super::ear::{Ear, Word};

/// Audio between two interim results. Deepgram takes about a second; tests want more of them.
const INTERIM_EACH: f64 = 0.4;
/// Silence is final too, in such spans.
const EMPTY_FINAL_EACH: f64 = 3.0;
/// With less audio than this, a flush is not answered.
const FLUSHED_MIN: f64 = 0.06;

pub struct Results {
    endpointing: f64,
    utterance_end: f64,
    /// Up to here, all is final.
    settled: f64,
    interim_at: f64,
    /// Words were final since the last `UtteranceEnd`.
    in_utterance: bool,
    speaking: bool,
    /// Words before a silence are not called final.
    silence_for_final: bool,
}

impl Results {
    pub fn new(query: &HashMap<&str, &str>, silence_for_final: bool) -> Option<Self> {
        let switches = ["interim_results", "vad_events", "smart_format", "punctuate", "numerals"];
        let well_formed = switches.iter().all(|switch| matches!(query.get(switch), None | Some(&("true" | "false"))));
        let milliseconds = |name| Some(query.get(name)?.parse::<f64>().ok()? / 1_000.0);
        let model = *query.get("model")?;
        let names_fit = if model.starts_with("nova-3") { "keywords" } else { "keyterm" };
        (well_formed && model.starts_with("nova-") && !query.contains_key(names_fit)).then_some(Self {
            endpointing: milliseconds("endpointing")?,
            utterance_end: milliseconds("utterance_end_ms")?,
            settled: 0.0,
            interim_at: INTERIM_EACH,
            in_utterance: false,
            speaking: false,
            silence_for_final,
        })
    }

    pub fn heard(&mut self, ear: &Ear) -> Vec<Value> {
        let (now, words) = (ear.now(), ear.words_since(self.settled));
        let mut messages = Vec::new();
        if !words.is_empty() && !self.speaking {
            self.speaking = true;
            messages.push(json!({"type": "SpeechStarted", "channel": [0, 1], "timestamp": words[0].start}));
        }
        match ear.silent_since() {
            Some(since) if !words.is_empty() && now - since >= self.endpointing => {
                messages.push(self.settle(now, &words, true, false));
                self.speaking = false;
            }
            Some(since) if self.in_utterance && now - since >= self.utterance_end => {
                self.in_utterance = false;
                messages.push(json!({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": since}));
            }
            _ if words.is_empty() && now - self.settled >= EMPTY_FINAL_EACH => {
                messages.push(self.settle(now, &[], false, false));
            }
            _ if now >= self.interim_at => {
                self.interim_at = now + INTERIM_EACH;
                messages.push(result(self.settled, now, &words, [false; 3]));
            }
            _ => {}
        }
        messages
    }

    /// The answer to `Finalize`, if there is one.
    pub fn flush(&mut self, ear: &Ear) -> Option<Value> {
        let now = ear.now();
        let words = ear.words_since(self.settled);
        (now - self.settled >= FLUSHED_MIN).then(|| self.settle(now, &words, false, true))
    }

    pub fn close(&mut self, ear: &Ear) -> Vec<Value> {
        let metadata = json!({
            "type": "Metadata", "transaction_key": "deprecated", "request_id": "0b0f2f0e-0000-4000-8000-000000000001",
            "sha256": "0", "created": "2025-11-24T21:00:00.000Z", "duration": ear.now(), "channels": 1,
        });
        vec![self.settle(ear.now(), &ear.words_since(self.settled), false, false), metadata]
    }

    fn settle(&mut self, now: f64, words: &[Word], speech_final: bool, from_finalize: bool) -> Value {
        self.in_utterance |= !words.is_empty();
        let is_final = !(speech_final && self.silence_for_final);
        let message = result(self.settled, now, words, [is_final, speech_final, from_finalize]);
        (self.settled, self.interim_at) = (now, now + INTERIM_EACH);
        message
    }
}

fn result(start: f64, end: f64, words: &[Word], [is_final, speech_final, from_finalize]: [bool; 3]) -> Value {
    let texts: Vec<&str> = words.iter().map(|word| &*word.text).collect();
    let words: Vec<Value> = words
        .iter()
        .map(|word| {
            json!({"word": word.text.to_lowercase(), "punctuated_word": word.text, "start": word.start,
                   "end": word.end, "confidence": 0.98})
        })
        .collect();
    json!({
        "type": "Results", "channel_index": [0, 1], "start": start, "duration": end - start,
        "is_final": is_final, "speech_final": speech_final, "from_finalize": from_finalize,
        "channel": {"alternatives": [{"transcript": texts.join(" "), "confidence": 0.98, "words": words}]},
        "metadata": {"request_id": "0b0f2f0e-0000-4000-8000-000000000001"},
    })
}
