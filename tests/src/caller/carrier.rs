//! The carrier's buffer between us and the caller's ear: plays in order at real time, tells by marks what was played.

use std::collections::VecDeque;

use super::{g711::SILENCE, recording::FRAME_BYTES};

/// The carrier keeps about ten minutes and discards the rest.
const BYTES_MAX: usize = 10 * 60 * 8000;

#[derive(Debug, Default)]
pub struct Buffer {
    queue: VecDeque<Item>,
    bytes: usize,
}

#[derive(Debug)]
enum Item {
    Audio(VecDeque<u8>),
    Mark(String),
}

impl Buffer {
    /// Adds audio; returns how many bytes did not fit.
    pub fn push_audio(&mut self, mulaw: Vec<u8>) -> usize {
        if self.bytes + mulaw.len() > BYTES_MAX {
            return mulaw.len();
        }
        self.bytes += mulaw.len();
        self.queue.push_back(Item::Audio(mulaw.into()));
        0
    }

    /// Adds a mark; returns those to echo now: it, when nothing is left to play before it.
    pub fn push_mark(&mut self, name: String) -> Vec<String> {
        self.queue.push_back(Item::Mark(name));
        self.due_marks()
    }

    /// Drops the audio; every pending mark is echoed.
    pub fn clear(&mut self) -> Vec<String> {
        self.bytes = 0;
        self.queue
            .drain(..)
            .filter_map(|item| match item {
                Item::Mark(name) => Some(name),
                Item::Audio(_) => None,
            })
            .collect()
    }

    /// Plays one frame, filled up with silence; returns it with the marks that it reached.
    pub fn play_frame(&mut self) -> ([u8; FRAME_BYTES], Vec<String>) {
        let mut frame = [SILENCE; FRAME_BYTES];
        let mut marks = Vec::new();
        let mut filled = 0;
        while filled < FRAME_BYTES {
            marks.append(&mut self.due_marks());
            let Some(Item::Audio(audio)) = self.queue.front_mut() else {
                break;
            };
            let take = audio.len().min(FRAME_BYTES - filled);
            for (slot, byte) in frame[filled..].iter_mut().zip(audio.drain(..take)) {
                *slot = byte;
            }
            let empty = audio.is_empty();
            if empty {
                self.queue.pop_front();
            }
            filled += take;
            self.bytes -= take;
        }
        marks.append(&mut self.due_marks());
        (frame, marks)
    }

    pub fn buffered_ms(&self) -> u64 {
        u64::try_from(self.bytes / 8).unwrap_or(u64::MAX)
    }

    fn due_marks(&mut self) -> Vec<String> {
        let mut due = Vec::new();
        while let Some(Item::Mark(_)) = self.queue.front() {
            if let Some(Item::Mark(name)) = self.queue.pop_front() {
                due.push(name);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_when_the_audio_before_it_was_played() {
        let mut buffer = Buffer::default();
        buffer.push_audio(vec![1; 200]);
        assert!(buffer.push_mark("a".to_owned()).is_empty());
        buffer.push_audio(vec![2; 60]);
        let (first, marks) = buffer.play_frame();
        assert!(first == [1; FRAME_BYTES] && marks.is_empty());
        let (second, marks) = buffer.play_frame();
        assert_eq!(marks, ["a"]);
        assert_eq!((second[0], second[40], second[99], second[100]), (1, 2, 2, SILENCE));
        assert_eq!(buffer.buffered_ms(), 0);
    }

    #[test]
    fn a_mark_with_nothing_before_it_comes_back_at_once() {
        assert_eq!(Buffer::default().push_mark("a".to_owned()), ["a"]);
    }

    #[test]
    fn clear_drops_the_audio_and_returns_every_mark() {
        let mut buffer = Buffer::default();
        buffer.push_audio(vec![1; 200]);
        buffer.push_mark("a".to_owned());
        buffer.push_audio(vec![1; 200]);
        buffer.push_mark("b".to_owned());
        assert_eq!(buffer.clear(), ["a", "b"]);
        assert_eq!(buffer.play_frame(), ([SILENCE; FRAME_BYTES], vec![]));
    }

    #[test]
    fn what_exceeds_ten_minutes_is_discarded_and_counted() {
        let mut buffer = Buffer::default();
        assert_eq!(buffer.push_audio(vec![1; BYTES_MAX]), 0);
        assert_eq!(buffer.push_audio(vec![1; 7]), 7);
    }
}
