//! The simulated caller ([`caller`]), and what the tests of the whole system share.

pub mod caller;
pub mod caller_voice;
pub mod database;
mod eventually;
pub mod fakes;

pub use eventually::{eventually, settles};
