//! Which voice speaks for a tenant, at whichever vendor.

use super::{azure, elevenlabs};

/// A tenant's language, and what it wants of its voice at each vendor. What it leaves open stays as the installation has
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoiceChoice {
    /// BCP 47; unset: the language that each vendor is set up for.
    pub language: Option<String>,
    pub azure: azure::VoiceWish,
    pub elevenlabs: elevenlabs::VoiceWish,
}
