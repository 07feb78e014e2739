//! Work that nobody waits for.

mod expire_holds;
pub mod outbox;
mod retention;
mod sync_calendars;

pub use expire_holds::expire_holds;
pub use retention::{keep_to_retention, retention_round};
pub use sync_calendars::sync_calendars;
