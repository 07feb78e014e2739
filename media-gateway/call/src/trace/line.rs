//! One line of a trace, as it is written and read.

use serde::{Deserialize, Serialize};

use super::Words;
use crate::{action::Action, config::CallConfig, event::Event, time::CallTime, timer::Timer};

/// The form of the lines; another number is another form.
pub(super) const VERSION: u32 = 1;

/// All that a line may hold. Fields instead of an enum, so that a malformed line is told what is wrong with it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<CallConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<CallTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Timer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<Action>,
}

/// What a line says.
#[derive(Debug)]
pub(super) enum Entry {
    Header { version: u32, words: Words, config: Box<CallConfig> },
    Event(CallTime, Event),
    Timeout(CallTime),
    Action(Action),
}

impl Line {
    pub fn header(words: Words, config: CallConfig) -> Self {
        Self { trace: Some(VERSION), words: Some(words), config: Some(config), ..Self::default() }
    }

    pub fn event(at: CallTime, event: Event) -> Self {
        Self { at: Some(at), event: Some(event), ..Self::default() }
    }

    pub fn timeout(at: CallTime, timer: Timer) -> Self {
        Self { at: Some(at), timeout: Some(timer), ..Self::default() }
    }

    pub fn action(action: Action) -> Self {
        Self { action: Some(action), ..Self::default() }
    }

    pub fn to_json(&self) -> String {
        // Plain data under string keys always serialises; an empty line would be skipped by a replay.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// None if the fields do not make a line.
    pub fn entry(self) -> Option<Entry> {
        match self {
            Self {
                trace: Some(version),
                words,
                config: Some(config),
                at: None,
                event: None,
                timeout: None,
                action: None,
            } => Some(Entry::Header { version, words: words.unwrap_or_default(), config: Box::new(config) }),
            Self {
                trace: None,
                words: None,
                config: None,
                at: Some(at),
                event: Some(event),
                timeout: None,
                action: None,
            } => Some(Entry::Event(at, event)),
            Self {
                trace: None,
                words: None,
                config: None,
                at: Some(at),
                event: None,
                timeout: Some(_),
                action: None,
            } => Some(Entry::Timeout(at)),
            Self {
                trace: None,
                words: None,
                config: None,
                at: None,
                event: None,
                timeout: None,
                action: Some(action),
            } => Some(Entry::Action(action)),
            _ => None,
        }
    }
}
