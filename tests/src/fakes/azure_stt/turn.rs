//! One turn: audio in one request id, hypotheses in its time, phrases at its pauses and at its end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    super::{
        ear::{Ear, Word},
        voice::Lines,
    },
    Nonsense,
    frames::Violation,
};

/// Audio between two hypotheses.
const HYPOTHESIS_EACH: f64 = 0.3;
/// Silence after which it is said that there is nothing but silence.
const INITIAL_SILENCE: f64 = 5.0;
const UNITS: f64 = 1e7;

pub struct Turn {
    id: String,
    ear: Ear,
    segmentation: f64,
    phase: Phase,
    /// Up to here, all is phrases.
    settled: f64,
    hypothesis_at: f64,
    speaking: bool,
    /// What is said is kept back until it is due.
    holds: bool,
    kept: Vec<String>,
}

#[derive(PartialEq, Eq)]
enum Phase {
    /// The header of the sound has not come.
    New,
    /// No sound has come.
    Described,
    Listening,
    /// The client ended it.
    Ended,
}

impl Turn {
    /// None if the context asks for something else than what is served here.
    pub fn new(id: String, context: &Value, lines: Option<Lines>) -> Option<Self> {
        let segmentation = &context["phraseDetection"]["conversation"]["segmentation"];
        let silence_ms =
            segmentation["segmentationSilenceTimeoutMs"].as_u64().filter(|ms| (100..=5_000).contains(ms))?;
        let is_detailed = context["phraseOutput"]["format"] == "Detailed";
        let phrases = &context["dgi"]["groups"][0]["items"];
        let are_phrases = phrases.as_array().is_none_or(|items| items.iter().all(|item| item["text"].is_string()));
        (segmentation["mode"] == "Custom" && is_detailed && are_phrases).then(|| Self {
            id,
            ear: Ear::new(16_000, false, lines),
            segmentation: Duration::from_millis(silence_ms).as_secs_f64(),
            phase: Phase::New,
            settled: 0.0,
            hypothesis_at: HYPOTHESIS_EACH,
            speaking: false,
            holds: false,
            kept: Vec::new(),
        })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seconds of audio.
    pub fn now(&self) -> f64 {
        self.ear.now()
    }

    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Keeps back what is said, or gives it with the next answer.
    pub const fn hold(&mut self, holds: bool) {
        self.holds = holds;
    }

    /// What is answered to a piece of audio.
    pub fn take_audio(&mut self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<String>, Violation> {
        match self.phase {
            Phase::New => {
                if content_type != Some("audio/x-wav") || !is_header(body) {
                    return Err(Violation::new(1007, "audio without a header for 16 kHz, 16 bits, one channel"));
                }
                self.phase = Phase::Described;
                Ok(Vec::new())
            }
            Phase::Ended => Err(Violation::new(1002, "audio after the end of the audio")),
            Phase::Described | Phase::Listening if !body.len().is_multiple_of(2) => {
                Err(Violation::new(1007, "half a sample"))
            }
            Phase::Described | Phase::Listening => {
                let mut messages = Vec::new();
                if self.phase == Phase::Described {
                    self.phase = Phase::Listening;
                    messages.push(
                        self.message("turn.start", r#"{"context":{"serviceTag":"7b33613b91714b32817815dc89633afa"}}"#),
                    );
                }
                if body.is_empty() {
                    self.phase = Phase::Ended;
                    messages.extend(self.last_words());
                } else {
                    self.ear.hear(body);
                    messages.extend(self.heard());
                }
                Ok(self.unless_held(messages))
            }
        }
    }

    fn unless_held(&mut self, messages: Vec<String>) -> Vec<String> {
        self.kept.extend(messages);
        let is_kept = self.holds && self.phase != Phase::Ended;
        if is_kept { Vec::new() } else { std::mem::take(&mut self.kept) }
    }

    fn heard(&mut self) -> Vec<String> {
        let (now, words) = (self.ear.now(), self.ear.words_since(self.settled));
        let mut messages = Vec::new();
        if !words.is_empty() && !self.speaking {
            self.speaking = true;
            messages.push(self.at("speech.startDetected", words[0].start));
        }
        match self.ear.silent_since() {
            Some(since) if !words.is_empty() && now - since >= self.segmentation => {
                messages.push(self.phrase(&words, now));
            }
            _ if words.is_empty() && now - self.settled >= INITIAL_SILENCE => {
                let silence = json!({
                    "RecognitionStatus": "InitialSilenceTimeout",
                    "Offset": units(self.settled), "Duration": units(now - self.settled),
                });
                self.settled = now;
                messages.push(self.message("speech.phrase", &silence.to_string()));
            }
            _ if !words.is_empty() && now >= self.hypothesis_at => {
                self.hypothesis_at = now + HYPOTHESIS_EACH;
                messages.push(self.hypothesis(&words));
            }
            _ => {}
        }
        messages
    }

    /// What is left to say when there is no more audio.
    pub fn last_words(&mut self) -> Vec<String> {
        let words = self.ear.words_since(self.settled);
        let now = self.ear.now();
        let mut messages = Vec::new();
        if !words.is_empty() {
            messages.push(self.phrase(&words, now));
        }
        messages.push(self.at("speech.endDetected", now));
        messages.push(self.bare_phrase(if words.is_empty() { "NoMatch" } else { "EndOfDictation" }));
        messages
    }

    fn phrase(&mut self, words: &[Word], now: f64) -> String {
        let lexical = text(words);
        let display = written(&lexical);
        let (start, end) = (words[0].start, words[words.len() - 1].end);
        let timed: Vec<Value> = words
            .iter()
            .map(|word| {
                json!({"Word": word.text.to_lowercase(), "Offset": units(word.start), "Duration": units(word.end - word.start)})
            })
            .collect();
        let body = json!({
            "Id": "1b3cc5a9bc0b4ef3a9e0e4bd0ddc1d23", "RecognitionStatus": "Success", "DisplayText": display,
            "Offset": units(start), "Duration": units(end - start), "Channel": 0,
            "NBest": [
                {"Confidence": 0.96, "Lexical": lexical, "ITN": lexical, "MaskedITN": lexical, "Display": display, "Words": timed},
                {"Confidence": 0.3, "Lexical": "no", "ITN": "no", "MaskedITN": "no", "Display": "No."},
            ],
        });
        (self.settled, self.hypothesis_at, self.speaking) = (now, now + HYPOTHESIS_EACH, false);
        self.message("speech.phrase", &body.to_string())
    }

    fn hypothesis(&self, words: &[Word]) -> String {
        let (start, end) = (words[0].start, words[words.len() - 1].end);
        let body = json!({
            "Id": "2", "Text": text(words).to_lowercase(), "Offset": units(start), "Duration": units(end - start),
        });
        self.message("speech.hypothesis", &body.to_string())
    }

    /// A phrase without words.
    pub fn bare_phrase(&self, status: &str) -> String {
        let body = json!({"RecognitionStatus": status, "Offset": units(self.ear.now()), "Duration": 0});
        self.message("speech.phrase", &body.to_string())
    }

    pub fn nonsense(&self, nonsense: Nonsense) -> String {
        match nonsense {
            Nonsense::NoHeaders => "hello".to_owned(),
            Nonsense::NoPath => format!("X-RequestId:{}\r\n\r\n{{}}", self.id),
            Nonsense::NoJson => self.message("speech.phrase", r#"{"RecognitionStatus":"Success","#),
            Nonsense::UnknownStatus => self.bare_phrase("Startled"),
            Nonsense::UnknownPath => self.message("speech.news", "{}"),
            Nonsense::Stale => {
                let id = "f".repeat(32);
                format!("X-RequestId:{id}\r\nPath:speech.hypothesis\r\n\r\n{{\"Text\":\"stale\"}}")
            }
            Nonsense::Binary => format!("\0\u{1}P{}", self.id),
        }
    }

    fn at(&self, path: &str, seconds: f64) -> String {
        self.message(path, &json!({"Offset": units(seconds)}).to_string())
    }

    pub fn message(&self, path: &str, body: &str) -> String {
        // The service writes ids as it likes.
        let id = self.id.to_uppercase();
        format!("X-RequestId:{id}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n{body}")
    }
}

fn units(seconds: f64) -> u64 {
    (seconds * UNITS) as u64
}

fn text(words: &[Word]) -> String {
    words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ")
}

/// With a capital and a full stop, as a phrase is written.
pub fn written(lexical: &str) -> String {
    let mut characters = lexical.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

/// A RIFF header of 16 kHz, 16 bits, one channel, PCM.
fn is_header(body: &[u8]) -> bool {
    let Ok(reader) = hound::WavReader::new(body) else { return false };
    let spec = reader.spec();
    body.len() == 44 && (spec.sample_rate, spec.bits_per_sample, spec.channels) == (16_000, 16, 1)
}
