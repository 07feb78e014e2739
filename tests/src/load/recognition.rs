//! Recognition for a load: hears by loudness that somebody speaks, and says words that name the utterance.

use std::{sync::Arc, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

use super::{FINAL_DELAY, PARTIAL_DELAY, Shared, lock};

/// Louder than the line's noise.
const LOUD: u16 = 1_500;
/// Every so many samples are looked at.
const STRIDE: usize = 8;
const SAMPLE_RATE_HZ: u64 = 16_000;
/// Speech before there are words.
const PARTIAL_SAMPLES: u64 = SAMPLE_RATE_HZ / 10;
const FAR: Duration = Duration::from_secs(3_600);

pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut streams = JoinSet::new();
    let mut number = 0;
    while let Ok((socket, _)) = listener.accept().await {
        number += 1;
        // Without it the answers wait for the gateway's acknowledgements.
        let _ = socket.set_nodelay(true);
        streams.spawn(stream(socket, number, Arc::clone(&shared)));
        while streams.try_join_next().is_some() {}
    }
}

async fn stream(socket: TcpStream, number: usize, shared: Arc<Shared>) {
    let Ok(socket) = accept_async(socket).await else { return };
    let stream =
        Stream { socket, shared, number, utterance: 1, heard: 0, settled: 0, speech: None, partial: Due::None };
    stream.run().await;
}

struct Stream {
    socket: WebSocketStream<TcpStream>,
    shared: Arc<Shared>,
    number: usize,
    utterance: usize,
    /// Samples since the beginning.
    heard: u64,
    settled: u64,
    /// First and last sample of the speech since then.
    speech: Option<(u64, u64)>,
    partial: Due,
}

/// The words so far, once an utterance.
enum Due {
    None,
    At(Instant),
    Said,
}

impl Stream {
    async fn run(mut self) {
        let mut finals_at: Option<Instant> = None;
        loop {
            let partial_at = if let Due::At(at) = self.partial { Some(at) } else { None };
            let far = Instant::now() + FAR;
            tokio::select! {
                () = sleep_until(finals_at.unwrap_or(far)), if finals_at.is_some() => {
                    finals_at = None;
                    if self.say(true).await.is_err() {
                        return;
                    }
                }
                () = sleep_until(partial_at.unwrap_or(far)), if partial_at.is_some() => {
                    self.partial = Due::Said;
                    if self.say(false).await.is_err() {
                        return;
                    }
                }
                message = self.socket.next() => match message {
                    Some(Ok(Message::Binary(audio))) => self.hear(&audio),
                    Some(Ok(Message::Text(text))) if text.contains("Finalize") => {
                        finals_at = Some(Instant::now() + FINAL_DELAY);
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
            }
        }
    }

    fn hear(&mut self, audio: &[u8]) {
        let samples = (audio.len() / 2) as u64;
        let loud = audio
            .chunks_exact(2)
            .step_by(STRIDE)
            .any(|bytes| i16::from_le_bytes([bytes[0], bytes[1]]).unsigned_abs() > LOUD);
        self.heard += samples;
        if loud {
            let begin = self.speech.map_or(self.heard - samples, |(begin, _)| begin);
            self.speech = Some((begin, self.heard));
            if matches!(self.partial, Due::None) && self.heard - begin >= PARTIAL_SAMPLES {
                self.partial = Due::At(Instant::now() + PARTIAL_DELAY);
            }
        }
    }

    async fn say(&mut self, is_final: bool) -> Result<(), tokio_tungstenite::tungstenite::Error> {
        let seconds = |samples: u64| samples as f64 / SAMPLE_RATE_HZ as f64;
        let text = match self.speech {
            Some(_) => format!("caller {} asks {}", self.number, self.utterance),
            None => String::new(),
        };
        let (begin, end) = self.speech.unwrap_or((self.heard, self.heard));
        let words: Vec<_> = text
            .split_whitespace()
            .map(|word| json!({"word": word, "start": seconds(begin), "end": seconds(end), "confidence": 0.99}))
            .collect();
        let message = json!({
            "type": "Results", "channel_index": [0, 1], "start": seconds(self.settled),
            "duration": seconds(self.heard - self.settled), "is_final": is_final, "speech_final": false,
            "from_finalize": is_final,
            "channel": {"alternatives": [{"transcript": text, "confidence": 0.99, "words": words}]},
        })
        .to_string();
        if is_final {
            self.settled = self.heard;
            self.partial = Due::None;
            if self.speech.take().is_some() {
                self.utterance += 1;
                lock(&self.shared.finals).insert(text, Instant::now());
            }
        }
        self.socket.send(Message::text(message)).await
    }
}
