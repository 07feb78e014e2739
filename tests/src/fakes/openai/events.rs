//! The events of an answer.

use serde_json::{Value, json};

use crate::fakes::model::{Fault, Part, fragments, tokens};

pub fn of(parts: &[Part], fault: Option<Fault>) -> Vec<String> {
    let mut events = vec![delta(json!({ "role": "assistant", "content": "" }))];
    let mut calls: Vec<Vec<Value>> = Vec::new();
    let mut finish = "stop";
    let mut length = 0;
    for part in parts {
        match part {
            Part::Text(text) => {
                length += text.len();
                events.extend(tokens(text).into_iter().map(|token| delta(json!({ "content": token }))));
            }
            Part::Refusal(text) => events.push(delta(json!({ "refusal": text }))),
            Part::Length => finish = "length",
            Part::Call { name, arguments } => {
                length += arguments.len();
                calls.push(call(calls.len(), name, arguments));
                if finish == "stop" {
                    finish = "tool_calls";
                }
            }
        }
    }
    // Parts of several calls come interleaved.
    let rounds = calls.iter().map(Vec::len).max().unwrap_or(0);
    for round in 0..rounds {
        events.extend(
            calls.iter().filter_map(|parts| parts.get(round)).map(|part| delta(json!({ "tool_calls": [part] }))),
        );
    }
    events.push(chunk(json!([{ "index": 0, "delta": {}, "finish_reason": finish }]), Value::Null));
    let usage = json!({
        "prompt_tokens": 200, "completion_tokens": length / 4, "total_tokens": 200 + length / 4,
        "prompt_tokens_details": { "cached_tokens": 128 }, "completion_tokens_details": { "reasoning_tokens": 0 },
    });
    events.push(chunk(json!([]), usage));
    events.push("data: [DONE]\n\n".to_owned());
    if fault == Some(Fault::Shredded) {
        events.insert(1, "event: something.new\ndata: {\"choices\":[],\"obfuscation\":\"x7Yq\"}\n\n".to_owned());
    }
    events
}

fn call(index: usize, name: &str, arguments: &str) -> Vec<Value> {
    let begin = json!({ "index": index, "id": format!("call_{index}"), "type": "function", "function": { "name": name, "arguments": "" } });
    let pieces = fragments(arguments).into_iter();
    std::iter::once(begin)
        .chain(pieces.map(|piece| json!({ "index": index, "function": { "arguments": piece } })))
        .collect()
}

fn delta(delta: Value) -> String {
    chunk(json!([{ "index": 0, "delta": delta, "finish_reason": null }]), Value::Null)
}

fn chunk(choices: Value, usage: Value) -> String {
    let chunk = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_764_000_000, "model": "gpt-4.1-mini",
        "choices": choices, "usage": usage, "obfuscation": "aZ",
    });
    format!("data: {chunk}\n\n")
}

/// An error's body.
pub fn error(kind: &str, code: &str) -> String {
    json!({ "error": { "message": "It did not work.", "type": kind, "param": null, "code": code } }).to_string()
}
