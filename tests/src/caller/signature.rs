//! Twilio's request signature, from the vendor's documentation: HMAC-SHA1 over the URL and the sorted parameters.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

pub const HEADER: &str = "X-Twilio-Signature";

/// Signs a URL and its form parameters; for the stream's upgrade there are none.
pub fn sign(auth_token: &str, url: &str, parameters: &[(&str, &str)]) -> String {
    // Names in byte order, each value of a repeated name once.
    let sorted: BTreeSet<_> = parameters.iter().collect();
    let mut text = url.to_owned();
    for (name, value) in sorted {
        text.push_str(name);
        text.push_str(value);
    }
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("any key length");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: [(&str, &str); 5] = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ];

    #[test]
    fn the_vendors_test_vectors() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(sign("12345", url, &CALL), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let repeated =
            [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")];
        assert_eq!(sign("12345", url, &repeated), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
        assert_eq!(sign("12345", "https://example.com/v", &[("A", ""), ("B", "x")]), "PdqZi1OFU9NuZ4Yid89K+aQPaPU=");
    }

    #[test]
    fn an_upgrade_is_signed_without_parameters() {
        assert_eq!(sign("12345", "wss://voice.example.com/media", &[]), "jFDHVhI8XO69C49uXR3xmdZPylY=");
    }
}
