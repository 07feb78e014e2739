//! What a handoff is: a call's conversation and booking state, kept under a token that opens it once.

pub mod delivery;
pub mod lifecycle;
pub mod message;
pub mod token;

use jiff::Timestamp;
use proto::{PhoneNumber, Private, id::TenantId};
use serde_json::Value;
use uuid::Uuid;

pub use delivery::{Delivering, Delivery};
pub use message::Sender;
pub use token::Token;

/// Why the call goes on elsewhere; its text is what the table stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    ManySlots,
    EmailInput,
    UserRequest,
    Timeout,
}

impl Reason {
    pub const ALL: [Self; 4] = [Self::ManySlots, Self::EmailInput, Self::UserRequest, Self::Timeout];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManySlots => "many_slots",
            Self::EmailInput => "email_input",
            Self::UserRequest => "user_request",
            Self::Timeout => "timeout",
        }
    }

    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What a call leaves behind for the web chat.
#[derive(Debug, Clone)]
pub struct NewHandoff {
    pub tenant: TenantId,
    /// `voice_sessions.id`.
    pub voice_session: Uuid,
    pub phone_number: PhoneNumber,
    pub reason: Reason,
    pub conversation: Private<Value>,
    pub booking_state: Private<Value>,
}

/// What the web chat finds.
#[derive(Debug, Clone)]
pub struct Handoff {
    pub tenant: TenantId,
    pub voice_session: Uuid,
    pub reason: Reason,
    pub conversation: Private<Value>,
    pub booking_state: Private<Value>,
    pub expires_at: Timestamp,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Shut {
    #[error("there is no such handoff")]
    Unknown,
    #[error("the handoff was claimed before")]
    Claimed,
    #[error("the handoff has expired")]
    Expired,
}
