//! A vendor's sound as it arrives, cut into chunks that tell how much of the text has been said.
//!
//! Where the vendor tells when each word is said, chunks end where words do, so that another voice can go on from
//! there. Otherwise what was said is estimated, rather too little than too much: a word that is said twice is heard, a
//! word that is left out is lost.

use std::collections::VecDeque;

use super::super::Chunk;

/// Bytes of a telephone frame, 20 ms.
const FRAME: usize = 160;
/// Bytes of the longest chunk, 400 ms: often enough to know which words were heard.
const CHUNK: usize = 20 * FRAME;
/// Bytes of a second.
const SECOND: f32 = 8_000.0;
/// The part of the estimate that counts as certainly said: sentences differ by about this much from a voice's average.
const CERTAIN: f32 = 0.85;
/// How far ahead in the text, in characters, a word is looked for. A vendor may skip what it does not say.
const LOOK_AHEAD: usize = 64;
/// Words whose times are known and whose sound has not come yet. More are not kept: then the sound is far behind
/// anyway.
const WORDS_MAX: usize = 1_024;

pub struct Aligner {
    text: Vec<char>,
    characters_per_second: f32,
    codes: VecDeque<u8>,
    /// Bytes and characters that were handed out.
    taken: usize,
    text_end: usize,
    words: VecDeque<WordTime>,
    has_words: bool,
    /// Characters of the text up to the last word that was found in it.
    cursor: usize,
    finished: bool,
}

/// When a word sounds, in bytes of the sound.
struct WordTime {
    starts: usize,
    ends: usize,
    text_end: usize,
}

impl Aligner {
    /// `characters_per_second` is how fast the voice speaks on average.
    pub fn new(text: &str, characters_per_second: f32) -> Self {
        Self {
            text: text.chars().collect(),
            characters_per_second,
            codes: VecDeque::new(),
            taken: 0,
            text_end: 0,
            words: VecDeque::new(),
            has_words: false,
            cursor: 0,
            finished: false,
        }
    }

    /// Adds sound.
    pub fn push(&mut self, codes: &[u8]) {
        self.codes.extend(codes);
    }

    /// Adds the time of the next word, in bytes of the sound. A word that is not in the text says nothing.
    pub fn word(&mut self, word: &str, starts: usize, ends: usize) {
        let Some(text_end) = self.locate(word) else { return };
        self.cursor = text_end;
        self.has_words = true;
        if self.words.len() < WORDS_MAX {
            let ends = ends.div_ceil(FRAME).saturating_mul(FRAME);
            self.words.push_back(WordTime { starts, ends, text_end });
        }
    }

    /// All sound and all words have come.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The next chunk, once it is there.
    pub fn next(&mut self) -> Option<Chunk> {
        let all = self.codes.len();
        if self.finished && (1..=CHUNK).contains(&all) {
            return Some(self.take(all, self.text.len()));
        }
        // One byte stays until the end is known, so that the last chunk can tell that all was said.
        let whole = all.saturating_sub(1).min(CHUNK) / FRAME * FRAME;
        let length = self.up_to_a_word(whole)?;
        let text_end = self.said_at(self.taken + length);
        Some(self.take(length, text_end))
    }

    /// How fast this text was spoken, in characters a second; `None` before the end and for short texts, which say
    /// little.
    pub fn measured_pace(&self) -> Option<f32> {
        let is_telling = self.finished && self.codes.is_empty() && self.text.len() >= 20 && self.taken >= CHUNK;
        is_telling.then(|| self.text.len() as f32 / (self.taken as f32 / SECOND))
    }

    /// Shortens a chunk to the last word that ends in it; none while a word is about to end.
    fn up_to_a_word(&self, length: usize) -> Option<usize> {
        if length == 0 {
            return None;
        }
        let end = self.taken + length;
        let word_end =
            self.words.iter().map(|word| word.ends).filter(|ends| (self.taken + 1..=end).contains(ends)).max();
        if let Some(word_end) = word_end {
            return Some(word_end - self.taken);
        }
        let in_a_word = self.words.iter().any(|word| word.starts < end && word.ends > end);
        (!in_a_word || length == CHUNK).then_some(length)
    }

    /// Characters that have been said for certain when so many bytes have been played.
    fn said_at(&self, bytes: usize) -> usize {
        let said = if self.has_words {
            self.words.iter().take_while(|word| word.ends <= bytes).last().map_or(0, |word| word.text_end)
        } else {
            let certain = bytes as f32 / SECOND * self.characters_per_second * CERTAIN;
            // Before the end is known something is left to say.
            (certain as usize).min(self.text.len().saturating_sub(1))
        };
        said.max(self.text_end)
    }

    fn take(&mut self, length: usize, text_end: usize) -> Chunk {
        let mulaw = self.codes.drain(..length).collect::<Vec<u8>>().into();
        self.taken += length;
        self.text_end = text_end;
        while self.words.front().is_some_and(|word| word.ends <= self.taken) {
            self.words.pop_front();
        }
        Chunk { mulaw, text_end }
    }

    /// Where the next such word ends in the text, as a word of its own: a wrong place would leave out what is before
    /// it.
    fn locate(&self, word: &str) -> Option<usize> {
        let word: Vec<char> = word.chars().collect();
        let (first, last) = (word.first()?, word.last()?);
        let last_start = (self.cursor + LOOK_AHEAD).min(self.text.len().checked_sub(word.len())?);
        let is_open = |at: Option<usize>, edge: &char| {
            let beside = at.and_then(|at| self.text.get(at));
            beside.is_none_or(|beside| !(beside.is_alphanumeric() && edge.is_alphanumeric()))
        };
        (self.cursor..=last_start).find_map(|start| {
            let end = start + word.len();
            let is_here =
                self.text[start..end] == word && is_open(start.checked_sub(1), first) && is_open(Some(end), last);
            is_here.then_some(end)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(aligner: &mut Aligner) -> Vec<(usize, usize)> {
        std::iter::from_fn(|| aligner.next()).map(|chunk| (chunk.mulaw.len(), chunk.text_end)).collect()
    }

    #[test]
    fn chunks_come_as_soon_as_frames_do_and_the_last_says_all() {
        let mut aligner = Aligner::new("Good morning, this is the clinic.", 10.0);
        aligner.push(&[0; 100]);
        assert_eq!(all(&mut aligner), []);
        aligner.push(&[0; 100]);
        assert_eq!(all(&mut aligner), [(160, 0)]);
        aligner.push(&[0; 8_000]);
        // 8.5 characters a second are certain.
        assert_eq!(all(&mut aligner), [(3_200, 3), (3_200, 6), (1_600, 8)]);
        aligner.finish();
        assert_eq!(all(&mut aligner), [(40, 33)]);
    }

    #[test]
    fn chunks_end_where_words_do() {
        let mut aligner = Aligner::new("Two words, now.", 10.0);
        aligner.word("Two", 8 * 50, 8 * 190);
        aligner.word("words", 8 * 210, 8 * 500);
        aligner.push(&vec![0; 8 * 300]);
        assert_eq!(all(&mut aligner), [(8 * 200, 3)], "the second word is not complete");
        aligner.push(&vec![0; 8 * 300]);
        assert_eq!(all(&mut aligner), [(8 * 300, 9), (8 * 80, 9)]);
        aligner.word("now", 8 * 600, 8 * 700);
        aligner.push(&vec![0; 8 * 150]);
        aligner.finish();
        assert_eq!(all(&mut aligner), [(8 * 170, 15)]);
    }

    #[test]
    fn a_word_longer_than_a_chunk_does_not_hold_the_sound_back() {
        let mut aligner = Aligner::new("Otorhinolaryngology", 10.0);
        aligner.word("Otorhinolaryngology", 0, 8 * 1_500);
        aligner.push(&vec![0; 8 * 800]);
        assert_eq!(all(&mut aligner), [(CHUNK, 0)]);
    }

    #[test]
    fn words_that_are_not_in_the_text_and_parts_of_words_are_passed_over() {
        let mut aligner = Aligner::new("An ant and a cat.", 10.0);
        for (word, at) in [("An", 0), ("ant", 100), ("elephant", 200), ("a", 300), ("cat", 400)] {
            aligner.word(word, 8 * at, 8 * (at + 100));
        }
        aligner.push(&vec![0; 8 * 600]);
        assert_eq!(all(&mut aligner), [(8 * 400, 12), (8 * 100, 16), (8 * 80, 16)]);
    }

    #[test]
    fn the_pace_is_measured_at_the_end() {
        let mut aligner = Aligner::new("exactly twenty chars", 10.0);
        aligner.push(&[0; 16_000]);
        aligner.finish();
        assert_eq!(aligner.measured_pace(), None);
        let _ = all(&mut aligner);
        assert_eq!(aligner.measured_pace(), Some(10.0));
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_and_the_text_only_advances(
            pieces in prop::collection::vec(1_usize..5_000, 1..20),
            words in prop::collection::vec((0_usize..3_000, 0_usize..900), 0..10),
            pace in 1.0_f32..40.0,
        ) {
            let text = "one two three four five six seven eight nine ten";
            let mut aligner = Aligner::new(text, pace);
            for (word, (starts, length)) in text.split(' ').zip(words) {
                aligner.word(word, 8 * starts, 8 * (starts + length));
            }
            let mut chunks = Vec::new();
            for piece in &pieces {
                aligner.push(&vec![0; *piece]);
                chunks.extend(std::iter::from_fn(|| aligner.next()));
            }
            aligner.finish();
            chunks.extend(std::iter::from_fn(|| aligner.next()));
            let total: usize = chunks.iter().map(|chunk| chunk.mulaw.len()).sum();
            prop_assert_eq!(total, pieces.iter().sum::<usize>());
            prop_assert!(chunks.is_sorted_by_key(|chunk| chunk.text_end));
            prop_assert_eq!(chunks.last().map(|chunk| chunk.text_end), Some(text.len()));
            let (_, before) = chunks.split_last().expect("sound");
            prop_assert!(before.iter().all(|chunk| chunk.mulaw.len() % FRAME == 0 && chunk.text_end < text.len() + 1));
            prop_assert!(chunks.iter().all(|chunk| chunk.mulaw.len() <= CHUNK));
        }
    }
}
