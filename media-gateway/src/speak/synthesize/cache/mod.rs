//! Phrases that were spoken before, as they went to the carrier: all of them in memory for as long as there is room, and
//! those that are the same for every caller also on disk, for the next start.
//!
//! A call looks into memory alone. Disk is read at the start, and read and written when phrases are made ahead, on threads
//! that may wait.

mod disk;
mod file;
mod memory;
mod settings;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

pub use self::settings::PhraseDiskSettings;
use self::{disk::Disk, memory::Memory};
use super::Chunk;

/// A sentence that is the same for every caller, so that it may be kept on disk. What an agent replies is not: it may hold
/// a name, a number or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPhrase(String);

impl FixedPhrase {
    /// For sentences that nothing of a caller goes into.
    pub fn same_for_every_caller(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What a phrase is known by: its text in a voice. The same words sound different in another voice. It is a digest, which
/// may be a file's name and tells nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PhraseKey([u8; 32]);

impl PhraseKey {
    /// `voice` names the provider, the voice and all that makes it sound as it does.
    pub fn of(voice: &str, text: &str) -> Self {
        let digest =
            Sha256::new().chain_update(file::VERSION).chain_update(voice).chain_update("\n").chain_update(text);
        Self(digest.finalize().into())
    }

    fn name(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn of_name(name: &str) -> Option<Self> {
        let mut key = [0; 32];
        if name.len() != 2 * key.len() || !name.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&name[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self(key))
    }
}

/// Cheap to clone; clones share their phrases.
#[derive(Clone, Default)]
pub struct PhraseCache {
    memory: Arc<Memory>,
    disk: Option<Arc<Disk>>,
}

impl PhraseCache {
    /// With a folder for fixed phrases, if the settings name one.
    pub fn new(settings: &PhraseDiskSettings) -> Self {
        let disk = settings.dir.clone().map(|dir| Arc::new(Disk::new(dir, settings.bytes_max)));
        Self { memory: Arc::default(), disk }
    }

    /// Brings to memory what is on disk, as far as there is room: at the start, before a call wants it.
    pub async fn load(&self) {
        let Some(disk) = self.disk.clone() else { return };
        let read = tokio::task::spawn_blocking(move || disk.latest(memory::BYTES_MAX)).await;
        // The latest comes last, so that it is the last to go.
        for (name, chunks) in read.unwrap_or_default().into_iter().rev() {
            if let Some(key) = PhraseKey::of_name(&name) {
                self.memory.put(key, chunks);
            }
        }
    }

    /// A phrase in memory. Never waits.
    pub fn get(&self, key: &PhraseKey) -> Option<Arc<[Chunk]>> {
        self.memory.get(key)
    }

    /// Keeps a phrase in memory.
    pub fn put(&self, key: PhraseKey, chunks: Vec<Chunk>) {
        self.memory.put(key, chunks);
    }

    /// Brings a fixed phrase from disk to memory; false if it is in neither.
    pub async fn recall(&self, key: &PhraseKey) -> bool {
        if self.memory.get(key).is_some() {
            return true;
        }
        let Some(disk) = self.disk.clone() else { return false };
        let name = key.name();
        let read = tokio::task::spawn_blocking(move || disk.read(&name)).await;
        let Some(chunks) = read.unwrap_or_default() else { return false };
        metrics::counter!("synthesize_phrases_total", "from" => "disk").increment(1);
        self.memory.put(*key, chunks);
        true
    }

    /// Keeps on disk what is in memory; what is there already counts as used.
    pub async fn keep(&self, key: &PhraseKey) {
        let (Some(disk), Some(chunks)) = (self.disk.clone(), self.memory.get(key)) else { return };
        let name = key.name();
        // An error is a panic, which the thread reported.
        let _ = tokio::task::spawn_blocking(move || disk.keep(&name, &chunks)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_follows_voice_and_text_and_shows_neither() {
        let name = |voice, text| PhraseKey::of(voice, text).name();
        let names =
            [name("azure/Jenny", "Good morning."), name("azure/Aria", "Good morning."), name("azure/Jenny", "Hi.")];
        assert!(names.iter().all(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert!(names[0] != names[1] && names[0] != names[2]);
        assert_eq!(names[0], name("azure/Jenny", "Good morning."));
        assert_eq!(PhraseKey::of_name(&names[0]), Some(PhraseKey::of("azure/Jenny", "Good morning.")));
        assert!(
            ["", "a", &names[0][1..], &"é".repeat(32), &"x".repeat(64)]
                .into_iter()
                .all(|name| PhraseKey::of_name(name).is_none())
        );
    }
}
