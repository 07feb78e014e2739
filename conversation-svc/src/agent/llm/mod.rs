//! Language models that answer turns: what they are asked, in no vendor's words, and what they answer, as it streams.
//!
//! How a vendor is spoken to is left to [`openai`] and [`anthropic`]; [`stream`] watches over an answer on its way, and
//! [`chain`] knows who is asked when one fails. What an answer leads to is the turn's business.

mod answer;
mod anthropic;
mod ask;
mod chain;
mod error;
mod model;
mod openai;
mod settings;
mod sse;
mod stream;

pub use self::{
    answer::{End, Piece, Stop, Usage},
    ask::{Call, CallResult, Message, Prompt, ToolSchema},
    chain::{Models, Pick},
    error::ModelError,
    settings::{Deadlines, LlmSettings, ModelSettings, Turns, Vendor},
    stream::Answer,
};
