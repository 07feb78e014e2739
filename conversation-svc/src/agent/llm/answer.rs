//! What a model answers, piece by piece.

use super::Call;

/// No `Debug`: it holds what is said.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// A whole call: its arguments have ended.
    Call(Call),
    /// The answer is whole. Nothing comes after it.
    End(End),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub stop: Stop,
    /// None when the vendor did not say.
    pub usage: Option<Usage>,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// With its last word, or with its calls.
    Finished,
    /// In the middle: the answer was longer than was allowed.
    Length,
    /// The model, or the vendor's filter, does not answer this.
    Refused,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// All that was read, kept by the vendor or not.
    pub input: u64,
    /// The part of it that the vendor had kept.
    pub input_cached: u64,
    pub output: u64,
}

impl Usage {
    pub const fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}
