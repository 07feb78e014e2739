//! The figures of a call, all from one monotonic clock, as metrics and spans without personal data.

use std::time::Duration;

use call::{Event, Outcome, TurnId};
use tokio::time::Instant;

use super::call_span::CallSpan;
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

/// A turn from the caller's last sound to ours, on one monotonic clock.
#[derive(Debug)]
pub struct Turn {
    pub id: TurnId,
    /// It was asked before the caller was known to have said all.
    pub early: bool,
    /// The caller's last sound, as far as there was one: a turn may be typed.
    pub began: Instant,
    /// The pause was long enough.
    endpoint: Option<Instant>,
    /// The words were there.
    transcript: Option<Instant>,
    asked: Instant,
    first_sentence: Option<Instant>,
    first_byte: Option<Instant>,
    pub first_frame: Option<Instant>,
    /// Since when the caller waits: a sound of theirs in between is not held against us.
    waits_since: Option<Instant>,
    /// A phrase of ours bridged the wait for the reply.
    bridged: bool,
}

impl Turn {
    /// What happened in it, in order.
    pub fn stages(&self) -> Vec<(&'static str, Instant)> {
        let stages = [
            ("endpoint", self.endpoint),
            ("transcript", self.transcript),
            ("asked", Some(self.asked)),
            ("first_sentence", self.first_sentence),
            ("first_byte", self.first_byte),
            ("first_frame", self.first_frame),
        ];
        stages.into_iter().filter_map(|(stage, at)| Some((stage, at?))).collect()
    }

    /// The caller hears something again; if it took long, that is counted.
    fn count_dead_air(&self) {
        if self.waits_since.is_some_and(|since| since.elapsed() > DEAD_AIR) {
            metrics::counter!("turn_dead_air_total").increment(1);
        }
    }
}

/// Times the stages of each turn: as histograms, and as one span a turn.
pub struct Measure {
    span: CallSpan,
    /// The caller's last speech ended, by the voice activity detector, its hangover taken off.
    speech_ended: Option<Instant>,
    endpoint: Option<Instant>,
    transcript: Option<Instant>,
    /// Of a turn that was asked early, before we knew that it was one.
    early_sentence: Option<(TurnId, Instant)>,
    /// Whose reply is not heard yet.
    turn: Option<Turn>,
}

impl Measure {
    pub const fn of_call(span: CallSpan) -> Self {
        Self { span, speech_ended: None, endpoint: None, transcript: None, early_sentence: None, turn: None }
    }

    pub fn voice(&mut self, event: &Event) {
        if *event == Event::SpeechStopped {
            self.speech_ended = Instant::now().checked_sub(voice_activity::HANGOVER);
            if let Some(turn) = &mut self.turn {
                turn.waits_since = self.speech_ended;
            }
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

    pub fn asked(&mut self, id: TurnId) {
        self.begin(id, false);
    }

    /// The words of a turn that was asked early were all.
    pub fn confirmed(&mut self, id: TurnId) {
        metrics::counter!("turn_early_confirmed_total").increment(1);
        self.begin(id, true);
        if self.early_sentence.take_if(|(of, _)| *of == id).is_some() {
            // It was there when it was wanted.
            self.first_sentence(id);
        }
    }

    pub fn first_sentence(&mut self, of: TurnId) {
        let now = Instant::now();
        match &mut self.turn {
            Some(turn) if turn.id == of && turn.first_sentence.is_none() => {
                turn.first_sentence = Some(now);
                record("turn_first_sentence_ms", Some(turn.asked), now);
            }
            Some(turn) if turn.id == of => {}
            _ => self.early_sentence = Some((of, now)),
        }
    }

    /// Sound was made of a segment.
    pub fn first_byte(&mut self, of: Option<TurnId>) {
        if let Some(turn) = self.turn.as_mut().filter(|turn| of == Some(turn.id) && turn.first_byte.is_none()) {
            let now = Instant::now();
            turn.first_byte = Some(now);
            record("turn_first_byte_ms", turn.first_sentence, now);
        }
    }

    /// A segment's first frame goes out.
    pub fn first_frame(&mut self, of: Option<TurnId>) {
        let Some(turn) = &mut self.turn else { return };
        if of == Some(TurnId::UNASKED) && !std::mem::replace(&mut turn.bridged, true) {
            turn.count_dead_air();
        }
        if of == Some(turn.id) {
            if !turn.bridged {
                turn.count_dead_air();
            }
            let now = Instant::now();
            turn.first_frame = Some(now);
            record("turn_utterance_end_to_first_frame_ms", turn.waits_since, now);
            record("turn_first_sentence_to_first_frame_ms", turn.first_sentence, now);
            self.finish();
        }
    }

    /// The reply is not wanted any more.
    pub fn cancelled(&mut self, id: TurnId) {
        if self.turn.as_ref().is_some_and(|turn| turn.id == id) {
            self.finish();
        }
    }

    pub fn call_ended(&mut self, outcome: &Outcome) {
        self.finish();
        self.span.end(outcome);
    }

    fn begin(&mut self, id: TurnId, early: bool) {
        self.finish();
        let now = Instant::now();
        let speech_ended = self.speech_ended.take();
        record("turn_endpointing_ms", speech_ended, now);
        self.turn = Some(Turn {
            id,
            early,
            began: speech_ended.unwrap_or(now),
            endpoint: self.endpoint.take(),
            transcript: self.transcript.take(),
            asked: now,
            first_sentence: None,
            first_byte: None,
            first_frame: None,
            waits_since: speech_ended,
            bridged: false,
        });
    }

    fn finish(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.span.turn(&turn);
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
