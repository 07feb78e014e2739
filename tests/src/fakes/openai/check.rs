//! What the vendor checks before it answers.

use std::collections::BTreeSet;

use serde_json::Value;

pub fn request(request: &Value) -> Result<(), String> {
    let want = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    want(request["model"].as_str().is_some_and(|model| !model.is_empty()), "model")?;
    want(request["stream"] == true, "stream")?;
    want(request["stream_options"]["include_usage"] == true, "stream_options")?;
    let limits = ["max_completion_tokens", "max_tokens"].map(|name| request.get(name).is_some());
    want(limits.iter().filter(|given| **given).count() == 1, "exactly one limit of tokens")?;
    let messages = request["messages"].as_array().ok_or("messages")?;
    want(messages.first().is_some_and(|message| message["role"] == "system"), "a system message comes first")?;
    conversation(messages)?;
    for tool in request["tools"].as_array().into_iter().flatten() {
        want(tool["type"] == "function" && tool["function"]["strict"] == true, "a strict function")?;
        let name = tool["function"]["name"].as_str().ok_or("a function's name")?;
        let is_name = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        want(is_name, "a function's name")?;
        strict(&tool["function"]["parameters"])?;
    }
    Ok(())
}

/// Every call is answered once, before anything else is said.
fn conversation(messages: &[Value]) -> Result<(), String> {
    let mut open: BTreeSet<String> = BTreeSet::new();
    for message in messages {
        let role = message["role"].as_str().ok_or("a role")?;
        if role == "tool" {
            let id = message["tool_call_id"].as_str().ok_or("tool_call_id")?;
            if !open.remove(id) {
                return Err(format!("a result of no call: {id}"));
            }
            message["content"].as_str().ok_or("a result's content")?;
            continue;
        }
        if !open.is_empty() {
            return Err(format!("{open:?} have no result"));
        }
        let calls = message["tool_calls"].as_array();
        for call in calls.into_iter().flatten() {
            call["function"]["arguments"].as_str().ok_or("arguments are a string")?;
            open.insert(call["id"].as_str().filter(|id| !id.is_empty()).ok_or("a call's id")?.to_owned());
        }
        if message["content"].as_str().is_none() && calls.is_none_or(Vec::is_empty) {
            return Err(format!("{role} without content"));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} have no result")) }
}

/// A schema as `strict` wants it: objects all through, all properties required, no others allowed.
pub fn strict(schema: &Value) -> Result<(), String> {
    if schema["type"] != "object" {
        return Ok(());
    }
    if schema["additionalProperties"] != false {
        return Err("additionalProperties must be false".to_owned());
    }
    let properties = schema["properties"].as_object().ok_or("properties")?;
    let required: BTreeSet<&str> =
        schema["required"].as_array().ok_or("required")?.iter().filter_map(Value::as_str).collect();
    if properties.keys().map(String::as_str).collect::<BTreeSet<_>>() != required {
        return Err("all properties must be required".to_owned());
    }
    properties.values().try_for_each(strict)
}
