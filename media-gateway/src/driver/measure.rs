//! The figures of a call, all from one monotonic clock, as metrics without personal data.

use std::time::Duration;

use call::{Event, TurnId};
use tokio::time::Instant;

use crate::listen::{transcribe::Heard, voice_activity};

/// Counts a call as live until it is dropped, however it ends.
pub struct Live(metrics::Gauge);

impl Live {
    pub fn count(calls_active: metrics::Gauge) -> Self {
        calls_active.increment(1);
        Self(calls_active)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// A caller who hears nothing for longer than this, after their last word, begins to wonder.
const DEAD_AIR: Duration = Duration::from_millis(1_200);

/// When the stages of the current turn happened.
#[derive(Debug, Default)]
pub struct Measure {
    /// The caller's last speech ended, by the voice activity detector, its hangover taken off.
    speech_ended: Option<Instant>,
    endpoint: Option<Instant>,
    transcript: Option<Instant>,
    asked: Option<(TurnId, Instant)>,
    first_sentence: Option<(TurnId, Instant)>,
    /// Of a turn that was asked early, before we knew that it was one.
    early_sentence: Option<TurnId>,
    /// A phrase of ours bridged the wait for the reply.
    bridged: bool,
}

impl Measure {
    pub fn voice(&mut self, event: &Event) {
        if *event == Event::SpeechStopped {
            self.speech_ended = Instant::now().checked_sub(voice_activity::HANGOVER);
        }
    }

    pub fn endpoint(&mut self) {
        self.endpoint = Some(Instant::now());
    }

    pub fn transcribed(&mut self, heard: &Heard) {
        if matches!(heard, Heard::Final { .. }) {
            let now = Instant::now();
            self.transcript = Some(now);
            record("turn_transcript_ms", self.endpoint, now);
        }
    }

    pub fn asked(&mut self, turn: TurnId) {
        let now = Instant::now();
        record("turn_endpointing_ms", self.speech_ended, now);
        self.asked = Some((turn, now));
        self.first_sentence = None;
        self.bridged = false;
    }

    /// The words of a turn that was asked early were all.
    pub fn confirmed(&mut self, turn: TurnId) {
        self.asked(turn);
        metrics::counter!("turn_early_confirmed_total").increment(1);
        if self.early_sentence == Some(turn) {
            self.first_sentence(turn);
        }
    }

    pub fn first_sentence(&mut self, turn: TurnId) {
        self.early_sentence = Some(turn);
        let is_first = self.first_sentence.is_none_or(|(of, _)| of != turn);
        if let Some((asked, at)) = self.asked
            && asked == turn
            && is_first
        {
            let now = Instant::now();
            record("turn_first_sentence_ms", Some(at), now);
            self.first_sentence = Some((turn, now));
        }
    }

    /// A segment's first frame goes out.
    pub fn first_frame(&mut self, of: Option<TurnId>) {
        if of == Some(TurnId::UNASKED) && !std::mem::replace(&mut self.bridged, true) {
            self.count_dead_air();
        }
        if let (Some((asked, _)), Some(of)) = (self.asked, of)
            && asked == of
        {
            if !self.bridged {
                self.count_dead_air();
            }
            let now = Instant::now();
            record("turn_utterance_end_to_first_frame_ms", self.speech_ended.take(), now);
            record("turn_first_sentence_to_first_frame_ms", self.first_sentence.map(|(_, at)| at), now);
            self.asked = None;
        }
    }

    /// The caller hears something again; if it took long, that is counted.
    fn count_dead_air(&self) {
        let waited = self.asked.and(self.speech_ended).map(|ended| ended.elapsed());
        if waited.is_some_and(|waited| waited > DEAD_AIR) {
            metrics::counter!("turn_dead_air_total").increment(1);
        }
    }
}

fn record(name: &'static str, from: Option<Instant>, to: Instant) {
    if let Some(from) = from {
        metrics::histogram!(name).record(to.saturating_duration_since(from).as_secs_f64() * 1_000.0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn a_call_that_panics_is_live_no_more() {
        let gauge = Arc::new(AtomicU64::new(0));
        let live = Live::count(metrics::Gauge::from_arc(Arc::clone(&gauge)));
        let calls = || f64::from_bits(gauge.load(Ordering::SeqCst));
        assert!((calls() - 1.0).abs() < f64::EPSILON);
        let carried = tokio::spawn(async move {
            let _live = live;
            panic!("as a fault of ours would");
        });
        assert!(carried.await.expect_err("a panic").is_panic());
        assert!(calls().abs() < f64::EPSILON);
    }
}
