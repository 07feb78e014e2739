//! Where a call stands. The phase is read off the parts each time and stored nowhere, so it cannot contradict them.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The line carries no sound yet.
    AwaitingLine,
    /// The greeting plays.
    Greeting,
    /// We wait for the caller.
    Listening,
    /// The caller's words are being transcribed or answered; nothing plays.
    Processing,
    /// Our voice plays, or waits to be played.
    Speaking,
    /// Last words; the call ends after them.
    Ending,
    /// Nothing more happens.
    Ended,
}
