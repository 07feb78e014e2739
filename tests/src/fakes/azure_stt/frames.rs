//! A client's frames, read as strictly as the service does.

use axum::extract::ws::{Message, WebSocket};

/// The largest piece of audio, and the largest message, that is taken.
const AUDIO_BYTES_MAX: usize = 8_192;
const MESSAGE_BYTES_MAX: usize = 65_536;

/// A message of the client.
pub struct Received {
    pub path: String,
    pub request_id: String,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    pub is_text: bool,
}

/// What the protocol does not allow, and the code of the close that follows. Code 0: the client has gone.
#[derive(Debug)]
pub struct Violation {
    pub code: u16,
    pub what: String,
}

impl Violation {
    pub fn new(code: u16, what: &str) -> Self {
        Self { code, what: what.to_owned() }
    }
}

/// The next message; `None` when the client closes in order.
pub async fn receive(socket: &mut WebSocket) -> Result<Option<Received>, Violation> {
    loop {
        return match socket.recv().await {
            Some(Ok(Message::Text(text))) => of_text(text.as_str()).map(Some),
            Some(Ok(Message::Binary(bytes))) => of_binary(&bytes).map(Some),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(_))) => Ok(None),
            Some(Err(_)) | None => Err(Violation::new(0, "gone")),
        };
    }
}

/// 32 hexadecimal digits.
pub fn is_id(id: &str) -> bool {
    id.len() == 32 && id.chars().all(|character| character.is_ascii_hexdigit())
}

fn of_text(text: &str) -> Result<Received, Violation> {
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(Violation::new(1007, "a message over 64 KB"));
    }
    let (headers, body) =
        text.split_once("\r\n\r\n").ok_or_else(|| Violation::new(1007, "a text message without a header separator"))?;
    let received = of_parts(headers, body.as_bytes().to_vec(), true)?;
    let is_json = received.content_type.as_deref().is_some_and(|kind| kind.starts_with("application/json"));
    if is_json { Ok(received) } else { Err(Violation::new(1007, "a text message that is not said to be JSON")) }
}

fn of_binary(bytes: &[u8]) -> Result<Received, Violation> {
    let malformed = || Violation::new(1007, "a binary message with an invalid header size");
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(malformed)?;
    let (headers, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(malformed)?;
    if body.len() > AUDIO_BYTES_MAX {
        return Err(Violation::new(1007, "a piece of audio over 8 KB"));
    }
    let headers = std::str::from_utf8(headers).ok().filter(|headers| headers.is_ascii() && headers.ends_with("\r\n"));
    of_parts(headers.ok_or_else(malformed)?, body.to_vec(), false)
}

fn of_parts(headers: &str, body: Vec<u8>, is_text: bool) -> Result<Received, Violation> {
    let header = |name: &str| {
        let mut headers = headers.split("\r\n").filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let required = |name: &str| header(name).ok_or_else(|| Violation::new(1002, &format!("a message without {name}")));
    let (path, request_id, timestamp) = (required("Path")?, required("X-RequestId")?, required("X-Timestamp")?);
    if !is_id(&request_id) {
        return Err(Violation::new(1002, "a request id that is not 32 hexadecimal digits"));
    }
    if !timestamp.ends_with('Z') || timestamp.parse::<jiff::Timestamp>().is_err() {
        return Err(Violation::new(1002, "a timestamp that is none"));
    }
    Ok(Received { path, request_id, content_type: header("Content-Type"), body, is_text })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "Path: audio\r\nX-RequestId: 00000000000000000000000000000001\r\nX-Timestamp: 2025-11-24T21:00:00.000Z\r\n";

    fn binary(headers: &str, body: &[u8]) -> Vec<u8> {
        [&(headers.len() as u16).to_be_bytes()[..], headers.as_bytes(), body].concat()
    }

    #[test]
    fn a_good_frame_is_read_and_a_bad_one_has_its_code() {
        let received = of_binary(&binary(GOOD, b"sound")).expect("a frame");
        assert_eq!((received.path.as_str(), &received.body[..], received.is_text), ("audio", &b"sound"[..], false));
        let code = |frame: &[u8]| of_binary(frame).err().map(|violation| violation.code);
        assert_eq!(code(&[0]), Some(1007));
        assert_eq!(code(&[1, 0, b'P']), Some(1007));
        assert_eq!(code(&binary(GOOD, &[0; AUDIO_BYTES_MAX + 1])), Some(1007));
        for name in ["Path", "X-RequestId", "X-Timestamp"] {
            assert_eq!(code(&binary(&GOOD.replace(name, "X-Other"), b"")), Some(1002), "{name}");
        }
        assert_eq!(code(&binary(&GOOD.replace("0001", "-001"), b"")), Some(1002));
        assert_eq!(code(&binary(&GOOD.replace("2025", "soon"), b"")), Some(1002));
        let code = |frame: &str| of_text(frame).err().map(|violation| violation.code);
        assert_eq!(code(GOOD), Some(1007), "no separator");
        assert_eq!(code(&format!("{GOOD}\r\n{{}}")), Some(1007), "no content type");
        assert_eq!(code(&format!("{GOOD}Content-Type: application/json\r\n\r\n{{}}")), None);
    }
}
