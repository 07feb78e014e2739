//! The way out: sentences to sound, sound to the carrier at its own pace.

pub mod playout;
pub mod synthesize;
