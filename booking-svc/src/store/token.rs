//! Random tokens of which only the hashes are kept.

use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// A new one, after a prefix that tells what it is for. It can be read here and never again.
pub fn create(prefix: &str) -> SecretString {
    // 256 random bits need no slow hash against guessing.
    let (high, low) = rand::rng().random::<(u128, u128)>();
    SecretString::from(format!("{prefix}{high:032x}{low:032x}"))
}

/// SHA-256.
pub fn hash(token: &SecretString) -> Vec<u8> {
    Sha256::digest(token.expose_secret().as_bytes()).to_vec()
}
