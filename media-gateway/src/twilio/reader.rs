//! The way in from the carrier: what a call is to hear of, and what of the rest is counted. Nothing of it is trusted.

use std::{borrow::Cow, convert::Infallible, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use futures::{FutureExt as _, Stream, StreamExt as _, future::Fuse, stream::SplitStream};
use proto::id::StreamSid;
use tokio::{sync::oneshot, time::Instant};
use tokio_tungstenite::tungstenite;

use super::{
    lag::Lag,
    message::{self, Inbound},
    sequence::{Place, Sequence},
};

/// A stream with more malformed messages than this is not a carrier's.
const MALFORMED_MAX: u32 = 100;
/// Older audio is of a talk that went on without us: who says it, waits for no answer to it any more.
const AUDIO_AGE_MAX: Duration = Duration::from_secs(2);

/// What the carrier says, as far as a call wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromCarrier {
    /// Caller audio: μ-law, 8 kHz, mono; 160 bytes are 20 ms.
    Audio(Vec<u8>),
    MarkReturned(String),
    Dtmf(char),
    /// The call ended.
    Stopped,
    /// The socket ended without a word, or carries nonsense.
    Lost,
}

/// Reads one stream. `S` is its socket.
pub struct Reader<S = SplitStream<WebSocket>> {
    stream: S,
    stream_sid: StreamSid,
    /// The other half of the socket is dead when its end of this is dropped.
    gone: Fuse<oneshot::Receiver<Infallible>>,
    opened_at: Instant,
    malformed: u32,
    sequence: Sequence,
    lag: Lag,
}

impl<S: Stream<Item = Result<Message, axum::Error>> + Unpin> Reader<S> {
    pub fn new(stream: S, stream_sid: StreamSid, gone: oneshot::Receiver<Infallible>) -> Self {
        Self {
            stream,
            stream_sid,
            gone: gone.fuse(),
            opened_at: Instant::now(),
            malformed: 0,
            sequence: Sequence::default(),
            lag: Lag::default(),
        }
    }

    /// The next thing the carrier says. Cancel-safe. What is malformed, unknown, old or of another stream is counted and
    /// passed over.
    pub async fn next(&mut self) -> FromCarrier {
        loop {
            let message = tokio::select! {
                biased;
                message = self.stream.next() => message,
                _ = &mut self.gone => return lost("unread"),
            };
            let heard = match message {
                Some(Ok(Message::Text(text))) => self.hear(&text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
                Some(Ok(Message::Binary(_))) => Err("binary"),
                Some(Ok(Message::Close(_))) | None => return lost("closed"),
                Some(Err(error)) => return lost(label(&error)),
            };
            match heard {
                Ok(Some(heard)) => return heard,
                Ok(None) => {}
                Err(kind) => {
                    metrics::counter!("carrier_messages_malformed_total", "kind" => kind).increment(1);
                    self.malformed += 1;
                    if self.malformed > MALFORMED_MAX {
                        return lost("malformed");
                    }
                }
            }
        }
    }

    /// What a text message tells the call, if anything; or what is wrong with it.
    fn hear(&mut self, text: &str) -> Result<Option<FromCarrier>, &'static str> {
        let message = message::parse(text).map_err(|_| "json")?;
        if message.stream_sid.is_some_and(|sid: Cow<'_, str>| sid != self.stream_sid.as_str()) {
            return Err("other_stream");
        }
        let place = message.sequence.map_or(Place::Next, |number| self.sequence.take(number));
        if let Place::After { missing } = place {
            metrics::counter!("carrier_messages_missing_total").increment(missing);
        }
        Ok(match message.inbound {
            Inbound::Media { timestamp_ms, mulaw } => {
                let is_wanted = place != Place::Repeated && !self.is_too_old(timestamp_ms);
                if place == Place::Repeated {
                    metrics::counter!("carrier_audio_repeated_total").increment(1);
                }
                is_wanted.then_some(FromCarrier::Audio(mulaw))
            }
            Inbound::Mark { name } => Some(FromCarrier::MarkReturned(name)),
            Inbound::Dtmf { digit } => Some(FromCarrier::Dtmf(digit)),
            Inbound::Stop => Some(FromCarrier::Stopped),
            Inbound::Connected | Inbound::Start(_) | Inbound::Unknown => {
                metrics::counter!("carrier_messages_ignored_total").increment(1);
                None
            }
        })
    }

    fn is_too_old(&mut self, timestamp_ms: Option<u64>) -> bool {
        let age = timestamp_ms.and_then(|timestamp_ms| self.lag.of(self.opened_at.elapsed(), timestamp_ms));
        let is_too_old = age.is_some_and(|age| age > AUDIO_AGE_MAX);
        if is_too_old {
            metrics::counter!("carrier_audio_late_dropped_total").increment(1);
        }
        is_too_old
    }
}

fn lost(why: &'static str) -> FromCarrier {
    metrics::counter!("carrier_streams_lost_total", "why" => why).increment(1);
    FromCarrier::Lost
}

/// What ended the socket.
fn label(error: &axum::Error) -> &'static str {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<tungstenite::Error>());
    match source {
        Some(tungstenite::Error::Capacity(_)) => "too_large",
        Some(tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_)) => "protocol",
        _ => "broken",
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    const SID: &str = "MZ00000000000000000000000000000001";

    fn media(sequence: u64, timestamp_ms: u64, sid: &str) -> String {
        format!(
            r#"{{"event":"media","sequenceNumber":"{sequence}","streamSid":"{sid}","media":{{"timestamp":"{timestamp_ms}","payload":"/w=="}}}}"#
        )
    }

    /// What is heard of these messages, up to the end.
    async fn heard(messages: Vec<Message>) -> Vec<FromCarrier> {
        let stream = stream::iter(messages.into_iter().map(Ok));
        let (_writer, gone) = oneshot::channel();
        let mut reader = Reader::new(stream, SID.parse().expect("a SID"), gone);
        let mut heard = Vec::new();
        while heard.last() != Some(&FromCarrier::Lost) {
            heard.push(reader.next().await);
        }
        heard
    }

    fn texts(texts: impl IntoIterator<Item = String>) -> Vec<Message> {
        texts.into_iter().map(|text| Message::Text(text.into())).collect()
    }

    fn audio() -> FromCarrier {
        FromCarrier::Audio(vec![0xFF])
    }

    #[tokio::test]
    async fn audio_is_heard_once_and_a_gap_does_not_end_the_call() {
        let messages = [(2, 0), (3, 20), (3, 20), (9, 140), (8, 120), (10, 160)];
        let heard = heard(texts(messages.map(|(sequence, ms)| media(sequence, ms, SID)))).await;
        assert_eq!(heard, [audio(), audio(), audio(), audio(), FromCarrier::Lost]);
    }

    #[tokio::test]
    async fn a_mark_is_heard_wherever_its_number_stands() {
        let mark = format!(r#"{{"event":"mark","sequenceNumber":"1","streamSid":"{SID}","mark":{{"name":"0.1"}}}}"#);
        let heard = heard(texts([media(5, 0, SID), mark])).await;
        assert_eq!(heard, [audio(), FromCarrier::MarkReturned("0.1".to_owned()), FromCarrier::Lost]);
    }

    #[tokio::test]
    async fn another_streams_messages_are_nothing_to_this_call() {
        let stop = r#"{"event":"stop","streamSid":"MZ2"}"#.to_owned();
        let heard = heard(texts([media(2, 0, "MZ2"), stop, media(2, 0, SID)])).await;
        assert_eq!(heard, [audio(), FromCarrier::Lost]);
    }

    #[tokio::test]
    async fn nonsense_is_passed_over_a_hundred_times() {
        let nonsense = || texts(std::iter::repeat_n("{".to_owned(), MALFORMED_MAX as usize));
        let mut messages = nonsense();
        messages.push(Message::Text(media(2, 0, SID).into()));
        assert_eq!(heard(messages.clone()).await, [audio(), FromCarrier::Lost]);
        messages.insert(0, Message::Binary(vec![0; 160].into()));
        assert_eq!(heard(messages).await, [FromCarrier::Lost], "once more is too often");
    }

    #[tokio::test]
    async fn after_a_long_pause_of_ours_only_fresh_audio_is_heard() {
        let messages = texts((0..200).map(|index| media(2 + index, index * 20, SID)));
        let stream = stream::iter(messages.into_iter().map(Ok));
        let (_writer, gone) = oneshot::channel();
        let mut reader = Reader::new(stream, SID.parse().expect("a SID"), gone);
        let mut frames = 0;
        while reader.next().await == audio() {
            frames += 1;
            if frames == 10 {
                // As if this test had slept for so long.
                reader.opened_at = reader.opened_at.checked_sub(Duration::from_millis(3_980)).expect("a moment");
            }
        }
        assert!(
            (98..=103).contains(&frames),
            "what came before the pause, and the freshest of what came in it: {frames}"
        );
    }

    #[tokio::test]
    async fn a_socket_that_cannot_be_written_to_is_lost() {
        let (writer, gone) = oneshot::channel();
        let mut reader = Reader::new(stream::pending(), SID.parse().expect("a SID"), gone);
        drop(writer);
        assert_eq!(reader.next().await, FromCarrier::Lost);
    }
}
