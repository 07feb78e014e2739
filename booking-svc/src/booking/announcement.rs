//! What the rest of the world is told of an appointment, after the fact and outside of its transaction.

use proto::id::{AppointmentId, TenantId};

use super::appointment::Version;

/// What happened; its text is what the tables store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    Booked,
    Rescheduled,
    Cancelled,
}

impl Topic {
    pub const ALL: [Self; 3] = [Self::Booked, Self::Rescheduled, Self::Cancelled];

    /// For `outbox.topic`, and for the action in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "appointment_booked",
            Self::Rescheduled => "appointment_rescheduled",
            Self::Cancelled => "appointment_cancelled",
        }
    }

    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

/// Ids only: who listens reads the appointment as it is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    pub tenant: TenantId,
    pub topic: Topic,
    pub appointment: AppointmentId,
    /// Which the appointment had after it.
    pub version: Version,
}
