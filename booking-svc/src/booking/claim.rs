//! Occupied time, as the decisions see it: whose, when, and whether the person is away or with another client.

use std::collections::HashMap;

use proto::id::{AppointmentId, ResourceId, SessionId, StaffId};
use uuid::Uuid;

use super::{rules::Lane, slot::Span};

/// What is the asker's own, and so in nobody's way: the holds of their session, and the appointment they would move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Own {
    pub session: Option<SessionId>,
    pub appointment: Option<AppointmentId>,
}

impl From<SessionId> for Own {
    fn from(session: SessionId) -> Self {
        Self { session: Some(session), appointment: None }
    }
}

/// Somebody's occupied time, as far as it counts for the asker: no expired hold, nothing of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub staff: StaffId,
    pub during: Span,
    /// The person is away, rather than busy with another client.
    pub absence: bool,
}

/// Claims by what they occupy: a person, or a place of a room or a machine.
#[derive(Debug, Clone, Default)]
pub struct Claims(HashMap<(Uuid, Lane), Occupied>);

/// One person's or place's, in no order.
#[derive(Debug, Clone, Default)]
pub struct Occupied {
    pub absences: Vec<Span>,
    pub busy: Vec<Span>,
    /// Of which nobody knows: a calendar of the person's has it, and was not heard of lately.
    pub unknown: Vec<Span>,
}

/// The lane of people; the owner's overbookings go into further ones. Whoever else asks finds a person occupied by any.
const PERSON: Lane = 0;
/// So many at once, the first one included.
pub const PERSON_LANES_MAX: Lane = 10;

impl Claims {
    pub fn of(&self, staff: StaffId) -> Occupied {
        let mut all = self.0.get(&(staff.as_uuid(), PERSON)).cloned().unwrap_or_default();
        for overbooked in (PERSON + 1..PERSON_LANES_MAX).filter_map(|lane| self.0.get(&(staff.as_uuid(), lane))) {
            all.busy.extend(&overbooked.busy);
        }
        all
    }

    /// When a place of a resource is taken, for whatever reason.
    pub fn of_place(&self, resource: ResourceId, lane: Lane) -> Vec<Span> {
        let Occupied { mut absences, busy, .. } = self.0.get(&(resource.as_uuid(), lane)).cloned().unwrap_or_default();
        absences.extend(busy);
        absences
    }

    /// Leaves out whom people serve: an overbooking goes beside them.
    #[must_use]
    pub fn without_clients_of(mut self, people: impl IntoIterator<Item = StaffId>) -> Self {
        for person in people {
            for lane in PERSON..PERSON_LANES_MAX {
                if let Some(occupied) = self.0.get_mut(&(person.as_uuid(), lane)) {
                    occupied.busy.clear();
                }
            }
        }
        self
    }

    pub fn add(&mut self, resource: Uuid, lane: Lane, absence: bool, during: impl IntoIterator<Item = Span>) {
        let occupied = self.0.entry((resource, lane)).or_default();
        if absence { &mut occupied.absences } else { &mut occupied.busy }.extend(during);
    }

    pub fn add_unknown(&mut self, person: Uuid, during: impl IntoIterator<Item = Span>) {
        self.0.entry((person, PERSON)).or_default().unknown.extend(during);
    }
}

impl FromIterator<Claim> for Claims {
    fn from_iter<I: IntoIterator<Item = Claim>>(claims: I) -> Self {
        let mut all = Self::default();
        for claim in claims {
            all.add(claim.staff.as_uuid(), PERSON, claim.absence, [claim.during]);
        }
        all
    }
}
