//! A block: time of a person that the business takes out of its calendar. Whoever is there already stays.

use jiff::{SignedDuration, Timestamp};
use proto::id::{BlockId, StaffId, TenantId};
use serde::{Deserialize, Serialize};

use super::{
    hold::Actor,
    slot::{Span, micros},
};

/// Longer is a mistake: whoever is away for good is taken out of the business's file.
pub const LENGTH_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What the time is for; its text is what the tables store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Absence,
    /// For clients who come without an appointment.
    WalkIns,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absence => "absence",
            Self::WalkIns => "walk_ins",
        }
    }
}

#[derive(Debug, Clone)]
pub struct BlockRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub staff: StaffId,
    pub span: Span,
    pub purpose: Purpose,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub id: BlockId,
    pub staff: StaffId,
    #[serde(with = "micros")]
    pub start: Timestamp,
    #[serde(with = "micros")]
    pub end: Timestamp,
    pub purpose: Purpose,
}

/// Which of a business's blocks are listed: those that stand and have a part in a span.
#[derive(Debug, Clone, Copy)]
pub struct ListBlocks {
    pub tenant: TenantId,
    pub span: Span,
    pub limit: u32,
}
