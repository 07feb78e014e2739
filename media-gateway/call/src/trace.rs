//! The record of a call as lines of JSON: what happened and when, and what the core wanted done. It holds no audio and,
//! unless asked to, no words; a recorded call can be replayed at once. Where the lines are kept is left to the driver.
//!
//! The first line is the header; then each event or deadline is followed by the actions that came of it:
//!
//! ```json
//! {"trace":1,"words":"masked","config":{"greeting":["Hello."]}}
//! {"at":20,"event":"line_ready"}
//! {"action":{"speak":{"segment":1,"turn":0,"text":"xxxxx."}}}
//! {"at":35020,"timeout":"idle"}
//! ```

mod line;
mod mask;
mod replay;

use serde::{Deserialize, Serialize};

use self::line::Line;
use crate::{action::Action, config::CallConfig, event::Event, time::CallTime, timer::Timer};

pub use self::replay::{Difference, TraceError, replay};

/// What becomes of the words in a trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// Each letter of what the caller and the agent said, and each key pressed, is replaced. Words that turn-taking
    /// goes by, such as "okay", stay. Phrases of the configuration stay in the header.
    #[default]
    Masked,
    /// All words stay: personal data, for tests and by consent only.
    Kept,
}

/// Turns what goes in and out of a call into lines of a trace, each with its line break.
#[derive(Debug, Clone, Copy)]
pub struct Recorder {
    words: Words,
}

impl Recorder {
    #[must_use]
    pub const fn new(words: Words) -> Self {
        Self { words }
    }

    /// The first line. The configuration is the one that the call was made with.
    #[must_use]
    pub fn header(&self, config: &CallConfig) -> String {
        Line::header(self.words, config.clone()).to_json()
    }

    /// A call of `handle`.
    #[must_use]
    pub fn event(&self, at: CallTime, event: &Event) -> String {
        Line::event(at, self.without_words(event, mask::event)).to_json()
    }

    /// A call of `handle_timeout`, with the timer that `poll_timeout` gave.
    #[must_use]
    pub fn timeout(&self, at: CallTime, timer: Timer) -> String {
        Line::timeout(at, timer).to_json()
    }

    /// What `poll_action` gave.
    #[must_use]
    pub fn action(&self, action: &Action) -> String {
        Line::action(self.without_words(action, mask::action)).to_json()
    }

    fn without_words<T: Clone>(&self, said: &T, mask: impl Fn(T) -> T) -> T {
        match self.words {
            Words::Masked => mask(said.clone()),
            Words::Kept => said.clone(),
        }
    }
}
