//! Work that nobody waits for.

mod expire_holds;
pub mod outbox;
mod sync_calendars;

pub use expire_holds::expire_holds;
pub use sync_calendars::sync_calendars;
