//! The shapes of the JSON that goes in and out. Times are RFC 3339; ids are UUIDs.

mod appointments;
mod blocks;
mod catalog;
mod holds;
mod slots;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use appointments::{Appointment, Appointments, AppointmentsQuery, Move, NewAppointment};
pub use blocks::{Block, Blocks, BlocksQuery, NewBlock};
pub use catalog::Catalog;
pub use holds::{Hold, NewHold};
pub use slots::{Availability, Explanation, Refusal, Slot, Slots, Start, Visit};

/// An instant: written in UTC, read with any offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at: Timestamp =
            text.parse().map_err(|_| D::Error::custom("expected a time such as 2026-06-11T14:00:00-04:00"))?;
        // Nothing of ours happened before; PostgreSQL has no times before 4713 BC.
        if at < Timestamp::UNIX_EPOCH { Err(D::Error::custom("time out of range")) } else { Ok(Self(at)) }
    }
}
