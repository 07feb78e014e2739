//! The messages of Twilio's Media Streams WebSocket: JSON text frames, numbers written as strings.
//!
//! What comes in is untrusted: a message is either one of these shapes, an event we do not know, or malformed, and
//! the reader counts the last two. What goes out has exactly the fields Twilio allows: it ignores a message that
//! has one more.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use proto::id::StreamSid;
use serde::Deserialize;

/// Room for a frame as it goes out.
const MEDIA_BYTES: usize = 320;

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'t> {
    /// Absent from `connected`.
    pub stream_sid: Option<Cow<'t, str>>,
    /// Counts every message of a stream from `start` on.
    pub sequence: Option<u64>,
    pub inbound: Inbound,
}

/// What Twilio sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    Connected,
    Start(Start),
    /// Caller audio: μ-law, 8 kHz, mono (G.711). 160 bytes are 20 ms; other lengths are taken as they come.
    Media {
        /// Milliseconds since the stream began.
        timestamp_ms: Option<u64>,
        mulaw: Vec<u8>,
    },
    /// A mark came back: everything sent before it was played, or dropped by `clear`.
    Mark {
        name: String,
    },
    Dtmf {
        digit: char,
    },
    Stop,
    /// An event of a name we do not know.
    Unknown,
}

/// The first message that belongs to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub stream_sid: String,
    pub call_sid: String,
    pub account_sid: String,
    pub token: Option<String>,
    pub format: MediaFormat,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaFormat {
    pub encoding: String,
    pub sample_rate: u32,
    pub channels: u32,
}

impl MediaFormat {
    /// The one format we take. Any other would be heard as noise, so the stream is refused.
    pub fn is_mulaw_8k(&self) -> bool {
        self.encoding == "audio/x-mulaw" && self.sample_rate == 8_000 && self.channels == 1
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    #[error("not the JSON of a stream message: {0}")]
    Json(#[from] serde_json::Error),
    #[error("audio payload is not base64")]
    Payload,
    #[error("a {event} message without its {field}")]
    Missing { event: &'static str, field: &'static str },
}

/// Reads one text frame. Nothing is copied but the sound and the names.
pub fn parse(text: &str) -> Result<Message<'_>, Malformed> {
    let envelope: Envelope<'_> = serde_json::from_str(text)?;
    let stream_sid = Some(envelope.stream_sid).filter(|sid| !sid.is_empty());
    let sequence = envelope.sequence_number.parse().ok();
    let missing = |event, field| Malformed::Missing { event, field };
    let inbound = match &*envelope.event {
        "connected" => Inbound::Connected,
        "start" => {
            let start = envelope.start.ok_or(missing("start", "start"))?;
            Inbound::Start(Start {
                stream_sid: start.stream_sid,
                call_sid: start.call_sid,
                account_sid: start.account_sid,
                token: start.custom_parameters.get(super::twiml::TOKEN_PARAMETER).cloned(),
                format: start.media_format,
            })
        }
        "media" => {
            let media = envelope.media.ok_or(missing("media", "media"))?;
            let mulaw = BASE64.decode(&*media.payload).map_err(|_| Malformed::Payload)?;
            Inbound::Media { timestamp_ms: media.timestamp.parse().ok(), mulaw }
        }
        "mark" => Inbound::Mark { name: envelope.mark.ok_or(missing("mark", "mark"))?.name },
        "dtmf" => {
            let digit = envelope.dtmf.ok_or(missing("dtmf", "dtmf"))?.digit;
            let mut chars = digit.chars();
            match (chars.next(), chars.next()) {
                (Some(digit @ ('0'..='9' | '*' | '#' | 'A'..='D')), None) => Inbound::Dtmf { digit },
                _ => return Err(missing("dtmf", "digit")),
            }
        }
        "stop" => Inbound::Stop,
        _ => Inbound::Unknown,
    };
    Ok(Message { stream_sid, sequence, inbound })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'t> {
    #[serde(borrow)]
    event: Cow<'t, str>,
    #[serde(borrow, default)]
    sequence_number: Cow<'t, str>,
    #[serde(borrow, default)]
    stream_sid: Cow<'t, str>,
    start: Option<StartBody>,
    #[serde(borrow)]
    media: Option<MediaBody<'t>>,
    mark: Option<MarkBody>,
    dtmf: Option<DtmfBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartBody {
    stream_sid: String,
    call_sid: String,
    account_sid: String,
    #[serde(default)]
    custom_parameters: std::collections::BTreeMap<String, String>,
    media_format: MediaFormat,
}

#[derive(Deserialize)]
struct MediaBody<'t> {
    #[serde(borrow, default)]
    timestamp: Cow<'t, str>,
    #[serde(borrow)]
    payload: Cow<'t, str>,
}

#[derive(Deserialize)]
struct MarkBody {
    name: String,
}

#[derive(Deserialize)]
struct DtmfBody {
    digit: String,
}

// What we send: `media`, `mark` and `clear`, nothing else. A frame goes out fifty times a second, and neither a Stream SID nor
// base64 nor the names of our marks has anything to escape, so each is written as it stands.

/// `media`: μ-law audio for the caller, without any header.
pub fn media(stream_sid: &StreamSid, mulaw: &[u8]) -> String {
    let mut text = String::with_capacity(MEDIA_BYTES);
    text.push_str(r#"{"event":"media","streamSid":""#);
    text.push_str(stream_sid.as_str());
    text.push_str(r#"","media":{"payload":""#);
    BASE64.encode_string(mulaw, &mut text);
    text.push_str(r#""}}"#);
    text
}

/// `mark`: comes back when all audio sent before it was played. The name is of letters, digits and dots.
pub fn mark(stream_sid: &StreamSid, name: &str) -> String {
    format!(r#"{{"event":"mark","streamSid":"{stream_sid}","mark":{{"name":"{name}"}}}}"#)
}

/// `clear`: drops what the carrier has not played; all pending marks come back at once.
pub fn clear(stream_sid: &StreamSid) -> String {
    format!(r#"{{"event":"clear","streamSid":"{stream_sid}"}}"#)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_every_message_of_the_protocol() {
        let start = parse(
            r#"{"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"streamSid":"MZ1","accountSid":"AC1",
            "callSid":"CA1","tracks":["inbound"],"customParameters":{"token":"t"},
            "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}"#,
        );
        let Ok(Message { inbound: Inbound::Start(start), .. }) = start else { panic!("{start:?}") };
        assert_eq!((start.call_sid.as_str(), start.token.as_deref()), ("CA1", Some("t")));
        assert!(start.format.is_mulaw_8k());

        let media = parse(
            r#"{"event":"media","sequenceNumber":"2","streamSid":"MZ1","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"f39/"}}"#,
        );
        let media = media.expect("media");
        assert_eq!((media.stream_sid.as_deref(), media.sequence), (Some("MZ1"), Some(2)));
        assert_eq!(media.inbound, Inbound::Media { timestamp_ms: Some(5), mulaw: vec![0x7f, 0x7f, 0x7f] });
        let others = [
            (r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#, Inbound::Connected),
            (
                r#"{"event":"mark","sequenceNumber":"9","streamSid":"MZ1","mark":{"name":"0.7"}}"#,
                Inbound::Mark { name: "0.7".into() },
            ),
            (
                r##"{"event":"dtmf","streamSid":"MZ1","dtmf":{"track":"inbound_track","digit":"#"}}"##,
                Inbound::Dtmf { digit: '#' },
            ),
            (r#"{"event":"stop","streamSid":"MZ1","stop":{"accountSid":"AC1","callSid":"CA1"}}"#, Inbound::Stop),
            (r#"{"event":"new","streamSid":"MZ1"}"#, Inbound::Unknown),
        ];
        for (text, expected) in others {
            assert_eq!(parse(text).expect(text).inbound, expected);
        }
    }

    #[test]
    fn names_what_a_malformed_message_lacks() {
        for (text, error) in [
            (r#"{"event":"media"}"#, "a media message without its media"),
            (r#"{"event":"media","media":{"payload":"?"}}"#, "audio payload is not base64"),
            (r#"{"event":"dtmf","dtmf":{"digit":"12"}}"#, "a dtmf message without its digit"),
        ] {
            assert_eq!(parse(text).expect_err(text).to_string(), error);
        }
        assert!(parse("[]").is_err());
    }

    #[test]
    fn sends_exactly_the_fields_that_twilio_allows() {
        let sid: StreamSid = "MZ00000000000000000000000000000001".parse().expect("a Stream SID");
        let sent = [media(&sid, &[0xff, 0x7f]), mark(&sid, "0.7"), clear(&sid)];
        let expected = [
            r#"{"event":"media","streamSid":"MZ00000000000000000000000000000001","media":{"payload":"/38="}}"#,
            r#"{"event":"mark","streamSid":"MZ00000000000000000000000000000001","mark":{"name":"0.7"}}"#,
            r#"{"event":"clear","streamSid":"MZ00000000000000000000000000000001"}"#,
        ];
        assert_eq!(sent, expected);
        assert!(media(&sid, &[0; 160]).len() <= MEDIA_BYTES, "a frame needs one allocation");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}") {
            let _ = parse(&text);
        }
    }
}
