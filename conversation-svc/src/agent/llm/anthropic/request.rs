use serde::Serialize;
use serde_json::{Value, json};

use crate::agent::llm::{Call, CallResult, Message, ModelSettings, Prompt, ToolSchema};

#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    system: [System<'a>; 1],
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
}

/// What is the same in every turn: the vendor keeps it, and the tools before it, as far as it is marked.
#[derive(Serialize)]
struct System<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
    cache_control: Value,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block<'a> {
    Text { text: &'a str },
    ToolUse { id: &'a str, name: &'a str, input: Value },
    ToolResult { tool_use_id: &'a str, content: &'a str, is_error: bool },
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    strict: bool,
    input_schema: &'a Value,
}

impl<'a> Body<'a> {
    pub fn of(settings: &'a ModelSettings, prompt: &'a Prompt) -> Self {
        let mut messages: Vec<Turn<'a>> = Vec::new();
        for message in &prompt.messages {
            let turn = turn(message);
            match messages.last_mut().filter(|last| last.role == turn.role) {
                // Turns of one side are one turn here.
                Some(last) => last.content.extend(turn.content),
                None => messages.push(turn),
            }
        }
        // An empty turn is refused.
        messages.retain(|turn| !turn.content.is_empty());
        Self {
            model: &settings.model,
            max_tokens: prompt.tokens_max,
            stream: true,
            temperature: settings.temperature,
            system: [System { kind: "text", text: &prompt.system, cache_control: json!({ "type": "ephemeral" }) }],
            messages,
            tools: prompt.tools.iter().map(tool).collect(),
        }
    }
}

fn turn(message: &Message) -> Turn<'_> {
    match message {
        Message::User(text) => Turn { role: "user", content: text_block(text).collect() },
        Message::Agent { text, calls } => {
            Turn { role: "assistant", content: text_block(text).chain(calls.iter().map(call)).collect() }
        }
        Message::Results(results) => Turn { role: "user", content: results.iter().map(result).collect() },
    }
}

/// A block without text is refused.
fn text_block(text: &str) -> impl Iterator<Item = Block<'_>> {
    Some(text).filter(|text| !text.trim().is_empty()).map(|text| Block::Text { text }).into_iter()
}

fn call(Call { id, name, arguments }: &Call) -> Block<'_> {
    // What was no object is answered with an error; the vendor wants one all the same.
    let input = serde_json::from_str(arguments).ok().filter(Value::is_object).unwrap_or_else(|| json!({}));
    Block::ToolUse { id, name, input }
}

fn result(CallResult { id, content, is_error }: &CallResult) -> Block<'_> {
    Block::ToolResult { tool_use_id: id, content, is_error: *is_error }
}

fn tool(ToolSchema { name, description, parameters }: &ToolSchema) -> Tool<'_> {
    Tool { name, description, strict: true, input_schema: parameters }
}
