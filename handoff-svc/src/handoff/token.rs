//! The token of a handoff: 32 random bytes as unpadded base64url, 43 characters. It says nothing by itself.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore as _;

const BYTES: usize = 32;

/// Whoever has it can read the conversation, so formatting hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness: {0}")]
pub struct NoRandomness(#[from] rand::rand_core::OsError);

impl Token {
    pub fn fresh() -> Result<Self, NoRandomness> {
        let mut bytes = [0; BYTES];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// `None`: no token of ours looks like that.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == BYTES).then(|| Self(text.to_owned()))
    }

    /// The token itself: for a link and for the database, never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([private])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_token_is_read_back_and_not_shown() {
        let token = Token::fresh().expect("randomness");
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(Token::parse(token.reveal()), Some(token.clone()));
        assert_ne!(Token::fresh().expect("randomness"), token);
        assert_eq!(format!("{token:?}"), "Token([private])");
    }

    #[test]
    fn what_is_no_token_is_known_by_its_form() {
        for text in ["", "abc", "' OR 1=1", &"a".repeat(44), &"=".repeat(43), &"é".repeat(43)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
