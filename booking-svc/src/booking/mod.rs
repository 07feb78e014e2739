//! The decisions of booking, pure: rules and claims in, slots or a refusal out. Nothing here reads a clock,
//! a database or a message; `desk` brings them together.

pub mod alternatives;
pub mod announcement;
pub mod appointment;
pub mod availability;
pub mod block;
pub mod claim;
pub mod client;
pub mod error;
pub mod hold;
pub mod least_busy;
pub mod local_time;
pub mod plan;
pub mod rules;
pub mod slot;
pub mod visit;
