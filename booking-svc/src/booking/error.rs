//! Why something cannot be had: the domain's "no", which is an answer and not a failure.

use serde::{Deserialize, Serialize};

use super::slot::Slot;

/// The rule that says no. The text of each is for a log or a developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    #[error("somebody else's claim overlaps this time")]
    Taken,
    #[error("the service would not lie inside the opening hours")]
    Closed,
    #[error("nobody who performs this service and was asked for works then")]
    StaffAway,
    #[error("nobody who performs this service and was asked for has a calendar that was heard of lately")]
    CalendarUnknown,
    #[error("the start is past or inside the notice period")]
    TooSoon,
    #[error("the start is beyond the booking horizon")]
    TooFar,
    #[error("the start is not one of the slot grid")]
    OffGrid,
    #[error("there is no such service")]
    UnknownService,
    #[error("there is no such person, or they do not perform this service")]
    UnknownStaff,
    #[error("the hold is gone and its time was taken since")]
    HoldExpired,
    #[error("there is no such appointment")]
    UnknownAppointment,
    #[error("the appointment was changed since it was read")]
    ChangedMeanwhile,
    #[error("the appointment is cancelled")]
    AlreadyCancelled,
    #[error("the appointment has begun, or begins within the {notice_minutes} minutes in which it stands")]
    TooLate { notice_minutes: u32 },
}

impl Reason {
    /// A stable word for metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Closed => "closed",
            Self::StaffAway => "staff_away",
            Self::CalendarUnknown => "calendar_unknown",
            Self::TooSoon => "too_soon",
            Self::TooFar => "too_far",
            Self::OffGrid => "off_grid",
            Self::UnknownService => "unknown_service",
            Self::UnknownStaff => "unknown_staff",
            Self::HoldExpired => "hold_expired",
            Self::UnknownAppointment => "unknown_appointment",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::AlreadyCancelled => "already_cancelled",
            Self::TooLate { .. } => "too_late",
        }
    }
}

/// A reason, and the nearest starts that can be had instead (at most three, nearest first).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub reason: Reason,
    pub alternatives: Vec<Slot>,
}

/// The answer to a request that may be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    Done(T),
    Refused(Refusal),
}
