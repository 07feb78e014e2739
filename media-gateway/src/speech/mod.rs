//! The speech engine that runs in this process: recognition, synthesis and voice activity detection on the
//! models that `deploy/setup/models.sh` puts on the machine. It turns samples into words and words into samples;
//! when to do so is left to `listen` and `speak`.

mod capacity;
pub mod engine;
mod expected;
mod load;
pub mod models;
pub mod pronounce;

mod moonshine;
mod piper;
mod queue;
mod silero;
mod terms;
mod tokens;
mod workers;

pub use capacity::Shortage;
pub use engine::{Bench, Engine, EngineOptions};
pub use expected::Expected;
pub use load::{DECIDING_TRIES, Load, Work, makes_try};
pub(crate) use models::cache_dir;
pub use models::{LoadError, models_dir};
pub use moonshine::{Guess, Prior, Words};
pub use piper::{Draft, VOICE_SAMPLE_RATE_RANGE};
pub use queue::{Line, Priority};
pub use silero::{Silero, WINDOW};
pub use terms::Terms;
pub use workers::{Pending, Rejected};

/// What the models of the set-up hear and speak. They must not be used for another language: they would hear its words
/// as English, and read them as if they were.
pub const LANGUAGES: &[proto::Language] = &[proto::Language::English];

/// A model that was loaded and checked, and still could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("the {model} model failed at `{step}`: {reason}")]
    Model { model: &'static str, step: &'static str, reason: String },
    #[error("the work was given up, since nobody waits for it")]
    Abandoned,
}

impl RunError {
    fn model(model: &'static str, step: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Model { model, step, reason: reason.to_string() }
    }
}
