//! The last audio that was sent, to be sent again after a break of the connection.

use std::collections::VecDeque;

use bytes::Bytes;

use super::segment::Position;
use crate::listen::LISTENING_RATE_HZ;

/// Two seconds; the oldest goes. A longer replay would make a provider late: some hardly work faster than real time.
const KEPT_MAX: Position = 2 * LISTENING_RATE_HZ as Position;

#[derive(Debug, Default)]
pub struct Replay {
    pieces: VecDeque<Piece>,
    length: Position,
}

#[derive(Debug, Clone)]
pub struct Piece {
    pub bytes: Bytes,
    pub end: Position,
    pub length: Position,
}

impl Replay {
    pub fn push(&mut self, bytes: Bytes, end: Position, length: Position) {
        self.pieces.push_back(Piece { bytes, end, length });
        self.length += length;
        while self.length > KEPT_MAX
            && let Some(oldest) = self.pieces.pop_front()
        {
            self.length -= oldest.length;
        }
    }

    /// Where the oldest audio begins; `sent` when there is none.
    pub fn oldest(&self, sent: Position) -> Position {
        self.pieces.front().map_or(sent, Piece::start)
    }

    /// Takes what reaches beyond this place, oldest first, and forgets the rest.
    pub fn take_from(&mut self, from: Position) -> Vec<Piece> {
        self.length = 0;
        std::mem::take(&mut self.pieces).into_iter().skip_while(|piece| piece.end <= from).collect()
    }
}

impl Piece {
    pub const fn start(&self) -> Position {
        self.end - self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_seconds_are_kept_and_taken_once() {
        let mut replay = Replay::default();
        assert_eq!(replay.oldest(7), 7);
        for number in 1..=200_u64 {
            replay.push(Bytes::from_static(b"x"), number * 320, 320);
        }
        assert_eq!(replay.oldest(64_000), 100 * 320);
        let taken = replay.take_from(150 * 320 + 1);
        assert_eq!((taken.len(), taken[0].start()), (50, 150 * 320));
        assert_eq!(replay.oldest(64_000), 64_000);
    }
}
