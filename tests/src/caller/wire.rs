//! The media stream's messages: ours as the carrier writes them (numbers are strings), theirs read without mercy.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

/// The ids and numbers that run through one stream's messages.
#[derive(Debug)]
pub struct Sender {
    pub stream_sid: String,
    pub call_sid: String,
    pub account_sid: String,
    sequence: u64,
    chunk: u64,
}

impl Sender {
    pub fn new(stream_sid: String, call_sid: String, account_sid: String) -> Self {
        Self { stream_sid, call_sid, account_sid, sequence: 0, chunk: 0 }
    }

    pub fn connected(&self) -> String {
        json!({"event": "connected", "protocol": "Call", "version": "1.0.0"}).to_string()
    }

    pub fn start(&mut self, parameters: &[(String, String)], sample_rate_hz: u32) -> String {
        let custom: serde_json::Map<String, Value> =
            parameters.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        let start = json!({
            "streamSid": self.stream_sid, "accountSid": self.account_sid, "callSid": self.call_sid,
            "tracks": ["inbound"], "customParameters": custom,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": sample_rate_hz, "channels": 1},
        });
        self.numbered("start", "start", start)
    }

    pub fn media(&mut self, timestamp_ms: u64, mulaw: &[u8]) -> String {
        self.chunk += 1;
        let media = json!({
            "track": "inbound", "chunk": self.chunk.to_string(), "timestamp": timestamp_ms.to_string(),
            "payload": BASE64_STANDARD.encode(mulaw),
        });
        self.numbered("media", "media", media)
    }

    /// The same of a payload that is encoded already: for many calls at once.
    pub fn media_base64(&mut self, timestamp_ms: u64, payload: &str) -> String {
        self.chunk += 1;
        self.sequence += 1;
        let Self { sequence, chunk, stream_sid, .. } = self;
        format!(
            r#"{{"event":"media","sequenceNumber":"{sequence}","streamSid":"{stream_sid}","media":{{"track":"inbound","chunk":"{chunk}","timestamp":"{timestamp_ms}","payload":"{payload}"}}}}"#
        )
    }

    pub fn mark(&mut self, name: &str) -> String {
        self.numbered("mark", "mark", json!({ "name": name }))
    }

    pub fn dtmf(&mut self, digit: char) -> String {
        self.numbered("dtmf", "dtmf", json!({"track": "inbound_track", "digit": digit.to_string()}))
    }

    pub fn stop(&mut self) -> String {
        let stop = json!({"accountSid": self.account_sid, "callSid": self.call_sid});
        self.numbered("stop", "stop", stop)
    }

    fn numbered(&mut self, event: &str, key: &str, body: Value) -> String {
        self.sequence += 1;
        json!({"event": event, "sequenceNumber": self.sequence.to_string(), "streamSid": self.stream_sid, key: body})
            .to_string()
    }
}

/// What the other side may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromAgent {
    Media(Vec<u8>),
    Mark(String),
    Clear,
}

/// Reads a message; what the carrier would warn about and ignore comes back as the reason.
pub fn parse(text: &str, stream_sid: &str) -> Result<FromAgent, String> {
    let message: Message = serde_json::from_str(text).map_err(|error| format!("not as documented: {error}"))?;
    if message.stream_sid != stream_sid {
        return Err("a wrong streamSid".to_owned());
    }
    match (message.event.as_str(), message.media, message.mark) {
        ("media", Some(media), None) => BASE64_STANDARD
            .decode(&media.payload)
            .map(FromAgent::Media)
            .map_err(|error| format!("a payload that is not base64: {error}")),
        ("mark", None, Some(mark)) => Ok(FromAgent::Mark(mark.name)),
        ("clear", None, None) => Ok(FromAgent::Clear),
        (event, ..) => Err(format!("an unknown or inconsistent event: {event}")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Message {
    event: String,
    stream_sid: String,
    media: Option<Media>,
    mark: Option<Mark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    payload: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_strings_and_count_up() {
        let mut sender = Sender::new("MZ1".to_owned(), "CA1".to_owned(), "AC1".to_owned());
        let start: Value = serde_json::from_str(&sender.start(&[], 8_000)).expect("JSON");
        let media: Value = serde_json::from_str(&sender.media(20, &[0xFF])).expect("JSON");
        assert_eq!((&start["sequenceNumber"], &media["sequenceNumber"]), (&json!("1"), &json!("2")));
        assert_eq!(media["media"], json!({"track": "inbound", "chunk": "1", "timestamp": "20", "payload": "/w=="}));
        let encoded: Value = serde_json::from_str(&sender.media_base64(40, "/w==")).expect("JSON");
        let by_bytes = Sender { sequence: 2, chunk: 1, ..sender }.media(40, &[0xFF]);
        assert_eq!(encoded, serde_json::from_str::<Value>(&by_bytes).expect("JSON"));
    }

    #[test]
    fn good_messages_pass() {
        let media = r#"{"event":"media","streamSid":"MZ1","media":{"payload":"//8="}}"#;
        assert_eq!(parse(media, "MZ1"), Ok(FromAgent::Media(vec![0xFF, 0xFF])));
        assert_eq!(parse(r#"{"event":"clear","streamSid":"MZ1"}"#, "MZ1"), Ok(FromAgent::Clear));
        let mark = r#"{"event":"mark","streamSid":"MZ1","mark":{"name":"m"}}"#;
        assert_eq!(parse(mark, "MZ1"), Ok(FromAgent::Mark("m".to_owned())));
    }

    #[test]
    fn what_the_carrier_would_ignore_is_refused() {
        for text in [
            r#"{"event":"clear","streamSid":"MZ2"}"#,
            r#"{"event":"clear"}"#,
            r#"{"event":"clear","streamSid":"MZ1","sequenceNumber":"1"}"#,
            r#"{"event":"media","streamSid":"MZ1","media":{"payload":"//8=","track":"outbound"}}"#,
            r#"{"event":"media","streamSid":"MZ1","media":{"payload":"%"}}"#,
            r#"{"event":"mark","streamSid":"MZ1"}"#,
            r#"{"event":"play","streamSid":"MZ1"}"#,
            "clear",
        ] {
            assert!(parse(text, "MZ1").is_err(), "{text}");
        }
    }
}
