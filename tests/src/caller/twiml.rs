//! Reads TwiML as strictly as the carrier: a document that is not well-formed, or says something unknown, is refused.

use roxmltree::{Document, Node};

#[derive(Debug, thiserror::Error)]
pub enum TwimlError {
    #[error("it is not well-formed: {0}")]
    Xml(#[from] roxmltree::Error),
    #[error("unknown verb or noun <{0}>")]
    UnknownVerb(String),
    #[error("<{verb}> has the unknown attribute {attribute}")]
    UnknownAttribute { verb: String, attribute: String },
    #[error("<{verb}> lacks {what}")]
    Missing { verb: &'static str, what: &'static str },
    #[error("a stream URL has no query, and its scheme is ws or wss: {0}")]
    StreamUrl(String),
    #[error("too many documents, one after another")]
    Endless,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    ConnectStream { url: String, parameters: Vec<(String, String)>, action: Option<String> },
    Say(CarrierSaid),
    Pause,
    Redirect(String),
    Hangup,
    Reject,
}

/// What the carrier's own voice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierSaid {
    /// BCP 47; unset: the carrier's default.
    pub language: Option<String>,
    pub text: String,
}

/// The verbs of a document, in order.
pub fn parse(text: &str) -> Result<Vec<Verb>, TwimlError> {
    let document = Document::parse(text)?;
    let root = document.root_element();
    if !root.has_tag_name("Response") {
        return Err(TwimlError::UnknownVerb(root.tag_name().name().to_owned()));
    }
    only(root, &[])?;
    root.children().filter(Node::is_element).map(verb).collect()
}

fn verb(node: Node<'_, '_>) -> Result<Verb, TwimlError> {
    match node.tag_name().name() {
        "Connect" => connect(node),
        "Say" => {
            only(node, &["voice", "language", "loop"])?;
            let language = node.attribute("language").map(str::to_owned);
            Ok(Verb::Say(CarrierSaid { language, text: words(node) }))
        }
        "Pause" => only(node, &["length"]).map(|()| Verb::Pause),
        "Redirect" => {
            only(node, &["method"])?;
            Ok(Verb::Redirect(words(node)))
        }
        "Hangup" => only(node, &[]).map(|()| Verb::Hangup),
        "Reject" => only(node, &["reason"]).map(|()| Verb::Reject),
        other => Err(TwimlError::UnknownVerb(other.to_owned())),
    }
}

fn connect(node: Node<'_, '_>) -> Result<Verb, TwimlError> {
    only(node, &["action", "method"])?;
    let stream = node
        .children()
        .find(Node::is_element)
        .filter(|child| child.has_tag_name("Stream"))
        .ok_or(TwimlError::Missing { verb: "Connect", what: "a <Stream>" })?;
    only(stream, &["url", "name", "track", "statusCallback", "statusCallbackMethod", "connectorName"])?;
    let url = stream.attribute("url").ok_or(TwimlError::Missing { verb: "Stream", what: "url" })?.to_owned();
    if url.contains('?') || !(url.starts_with("wss://") || url.starts_with("ws://")) {
        return Err(TwimlError::StreamUrl(url));
    }
    let parameters = stream.children().filter(Node::is_element).map(parameter).collect::<Result<_, _>>()?;
    Ok(Verb::ConnectStream { url, parameters, action: node.attribute("action").map(str::to_owned) })
}

fn parameter(node: Node<'_, '_>) -> Result<(String, String), TwimlError> {
    if !node.has_tag_name("Parameter") {
        return Err(TwimlError::UnknownVerb(node.tag_name().name().to_owned()));
    }
    only(node, &["name", "value"])?;
    let of = |what| node.attribute(what).map(str::to_owned).ok_or(TwimlError::Missing { verb: "Parameter", what });
    Ok((of("name")?, of("value")?))
}

fn only(node: Node<'_, '_>, known: &[&str]) -> Result<(), TwimlError> {
    match node.attributes().find(|attribute| !known.contains(&attribute.name())) {
        None => Ok(()),
        Some(attribute) => Err(TwimlError::UnknownAttribute {
            verb: node.tag_name().name().to_owned(),
            attribute: attribute.name().to_owned(),
        }),
    }
}

fn words(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_with_a_verb_behind_it() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://v.example/media">
            <Parameter name="token" value="a&amp;b"/></Stream></Connect><Say language="en-GB">Sorry &amp; goodbye.</Say><Hangup/></Response>"#;
        let verbs = parse(text).expect("good TwiML");
        let stream = Verb::ConnectStream {
            url: "wss://v.example/media".to_owned(),
            parameters: vec![("token".to_owned(), "a&b".to_owned())],
            action: None,
        };
        let sorry = CarrierSaid { language: Some("en-GB".to_owned()), text: "Sorry & goodbye.".to_owned() };
        assert_eq!(verbs, [stream, Verb::Say(sorry), Verb::Hangup]);
    }

    #[test]
    fn what_the_carrier_would_refuse_is_refused() {
        for text in [
            "<Response><Say>open",
            "<Response><Sing>la</Sing></Response>",
            "<Response><Say tone=\"low\">no</Say></Response>",
            "<Response><Connect/></Response>",
            "<Response><Connect><Stream url=\"wss://v.example/media?token=1\"/></Connect></Response>",
            "<Response><Connect><Stream url=\"https://v.example/media\"/></Connect></Response>",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
