//! Carries calls: the carrier's webhooks and media, speech in and out, playout, and the driver around the pure
//! core (crate `call`). Stateless but for its live calls: it has no database.
//!
//! A call's way through: `twilio/webhook` admits it, `twilio/media_stream` opens its line, `driver` runs it; caller
//! audio goes `listen/mulaw` → `listen/resample` → `listen/voice_activity` and `listen/transcribe`; words go out
//! and sentences come back through `converse`; replies go `speak/synthesize` → `speak/playout` → the line.

pub mod admission;
mod azure;
pub mod config;
mod converse;
mod driver;
pub mod gateway;
mod lease;
pub mod listen;
mod phrases;
mod pressure;
pub mod process;
pub mod provider_chain;
pub mod recording;
pub mod speak;
pub mod speech;
mod tenant_call;
mod tenant_speech;
pub mod twilio;

pub use config::Config;
pub use gateway::{Gateway, StartError};
