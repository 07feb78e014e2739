//! Occupied time, as the decisions see it: whose, when, and whether the person is away or with another client.

use std::collections::HashMap;

use proto::id::{AppointmentId, SessionId, StaffId};

use super::slot::Span;

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

/// Claims by whose time they occupy.
#[derive(Debug, Clone, Default)]
pub struct Claims(HashMap<StaffId, Occupied>);

/// One person's, in no order.
#[derive(Debug, Clone, Default)]
pub struct Occupied {
    pub absences: Vec<Span>,
    pub busy: Vec<Span>,
}

impl Claims {
    pub fn of(&self, staff: StaffId) -> Occupied {
        self.0.get(&staff).cloned().unwrap_or_default()
    }

    pub fn add(&mut self, staff: StaffId, absence: bool, during: impl IntoIterator<Item = Span>) {
        let occupied = self.0.entry(staff).or_default();
        if absence { &mut occupied.absences } else { &mut occupied.busy }.extend(during);
    }
}

impl FromIterator<Claim> for Claims {
    fn from_iter<I: IntoIterator<Item = Claim>>(claims: I) -> Self {
        let mut by_staff = Self::default();
        for claim in claims {
            by_staff.add(claim.staff, claim.absence, [claim.during]);
        }
        by_staff
    }
}
