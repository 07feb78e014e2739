//! What the vendor checks before it answers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fakes::openai::strict;

pub fn request(request: &Value) -> Result<(), String> {
    let want = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    want(request["model"].as_str().is_some_and(|model| !model.is_empty()), "model")?;
    want(request["max_tokens"].as_u64().is_some_and(|tokens| tokens > 0), "max_tokens")?;
    want(request["stream"] == true, "stream")?;
    let system = &request["system"][0];
    want(system["type"] == "text" && system["text"].as_str().is_some_and(|text| !text.is_empty()), "system")?;
    want(system["cache_control"]["type"] == "ephemeral", "what stays the same is marked")?;
    conversation(request["messages"].as_array().ok_or("messages")?)?;
    for tool in request["tools"].as_array().into_iter().flatten() {
        want(tool["name"].as_str().is_some_and(|name| !name.is_empty()), "a tool's name")?;
        strict(&tool["input_schema"])?;
    }
    Ok(())
}

/// The sides alternate, beginning with the user; results come first in the turn after their calls; no text is empty.
fn conversation(messages: &[Value]) -> Result<(), String> {
    let mut open: BTreeSet<String> = BTreeSet::new();
    for (index, message) in messages.iter().enumerate() {
        let expected = if index % 2 == 0 { "user" } else { "assistant" };
        if message["role"] != expected {
            return Err(format!("message {index} should be the {expected}'s"));
        }
        let blocks = message["content"].as_array().filter(|blocks| !blocks.is_empty()).ok_or("content")?;
        let mut answered = false;
        for block in blocks {
            match block["type"].as_str() {
                Some("text") if block["text"].as_str().is_none_or(|text| text.trim().is_empty()) => {
                    return Err("an empty text".to_owned());
                }
                Some("text") => answered = true,
                Some("tool_use") => {
                    block["input"].as_object().ok_or("input is an object")?;
                    open.insert(block["id"].as_str().ok_or("a call's id")?.to_owned());
                }
                Some("tool_result") if answered => return Err("a result after a text".to_owned()),
                Some("tool_result") => {
                    let id = block["tool_use_id"].as_str().ok_or("tool_use_id")?;
                    if !open.remove(id) {
                        return Err(format!("a result of no call: {id}"));
                    }
                }
                _ => return Err("a block of no known type".to_owned()),
            }
        }
        if expected == "user" && !open.is_empty() {
            return Err(format!("{open:?} have no result"));
        }
    }
    let ends_with_user = messages.len() % 2 == 1;
    if ends_with_user { Ok(()) } else { Err("the last turn must be the user's".to_owned()) }
}
