//! Runs a recorded call through the core again and compares what it wants done.

use std::{
    fmt,
    io::{self, BufRead, Read},
};

use thiserror::Error;

use super::{
    Words,
    line::{Entry, Line, VERSION},
    mask,
};
use crate::{action::Action, call::Call};

/// A longer line is no trace of ours: the longest holds one sentence, or the configuration.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Differences after which a replay stops: by then the calls have nothing in common.
const DIFFERENCES_MAX: usize = 100;

/// An action that came out of the replay otherwise than it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The line of the recorded action; for an action that was not recorded, the line before which it should stand.
    pub line: usize,
    /// None: the replay wants more than was recorded.
    pub recorded: Option<Action>,
    /// None: the replay does not want it.
    pub replayed: Option<Action>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, recorded, replayed } = self;
        match (recorded, replayed) {
            (Some(recorded), Some(replayed)) => write!(f, "line {line}: recorded {recorded:?}, replayed {replayed:?}"),
            (Some(recorded), None) => write!(f, "line {line}: recorded {recorded:?}, replayed nothing"),
            (None, Some(replayed)) => write!(f, "before line {line}: recorded nothing, replayed {replayed:?}"),
            (None, None) => write!(f, "line {line}: no difference"),
        }
    }
}

/// Why a trace cannot be replayed.
#[derive(Debug, Error)]
pub enum TraceError {
    #[error("line {line} could not be read")]
    Read { line: usize, source: io::Error },
    #[error("line {line} has more than {LINE_BYTES_MAX} bytes: this is not a trace of a call")]
    TooLong { line: usize },
    #[error("line {line} is not JSON of a trace")]
    Malformed { line: usize, source: serde_json::Error },
    #[error(
        "line {line} must hold either `trace` and `config`, or `at` and `event`, or `at` and `timeout`, or `action`"
    )]
    Mixed { line: usize },
    #[error("line 1 must be the header, with `trace` and `config`; record the call from its beginning")]
    NoHeader,
    #[error("line {line} is a second header: split the file, it holds more than one call")]
    SecondHeader { line: usize },
    #[error(
        "the trace has form {version} and this program reads form {VERSION}: replay it with the program that wrote it"
    )]
    OtherVersion { version: u32 },
}

/// Replays a trace. No differences: the core decides today as it did when the call was recorded. Stops after 100 differences.
///
/// # Errors
///
/// Says which line cannot be read and why.
pub fn replay(trace: impl BufRead) -> Result<Vec<Difference>, TraceError> {
    let mut lines = Lines { trace, line: 0 };
    let Some(Entry::Header { version, words, config }) = lines.next()? else { return Err(TraceError::NoHeader) };
    if version != VERSION {
        return Err(TraceError::OtherVersion { version });
    }
    let mut replay = Replay { call: Call::new(*config), words, differences: Vec::new() };
    while replay.differences.len() < DIFFERENCES_MAX
        && let Some(entry) = lines.next()?
    {
        let line = lines.line;
        match entry {
            Entry::Header { .. } => return Err(TraceError::SecondHeader { line }),
            Entry::Action(recorded) => replay.compare(line, recorded),
            Entry::Event(at, event) => {
                replay.expect_no_more(line);
                replay.call.handle(at, event);
            }
            Entry::Timeout(at) => {
                replay.expect_no_more(line);
                replay.call.handle_timeout(at);
            }
        }
    }
    replay.expect_no_more(lines.line + 1);
    replay.differences.truncate(DIFFERENCES_MAX);
    Ok(replay.differences)
}

struct Replay {
    call: Call,
    words: Words,
    differences: Vec<Difference>,
}

impl Replay {
    fn compare(&mut self, line: usize, recorded: Action) {
        let replayed = self.call.poll_action().map(|action| self.as_recorded(action));
        if replayed.as_ref() != Some(&recorded) {
            self.differences.push(Difference { line, recorded: Some(recorded), replayed });
        }
    }

    fn expect_no_more(&mut self, line: usize) {
        while let Some(action) = self.call.poll_action() {
            let replayed = Some(self.as_recorded(action));
            self.differences.push(Difference { line, recorded: None, replayed });
        }
    }

    fn as_recorded(&self, action: Action) -> Action {
        match self.words {
            Words::Masked => mask::action(action),
            Words::Kept => action,
        }
    }
}

struct Lines<R> {
    trace: R,
    /// The number of the line that was read last, from 1.
    line: usize,
}

impl<R: BufRead> Lines<R> {
    /// What the next line says; None at the end. Empty lines are skipped.
    fn next(&mut self) -> Result<Option<Entry>, TraceError> {
        loop {
            let mut bytes = Vec::new();
            self.line += 1;
            let line = self.line;
            let read = self.trace.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut bytes);
            let length = read.map_err(|source| TraceError::Read { line, source })?;
            if length == 0 {
                self.line -= 1;
                return Ok(None);
            }
            if length as u64 > LINE_BYTES_MAX {
                return Err(TraceError::TooLong { line });
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let parsed: Line =
                serde_json::from_slice(&bytes).map_err(|source| TraceError::Malformed { line, source })?;
            return parsed.entry().map(Some).ok_or(TraceError::Mixed { line });
        }
    }
}
