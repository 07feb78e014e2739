//! Text messages, through the carrier's REST API. Without its keys none are sent, and the caller is told where to go
//! instead.

mod twilio;

pub use twilio::{Twilio, TwilioSettings};

/// Why a text message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// Not to this number: a landline, one that opted out, a country that is not served.
    #[error("the carrier refuses the number (status {status}, code {code:?})")]
    Refused { status: u16, code: Option<i32> },
    /// A key, the sender's number or the account is wrong: no message gets through until it is put right.
    #[error("the carrier refuses our account (status {status}, code {code:?})")]
    Account { status: u16, code: Option<i32> },
    /// It did not take the message.
    #[error("the carrier is not reached or busy (status {status:?})")]
    Away { status: Option<u16> },
    /// It may have taken the message and failed, or not have.
    #[error("the carrier did not say what became of it (status {status:?})")]
    Unclear { status: Option<u16> },
}

impl SmsError {
    /// The carrier's error code.
    pub const fn code(self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } | Self::Account { code, .. } => code,
            Self::Away { .. } | Self::Unclear { .. } => None,
        }
    }
}
