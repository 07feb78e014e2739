//! The way in: the carrier's bytes to samples, samples to speech onsets and words.

pub mod leg;
pub mod mulaw;
pub mod resample;
pub mod transcribe;
pub mod voice_activity;

/// What the telephone carries, in samples a second.
pub const TELEPHONE_RATE_HZ: u32 = 8_000;

/// What recognition and voice activity detection hear, in samples a second.
pub const LISTENING_RATE_HZ: u32 = 16_000;
