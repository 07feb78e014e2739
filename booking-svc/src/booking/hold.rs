//! A hold: a slot kept for one session for a short while. A session has at most one.

use jiff::Timestamp;
use proto::id::{HoldId, ServiceId, SessionId, TenantId};
use serde::{Deserialize, Serialize};

use super::slot::{Slot, SlotChoice, micros};

/// Where a session came in; its text is what the tables store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Phone,
    Web,
}

impl Channel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Web => "web",
        }
    }
}

/// On whose behalf something is done; every write and every audit row carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub tenant: TenantId,
    pub session: SessionId,
    pub channel: Channel,
}

#[derive(Debug, Clone)]
pub struct HoldRequest {
    pub actor: Actor,
    pub idempotency_key: String,
    pub choice: SlotChoice,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: HoldId,
    pub service: ServiceId,
    pub slot: Slot,
    #[serde(with = "micros")]
    pub expires_at: Timestamp,
}
