//! The simulated caller ([`caller`]), and what the tests of the whole system share.

mod eventually;

pub use eventually::eventually;
