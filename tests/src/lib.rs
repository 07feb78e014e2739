//! The simulated caller ([`caller`]), and what the tests of the whole system share.

pub mod caller;
pub mod caller_voice;
mod eventually;

pub use eventually::eventually;
