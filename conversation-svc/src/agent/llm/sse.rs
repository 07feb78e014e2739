//! Server-sent events, out of bytes that are cut anywhere.
//!
//! Only the data of an event counts here: both vendors repeat its name inside.

use std::collections::VecDeque;

use super::ModelError;

/// Bytes of one event. A vendor's are some hundreds, a whole tool call in one piece some thousands.
const EVENT_BYTES_MAX: usize = 128 * 1024;

#[derive(Default)]
pub struct Sse {
    line: Vec<u8>,
    /// The line before ended in a carriage return: a line feed after it ends no other line.
    after_return: bool,
    data: Option<String>,
    ready: VecDeque<String>,
}

impl Sse {
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        for &byte in bytes {
            let after_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if after_return => {}
                b'\n' => self.end_line()?,
                b'\r' => {
                    self.after_return = true;
                    self.end_line()?;
                }
                byte => {
                    if self.line.len() >= EVENT_BYTES_MAX {
                        return Err(ModelError::AnswerTooLong);
                    }
                    self.line.push(byte);
                }
            }
        }
        Ok(())
    }

    /// The data of the next whole event.
    pub fn next(&mut self) -> Option<String> {
        self.ready.pop_front()
    }

    /// The stream has ended: what it left out is the blank line after the last event.
    pub fn end(&mut self) -> Result<(), ModelError> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        self.ready.extend(self.data.take());
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), ModelError> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.ready.extend(self.data.take());
            return Ok(());
        }
        let line = std::str::from_utf8(&line).map_err(|_| ModelError::Protocol("an event that is not UTF-8"))?;
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        // A line that begins with a colon is a comment; gateways send them to keep a connection open.
        let Some(value) = line.strip_prefix("data").filter(|rest| rest.is_empty() || rest.starts_with(':')) else {
            return Ok(());
        };
        let value = value.strip_prefix(':').unwrap_or(value);
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            None => self.data = Some(value.to_owned()),
            Some(data) if data.len() + value.len() > EVENT_BYTES_MAX => return Err(ModelError::AnswerTooLong),
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "\u{feff}: hello\n\nevent: a\ndata: {\"text\":\"día\"}\r\n\r\ndata:one\rdata\rdata: two\r\rretry: 5\nid: 7\n\ndatabase: x\n\ndata: [DONE]\n\n";
    const EVENTS: [&str; 3] = ["{\"text\":\"día\"}", "one\n\ntwo", "[DONE]"];

    fn read(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<String> {
        let mut sse = Sse::default();
        let mut events = Vec::new();
        for piece in pieces {
            sse.push(&piece).expect("well-formed");
            events.extend(std::iter::from_fn(|| sse.next()));
        }
        sse.end().expect("well-formed");
        events.extend(std::iter::from_fn(|| sse.next()));
        events
    }

    proptest::proptest! {
        #[test]
        fn events_are_the_same_wherever_the_bytes_are_cut(mut cuts in proptest::collection::vec(0..STREAM.len(), 0..12)) {
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|w| STREAM.as_bytes()[w[0]..w[1]].to_vec());
            proptest::prop_assert_eq!(read(pieces), EVENTS);
        }

        #[test]
        fn any_bytes_end_in_events_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let mut sse = Sse::default();
            let _ = sse.push(&bytes).and_then(|()| sse.end());
        }
    }

    #[test]
    fn the_last_event_needs_no_blank_line() {
        assert_eq!(read([b"data: x\n\ndata: [DONE]".to_vec()].into_iter()), ["x", "[DONE]"]);
    }

    #[test]
    fn an_event_without_an_end_is_given_up() {
        let mut sse = Sse::default();
        let piece = [b'x'; 1024];
        let refused = (0..1024).find_map(|_| sse.push(&piece).err());
        assert_eq!(refused, Some(ModelError::AnswerTooLong));
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        assert!(Sse::default().push(b"data: \xff\n").is_err());
    }
}
