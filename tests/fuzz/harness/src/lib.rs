//! What a fuzz target does with its bytes, and the test of the committed corpus too: it makes a case of them, runs it, and
//! says which rule was broken. Any bytes are a case.

mod bytes;
mod call_events;
mod carrier_messages;

pub use call_events::call_events;
pub use call_rules::Broken;
pub use carrier_messages::carrier_messages;
