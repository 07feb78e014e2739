//! The last audio that was sent, to be sent again after a break of the connection.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{audio::Encoding, segment::Position};
use crate::listen::{LISTENING_RATE_HZ, resample::Upsampler};

/// Two seconds; the oldest goes. A longer replay would make a provider late: some hardly work faster than real time.
const KEPT_MAX: Position = 2 * LISTENING_RATE_HZ as Position;

#[derive(Debug)]
pub struct Replay {
    encoding: Encoding,
    /// Packed: most are never sent again.
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
    pub const fn new(encoding: Encoding) -> Self {
        Self { encoding, pieces: VecDeque::new(), length: 0 }
    }

    pub fn push(&mut self, bytes: &Bytes, end: Position, length: Position) {
        self.pieces.push_back(Piece { bytes: self.encoding.pack(bytes), end, length });
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
        let (encoding, mut upsampler) = (self.encoding, Upsampler::default());
        let pieces = std::mem::take(&mut self.pieces).into_iter().skip_while(|piece| piece.end <= from);
        pieces
            .map(|piece| Piece { bytes: encoding.unpack(&piece.bytes, piece.length, &mut upsampler), ..piece })
            .collect()
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
        let mut replay = Replay::new(Encoding::Linear16);
        assert_eq!(replay.oldest(7), 7);
        for number in 1..=200_u64 {
            replay.push(&Bytes::from_static(&[0; 640]), number * 320, 320);
        }
        assert_eq!(replay.oldest(64_000), 100 * 320);
        let taken = replay.take_from(150 * 320 + 1);
        assert_eq!((taken.len(), taken[0].start()), (50, 150 * 320));
        assert_eq!(taken[0].bytes, Bytes::from_static(&[0; 640]));
        assert_eq!(replay.oldest(64_000), 64_000);
    }
}
