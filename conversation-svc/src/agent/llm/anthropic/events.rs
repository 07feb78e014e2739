//! Reads the events of an answer. Events and deltas of kinds that are not known are left out, as the vendor asks.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

use crate::agent::llm::{
    Call, End, ModelError, Piece, Stop, Usage, model::Fault, openai::ARGUMENTS_MAX, stream::Reader,
};

/// Blocks of one answer.
const BLOCKS_MAX: usize = 64;

#[derive(Default)]
pub struct Events {
    /// By block. They are given with the answer's end: one that the limit cut short is not to be carried out.
    calls: BTreeMap<usize, Call>,
    stop: Option<Stop>,
    usage: Usage,
    parts: usize,
    ended: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Opened,
    },
    ContentBlockStart {
        index: usize,
        content_block: Block,
    },
    ContentBlockDelta {
        index: usize,
        delta: Delta,
    },
    MessageDelta {
        delta: Ending,
        #[serde(default)]
        usage: Option<Tokens>,
    },
    MessageStop,
    Error {
        error: Fault,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Opened {
    #[serde(default)]
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Text {
        #[serde(default)]
        text: String,
    },
    ToolUse {
        id: String,
        name: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "input_json_delta")]
    Arguments { partial_json: String },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Ending {
    #[serde(default)]
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
}

impl Reader for Events {
    fn event(&mut self, data: &str, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        if self.ended {
            return Ok(());
        }
        let event: Event =
            serde_json::from_str(data).map_err(|_| ModelError::Protocol("an event that is not the JSON expected"))?;
        match event {
            Event::MessageStart { message } => self.count(message.usage),
            Event::ContentBlockStart { index, content_block } => self.block(index, content_block, ready)?,
            Event::ContentBlockDelta { index, delta } => self.delta(index, delta, ready)?,
            Event::MessageDelta { delta, usage } => {
                self.count(usage);
                if let Some(reason) = delta.stop_reason {
                    self.stop = Some(stop(&reason)?);
                }
            }
            Event::MessageStop => self.end(ready),
            Event::Error { error } => return Err(ModelError::of_code(error.name())),
            Event::Other => {}
        }
        Ok(())
    }

    fn closed(&mut self, _: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        if self.ended { Ok(()) } else { Err(ModelError::BrokeOff) }
    }

    fn parts(&self) -> usize {
        self.parts
    }
}

fn stop(reason: &str) -> Result<Stop, ModelError> {
    match reason {
        "max_tokens" => Ok(Stop::Length),
        "refusal" => Ok(Stop::Refused),
        "model_context_window_exceeded" => Err(ModelError::PromptTooLong),
        _ => Ok(Stop::Finished),
    }
}

impl Events {
    fn block(&mut self, index: usize, block: Block, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        if index >= BLOCKS_MAX {
            return Err(ModelError::AnswerTooLong);
        }
        match block {
            Block::Text { text } if text.is_empty() => {}
            Block::Text { text } => {
                self.parts += 1;
                ready.push_back(Piece::Text(text));
            }
            Block::ToolUse { id, name } => {
                self.parts += 1;
                self.calls.insert(index, Call { id, name, arguments: String::new() });
            }
            Block::Other => {}
        }
        Ok(())
    }

    fn delta(&mut self, index: usize, delta: Delta, ready: &mut VecDeque<Piece>) -> Result<(), ModelError> {
        match delta {
            Delta::Text { text } if text.is_empty() => {}
            Delta::Text { text } => {
                self.parts += 1;
                ready.push_back(Piece::Text(text));
            }
            Delta::Arguments { partial_json } => {
                self.parts += 1;
                let call = self.calls.get_mut(&index).ok_or(ModelError::Protocol("arguments of no call"))?;
                call.arguments.push_str(&partial_json);
                if call.arguments.len() > ARGUMENTS_MAX {
                    return Err(ModelError::AnswerTooLong);
                }
            }
            Delta::Other => {}
        }
        Ok(())
    }

    /// Counts are cumulative: the latest one holds.
    fn count(&mut self, tokens: Option<Tokens>) {
        let Some(tokens) = tokens else { return };
        let cached = tokens.cache_read_input_tokens.unwrap_or(0);
        if let Some(read) = tokens.input_tokens {
            self.usage.input = read + cached + tokens.cache_creation_input_tokens.unwrap_or(0);
            self.usage.input_cached = cached;
        }
        if let Some(written) = tokens.output_tokens {
            self.usage.output = written;
        }
    }

    fn end(&mut self, ready: &mut VecDeque<Piece>) {
        self.ended = true;
        let stop = self.stop.unwrap_or(Stop::Finished);
        if stop == Stop::Finished {
            ready.extend(std::mem::take(&mut self.calls).into_values().map(Piece::Call));
        }
        let usage = (self.usage != Usage::default()).then_some(self.usage);
        ready.push_back(Piece::End(End { stop, usage }));
    }
}
