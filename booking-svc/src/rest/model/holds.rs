//! Slots that are kept for a while.

use proto::id::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Instant, Slot, Visit};

/// A slot to be kept for a while.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    pub slot: Visit,
    /// Whose hold it is; a session has one hold, and a new one replaces it. Left out: a session of its own.
    #[schema(value_type = Option<Uuid>)]
    pub session_id: Option<SessionId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Hold {
    pub id: Uuid,
    pub session_id: Uuid,
    pub service_id: Uuid,
    pub slot: Slot,
    /// When it is given back unless it was booked.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
}
