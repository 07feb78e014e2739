//! Telephone numbers.

use std::{fmt, str::FromStr};

/// An E.164 number: `+`, then 7 to 15 digits of which the first is not 0 (ITU-T E.164).
///
/// Formatting shows the last four digits only; [`PhoneNumber::reveal`] gives the whole number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an E.164 number: expected + and 7 to 15 digits")]
pub struct NotE164;

impl PhoneNumber {
    /// The whole number: for storing and dialling, never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = NotE164;

    fn from_str(text: &str) -> Result<Self, NotE164> {
        let digits = text.strip_prefix('+').ok_or(NotE164)?;
        let fits =
            (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self(text.to_owned())).ok_or(NotE164)
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", &self.0[self.0.len() - 4..])
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_shows_the_last_four_digits() {
        let number: PhoneNumber = "+14155550123".parse().expect("E.164");
        assert_eq!(format!("{number} {number:?}"), "…0123 PhoneNumber(…0123)");
        assert_eq!(number.reveal(), "+14155550123");
    }

    #[test]
    fn the_shortest_and_the_longest_number_pass() {
        assert!("+1415555".parse::<PhoneNumber>().is_ok());
        assert!("+123456789012345".parse::<PhoneNumber>().is_ok());
    }

    #[test]
    fn a_withheld_caller_id_is_not_a_number() {
        for text in ["", "+", "anonymous", "4155550123", "+0123456789", "+141555", "+1234567890123456", "+1415x550123"]
        {
            assert_eq!(text.parse::<PhoneNumber>(), Err(NotE164), "{text}");
        }
    }
}
