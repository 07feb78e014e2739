//! Work that nobody waits for.

mod expire_holds;
pub mod outbox;

pub use expire_holds::expire_holds;
