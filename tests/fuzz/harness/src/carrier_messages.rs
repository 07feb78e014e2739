//! What a carrier's socket may bring: each line is one message.

use axum::extract::ws::Message;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use call_rules::Broken;
use futures::{executor::block_on, stream};
use media_gateway::twilio::{
    message,
    reader::{FromCarrier, Reader},
};
use serde_json::Value;
use tokio::sync::oneshot;

/// The stream that is read; messages of the corpus name it.
const STREAM_SID: &str = "MZ00000000000000000000000000000001";

/// Reads the messages as a call does, and compares what the call hears with what they say.
///
/// # Errors
///
/// The rule that was broken.
pub fn carrier_messages(bytes: &[u8]) -> Result<(), Broken> {
    let lines = String::from_utf8_lossy(bytes);
    let heard = heard(&lines);
    let mut said = lines.lines().filter_map(says);
    for heard in heard {
        if heard == FromCarrier::Lost {
            // The end of the messages, or too many that are none.
            return Ok(());
        }
        loop {
            match said.next() {
                Some(said) if said == heard => break,
                // What comes twice, or too late, is not heard.
                Some(FromCarrier::Audio(_)) => {}
                Some(said) => return Err(Broken(format!("passed over: {said:?}, heard {heard:?}"))),
                None => return Err(Broken(format!("heard, and nobody said it: {heard:?}"))),
            }
        }
    }
    Ok(())
}

fn heard(lines: &str) -> Vec<FromCarrier> {
    let messages: Vec<_> = lines.lines().map(|line| Ok(Message::Text(line.into()))).collect();
    let Ok(sid) = STREAM_SID.parse() else { return Vec::new() };
    let (_stays, gone) = oneshot::channel();
    let mut reader = Reader::new(stream::iter(messages), sid, gone);
    let mut heard = Vec::new();
    while heard.last() != Some(&FromCarrier::Lost) {
        heard.push(block_on(reader.next()));
    }
    heard
}

/// What a message says to our stream, read in another way; None for what is malformed, or is nothing to a call.
fn says(line: &str) -> Option<FromCarrier> {
    message::parse(line).ok()?;
    let message: Value = serde_json::from_str(line).ok()?;
    let of = message["streamSid"].as_str().unwrap_or_default();
    if !of.is_empty() && of != STREAM_SID {
        return None;
    }
    match message["event"].as_str()? {
        "media" => Some(FromCarrier::Audio(STANDARD.decode(message["media"]["payload"].as_str()?).ok()?)),
        "mark" => Some(FromCarrier::MarkReturned(message["mark"]["name"].as_str()?.to_owned())),
        "dtmf" => Some(FromCarrier::Dtmf(message["dtmf"]["digit"].as_str()?.chars().next()?)),
        "stop" => Some(FromCarrier::Stopped),
        _ => None,
    }
}
