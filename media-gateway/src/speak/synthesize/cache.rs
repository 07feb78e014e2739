//! Phrases that were spoken before, as they went to the carrier. Bounded; the phrase that was wanted longest ago goes first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::Chunk;

/// 8 MB: about a quarter of an hour of speech, a few hundred sentences. Over it the oldest phrases go.
const BYTES_MAX: usize = 8 << 20;

#[derive(Default)]
pub struct PhraseCache {
    phrases: Mutex<Phrases>,
}

#[derive(Default)]
struct Phrases {
    by_text: HashMap<String, Phrase>,
    bytes: usize,
    uses: u64,
}

struct Phrase {
    chunks: Arc<[Chunk]>,
    bytes: usize,
    last_use: u64,
}

impl PhraseCache {
    pub fn get(&self, text: &str) -> Option<Arc<[Chunk]>> {
        let mut phrases = self.phrases.lock().unwrap_or_else(PoisonError::into_inner);
        phrases.uses += 1;
        let now = phrases.uses;
        let phrase = phrases.by_text.get_mut(text)?;
        phrase.last_use = now;
        Some(Arc::clone(&phrase.chunks))
    }

    pub fn put(&self, text: String, chunks: Vec<Chunk>) {
        let bytes = text.len() + chunks.iter().map(|chunk| chunk.mulaw.len()).sum::<usize>();
        if bytes > BYTES_MAX {
            return;
        }
        let mut phrases = self.phrases.lock().unwrap_or_else(PoisonError::into_inner);
        phrases.remove(&text);
        while phrases.bytes + bytes > BYTES_MAX {
            let oldest = phrases.by_text.iter().min_by_key(|(_, phrase)| phrase.last_use).map(|(text, _)| text.clone());
            let Some(oldest) = oldest else { break };
            phrases.remove(&oldest);
        }
        phrases.uses += 1;
        phrases.bytes += bytes;
        let phrase = Phrase { chunks: chunks.into(), bytes, last_use: phrases.uses };
        phrases.by_text.insert(text, phrase);
    }
}

impl Phrases {
    fn remove(&mut self, text: &str) {
        if let Some(phrase) = self.by_text.remove(text) {
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

    #[test]
    fn the_phrase_wanted_longest_ago_goes_first() {
        let cache = PhraseCache::default();
        let half = BYTES_MAX / 2 - 100;
        cache.put("one".into(), chunks(half));
        cache.put("two".into(), chunks(half));
        assert!(cache.get("one").is_some());
        cache.put("three".into(), chunks(half));
        assert!(cache.get("one").is_some() && cache.get("three").is_some());
        assert!(cache.get("two").is_none());
    }

    #[test]
    fn a_phrase_is_replaced_and_a_huge_one_not_kept() {
        let cache = PhraseCache::default();
        for _ in 0..100 {
            cache.put("again".into(), chunks(BYTES_MAX / 2));
        }
        cache.put("huge".into(), chunks(BYTES_MAX + 1));
        assert!(cache.get("again").is_some() && cache.get("huge").is_none());
    }
}
