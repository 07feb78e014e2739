//! A text as SSML. What is said comes from a model or a caller, so nothing in it may be read as markup.

use std::fmt::Write as _;

use super::{super::vendor::VendorError, Voice};

/// The most that the service takes in one message, 64 KB.
const BYTES_MAX: usize = 64 << 10;

/// One voice that says `text`.
pub fn ssml(voice: &Voice, text: &str) -> Result<String, VendorError> {
    let mut body = escaped(text);
    if voice.rate_percent != 0 {
        body = format!(r#"<prosody rate="{:+}%">{body}</prosody>"#, voice.rate_percent);
    }
    if let Some(style) = &voice.style {
        body = format!(r#"<mstts:express-as style="{}">{body}</mstts:express-as>"#, escaped(style));
    }
    let mut document = String::with_capacity(body.len() + 256);
    // Writing to a string cannot fail.
    let _ = write!(
        document,
        concat!(
            r#"<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" "#,
            r#"xmlns:mstts="https://www.w3.org/2001/mstts" xml:lang="{language}">"#,
            r#"<voice name="{name}">{body}</voice></speak>"#
        ),
        language = escaped(&voice.language),
        name = escaped(&voice.name),
        body = body,
    );
    if document.len() > BYTES_MAX { Err(VendorError::TextTooLong) } else { Ok(document) }
}

/// Text or an attribute's value, without what XML 1.0 does not allow at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars().filter(|&character| is_allowed(character)) {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// XML 1.0, production `Char`. Surrogates cannot be in a string.
pub const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn voice() -> Voice {
        Voice { name: "en-US-JennyNeural".to_owned(), language: "en-US".to_owned(), style: None, rate_percent: 0 }
    }

    #[test]
    fn markup_in_the_text_is_only_text() {
        let said = r#"Smith & Sons say "it's <break time='9s'/> 5 > 3"."#;
        let styled = Voice { style: Some("cheer\"ful".to_owned()), rate_percent: -5, ..voice() };
        let document = ssml(&styled, said).expect("short");
        let parsed = roxmltree::Document::parse(&document).expect("well-formed");
        let names: Vec<&str> =
            parsed.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
        assert_eq!(names, ["speak", "voice", "express-as", "prosody"]);
        let prosody =
            parsed.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2001/10/synthesis", "prosody")));
        let prosody = prosody.expect("prosody");
        assert_eq!((prosody.attribute("rate"), prosody.text()), (Some("-5%"), Some(said)));
    }

    #[test]
    fn a_text_over_the_limit_is_refused() {
        assert_eq!(ssml(&voice(), &"a".repeat(BYTES_MAX)), Err(VendorError::TextTooLong));
    }

    proptest! {
        #[test]
        fn any_text_is_well_formed_and_said_whole(text in "\\PC*", control in prop::char::range('\0', '\u{1f}')) {
            let text = format!("{text}{control}\u{FFFE}.");
            let document = ssml(&voice(), &text).expect("short");
            let parsed = roxmltree::Document::parse(&document).expect("well-formed");
            let said: String = parsed.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect();
            // XML reads every line end as a line feed.
            let expected: String = text.chars().filter(|&c| is_allowed(c)).collect();
            prop_assert_eq!(said, expected.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }
}
