//! The frames of Azure's WebSockets: header lines and a body, as text, or as bytes with the headers' length before them.
//! What the messages mean is left to whoever speaks to the service.

/// Why a frame cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MalformedFrame(pub &'static str);

/// A message as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<'a> {
    headers: &'a str,
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    pub fn of_text(frame: &'a str) -> Result<Self, MalformedFrame> {
        let (headers, body) =
            frame.split_once("\r\n\r\n").ok_or(MalformedFrame("a text frame without an end of its headers"))?;
        Ok(Self { headers, body: body.as_bytes() })
    }

    pub fn of_binary(frame: &'a [u8]) -> Result<Self, MalformedFrame> {
        let short = MalformedFrame("a binary frame shorter than its headers");
        let (length, rest) = frame.split_first_chunk::<2>().ok_or(short)?;
        let (headers, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(short)?;
        let headers = std::str::from_utf8(headers).map_err(|_| MalformedFrame("headers that are not text"))?;
        Ok(Self { headers, body })
    }

    /// A header's value; names have no case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let headers = self.headers.lines().filter_map(|line| line.split_once(':'));
        headers
            .map(|(known, value)| (known.trim(), value.trim()))
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }
}

/// A message of ours, as text.
pub fn text_frame(path: &str, request_id: &str, timestamp: &str, content_type: &str, body: &str) -> String {
    let headers =
        [("Path", path), ("X-RequestId", request_id), ("X-Timestamp", timestamp), ("Content-Type", content_type)];
    format!("{}\r\n{body}", lines(&headers))
}

/// A message of ours, as bytes. `content_type` is said once in a turn, with the header of the sound.
pub fn binary_frame(path: &str, request_id: &str, timestamp: &str, content_type: Option<&str>, body: &[u8]) -> Vec<u8> {
    let mut headers = vec![("Path", path), ("X-RequestId", request_id), ("X-Timestamp", timestamp)];
    headers.extend(content_type.map(|content_type| ("Content-Type", content_type)));
    let headers = lines(&headers);
    // The headers are ours and short.
    let length = u16::try_from(headers.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], headers.as_bytes(), body].concat()
}

fn lines(headers: &[(&str, &str)]) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn our_own_frame_can_be_read() {
        let frame =
            text_frame("ssml", "00ff", "2025-11-24T21:00:00Z", "application/ssml+xml", "<speak>\r\n\r\n</speak>");
        let message = Message::of_text(&frame).expect("a message");
        assert_eq!(message.header("path"), Some("ssml"));
        assert_eq!(message.header("X-REQUESTID"), Some("00ff"));
        assert_eq!(message.header("x-timestamp"), Some("2025-11-24T21:00:00Z"));
        assert_eq!(message.header("X-StreamId"), None);
        assert_eq!(message.body, b"<speak>\r\n\r\n</speak>");
    }

    #[test]
    fn our_own_sound_can_be_read() {
        let frame = binary_frame("audio", "00ff", "2025-11-24T21:00:00Z", Some("audio/x-wav"), b"\r\n\r\n\0");
        let message = Message::of_binary(&frame).expect("a message");
        assert_eq!((message.header("path"), message.header("content-type")), (Some("audio"), Some("audio/x-wav")));
        assert_eq!(message.body, b"\r\n\r\n\0");
        let end = binary_frame("audio", "00ff", "2025-11-24T21:00:00Z", None, &[]);
        let message = Message::of_binary(&end).expect("a message");
        assert_eq!((message.header("content-type"), message.body), (None, &[][..]));
    }

    #[test]
    fn sound_follows_its_headers() {
        let mut frame = vec![0, 24];
        frame.extend(b"Path:audio\r\nX-StreamId:7\r\n"[..24].iter());
        frame.extend([1, 2, 3]);
        let message = Message::of_binary(&frame).expect("a message");
        assert_eq!((message.header("Path"), message.body), (Some("audio"), &[1, 2, 3][..]));
    }

    #[test]
    fn a_frame_without_its_headers_is_refused() {
        for frame in [&[][..], &[0], &[0, 9, b'P'], &[0, 1, 0xFF]] {
            assert!(Message::of_binary(frame).is_err(), "{frame:?}");
        }
        assert!(Message::of_text("Path: turn.start\r\n").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), text in ".*") {
            let _ = Message::of_binary(&bytes).map(|message| message.header("Path").map(str::len));
            let _ = Message::of_text(&text).map(|message| message.header("Path").map(str::len));
        }
    }
}
