//! The events of an answer.

use serde_json::{Value, json};

use crate::fakes::model::{Part, fragments, tokens};

pub const PING: &str = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

pub fn of(parts: &[Part]) -> Vec<String> {
    let message = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [],
        "stop_reason": null, "stop_sequence": null,
        "usage": { "input_tokens": 72, "cache_read_input_tokens": 128, "output_tokens": 1 },
    });
    let mut events = vec![event("message_start", json!({ "message": message })), PING.to_owned()];
    let mut stop = "end_turn";
    let mut length = 0;
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => {
                length += text.len();
                events.push(begin(index, json!({ "type": "text", "text": "" })));
                let deltas = tokens(text).into_iter().map(|token| json!({ "type": "text_delta", "text": token }));
                events.extend(deltas.map(|d| delta(index, d)));
                events.push(event("content_block_stop", json!({ "index": index })));
            }
            Part::Call { name, arguments } => {
                length += arguments.len();
                events.push(begin(
                    index,
                    json!({ "type": "tool_use", "id": format!("toolu_{index}"), "name": name, "input": {} }),
                ));
                // No arguments at all are one empty piece.
                let pieces = if arguments == "{}" { vec![String::new()] } else { fragments(arguments) };
                let deltas =
                    pieces.into_iter().map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }));
                events.extend(deltas.map(|d| delta(index, d)));
                events.push(event("content_block_stop", json!({ "index": index })));
                if stop == "end_turn" {
                    stop = "tool_use";
                }
            }
            Part::Refusal(_) => stop = "refusal",
            Part::Length => stop = "max_tokens",
        }
    }
    // Kinds that nobody knows yet are left out by clients.
    events.insert(2, event("something_new", json!({ "index": 0 })));
    events.push(event(
        "message_delta",
        json!({ "delta": { "stop_reason": stop, "stop_sequence": null }, "usage": { "output_tokens": length / 4 } }),
    ));
    events.push(event("message_stop", json!({})));
    events
}

fn begin(index: usize, block: Value) -> String {
    event("content_block_start", json!({ "index": index, "content_block": block }))
}

fn delta(index: usize, delta: Value) -> String {
    event("content_block_delta", json!({ "index": index, "delta": delta }))
}

fn event(kind: &str, mut data: Value) -> String {
    data["type"] = kind.into();
    format!("event: {kind}\ndata: {data}\n\n")
}

/// An error, as a body and inside a stream.
pub fn error(kind: &str) -> String {
    json!({ "type": "error", "error": { "type": kind, "message": "It did not work." }, "request_id": "req_1" })
        .to_string()
}
