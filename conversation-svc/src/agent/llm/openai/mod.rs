//! Chat completions, as OpenAI speaks them and many others after it.

mod chunks;
mod request;

pub use self::{
    chunks::{ARGUMENTS_MAX, Chunks},
    request::Body,
};
