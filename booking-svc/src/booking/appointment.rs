//! An appointment, and the requests that make, find and change one.

use jiff::Timestamp;
use proto::{
    PhoneNumber, Private,
    id::{AppointmentId, HoldId, ServiceId, StaffId, TenantId},
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Hold(HoldId),
    Slot(SlotChoice),
    /// The owner's wish: beside whomever its people serve then. Nothing else gives way to it.
    Overbooked(SlotChoice),
}

#[derive(Debug, Clone)]
pub struct BookRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub wanted: Wanted,
    pub client: Client,
    pub notes: Private<String>,
}

/// Another start for an appointment, as long as nobody has changed it since it was read.
#[derive(Debug, Clone)]
pub struct RescheduleRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub appointment: AppointmentId,
    pub expected_version: Version,
    pub start: Timestamp,
    /// `None`: who gives it now.
    pub staff: Option<StaffId>,
    /// Whoever else is free, when that person is not.
    pub any_staff: bool,
}

#[derive(Debug, Clone)]
pub struct CancelRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub appointment: AppointmentId,
    pub expected_version: Version,
}

/// Whose appointments are looked for: everything that is given must match.
#[derive(Debug, Clone)]
pub struct FindAppointments {
    pub tenant: TenantId,
    pub phone: Option<PhoneNumber>,
    /// Lower case.
    pub email: Option<Private<String>>,
    /// Words of the name.
    pub name: Option<Private<String>>,
    pub past_too: bool,
    pub cancelled_too: bool,
    pub limit: u32,
}

/// Which of a business's appointments are listed: those that start in [from, to).
#[derive(Debug, Clone, Copy)]
pub struct ListAppointments {
    pub tenant: TenantId,
    pub from: Timestamp,
    pub to: Timestamp,
    pub staff: Option<StaffId>,
    pub status: Option<Status>,
    /// The last one of the page before.
    pub after: Option<(Timestamp, AppointmentId)>,
    pub limit: u32,
}

/// From 1; every change adds one.
pub type Version = u32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Booked,
    Cancelled,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An appointment without its client: this much is kept as the answer to a repeated request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub id: AppointmentId,
    pub version: Version,
    pub status: Status,
    pub service: ServiceId,
    pub service_name: String,
    pub slot: Slot,
    /// IANA.
    pub time_zone: String,
}

impl Appointment {
    /// All of its services in order.
    pub fn services(&self) -> impl Iterator<Item = ServiceId> {
        std::iter::once(self.service).chain(self.slot.further.iter().map(|segment| segment.service))
    }
}
