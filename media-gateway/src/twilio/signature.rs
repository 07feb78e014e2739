//! Twilio's request signature: base64(HMAC-SHA1(auth token, URL + sorted form parameters)).
//!
//! The URL is the public one that Twilio was given. Whether it carries a port differs between Twilio's parts, so a
//! signature over either form passes.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Header that carries the signature, on webhooks and on the WebSocket upgrade.
pub const HEADER: &str = "x-twilio-signature";

/// Decoded form parameters, in the order they came.
pub type Params = Vec<(String, String)>;

/// The signature of a request. A repeated name counts once for each of its distinct values, sorted.
pub fn sign(auth_token: &SecretString, url: &str, params: &[(String, String)]) -> String {
    let mut pairs: Vec<(&str, &str)> = params.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.sort_unstable();
    pairs.dedup();

    BASE64.encode(digest(auth_token, url, &pairs))
}

/// Whether a signature is right for any of the forms the URL may have been signed in. Constant time in the signature.
pub fn is_valid(auth_token: &SecretString, urls: &[String], params: &[(String, String)], signature: &str) -> bool {
    urls.iter().flat_map(|url| with_and_without_port(url)).any(|url| {
        let expected = sign(auth_token, &url, params);
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    })
}

/// The forms in which the upgrade of a WebSocket may be signed: with and without a trailing slash.
pub fn upgrade_forms(url: &str) -> Vec<String> {
    let bare = url.trim_end_matches('/');
    vec![bare.to_owned(), format!("{bare}/")]
}

fn digest(auth_token: &SecretString, url: &str, pairs: &[(&str, &str)]) -> Vec<u8> {
    // HMAC takes a key of any length; the error arm cannot be reached.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(auth_token.expose_secret().as_bytes()) else {
        return Vec::new();
    };
    mac.update(url.as_bytes());
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

fn with_and_without_port(url: &str) -> Vec<String> {
    let mut forms = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return forms };
    let (authority, path) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            forms.push(format!("{scheme}://{host}{path}"))
        }
        _ => {
            let port = if matches!(scheme, "https" | "wss") { 443 } else { 80 };
            forms.push(format!("{scheme}://{authority}:{port}{path}"));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
    const CALL: &[(&str, &str)] = &[
        ("To", "+18005551212"),
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
    ];

    fn token() -> SecretString {
        SecretString::from("12345")
    }

    fn params(pairs: &[(&str, &str)]) -> Params {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    // The vectors of Twilio's own libraries.
    #[rstest]
    #[case(URL, CALL, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    #[case("https://mycompany.com:443/myapp.php?foo=1&bar=2", CALL, "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    #[case("http://mycompany.com:80/myapp.php?foo=1&bar=2", CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4=")]
    #[case("http://mycompany.com:1234/myapp.php?foo=1&bar=2", CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=")]
    #[case(
        URL,
        &[("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")],
        "IK+Dwps556ElfBT0I3Rgjkr1wJU="
    )]
    #[case("https://example.com/v", &[("A", ""), ("B", "x")], "PdqZi1OFU9NuZ4Yid89K+aQPaPU=")]
    #[case("wss://voice.example.com/media", &[], "jFDHVhI8XO69C49uXR3xmdZPylY=")]
    #[case("wss://voice.example.com/media/", &[], "BXF4dPv/qKwfALEQ/o2fVPPvK/c=")]
    #[case("wss://voice.example.com:443/media", &[], "zT3E7J41/O0MIJ8mFRuffODYWF4=")]
    fn matches_the_published_vectors(#[case] url: &str, #[case] pairs: &[(&str, &str)], #[case] expected: &str) {
        assert_eq!(sign(&token(), url, &params(pairs)), expected);
    }

    #[test]
    fn either_port_form_passes() {
        let with_port = sign(&token(), "https://mycompany.com:443/myapp.php?foo=1&bar=2", &params(CALL));
        assert!(is_valid(&token(), &[URL.to_owned()], &params(CALL), &with_port));
        let without = sign(&token(), "http://127.0.0.1/voice", &[]);
        assert!(is_valid(&token(), &["http://127.0.0.1:8080/voice".to_owned()], &[], &without));
    }

    #[test]
    fn the_upgrade_passes_with_and_without_a_trailing_slash() {
        let forms = upgrade_forms("wss://voice.example.com/media");
        for signature in
            ["jFDHVhI8XO69C49uXR3xmdZPylY=", "BXF4dPv/qKwfALEQ/o2fVPPvK/c=", "zT3E7J41/O0MIJ8mFRuffODYWF4="]
        {
            assert!(is_valid(&token(), &forms, &[], signature), "{signature}");
        }
    }

    #[test]
    fn another_token_value_or_an_empty_signature_fails() {
        let good = sign(&token(), URL, &params(CALL));
        let mut other = params(CALL);
        other[0].1.push('0');
        assert!(!is_valid(&token(), &[URL.to_owned()], &other, &good));
        assert!(!is_valid(&SecretString::from("54321"), &[URL.to_owned()], &params(CALL), &good));
        assert!(!is_valid(&token(), &[URL.to_owned()], &params(CALL), ""));
    }
}
