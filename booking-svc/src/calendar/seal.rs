//! Refresh tokens as they are stored: sealed under the installation's key, each bound to whose it is.

use proto::id::StaffId;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom as _, SystemRandom},
};
use secrecy::{ExposeSecret as _, SecretString};

/// `CALENDAR_SECRETS_KEY`: 64 hexadecimal digits.
#[derive(Clone)]
pub struct SealingKey(std::sync::Arc<LessSafeKey>);

/// It was sealed under another key, for somebody else, or changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened with this key")]
pub struct Sealed;

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}

impl SealingKey {
    /// `None`: not 64 hexadecimal digits.
    pub fn read(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret().trim().as_bytes();
        if text.len() != 64 {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes: Option<Vec<u8>> = text.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
        let key = UnboundKey::new(&AES_256_GCM, &bytes?).ok()?;
        Some(Self(std::sync::Arc::new(LessSafeKey::new(key))))
    }

    pub fn seal(&self, of: StaffId, secret: &SecretString) -> Result<Vec<u8>, Sealed> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| Sealed)?;
        let mut text = secret.expose_secret().as_bytes().to_vec();
        let bound = Aad::from(*of.as_uuid().as_bytes());
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text).map_err(|_| Sealed)?;
        Ok([&nonce[..], &text].concat())
    }

    pub fn open(&self, of: StaffId, sealed: &[u8]) -> Result<SecretString, Sealed> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Sealed)?;
        let mut text = text.to_vec();
        let bound = Aad::from(*of.as_uuid().as_bytes());
        let opened = self.0.open_in_place(nonce, bound, &mut text).map_err(|_| Sealed)?;
        Ok(SecretString::from(std::str::from_utf8(opened).map_err(|_| Sealed)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: &str) -> SealingKey {
        SealingKey::read(&SecretString::from(digit.repeat(64))).expect("a key")
    }

    #[test]
    fn only_its_own_key_opens_it_for_its_own_person() {
        let (of, secret) = (StaffId::new(), SecretString::from("1//refresh"));
        let sealed = key("a").seal(of, &secret).expect("sealed");
        assert_eq!(key("a").open(of, &sealed).expect("opened").expose_secret(), "1//refresh");
        assert_ne!(key("a").seal(of, &secret).expect("sealed"), sealed, "never the same twice");
        assert_eq!(key("b").open(of, &sealed).err(), Some(Sealed));
        assert_eq!(key("a").open(StaffId::new(), &sealed).err(), Some(Sealed));
        assert_eq!(key("a").open(of, &sealed[..sealed.len() - 1]).err(), Some(Sealed));
        assert_eq!(key("a").open(of, b"short").err(), Some(Sealed));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for text in ["", "a", &"g".repeat(64), &"a".repeat(63), &"é".repeat(32)] {
            assert!(SealingKey::read(&SecretString::from(text)).is_none(), "{text}");
        }
    }
}
