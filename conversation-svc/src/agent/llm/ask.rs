//! What a model is asked.

use std::sync::Arc;

use serde_json::Value;

/// One request to a model. No `Debug`: it holds what the caller said.
#[derive(Clone)]
pub struct Prompt {
    /// The same for every turn of a tenant, so that a vendor can keep it.
    pub system: Arc<str>,
    pub tools: Arc<[ToolSchema]>,
    /// Oldest first; the first and the last are not the agent's.
    pub messages: Vec<Message>,
    pub tokens_max: u32,
}

#[derive(Clone)]
pub enum Message {
    /// From outside: the caller's words, and how things stand.
    User(String),
    Agent {
        text: String,
        calls: Vec<Call>,
    },
    /// One for each call of the message before.
    Results(Vec<CallResult>),
}

/// A tool that the model wants to be called.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    pub id: String,
    pub name: String,
    /// JSON, if the model did well.
    pub arguments: String,
}

impl std::fmt::Debug for Call {
    /// Without the arguments: they may hold a name or an address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Call({})", self.name)
    }
}

#[derive(Clone)]
pub struct CallResult {
    pub id: String,
    pub content: String,
    pub is_error: bool,
}

/// A tool as a model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSchema {
    pub name: &'static str,
    pub description: &'static str,
    /// JSON Schema of the kind that vendors enforce: every property required, no others allowed.
    pub parameters: Value,
}
