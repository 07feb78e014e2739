//! Reads the chunks of an answer.
//!
//! Servers that speak as OpenAI does differ in small things: whole calls in one piece, no `index`, an `id` that is
//! repeated or empty, no usage. All of them are understood.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

use crate::agent::llm::{Call, End, ModelError, Piece, Stop, Usage, model::Fault, stream::Reader};

/// Calls in one answer; a turn carries out fewer.
const CALLS_MAX: usize = 16;
/// Bytes of a call's arguments. The longest that make sense are a name and an address.
pub const ARGUMENTS_MAX: usize = 8 * 1024;

#[derive(Default)]
pub struct Chunks {
    calls: BTreeMap<usize, Call>,
    stop: Option<Stop>,
    usage: Option<Usage>,
    refused: bool,
    parts: usize,
    ended: bool,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Tokens>,
    #[serde(default)]
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<CallPart>>,
}

#[derive(Deserialize)]
struct CallPart {
    #[serde(default)]
    index: Option<usize>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    function: Option<FunctionPart>,
}

#[derive(Default, Deserialize)]
struct FunctionPart {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    #[serde(default)]
    prompt_tokens_details: Option<TokensDetails>,
}

#[derive(Deserialize)]
struct TokensDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

impl Reader for Chunks {
    fn event(&mut self, data: &str, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        if self.ended {
            return Ok(());
        }
        if data.trim() == "[DONE]" {
            if self.stop.is_none() && self.calls.is_empty() && self.parts == 0 {
                return Err(ModelError::Empty);
            }
            return self.end(ready);
        }
        let chunk: Chunk =
            serde_json::from_str(data).map_err(|_| ModelError::Protocol("a chunk that is not the JSON expected"))?;
        if let Some(fault) = chunk.error {
            return Err(ModelError::of_code(fault.name()));
        }
        if let Some(tokens) = chunk.usage {
            self.usage = Some(Usage {
                input: tokens.prompt_tokens,
                input_cached: tokens.prompt_tokens_details.and_then(|d| d.cached_tokens).unwrap_or(0),
                output: tokens.completion_tokens,
            });
        }
        // One answer was asked for.
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(()) };
        self.delta(choice.delta.unwrap_or_default(), ready)?;
        if let Some(reason) = choice.finish_reason {
            self.stop = Some(match reason.as_str() {
                "length" => Stop::Length,
                "content_filter" => Stop::Refused,
                _ => Stop::Finished,
            });
        }
        Ok(())
    }

    fn closed(&mut self, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        match (self.ended, self.stop) {
            (true, _) => Ok(()),
            (false, Some(_)) => self.end(ready),
            (false, None) => Err(ModelError::BrokeOff),
        }
    }

    fn parts(&self) -> usize {
        self.parts
    }
}

impl Chunks {
    fn delta(&mut self, delta: Delta, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        if let Some(text) = delta.content.filter(|text| !text.is_empty()) {
            self.parts += 1;
            ready.push_back(Piece::Text(text));
        }
        if delta.refusal.is_some_and(|text| !text.is_empty()) {
            self.parts += 1;
            self.refused = true;
        }
        for part in delta.tool_calls.unwrap_or_default() {
            self.parts += 1;
            self.call_part(part)?;
        }
        Ok(())
    }

    fn call_part(&mut self, part: CallPart) -> Result<(), ModelError> {
        let id = part.id.unwrap_or_default();
        let last = self.calls.last_key_value();
        let next = last.map_or(0, |(index, _)| index + 1);
        let index = match (part.index, last) {
            (Some(index), _) => index,
            // Without an index a new id begins a new call.
            (None, Some((index, call))) if id.is_empty() || call.id == id => *index,
            (None, _) => next,
        };
        if index >= CALLS_MAX {
            return Err(ModelError::AnswerTooLong);
        }
        let call = self.calls.entry(index).or_insert_with(|| Call {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        });
        if call.id.is_empty() {
            call.id = id;
        }
        let function = part.function.unwrap_or_default();
        if call.name.is_empty() {
            call.name = function.name.unwrap_or_default();
        }
        call.arguments.push_str(&function.arguments.unwrap_or_default());
        if call.arguments.len() > ARGUMENTS_MAX || call.name.len() > ARGUMENTS_MAX {
            return Err(ModelError::AnswerTooLong);
        }
        Ok(())
    }

    fn end(&mut self, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        self.ended = true;
        let stop = if self.refused { Stop::Refused } else { self.stop.unwrap_or(Stop::Finished) };
        let calls = std::mem::take(&mut self.calls);
        // A call that was cut by the limit is not whole.
        if stop == Stop::Finished {
            for (index, mut call) in calls {
                if call.id.is_empty() {
                    call.id = format!("call_{index}");
                }
                ready.push_back(Piece::Call(call));
            }
        }
        ready.push_back(Piece::End(End { stop, usage: self.usage }));
        Ok(())
    }
}
