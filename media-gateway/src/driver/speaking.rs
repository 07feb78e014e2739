//! Our side of a call: sentences in, paced frames and marks out.
//!
//! Sentences are synthesised one after the other, so that the one that plays next is made first; the next is made
//! while it plays.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use call::{Event, SegmentId, TurnId};
use tokio::time::Instant;

use crate::speak::{
    playout::{self, Outgoing, Playout},
    synthesize::{Chunk, Runway, Speech, SynthesisError, Synthesizer},
};

/// With less than this to hear before it, a sentence is as urgent as the first of a reply.
const HURRY: Duration = Duration::from_millis(500);

/// What came of waiting for more audio.
pub enum Made {
    Chunk(Chunk),
    Failed(SynthesisError),
    /// The sentence has all its audio.
    Done,
}

struct Prepared {
    turn: TurnId,
    text: String,
    speech: Speech,
}

pub struct Speaking {
    synthesizer: Synthesizer,
    waiting: VecDeque<(SegmentId, String)>,
    making: Option<(SegmentId, Speech)>,
    /// A sentence that may be wanted soon, or never.
    prepared: Option<Prepared>,
    playout: Playout,
    /// Which turn a segment belongs to, for the figures; as many as there are unplayed segments.
    turns: BTreeMap<SegmentId, TurnId>,
    held_back_until: Option<Instant>,
    /// Who spoke last.
    provider: &'static str,
}

impl Speaking {
    pub fn begin(synthesizer: Synthesizer) -> Self {
        Self {
            provider: synthesizer.provider(),
            synthesizer,
            waiting: VecDeque::new(),
            making: None,
            prepared: None,
            playout: Playout::new(),
            turns: BTreeMap::new(),
            held_back_until: None,
        }
    }

    /// Queues a sentence. The core bounds how many: a reply has few, and no two replies are open at once.
    pub fn speak(&mut self, segment: SegmentId, turn: TurnId, text: String) {
        self.turns.insert(segment, turn);
        self.waiting.push_back((segment, text));
        self.make_next();
    }

    /// Begins to make a sentence ahead, where that costs nothing.
    pub fn prepare(&mut self, turn: TurnId, text: String) {
        let speech = self.synthesizer.prepare(&text);
        self.prepared = speech.map(|speech| Prepared { turn, text, speech });
    }

    pub fn forget_prepared(&mut self, turn: TurnId) {
        self.prepared.take_if(|prepared| prepared.turn == turn);
    }

    /// Forgets everything not played to its end; true when the carrier must be sent `clear`.
    pub fn stop(&mut self, now: Instant) -> bool {
        self.waiting.clear();
        self.making = None;
        self.turns.clear();
        self.playout.stop(now.into_std())
    }

    /// Forgets what comes after this segment.
    pub fn stop_after(&mut self, segment: SegmentId) {
        self.waiting.retain(|(id, _)| *id <= segment);
        self.making.take_if(|(id, _)| *id > segment);
        self.turns.retain(|id, _| *id <= segment);
        self.playout.stop_after(segment);
    }

    /// Sends nothing until [`Speaking::resume`], and keeps what was not heard; true as for [`Speaking::stop`].
    pub fn pause(&mut self, now: Instant) -> bool {
        self.playout.pause(now.into_std())
    }

    pub fn resume(&mut self) {
        self.playout.resume();
    }

    /// Who makes the sound: of what was made before, whoever spoke last.
    pub const fn provider(&self) -> &'static str {
        self.provider
    }

    pub fn generation(&self) -> u64 {
        self.playout.generation()
    }

    pub fn gaps(&self) -> u64 {
        self.playout.gaps()
    }

    /// Whose sentence is being made.
    pub fn makes_turn(&self) -> Option<TurnId> {
        self.turn_of(self.making.as_ref()?.0)
    }

    pub fn turn_of(&self, segment: SegmentId) -> Option<TurnId> {
        self.turns.get(&segment).copied()
    }

    /// More audio of the sentence that is being made; waits for ever while there is none to wait for. Cancel-safe.
    pub async fn next(&mut self) -> Made {
        match &mut self.making {
            Some((_, speech)) if self.playout.has_room(queue_max(speech)) => {
                let heard_out_at = self.playout.heard_out_at(Instant::now().into_std());
                speech.set_runway(heard_out_at.map_or(Runway::Empty, |at| Runway::Until(Instant::from_std(at))));
                match speech.next().await {
                    Some(Ok(chunk)) => Made::Chunk(chunk),
                    Some(Err(error)) => Made::Failed(error),
                    None => Made::Done,
                }
            }
            _ => std::future::pending().await,
        }
    }

    /// Takes what [`Speaking::next`] gave.
    pub fn take(&mut self, made: Made) -> Option<Event> {
        let segment = self.making.as_ref().map(|(segment, _)| *segment)?;
        match made {
            Made::Chunk(chunk) => {
                let speaker = self.making.as_ref().and_then(|(_, speech)| speech.provider());
                self.provider = speaker.unwrap_or(self.provider);
                let chars = u32::try_from(chunk.text_end).unwrap_or(u32::MAX);
                self.playout.push(segment, &chunk.mulaw, chars);
                None
            }
            Made::Done => {
                self.playout.complete(segment);
                self.make_next_after();
                None
            }
            Made::Failed(error) => {
                tracing::warn!(%error, "a sentence could not be synthesised");
                metrics::counter!("synthesis_failures_total").increment(1);
                self.make_next_after();
                Some(Event::SegmentFailed { segment })
            }
        }
    }

    /// When the next frame or mark must go out.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        let due = Instant::from_std(self.playout.next_due(now.into_std())?);
        Some(self.held_back_until.map_or(due, |held| due.max(held)))
    }

    /// Whether it is worth to send now what must go out a little later.
    pub fn is_worth_sending(&self, now: Instant) -> bool {
        self.held_back_until.is_none_or(|held| held <= now) && self.playout.is_worth_sending(now.into_std())
    }

    /// The network stalls: nothing goes out before this.
    pub fn hold_back_until(&mut self, at: Instant) {
        self.held_back_until = Some(at);
    }

    /// The next frame or mark that has room.
    pub fn poll(&mut self, now: Instant) -> Option<Outgoing> {
        self.held_back_until = None;
        self.playout.poll(now.into_std())
    }

    /// What a mark that came back says was heard.
    pub fn mark_returned(&mut self, name: &str) -> Vec<Event> {
        let heard = self.playout.mark_returned(name);
        heard
            .into_iter()
            .map(|heard| {
                if heard.last {
                    self.turns.remove(&heard.segment);
                }
                Event::Played { segment: heard.segment, chars: heard.chars, last: heard.last }
            })
            .collect()
    }

    fn make_next_after(&mut self) {
        self.making = None;
        self.make_next();
    }

    fn make_next(&mut self) {
        if self.making.is_none()
            && let Some((segment, text)) = self.waiting.pop_front()
        {
            // What was prepared for another sentence is still wanted, or forgotten when its turn is cancelled.
            let prepared = self.prepared.take_if(|prepared| prepared.text == text);
            let speech = prepared.map_or_else(|| self.begin_to_speak(&text), |prepared| prepared.speech);
            self.making = Some((segment, speech));
        }
    }

    /// A sentence after another does not hurry, as long as that one is heard.
    fn begin_to_speak(&self, text: &str) -> Speech {
        let now = Instant::now().into_std();
        match self.playout.heard_out_at(now) {
            Some(at) if at > now + HURRY => self.synthesizer.speak_next(text),
            _ => self.synthesizer.speak(text),
        }
    }
}

/// How much of its sound may wait to be played.
fn queue_max(speech: &Speech) -> Duration {
    if speech.is_made_here() { playout::QUEUE_MAX_OF_ENGINE } else { playout::QUEUE_MAX }
}
