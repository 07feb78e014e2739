//! The frames of Azure's WebSocket: header lines and a body, as text, or as bytes with the headers' length before them.
//! What the messages mean is left to `turn`.

use super::super::vendor::VendorError;

/// A message as it came.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<'a> {
    headers: &'a str,
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    pub fn of_text(frame: &'a str) -> Result<Self, VendorError> {
        let (headers, body) =
            frame.split_once("\r\n\r\n").ok_or(VendorError::Protocol("a text frame without an end of its headers"))?;
        Ok(Self { headers, body: body.as_bytes() })
    }

    pub fn of_binary(frame: &'a [u8]) -> Result<Self, VendorError> {
        let short = VendorError::Protocol("a binary frame shorter than its headers");
        let (length, rest) = frame.split_first_chunk::<2>().ok_or(short.clone())?;
        let (headers, body) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(short)?;
        let headers = std::str::from_utf8(headers).map_err(|_| VendorError::Protocol("headers that are not text"))?;
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

/// A message of ours.
pub fn text_frame(path: &str, request_id: &str, timestamp: &str, content_type: &str, body: &str) -> String {
    let headers =
        [("Path", path), ("X-RequestId", request_id), ("X-Timestamp", timestamp), ("Content-Type", content_type)];
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{headers}\r\n{body}")
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
