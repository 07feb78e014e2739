//! Real voices, for whole calls: sound is words, and which ones is written down beforehand. A line of the script is spread
//! over the stretch of sound that comes next, so that when and whether it is heard depends on the sound that arrived.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use super::ear::Word;

/// Louder samples are voice.
const AUDIBLE: u16 = 300;
/// Silence that ends a stretch; the pauses within a line are shorter.
const PAUSE: f64 = 0.3;
/// A word while the stretch goes on.
const WORD: f64 = 0.25;

/// What callers are going to say, a line for each stretch of sound.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<VecDeque<String>>>);

impl Lines {
    pub fn of(lines: &[&str]) -> Self {
        Self(Arc::new(Mutex::new(lines.iter().map(|line| (*line).to_owned()).collect())))
    }

    /// Lines of which nothing was heard yet.
    pub fn left(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn next(&self) -> Vec<String> {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        line.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }
}

#[derive(Debug)]
pub struct Voice {
    lines: Lines,
    going_on: Option<Stretch>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Stretch {
    words: Vec<String>,
    start: f64,
    end: f64,
}

impl Voice {
    pub const fn new(lines: Lines) -> Self {
        Self { lines, going_on: None, words: Vec::new() }
    }

    pub fn sample(&mut self, at: f64, sample: i16) {
        let is_voice = sample.unsigned_abs() >= AUDIBLE;
        match &mut self.going_on {
            Some(stretch) if is_voice => stretch.end = at,
            Some(stretch) if at - stretch.end >= PAUSE => {
                self.words.extend(stretch.all());
                self.going_on = None;
            }
            None if is_voice => self.going_on = Some(Stretch { words: self.lines.next(), start: at, end: at }),
            Some(_) | None => {}
        }
    }

    /// All so far, with those of the stretch that goes on.
    pub fn words(&self) -> impl Iterator<Item = Word> {
        let going_on = self.going_on.iter().flat_map(|stretch| stretch.at_pace(stretch.revealed()));
        self.words.iter().cloned().chain(going_on)
    }

    pub fn silent_since(&self) -> Option<f64> {
        if self.going_on.is_some() { None } else { self.words.last().map(|word| word.end) }
    }
}

impl Stretch {
    fn revealed(&self) -> usize {
        (((self.end - self.start) / WORD) as usize).min(self.words.len())
    }

    fn at_pace(&self, count: usize) -> impl Iterator<Item = Word> {
        self.words.iter().take(count).enumerate().map(|(index, text)| {
            let start = self.start + WORD * index as f64;
            Word { text: text.clone(), start, end: start + WORD }
        })
    }

    /// Whoever speaks faster than the pace said the rest in what time was left.
    fn all(&self) -> Vec<Word> {
        let revealed = self.revealed();
        let from = self.start + WORD * revealed as f64;
        let rest = self.words.len() - revealed;
        let each = (self.end - from).max(0.0) / rest.max(1) as f64;
        let hurried = self.words[revealed..].iter().enumerate().map(|(index, text)| {
            let start = from + each * index as f64;
            Word { text: text.clone(), start, end: start + each }
        });
        self.at_pace(revealed).chain(hurried).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 8_000.0;

    fn sound(voice: &mut Voice, at: &mut f64, seconds: f64, sample: i16) {
        for _ in 0..(seconds * RATE) as usize {
            voice.sample(*at, sample);
            *at += 1.0 / RATE;
        }
    }

    #[test]
    fn each_stretch_of_sound_is_the_next_line() {
        let lines = Lines::of(&["a massage please", "tomorrow"]);
        let (mut voice, mut at) = (Voice::new(lines.clone()), 0.0);
        let texts = |voice: &Voice| voice.words().map(|word| word.text).collect::<Vec<_>>().join(" ");
        sound(&mut voice, &mut at, 1.0, 0);
        assert_eq!((texts(&voice).as_str(), lines.left()), ("", 2));
        sound(&mut voice, &mut at, 0.3, 5_000);
        assert_eq!((texts(&voice).as_str(), lines.left()), ("a", 1));
        sound(&mut voice, &mut at, 0.2, 0);
        sound(&mut voice, &mut at, 0.05, 5_000);
        assert_eq!(voice.silent_since(), None, "a breath");
        sound(&mut voice, &mut at, 0.4, 0);
        assert_eq!(texts(&voice), "a massage please");
        assert!(voice.silent_since().is_some_and(|since| (since - 1.55).abs() < 0.01));
        sound(&mut voice, &mut at, 0.1, -5_000);
        sound(&mut voice, &mut at, 0.4, 0);
        assert_eq!((texts(&voice).as_str(), lines.left()), ("a massage please tomorrow", 0));
        assert!(voice.words().collect::<Vec<_>>().is_sorted_by(|one, other| one.end <= other.start + 1e-9));
    }
}
