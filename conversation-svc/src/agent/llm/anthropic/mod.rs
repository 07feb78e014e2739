//! Messages, as Anthropic speaks them.

mod events;
mod request;

pub use self::{events::Events, request::Body};

/// Of the protocol, as the header names it.
pub const VERSION: &str = "2023-06-01";
