//! Time that a business takes out of its calendar.

use proto::id::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Instant;
use crate::{
    booking::{block, slot::Span},
    rest::problem::Problem,
};

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Absence,
    /// For clients who come without an appointment.
    WalkIns,
}

impl From<Purpose> for block::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Absence => Self::Absence,
            Purpose::WalkIns => Self::WalkIns,
        }
    }
}

impl From<block::Purpose> for Purpose {
    fn from(purpose: block::Purpose) -> Self {
        match purpose {
            block::Purpose::Absence => Self::Absence,
            block::Purpose::WalkIns => Self::WalkIns,
        }
    }
}

/// Time of a person that shall not be booked.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    #[schema(value_type = Uuid)]
    pub staff_id: StaffId,
    #[schema(value_type = String, format = DateTime)]
    start: Instant,
    /// At most 366 days after the start.
    #[schema(value_type = String, format = DateTime)]
    end: Instant,
    #[schema(inline)]
    pub purpose: Purpose,
}

impl NewBlock {
    pub fn span(&self) -> Result<Span, Problem> {
        let span = Span { start: self.start.0, end: self.end.0 };
        if span.start >= span.end {
            return Err(Problem::malformed("end: expected a time after the start"));
        }
        if span.length() > block::LENGTH_MAX {
            return Err(Problem::malformed("end: expected at most 366 days after the start"));
        }
        Ok(span)
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Block {
    pub id: Uuid,
    pub staff_id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    #[schema(inline)]
    pub purpose: Purpose,
}

impl From<&block::Block> for Block {
    fn from(block: &block::Block) -> Self {
        Self {
            id: block.id.as_uuid(),
            staff_id: block.staff.as_uuid(),
            start: Instant(block.start),
            end: Instant(block.end),
            purpose: block.purpose.into(),
        }
    }
}

/// Which blocks are listed: those that have a part in this span of time.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BlocksQuery {
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Instant>,
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct Blocks {
    /// Earliest first.
    pub blocks: Vec<Block>,
}
