//! A caller on a recogniser, who speaks the words that the fakes can hear.

use std::time::Duration;

use call::UtteranceId;
use media_gateway::listen::transcribe::{Command, Heard, Transcriber};
use system_tests::fakes::ear::{pause, say};
use tokio::time::{Instant, timeout, timeout_at};

/// Of a frame, 20 ms at 16 kHz.
pub const FRAME: usize = 320;
/// For whatever is to come soon.
pub const BOUND: Duration = Duration::from_secs(10);
/// Silence until our detector notices.
pub const HANGOVER: Duration = Duration::from_millis(192);
/// Silence until the core takes an utterance for ended.
const END_PAUSE: Duration = Duration::from_millis(500);

/// A caller, and what is made out of the words.
pub struct Line {
    pub transcriber: Transcriber,
    pub utterance: UtteranceId,
    pub heard: Vec<Heard>,
}

impl Line {
    pub fn on(transcriber: Transcriber) -> Self {
        Self { transcriber, utterance: UtteranceId::FIRST, heard: Vec::new() }
    }

    /// Speaks faster than life; the network is worked on after each frame.
    pub async fn say(&mut self, words: &str) {
        self.transcriber.send(Command::SpeechStarted);
        self.sound(say(words)).await;
        self.sound(pause(HANGOVER)).await;
        self.transcriber.send(Command::SpeechStopped);
    }

    pub async fn sound(&mut self, sound: Vec<f32>) {
        for frame in sound.chunks(FRAME) {
            self.transcriber.send(Command::Audio(frame.to_vec()));
            while let Ok(heard) = timeout(Duration::from_millis(1), self.transcriber.next()).await {
                self.heard.push(heard);
            }
        }
    }

    pub async fn finalize(&mut self) -> Heard {
        self.transcriber.send(Command::Finalize(self.utterance));
        self.utterance = self.utterance.next();
        self.next(|heard| matches!(heard, Heard::Final { .. } | Heard::Lost)).await
    }

    /// The words of what was said, when the caller pauses.
    pub async fn words(&mut self) -> String {
        self.sound(pause(END_PAUSE - HANGOVER)).await;
        let id = self.utterance;
        match self.finalize().await {
            Heard::Final { utterance, text } if utterance == id => text.into_inner(),
            other => panic!("{other:?} instead of the words of utterance {id:?}"),
        }
    }

    pub async fn next(&mut self, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let deadline = Instant::now() + BOUND;
        loop {
            let heard = timeout_at(deadline, self.transcriber.next()).await.expect("something in time");
            self.heard.push(heard.clone());
            if wanted(&heard) {
                return heard;
            }
        }
    }

    /// Works on the network until the fake has seen something.
    pub async fn until(&mut self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + BOUND;
        while !holds() {
            assert!(Instant::now() < deadline, "not in time: {what}");
            if let Ok(heard) = timeout(Duration::from_millis(5), self.transcriber.next()).await {
                self.heard.push(heard);
            }
        }
    }

    pub fn partials(&self) -> Vec<&str> {
        self.heard
            .iter()
            .filter_map(|heard| match heard {
                Heard::Partial { text, .. } => Some(text.reveal().as_str()),
                Heard::Final { .. } | Heard::TurnEnd { .. } | Heard::Lost => None,
            })
            .collect()
    }
}
