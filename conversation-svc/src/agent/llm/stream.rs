//! A model's answer on its way: read as it comes, watched by deadlines, bounded in size. Dropping it ends the request,
//! and with it the model's work.

use std::{collections::VecDeque, time::Duration};

use reqwest::Response;
use tokio::time::Instant;

use super::{Deadlines, ModelError, Piece, sse::Sse};

/// Bytes of an answer as they are sent. A vendor wraps some hundred bytes around each word.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// How a vendor's events are read.
pub trait Reader: Send {
    /// Takes one event in; what became whole by it goes to `ready`.
    fn event(&mut self, data: &str, ready: &mut VecDeque<Piece>) -> Result<(), ModelError>;

    /// The stream has closed. An answer that was not whole by then has broken off.
    fn closed(&mut self, ready: &mut VecDeque<Piece>) -> Result<(), ModelError>;

    /// Parts of the answer so far; what a vendor sends to keep a connection open is none.
    fn parts(&self) -> usize;
}

pub struct Answer {
    response: Response,
    sse: Sse,
    reader: Box<dyn Reader>,
    ready: VecDeque<Piece>,
    progress: Duration,
    /// When the next part is due.
    due: Instant,
    bytes: usize,
    ended: bool,
}

impl Answer {
    /// Waits until the model has begun to answer.
    pub(super) async fn begin(
        response: Response,
        reader: Box<dyn Reader>,
        deadlines: Deadlines,
        due: Instant,
    ) -> Result<Self, ModelError> {
        let progress = deadlines.progress;
        let (sse, ready) = (Sse::default(), VecDeque::new());
        let mut answer = Self { response, sse, reader, ready, progress, due, bytes: 0, ended: false };
        while answer.reader.parts() == 0 && answer.ready.is_empty() && !answer.ended {
            answer.read().await.map_err(|error| match error {
                ModelError::Stalled(_) => ModelError::FirstTokenLate(deadlines.first_token),
                other => other,
            })?;
        }
        Ok(answer)
    }

    /// The next piece; none after [`Piece::End`]. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<Option<Piece>, ModelError> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                self.ended |= matches!(piece, Piece::End(_));
                return Ok(Some(piece));
            }
            if self.ended {
                return Ok(None);
            }
            self.read().await?;
        }
    }

    /// Takes in what comes next.
    async fn read(&mut self) -> Result<(), ModelError> {
        let chunk = tokio::time::timeout_at(self.due, self.response.chunk())
            .await
            .map_err(|_| ModelError::Stalled(self.progress))?
            .map_err(|_| ModelError::BrokeOff)?;
        let parts = self.reader.parts();
        match &chunk {
            Some(bytes) => {
                self.bytes += bytes.len();
                if self.bytes > BYTES_MAX {
                    return Err(ModelError::AnswerTooLong);
                }
                self.sse.push(bytes)?;
            }
            None => self.sse.end()?,
        }
        while let Some(data) = self.sse.next() {
            self.reader.event(&data, &mut self.ready)?;
        }
        if chunk.is_none() {
            self.reader.closed(&mut self.ready)?;
            self.ended = self.ready.is_empty();
        }
        if self.reader.parts() > parts {
            self.due = Instant::now() + self.progress;
        }
        Ok(())
    }
}
