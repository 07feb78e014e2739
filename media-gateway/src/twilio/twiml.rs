//! The TwiML documents we answer with. Every value is escaped.

use std::fmt::Write as _;

/// Sends the call's audio to our WebSocket. When that ends, the carrier asks `continue_url` what to do next, which
/// speaks an apology if the stream died and hangs up if we ended it.
///
/// `token` is the one-use secret that the stream must bring back as a parameter.
pub fn connect_stream(stream_url: &str, token: &str, continue_url: &str) -> String {
    document(&format!(
        "<Connect><Stream url=\"{}\"><Parameter name=\"{TOKEN_PARAMETER}\" value=\"{}\"/></Stream></Connect><Redirect \
         method=\"POST\">{}</Redirect>",
        escape(stream_url),
        escape(token),
        escape(continue_url),
    ))
}

/// Name of the stream parameter that carries the one-use token.
pub const TOKEN_PARAMETER: &str = "token";

/// Says one thing in the carrier's voice of that language (BCP 47), and ends the call.
pub fn say_and_hang_up(language: &str, sentence: &str) -> String {
    document(&format!("<Say language=\"{}\">{}</Say><Hangup/>", escape(language), escape(sentence)))
}

pub fn hang_up() -> String {
    document("<Hangup/>")
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{body}</Response>")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML 1.0 has no way to write the other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => {
                let _ = out.write_char(' ');
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stream_carries_its_token_and_has_a_verb_behind_it() {
        let text =
            connect_stream("wss://v.example.com/twilio-stream", "abc123", "https://v.example.com/voice-continue");
        let xml = roxmltree::Document::parse(&text).expect("well-formed");
        let verbs: Vec<_> = xml.root_element().children().map(|n| n.tag_name().name().to_owned()).collect();
        assert_eq!(verbs, ["Connect", "Redirect"]);
        let stream = xml.descendants().find(|n| n.has_tag_name("Stream")).expect("a stream");
        assert_eq!(stream.attribute("url"), Some("wss://v.example.com/twilio-stream"));
        let parameter = stream.children().find(|n| n.has_tag_name("Parameter")).expect("a parameter");
        assert_eq!((parameter.attribute("name"), parameter.attribute("value")), (Some("token"), Some("abc123")));
    }

    proptest! {
        #[test]
        fn any_sentence_stays_one_sentence(sentence in "[ -~äéß<>&\"'\u{1}\n]{0,80}") {
            let text = say_and_hang_up("es-MX", &sentence);
            let xml = roxmltree::Document::parse(&text).expect("well-formed");
            let verbs: Vec<_> = xml.root_element().children().map(|n| n.tag_name().name().to_owned()).collect();
            prop_assert_eq!(verbs, ["Say", "Hangup"]);
            let say = xml.descendants().find(|n| n.has_tag_name("Say")).expect("a sentence");
            prop_assert_eq!(say.attribute("language"), Some("es-MX"));
        }
    }
}
