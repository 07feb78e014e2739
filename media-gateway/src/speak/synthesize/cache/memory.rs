//! Phrases in memory. Bounded; the phrase that was wanted longest ago goes first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{super::Chunk, PhraseKey};

/// 8 MB: about a quarter of an hour of speech, a few hundred sentences. Over it the oldest phrases go.
pub const BYTES_MAX: usize = 8 << 20;

#[derive(Default)]
pub struct Memory {
    phrases: Mutex<Phrases>,
}

#[derive(Default)]
struct Phrases {
    by_key: HashMap<PhraseKey, Phrase>,
    bytes: usize,
    uses: u64,
}

struct Phrase {
    chunks: Arc<[Chunk]>,
    bytes: usize,
    last_use: u64,
}

impl Memory {
    pub fn get(&self, key: &PhraseKey) -> Option<Arc<[Chunk]>> {
        let mut phrases = self.phrases.lock().unwrap_or_else(PoisonError::into_inner);
        phrases.uses += 1;
        let now = phrases.uses;
        let phrase = phrases.by_key.get_mut(key)?;
        phrase.last_use = now;
        Some(Arc::clone(&phrase.chunks))
    }

    pub fn put(&self, key: PhraseKey, chunks: Vec<Chunk>) {
        let bytes = size_of::<PhraseKey>() + chunks.iter().map(|chunk| chunk.mulaw.len()).sum::<usize>();
        if bytes > BYTES_MAX {
            return;
        }
        let mut phrases = self.phrases.lock().unwrap_or_else(PoisonError::into_inner);
        phrases.remove(&key);
        while phrases.bytes + bytes > BYTES_MAX {
            let oldest = phrases.by_key.iter().min_by_key(|(_, phrase)| phrase.last_use).map(|(key, _)| *key);
            let Some(oldest) = oldest else { break };
            phrases.remove(&oldest);
        }
        phrases.uses += 1;
        phrases.bytes += bytes;
        let phrase = Phrase { chunks: chunks.into(), bytes, last_use: phrases.uses };
        phrases.by_key.insert(key, phrase);
    }
}

impl Phrases {
    fn remove(&mut self, key: &PhraseKey) {
        if let Some(phrase) = self.by_key.remove(key) {
            self.bytes -= phrase.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn chunks(bytes: usize) -> Vec<Chunk> {
        vec![Chunk { mulaw: Bytes::from(vec![0xFF; bytes]), text_end: 1 }]
    }

    fn key(text: &str) -> PhraseKey {
        PhraseKey::of("a voice", text)
    }

    #[test]
    fn the_phrase_wanted_longest_ago_goes_first() {
        let memory = Memory::default();
        let half = BYTES_MAX / 2 - 100;
        memory.put(key("one"), chunks(half));
        memory.put(key("two"), chunks(half));
        assert!(memory.get(&key("one")).is_some());
        memory.put(key("three"), chunks(half));
        assert!(memory.get(&key("one")).is_some() && memory.get(&key("three")).is_some());
        assert!(memory.get(&key("two")).is_none());
    }

    #[test]
    fn a_phrase_is_replaced_and_a_huge_one_not_kept() {
        let memory = Memory::default();
        for _ in 0..100 {
            memory.put(key("again"), chunks(BYTES_MAX / 2));
        }
        memory.put(key("huge"), chunks(BYTES_MAX + 1));
        assert!(memory.get(&key("again")).is_some() && memory.get(&key("huge")).is_none());
    }
}
