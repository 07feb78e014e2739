//! Starts that are asked for, can be had, or are refused.

use proto::id::{ServiceId, SessionId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Instant;
use crate::{
    booking::{
        self,
        slot::{SlotChoice, StaffChoice},
        visit,
    },
    rest::problem::Problem,
};

/// When a service can be had, and from whom; without the business's buffers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Slot {
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    pub staff_id: Uuid,
    pub staff_name: String,
    /// What follows the first service in the same visit, without a gap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Segment>,
}

/// One service of a visit, after the first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Segment {
    pub service_id: Uuid,
    pub service_name: String,
    pub staff_id: Uuid,
    pub staff_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub start: Instant,
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
}

impl From<&booking::slot::Segment> for Segment {
    fn from(segment: &booking::slot::Segment) -> Self {
        Self {
            service_id: segment.service.as_uuid(),
            service_name: segment.service_name.clone(),
            staff_id: segment.staff.as_uuid(),
            staff_name: segment.staff_name.clone(),
            start: Instant(segment.start),
            end: Instant(segment.end),
        }
    }
}

impl From<&booking::slot::Slot> for Slot {
    fn from(slot: &booking::slot::Slot) -> Self {
        Self {
            start: Instant(slot.start),
            end: Instant(slot.end),
            staff_id: slot.staff.as_uuid(),
            staff_name: slot.staff_name.clone(),
            further: slot.further.iter().map(Segment::from).collect(),
        }
    }
}

/// A start of one service that is asked about.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Start {
    #[param(value_type = Uuid)]
    service_id: ServiceId,
    /// Who shall perform it; left out: whoever is free.
    #[param(value_type = Option<Uuid>)]
    staff_id: Option<StaffId>,
    #[param(value_type = String, format = DateTime)]
    start: Instant,
}

impl Start {
    pub fn choice(&self) -> SlotChoice {
        one(self.service_id, self.staff_id, self.start)
    }
}

fn one(service: ServiceId, staff: Option<StaffId>, start: Instant) -> SlotChoice {
    SlotChoice { service, staff: staff_choice(staff), further: Vec::new(), start: start.0 }
}

fn staff_choice(staff: Option<StaffId>) -> StaffChoice {
    staff.map_or(StaffChoice::Any, StaffChoice::Named)
}

/// A visit that is asked for: a service, and what follows it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    #[schema(value_type = Uuid)]
    service_id: ServiceId,
    /// Who shall perform it; left out: whoever is free.
    #[schema(value_type = Option<Uuid>)]
    staff_id: Option<StaffId>,
    #[schema(value_type = String, format = DateTime)]
    start: Instant,
    /// What follows in the same visit, without a gap.
    #[serde(default)]
    #[schema(max_items = 5)]
    further: Vec<Further>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Further {
    #[schema(value_type = Uuid)]
    service_id: ServiceId,
    #[schema(value_type = Option<Uuid>)]
    staff_id: Option<StaffId>,
}

impl Visit {
    pub fn choice(&self) -> Result<SlotChoice, Problem> {
        if self.further.len() >= visit::SERVICES_MAX {
            return Err(Problem::malformed(format!("further: a visit has up to {} services", visit::SERVICES_MAX)));
        }
        let further = self.further.iter().map(|next| (next.service_id, staff_choice(next.staff_id))).collect();
        Ok(SlotChoice { further, ..one(self.service_id, self.staff_id, self.start) })
    }
}

/// Which free slots are listed.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Availability {
    #[param(value_type = Uuid)]
    service_id: ServiceId,
    /// Whose; left out: anyone's.
    #[param(value_type = Option<Uuid>)]
    staff_id: Option<StaffId>,
    /// The first start that counts.
    #[param(value_type = String, format = DateTime)]
    pub from: Instant,
    /// The first start that no longer counts. What lies more than 92 days after `from` is not listed.
    #[param(value_type = String, format = DateTime)]
    pub to: Instant,
    /// At most so many.
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<usize>,
    /// A session whose own hold does not count as taken.
    #[param(value_type = Option<Uuid>)]
    pub session_id: Option<SessionId>,
}

impl Availability {
    pub fn choice(&self) -> SlotChoice {
        one(self.service_id, self.staff_id, self.from)
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Slots {
    /// Earliest first.
    pub slots: Vec<Slot>,
    /// Where the list goes on: the `from` of the next request. Absent when it is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_from: Option<Instant>,
    /// Why the list is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none_because: Option<Refusal>,
}

/// Why a start cannot be had, and what can be had instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refusal {
    #[schema(example = "closed")]
    pub reason: &'static str,
    pub detail: String,
    /// The nearest starts that can be had, at most three.
    pub alternatives: Vec<Slot>,
}

impl From<&booking::error::Refusal> for Refusal {
    fn from(refusal: &booking::error::Refusal) -> Self {
        Self {
            reason: refusal.reason.label(),
            detail: refusal.reason.to_string(),
            alternatives: refusal.alternatives.iter().map(Slot::from).collect(),
        }
    }
}

/// Whether a start can be had.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    pub free: bool,
    /// If it can: the slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// If it cannot: the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}
