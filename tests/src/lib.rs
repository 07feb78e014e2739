//! The simulated caller ([`caller`]), a load of many lean ones ([`load`]), and what the tests of the whole system share.

pub mod bookings;
pub mod caller;
pub mod caller_voice;
pub mod database;
mod eventually;
pub mod fakes;
pub mod load;

pub use eventually::{eventually, found, settles};
