//! What the dialogue may ask of the booking service, and what it gets back. Values only: who carries them is not
//! the dialogue's business.

use jiff::Timestamp;
use proto::id::{AppointmentId, HoldId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};

use super::handing_off::HandoffReason;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolCall {
    /// Free slots in `[from, to)`, earliest first; the time of an appointment that is to be moved counts as free.
    FindSlots {
        service: ServiceId,
        staff: Option<StaffId>,
        from: Timestamp,
        to: Timestamp,
        moving: Option<AppointmentId>,
        further: Vec<ServiceChoice>,
    },
    PlaceHold {
        service: ServiceId,
        staff: Option<StaffId>,
        start: Timestamp,
        further: Vec<ServiceChoice>,
    },
    ReleaseHold {
        hold: HoldId,
    },
    Book {
        hold: HoldId,
        client: Client,
    },
    /// The appointments to come of whoever can be reached there, soonest first.
    FindAppointments {
        contact: Contact,
    },
    Reschedule {
        appointment: AppointmentId,
        version: u32,
        start: Timestamp,
        /// Another person than gives it now.
        staff: Option<StaffId>,
    },
    Cancel {
        appointment: AppointmentId,
        version: u32,
    },
    /// The conversation is to go on on the web: keep what was said, and send the caller a link.
    StartHandoff {
        reason: HandoffReason,
    },
}

impl ToolCall {
    /// The name in traces; never in a reply.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::FindSlots { .. } => "find_slots",
            Self::PlaceHold { .. } => "place_hold",
            Self::ReleaseHold { .. } => "release_hold",
            Self::Book { .. } => "book",
            Self::FindAppointments { .. } => "find_appointments",
            Self::Reschedule { .. } => "reschedule",
            Self::Cancel { .. } => "cancel",
            Self::StartHandoff { .. } => "start_handoff",
        }
    }

    /// Whether it changes anything.
    pub const fn has_effect(&self) -> bool {
        match self {
            Self::FindSlots { .. } | Self::FindAppointments { .. } => false,
            Self::PlaceHold { .. }
            | Self::ReleaseHold { .. }
            | Self::Book { .. }
            | Self::Reschedule { .. }
            | Self::Cancel { .. }
            | Self::StartHandoff { .. } => true,
        }
    }
}

/// Every tool's name, for the check that none of them is spoken.
pub const NAMES: &[&str] = &[
    "list_services",
    "find_slots",
    "place_hold",
    "release_hold",
    "book_appointment",
    "find_appointments",
    "reschedule_appointment",
    "cancel_appointment",
    "start_handoff",
];

/// Who the appointment is for. Empty: not given.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    pub name: String,
    pub email: String,
    /// E.164.
    pub phone: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client([private])")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolAnswer {
    Slots {
        slots: Vec<Slot>,
        none_because: Option<Refusal>,
    },
    Held(Hold),
    Released,
    Booked(Appointment),
    Appointments(Vec<Appointment>),
    /// As it is now.
    Moved(Appointment),
    Cancelled(Appointment),
    Refused(Refusal),
    /// Whether the caller got a link by text message.
    HandedOff {
        sent: bool,
    },
    /// The booking service did not answer; whether anything happened is not known.
    Failed,
}

/// A service that follows another one in the same visit, without a gap; without `staff`, by anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceChoice {
    pub service: ServiceId,
    pub staff: Option<StaffId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub start: Timestamp,
    /// Of the whole visit.
    pub end: Timestamp,
    pub staff: StaffId,
    pub staff_name: String,
    /// What follows the first service.
    #[serde(default)]
    pub further: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub service: ServiceId,
    pub staff: StaffId,
    pub staff_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    pub slot: Slot,
}

/// An appointment that stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub id: AppointmentId,
    /// As it was read last: a change of it names this one.
    pub version: u32,
    pub service: ServiceId,
    pub slot: Slot,
    /// Whose it is.
    pub client_name: String,
}

impl Appointment {
    /// Whether a service is a part of it.
    pub fn has(&self, service: ServiceId) -> bool {
        self.service == service || self.slot.further.iter().any(|segment| segment.service == service)
    }
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Appointment({}, version {}, {:?})", self.id, self.version, self.slot)
    }
}

/// Where somebody can be reached: an appointment is found by it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// E.164.
    Phone(String),
    Email(String),
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact([private])")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    /// Nearest first, three at most.
    pub alternatives: Vec<Slot>,
}

/// Why a start is not to be had, or an appointment not to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Taken,
    Closed,
    StaffAway,
    /// Nobody knows whether they are free.
    CalendarUnknown,
    TooSoon,
    TooFar,
    OffGrid,
    UnknownService,
    UnknownStaff,
    HoldExpired,
    UnknownAppointment,
    /// It has another version than the one that was read.
    ChangedMeanwhile,
    AlreadyCancelled,
    /// It begins within the business's change notice, of so many minutes.
    TooLate {
        notice_min: u32,
    },
}
