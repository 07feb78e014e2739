//! Speech that a fake can understand: a word of the vocabulary is a level, silence is none. So what is heard depends on
//! the sound that arrived, whether it arrived once, twice or in part.

use std::time::Duration;

use super::voice::{Lines, Voice};

/// Words that can be said, by their level.
pub const VOCABULARY: [&str; 10] =
    ["hello", "book", "a", "massage", "with", "Anna", "tomorrow", "at", "three", "please"];

/// Between the levels of two words, in 16 bits: μ-law keeps them apart up to the last word.
const LEVEL: i16 = 256;
/// A shorter piece of a word is none.
const WORD_MIN: f64 = 0.1;
/// How long a word lasts, and the gap after it.
const WORD: Duration = Duration::from_millis(240);
const GAP: Duration = Duration::from_millis(60);

/// The sound of words, at 16 kHz.
///
/// # Panics
/// When a word is not of the vocabulary.
pub fn say(words: &str) -> Vec<f32> {
    let mut sound = Vec::new();
    for word in words.split_whitespace() {
        let index = VOCABULARY.iter().position(|known| *known == word).expect("a word of the vocabulary");
        let level = f32::from(LEVEL) * (index + 1) as f32 / 32_767.0;
        sound.extend(std::iter::repeat_n(level, samples(WORD)));
        sound.extend(pause(GAP));
    }
    sound
}

/// Silence, at 16 kHz.
pub fn pause(length: Duration) -> Vec<f32> {
    vec![0.0; samples(length)]
}

const fn samples(length: Duration) -> usize {
    length.as_millis() as usize * 16
}

/// A word that was heard; seconds since the first sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub start: f64,
    pub end: f64,
}

/// A stretch of one level.
#[derive(Debug, Clone, Copy)]
struct Level {
    index: usize,
    start: f64,
    end: f64,
}

impl Level {
    fn word(self) -> Word {
        Word { text: VOCABULARY[self.index].to_owned(), start: self.start, end: self.end }
    }
}

/// Hears the words in a stream of sound.
#[derive(Debug)]
pub struct Ear {
    rate_hz: u32,
    mulaw: bool,
    heard: u64,
    going_on: Option<Level>,
    words: Vec<Word>,
    /// Set when it hears voices, and not levels.
    voice: Option<Voice>,
}

impl Ear {
    /// With lines it hears voices say them.
    pub fn new(rate_hz: u32, mulaw: bool, lines: Option<Lines>) -> Self {
        Self { rate_hz, mulaw, heard: 0, going_on: None, words: Vec::new(), voice: lines.map(Voice::new) }
    }

    pub fn hear(&mut self, bytes: &[u8]) {
        if self.mulaw {
            bytes.iter().for_each(|&code| self.sample(media_gateway::listen::mulaw::decode(code)));
        } else {
            bytes.chunks_exact(2).for_each(|pair| self.sample(i16::from_le_bytes([pair[0], pair[1]])));
        }
    }

    /// Seconds.
    pub fn now(&self) -> f64 {
        self.heard as f64 / f64::from(self.rate_hz)
    }

    /// Words that began after this, with the one that goes on.
    pub fn words_since(&self, since: f64) -> Vec<Word> {
        let is_later = |word: &Word| word.end > since;
        if let Some(voice) = &self.voice {
            return voice.words().filter(is_later).collect();
        }
        let going_on = self.going_on.filter(|level| level.end - level.start >= WORD_MIN).map(Level::word);
        self.words.iter().cloned().chain(going_on).filter(is_later).collect()
    }

    /// When the last word ended; none if one goes on or none was said.
    pub fn silent_since(&self) -> Option<f64> {
        if let Some(voice) = &self.voice {
            return voice.silent_since();
        }
        if self.going_on.is_some() { None } else { self.words.last().map(|word| word.end) }
    }

    fn sample(&mut self, sample: i16) {
        let at = self.now();
        self.heard += 1;
        if let Some(voice) = &mut self.voice {
            return voice.sample(at, sample);
        }
        let index = usize::try_from((sample + LEVEL / 2) / LEVEL).unwrap_or(0).checked_sub(1);
        let index = index.filter(|index| *index < VOCABULARY.len());
        if let Some(word) = &mut self.going_on {
            word.end = at;
            if Some(word.index) == index {
                return;
            }
            let over = *word;
            self.going_on = None;
            if over.end - over.start >= WORD_MIN {
                self.words.push(over.word());
            }
        }
        self.going_on = index.map(|index| Level { index, start: at, end: at });
    }
}

#[cfg(test)]
mod tests {
    use media_gateway::listen::mulaw;

    use super::*;

    #[test]
    fn every_word_is_heard_in_both_encodings() {
        let all = VOCABULARY.join(" ");
        let sound = say(&all);
        let mut linear = Ear::new(16_000, false, None);
        let bytes: Vec<u8> = sound.iter().flat_map(|s| ((s * 32_767.0) as i16).to_le_bytes()).collect();
        linear.hear(&bytes);
        let mut coded = Ear::new(8_000, true, None);
        let mut codes = Vec::new();
        mulaw::encode_f32(&sound.iter().copied().step_by(2).collect::<Vec<f32>>(), &mut codes);
        coded.hear(&codes);
        for ear in [linear, coded] {
            let heard: Vec<String> = ear.words_since(0.0).into_iter().map(|word| word.text).collect();
            assert_eq!(heard.join(" "), all);
            assert!((ear.now() - 3.0).abs() < 0.001);
        }
    }
}
