//! How much audio goes into one message. Each message costs a system call here and a reading there, so that silence is
//! sent in larger pieces than speech, whose words are waited for.

use std::time::Duration;

use bytes::Bytes;

use super::{
    audio::{Encoder, Encoding},
    segment::{Position, samples},
};

/// While nobody speaks. The detector reports speech sooner after its beginning than a piece is long, and what was gathered
/// goes before the report.
const QUIET: Position = samples(Duration::from_millis(100));
/// In speech: two of the carrier's frames.
const SPEECH: Position = samples(Duration::from_millis(40));

/// Audio that is to be sent as one message.
pub struct Gathered {
    pub bytes: Bytes,
    pub length: Position,
}

/// Gathers a stream's audio.
pub struct Pieces {
    encoder: Encoder,
    bytes: Vec<u8>,
    length: Position,
    piece: Position,
}

impl Pieces {
    pub const fn new(encoding: Encoding) -> Self {
        Self { encoder: Encoder::new(encoding), bytes: Vec::new(), length: 0, piece: QUIET }
    }

    pub const fn speech_started(&mut self) {
        self.piece = SPEECH;
    }

    pub const fn speech_stopped(&mut self) {
        self.piece = QUIET;
    }

    /// Adds audio. Gives a piece when it is whole.
    pub fn push(&mut self, audio: &[f32]) -> Option<Gathered> {
        self.encoder.encode(audio, &mut self.bytes);
        self.length += audio.len() as Position;
        if self.length >= self.piece { self.take() } else { None }
    }

    /// What was gathered, if anything: what follows must not overtake it.
    pub fn take(&mut self) -> Option<Gathered> {
        if self.bytes.is_empty() {
            return None;
        }
        let next = Vec::with_capacity(self.bytes.len());
        let bytes = std::mem::replace(&mut self.bytes, next).into();
        Some(Gathered { bytes, length: std::mem::take(&mut self.length) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [f32; 320] = [0.1; 320];

    /// The lengths of the pieces, in frames, after each of so many frames.
    fn pieces(pieces: &mut Pieces, frames: usize) -> Vec<Position> {
        (0..frames).map(|_| pieces.push(&FRAME).map_or(0, |piece| piece.length / 320)).collect()
    }

    #[test]
    fn silence_goes_in_larger_pieces_than_speech() {
        let mut gathered = Pieces::new(Encoding::Linear16);
        assert_eq!(pieces(&mut gathered, 7), [0, 0, 0, 0, 5, 0, 0]);
        assert_eq!(gathered.take().map(|piece| (piece.length, piece.bytes.len())), Some((640, 1_280)));
        gathered.speech_started();
        assert_eq!(pieces(&mut gathered, 4), [0, 2, 0, 2]);
        gathered.speech_stopped();
        assert_eq!(pieces(&mut gathered, 5), [0, 0, 0, 0, 5]);
        assert!(gathered.take().is_none() && gathered.push(&[]).is_none(), "no piece is empty");
    }
}
