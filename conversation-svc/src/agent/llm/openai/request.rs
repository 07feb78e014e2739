use serde::Serialize;
use serde_json::Value;

use crate::agent::llm::{Call, Message, ModelSettings, Prompt, ToolSchema};

#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum Turn<'a> {
    System {
        content: &'a str,
    },
    User {
        content: &'a str,
    },
    Assistant {
        content: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCall<'a>>,
    },
    Tool {
        tool_call_id: &'a str,
        content: &'a str,
    },
}

#[derive(Serialize)]
struct ToolCall<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Called<'a>,
}

#[derive(Serialize)]
struct Called<'a> {
    name: &'a str,
    arguments: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    strict: bool,
    parameters: &'a Value,
}

impl<'a> Body<'a> {
    pub fn of(settings: &'a ModelSettings, prompt: &'a Prompt) -> Self {
        let newer = settings.tokens_field == "max_completion_tokens";
        let mut messages = vec![Turn::System { content: &prompt.system }];
        messages.extend(prompt.messages.iter().flat_map(turns));
        Self {
            model: &settings.model,
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            temperature: settings.temperature,
            max_completion_tokens: newer.then_some(prompt.tokens_max),
            max_tokens: (!newer).then_some(prompt.tokens_max),
            messages,
            tools: prompt.tools.iter().map(tool).collect(),
        }
    }
}

/// Every result is a message of its own. The protocol has no sign of an error; the result says it.
fn turns(message: &Message) -> Vec<Turn<'_>> {
    match message {
        Message::User(content) => vec![Turn::User { content }],
        Message::Agent { text, calls } => vec![Turn::Assistant {
            content: Some(text.as_str()).filter(|text| !text.is_empty()),
            tool_calls: calls.iter().map(call).collect(),
        }],
        Message::Results(results) => {
            results.iter().map(|r| Turn::Tool { tool_call_id: &r.id, content: &r.content }).collect()
        }
    }
}

fn call(Call { id, name, arguments }: &Call) -> ToolCall<'_> {
    ToolCall { id, kind: "function", function: Called { name, arguments } }
}

fn tool(ToolSchema { name, description, parameters }: &ToolSchema) -> Tool<'_> {
    Tool { kind: "function", function: Function { name, description, strict: true, parameters } }
}
