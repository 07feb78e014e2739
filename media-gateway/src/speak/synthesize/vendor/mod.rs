//! What the speech vendors have in common: a text goes out, and sound comes back while it is made. How each of them is
//! spoken to is left to `azure` and `elevenlabs`; who speaks when one fails, to `failover`.

mod aligner;
mod error;
mod pace;
pub mod streamed;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{sync::mpsc, time::Instant};

use self::aligner::Aligner;
pub use self::{error::VendorError, pace::Pace};
use super::Chunk;

/// Pieces that wait between the network and the playout; a vendor that is faster waits, as TCP lets it.
const PIECES_MAX: usize = 64;
/// Ten minutes of sound, the most that a vendor makes of one text. More is no answer to a sentence.
const SOUND_BYTES_MAX: usize = 10 * 60 * 8_000;

/// How long a vendor may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// From the request to the first sound, a second try included.
    pub first_byte: Duration,
    /// Between two pieces of sound.
    pub progress: Duration,
}

/// What a vendor's answer is made of.
#[derive(Debug)]
pub enum Piece {
    Sound(Bytes),
    /// When a word sounds, in bytes of the sound.
    Word {
        word: String,
        starts: usize,
        ends: usize,
    },
    /// The text has all its sound.
    End,
}

/// The writing end of an answer.
pub struct Answer {
    pieces: mpsc::Sender<Result<Piece, VendorError>>,
    bytes: usize,
}

impl Answer {
    /// Hands a piece on; false when nobody wants it any more.
    pub async fn give(&mut self, piece: Piece) -> Result<bool, VendorError> {
        if let Piece::Sound(codes) = &piece {
            self.bytes += codes.len();
            if self.bytes > SOUND_BYTES_MAX {
                return Err(VendorError::Protocol("more sound than a sentence can have"));
            }
        }
        Ok(self.pieces.send(Ok(piece)).await.is_ok())
    }

    pub const fn has_sound(&self) -> bool {
        self.bytes > 0
    }

    /// Done when nobody wants the rest.
    pub fn unwanted(&self) -> impl Future<Output = ()> + use<> {
        let pieces = self.pieces.clone();
        async move { pieces.closed().await }
    }
}

/// A text on its way to speech at a vendor. Dropping it ends the request.
pub struct VendorReading {
    pieces: mpsc::Receiver<Result<Piece, VendorError>>,
    aligner: Aligner,
    pace: Arc<Pace>,
    ended: bool,
}

impl VendorReading {
    /// Begins to carry an answer in a task of its own, so that sound is taken from the network also while the call is
    /// busy with other things. `carry` must watch [`Answer::unwanted`] and end soon after.
    pub fn begin<F>(text: &str, pace: &Arc<Pace>, carry: impl FnOnce(Answer) -> F) -> Self
    where
        F: Future<Output = Result<(), VendorError>> + Send + 'static,
    {
        let (sender, pieces) = mpsc::channel(PIECES_MAX);
        let carried = carry(Answer { pieces: sender.clone(), bytes: 0 });
        tokio::spawn(async move {
            if let Err(error) = carried.await {
                // Nobody may be left to hear of it.
                let _ = sender.send(Err(error)).await;
            }
        });
        let aligner = Aligner::new(text, pace.characters_per_second());
        Self { pieces, aligner, pace: Arc::clone(pace), ended: false }
    }

    /// The next chunk; `None` after the last. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Option<Chunk>, VendorError> {
        loop {
            if let Some(chunk) = self.aligner.next() {
                return Ok(Some(chunk));
            }
            if self.ended {
                return Ok(None);
            }
            match self.pieces.recv().await {
                Some(Ok(Piece::Sound(codes))) => self.aligner.push(&codes),
                Some(Ok(Piece::Word { word, starts, ends })) => self.aligner.word(&word, starts, ends),
                Some(Ok(Piece::End)) => {
                    self.ended = true;
                    self.aligner.finish();
                }
                Some(Err(error)) => return Err(error),
                // The task ended without a word, which only a panic does.
                None => return Err(VendorError::BrokeOff),
            }
        }
    }

    /// Learns from a text that was spoken to its end how fast the voice speaks.
    pub fn learn_pace(&self) {
        if let Some(measured) = self.aligner.measured_pace() {
            self.pace.learn(measured);
        }
    }
}

/// Waits for what a vendor owes us by `deadline`.
pub async fn by<T>(
    deadline: Instant,
    late: VendorError,
    wanted: impl Future<Output = Result<T, VendorError>>,
) -> Result<T, VendorError> {
    tokio::time::timeout_at(deadline, wanted).await.unwrap_or(Err(late))
}
