//! A phrase as a file: how many chunks, where each ends in the text and in the sound, the sound, and a checksum of it
//! all. Pure; the disk is left to `disk`.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::super::Chunk;

/// The form below, and the sound in it: 8 kHz μ-law. Another one makes other files.
pub const VERSION: &[u8] = b"receptionist phrase 1\n";
const CHECKSUM: usize = 32;
/// Of a chunk: the characters said and the bytes of sound, as 32-bit numbers, big end first.
const ENTRY: usize = 8;

pub fn encode(chunks: &[Chunk]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
    let mut file = VERSION.to_vec();
    file.extend(number(chunks.len()));
    for chunk in chunks {
        file.extend(number(chunk.text_end));
        file.extend(number(chunk.mulaw.len()));
    }
    for chunk in chunks {
        file.extend_from_slice(&chunk.mulaw);
    }
    let checksum = Sha256::digest(&file);
    file.extend_from_slice(&checksum);
    file
}

/// The chunks of a file; `None` if it is not as it was written.
pub fn decode(file: Vec<u8>) -> Option<Vec<Chunk>> {
    let (written, checksum) = file.split_at_checked(file.len().checked_sub(CHECKSUM)?)?;
    if Sha256::digest(written)[..] != *checksum {
        return None;
    }
    let (count, rest) = written.strip_prefix(VERSION)?.split_first_chunk::<4>()?;
    let entries = usize::try_from(u32::from_be_bytes(*count)).ok()?.checked_mul(ENTRY)?;
    let entries = rest.get(..entries)?.to_vec();
    let mut at = VERSION.len() + 4 + entries.len();
    let end = written.len();
    let sound = Bytes::from(file);
    let mut chunks = Vec::with_capacity(entries.len() / ENTRY);
    for entry in entries.chunks_exact(ENTRY) {
        let (text_end, bytes) = entry.split_first_chunk::<4>()?;
        let text_end = usize::try_from(u32::from_be_bytes(*text_end)).ok()?;
        let bytes = usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()?;
        let to = at.checked_add(bytes).filter(|&to| to <= end)?;
        chunks.push(Chunk { mulaw: sound.slice(at..to), text_end });
        at = to;
    }
    (at == end && !chunks.is_empty()).then_some(chunks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phrase(sounds: &[Vec<u8>]) -> Vec<Chunk> {
        let chunk =
            |(index, sound): (usize, &Vec<u8>)| Chunk { mulaw: Bytes::from(sound.clone()), text_end: 7 * index };
        sounds.iter().enumerate().map(chunk).collect()
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_and_any_change_is_seen(
            sounds in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 1..6),
            at in any::<prop::sample::Index>(),
            flip in 1_u8..,
        ) {
            let chunks = phrase(&sounds);
            let file = encode(&chunks);
            prop_assert_eq!(decode(file.clone()), Some(chunks));
            let at = at.index(file.len());
            let mut changed = file.clone();
            changed[at] ^= flip;
            prop_assert_eq!(decode(changed), None);
            prop_assert_eq!(decode(file[..at].to_vec()), None);
        }

        #[test]
        fn any_bytes_under_a_right_checksum_are_read_or_refused(rest in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut file = [VERSION, &rest].concat();
            let checksum = Sha256::digest(&file);
            file.extend_from_slice(&checksum);
            let _ = decode(file);
        }
    }
}
