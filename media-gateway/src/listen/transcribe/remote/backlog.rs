//! What waits to be sent, in order: audio, and what is to happen between two pieces of it. Bounded: the oldest audio
//! goes first.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use call::UtteranceId;

use super::{
    replay::Piece,
    segment::{Position, samples},
};

/// Audio that waits for a connection: as much as a spare is told at once. Then the oldest is dropped, and counted.
const UNCONNECTED_MAX: Position = samples(Duration::from_secs(20));
/// Audio that comes to wait while there is a connection. With more, the network is too slow.
const CONNECTED_MAX: Position = samples(Duration::from_secs(5));

pub enum Item {
    Audio {
        bytes: Bytes,
        length: Position,
    },
    SpeechStarted,
    SpeechStopped,
    Finalize(UtteranceId),
    KeepAlive,
    /// Asks again, on a new connection, for the end of an utterance.
    Flush(UtteranceId),
}

pub struct Backlog {
    items: VecDeque<Item>,
    audio: Position,
    audio_max: Position,
}

impl Backlog {
    pub const fn new() -> Self {
        Self { items: VecDeque::new(), audio: 0, audio_max: UNCONNECTED_MAX }
    }

    /// What waits can be sent; what is there already is not held against the network.
    pub const fn connected(&mut self) {
        self.audio_max = self.audio + CONNECTED_MAX;
    }

    pub const fn disconnected(&mut self) {
        self.audio_max = UNCONNECTED_MAX;
    }

    pub fn push(&mut self, item: Item) {
        if let Item::Audio { length, .. } = &item {
            self.audio += length;
        }
        self.items.push_back(item);
    }

    pub fn pop(&mut self) -> Option<Item> {
        let item = self.items.pop_front();
        if let Some(Item::Audio { length, .. }) = &item {
            self.audio -= length;
        }
        item
    }

    pub const fn is_over_full(&self) -> bool {
        self.audio > self.audio_max
    }

    /// Drops the oldest audio until the rest fits. Gives the number of pieces.
    pub fn shed(&mut self) -> u64 {
        let mut shed = 0;
        while self.is_over_full()
            && let Some(oldest) = self.items.iter().position(|item| matches!(item, Item::Audio { .. }))
            && let Some(Item::Audio { length, .. }) = self.items.remove(oldest)
        {
            self.audio -= length;
            shed += 1;
        }
        shed
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn has_finalize(&self, id: UtteranceId) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Finalize(queued) if *queued == id))
    }

    /// Puts audio that was sent before all else, with a flush at the end of each utterance that is owed.
    pub fn put_back(&mut self, pieces: Vec<Piece>, owed: impl Iterator<Item = (UtteranceId, Position)>) {
        let mut flushes = owed.peekable();
        let mut again = Vec::with_capacity(pieces.len());
        for piece in pieces {
            self.audio += piece.length;
            again.push(Item::Audio { bytes: piece.bytes, length: piece.length });
            while let Some((id, _)) = flushes.next_if(|(_, boundary)| *boundary <= piece.end) {
                again.push(Item::Flush(id));
            }
        }
        again.extend(flushes.map(|(id, _)| Item::Flush(id)));
        for item in again.into_iter().rev() {
            self.items.push_front(item);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::new();
    }
}
