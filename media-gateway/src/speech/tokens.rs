//! The recogniser's vocabulary: token ids to text.

use super::models::LoadError;
use std::path::Path;

/// Ids up to this one steer the decoder and stand for no text.
const LAST_CONTROL_TOKEN: usize = 2;

/// How the vocabulary writes a space.
pub const SPACE: char = '\u{2581}';
pub const SPACE_BYTES: &[u8] = "\u{2581}".as_bytes();

pub struct Vocabulary {
    tokens: Vec<Box<[u8]>>,
}

impl Vocabulary {
    /// Each token is its length, then its bytes. A length below 128 is one byte; a longer one is two, the low seven
    /// bits first.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, LoadError> {
        let unfit = || LoadError::Unfit { path: path.into(), reason: "the vocabulary ends inside a token".into() };
        let mut tokens = Vec::new();
        let mut rest = bytes;
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            let mut length = usize::from(first);
            if first >= 128 {
                let (&second, after) = rest.split_first().ok_or_else(unfit)?;
                rest = after;
                length = usize::from(second) * 128 + length - 128;
            }
            let (token, after) = rest.split_at_checked(length).ok_or_else(unfit)?;
            rest = after;
            tokens.push(token.into());
        }
        Ok(Self { tokens })
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The text of one token as the vocabulary writes it; of one that steers the decoder, none.
    pub fn bytes(&self, id: usize) -> &[u8] {
        self.tokens.get(id).filter(|_| id > LAST_CONTROL_TOKEN).map_or(&[], |token| token)
    }

    /// The text of a token list, trimmed. Ids outside the vocabulary stand for nothing.
    pub fn text(&self, ids: &[usize]) -> String {
        let mut bytes = Vec::new();
        for &id in ids {
            bytes.extend_from_slice(self.bytes(id));
        }
        String::from_utf8_lossy(&bytes).replace(SPACE, " ").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_tokens_are_read() {
        let long = "x".repeat(130);
        let mut bytes = b"\x05<unk>\x03<s>\x04</s>\x05\xe2\x96\x81hi".to_vec();
        bytes.extend([130, 1]);
        bytes.extend(long.as_bytes());
        let vocabulary = Vocabulary::parse(Path::new("v"), &bytes).expect("a vocabulary");
        assert_eq!(vocabulary.len(), 5);
        assert_eq!(vocabulary.text(&[1, 3, 3, 2]), "hi hi");
        assert_eq!(vocabulary.text(&[4, 999]), long);
    }

    #[test]
    fn a_cut_vocabulary_is_refused() {
        assert!(Vocabulary::parse(Path::new("v"), b"\x05ab").is_err());
        assert!(Vocabulary::parse(Path::new("v"), b"\xff").is_err());
    }
}
