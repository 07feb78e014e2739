//! What holds for every call, whatever happens in whatever order. A [`World`] turns steps into events, plausible ones from
//! what the call wants done and implausible ones with any id; an observer sees the events that go in and the actions that
//! come out, and knows only the rules. Property tests and fuzzing take their steps from different places.

mod observer;
mod world;

pub use observer::Observer;
pub use world::{Step, WORDS, What, World, short_call};

/// A rule was broken; says which.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// Ends the function with what was broken, unless the condition holds.
macro_rules! rule {
    ($holds:expr, $($broken:tt)+) => {
        if !$holds {
            return Err($crate::Broken(format!($($broken)+)));
        }
    };
}
pub(crate) use rule;
