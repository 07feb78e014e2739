//! An appointment, and the request that makes one.

use proto::{
    PhoneNumber, Private,
    id::{AppointmentId, HoldId, ServiceId},
};
use serde::{Deserialize, Serialize};

use super::{
    hold::Actor,
    slot::{Slot, SlotChoice},
};

/// Who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub name: Private<String>,
    /// Lower case; empty when it was not given.
    pub email: Private<String>,
    /// `None` when the caller withheld it.
    pub phone: Option<PhoneNumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Hold(HoldId),
    Slot(SlotChoice),
}

#[derive(Debug, Clone)]
pub struct BookRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub wanted: Wanted,
    pub client: Client,
    pub notes: Private<String>,
}

/// A booked appointment without its client, whom the request itself names: this much is kept as the answer to
/// a repeated request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub id: AppointmentId,
    pub service: ServiceId,
    pub service_name: String,
    pub slot: Slot,
    /// IANA.
    pub time_zone: String,
}
