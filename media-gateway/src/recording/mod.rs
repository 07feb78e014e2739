//! Recordings of calls: what is kept, where, for how long, and who may have it.
//!
//! A call is kept from the moment at which its consent sentence was heard, as a two-channel WAV: left the caller as
//! received, right what the carrier played. Whether consent was heard is the core's to say; that the caller declined,
//! the conversation's.

mod file;
mod keeper;
mod retention;
mod routes;
mod settings;
mod timeline;

pub use keeper::Recording;
pub use retention::keep_clean;
pub use routes::routes;
pub use settings::{RecordingSettings, Store};
