//! The audit log from its beginning: each action takes or frees time, and must have been possible then.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use uuid::Uuid;

use super::{
    finding::{Findings, Kind},
    occupied::{Holder, Occupied, Span, blocked},
    told::{Part, Told},
};
use crate::bookings::{
    door::time,
    tables::{Audit, Tables},
};

/// What stands after all that was done.
#[derive(Default)]
pub struct History {
    /// Rows that were replayed, by what was done.
    pub actions: BTreeMap<String, usize>,
    pub appointments: HashMap<Uuid, Standing>,
    pub occupied: Occupied,
    /// The holders that are claims of people's calendars.
    pub calendar_claims: HashSet<Holder>,
}

#[derive(Debug, Clone)]
pub struct Standing {
    pub version: i32,
    pub cancelled: bool,
    pub overbooked: bool,
    pub parts: Vec<Part>,
}

/// What the rows of bookings name.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    appointment_id: Option<Uuid>,
    hold_id: Option<Uuid>,
    block_id: Option<Uuid>,
    version: Option<i32>,
    overbooked: bool,
    staff_id: Option<Uuid>,
    /// Claims of a calendar.
    freed: Vec<Uuid>,
    claimed: Vec<Claimed>,
}

#[derive(Deserialize)]
struct Claimed {
    claim_id: Uuid,
    start: String,
    end: String,
}

impl History {
    pub fn replay(tables: &Tables, told: &Told, findings: &mut Findings) -> Self {
        let mut history = Self::default();
        for what in &told.unreadable {
            findings.add(Kind::Record, || format!("a kept answer cannot be read: {what}"));
        }
        for row in &tables.audit {
            Replaying { history: &mut history, tables, told, findings, row }.replay();
        }
        history
    }
}

/// One row.
struct Replaying<'a> {
    history: &'a mut History,
    tables: &'a Tables,
    told: &'a Told,
    findings: &'a mut Findings,
    row: &'a Audit,
}

impl Replaying<'_> {
    fn replay(mut self) {
        let details = Details::deserialize(&self.row.details).unwrap_or_default();
        let Details { appointment_id, hold_id, block_id, version, overbooked, .. } = details;
        match (self.row.action.as_str(), appointment_id, hold_id) {
            ("calendar_landed", ..) => self.landed(details),
            ("hold_placed", _, Some(hold)) => self.held(hold),
            ("hold_released" | "hold_expired", _, Some(hold)) => self.freed(hold),
            ("block_placed", ..) => self.blocked(block_id),
            ("block_lifted", ..) => self.freed(block_id.unwrap_or_default()),
            ("appointment_booked", Some(id), hold) => self.booked(id, overbooked, hold),
            ("appointment_rescheduled", Some(id), hold) => self.changed(id, version, hold),
            ("appointment_cancelled", Some(id), _) => self.changed(id, version, None),
            (action, ..) if ["hold_", "block_", "appointment_"].iter().any(|kind| action.starts_with(kind)) => {
                self.contradicts("names neither hold, nor block, nor appointment");
            }
            // Of other services, or of no concern here.
            _ => return,
        }
        // A calendar's time is nobody's doing on a line.
        if self.row.has_session == (self.row.action == "calendar_landed") {
            self.contradicts("names no session, or one that did nothing");
        }
        *self.history.actions.entry(self.row.action.clone()).or_default() += 1;
    }

    fn held(&mut self, hold: Uuid) {
        match self.told.holds.get(&hold).cloned() {
            Some(parts) => self.take(hold, blocked(&parts, self.tables), false),
            None => self.contradicts("a hold that no answer tells of"),
        }
    }

    fn blocked(&mut self, block: Option<Uuid>) {
        match block.and_then(|id| Some((id, *self.told.blocks.get(&id)?))) {
            Some((id, time)) => self.take(id, vec![time], false),
            None => self.contradicts("a block that no answer tells of"),
        }
    }

    fn landed(&mut self, Details { staff_id, freed, claimed, .. }: Details) {
        let Some(staff) = staff_id else { return self.contradicts("names nobody") };
        for claim in freed {
            self.history.calendar_claims.remove(&claim);
            self.freed(claim);
        }
        for Claimed { claim_id, start, end } in claimed {
            let (Some(start), Some(end)) = (time(&start), time(&end)) else {
                return self.contradicts("names no time");
            };
            self.history.calendar_claims.insert(claim_id);
            self.take(claim_id, vec![(staff, Span { start, end })], false);
        }
    }

    fn freed(&mut self, holder: Holder) {
        if self.history.occupied.free(holder).is_none() {
            self.contradicts("ends what does not stand");
        }
    }

    fn booked(&mut self, id: Uuid, overbooked: bool, hold: Option<Uuid>) {
        let kept = self.kept_by(hold);
        if self.history.appointments.contains_key(&id) {
            self.contradicts("books an appointment a second time");
        }
        self.stands(id, 1, overbooked, kept.as_deref());
    }

    fn changed(&mut self, id: Uuid, version: Option<i32>, hold: Option<Uuid>) {
        let kept = self.kept_by(hold);
        let before = self.history.appointments.get(&id).map(|standing| (standing.version, standing.cancelled));
        let follows = before.is_some_and(|(before, cancelled)| !cancelled && version == Some(before + 1));
        if !follows {
            self.contradicts("does not follow the version before");
        }
        self.freed(id);
        self.stands(id, version.unwrap_or_default(), false, kept.as_deref());
    }

    /// Frees a hold for what comes of it, and says what time it had.
    fn kept_by(&mut self, hold: Option<Uuid>) -> Option<Vec<(Uuid, Span)>> {
        let hold = hold?;
        let kept = self.history.occupied.of(hold).map(<[_]>::to_vec);
        self.freed(hold);
        kept
    }

    /// The appointment as its answer says. Time that it had already, as a hold, is not taken anew: the owner may have booked somebody
    /// beside it.
    fn stands(&mut self, id: Uuid, version: i32, overbooked: bool, kept: Option<&[(Uuid, Span)]>) {
        let Some(told) = self.told.appointments.get(&(id, version)).cloned() else {
            return self.contradicts("an appointment that no answer tells of");
        };
        if told.cancelled != (self.row.action == "appointment_cancelled") {
            self.contradicts("its answer has another status");
        }
        if !told.cancelled {
            let time = blocked(&told.parts, self.tables);
            let is_kept = kept.is_some_and(|kept| kept == time);
            self.take(id, time, overbooked || is_kept);
        }
        let standing = Standing { version, cancelled: told.cancelled, overbooked, parts: told.parts };
        self.history.appointments.insert(id, standing);
    }

    fn take(&mut self, holder: Holder, time: Vec<(Uuid, Span)>, overbooked: bool) {
        for (resource, other) in self.history.occupied.take(holder, time, overbooked, self.tables) {
            let row = self.row;
            self.findings.add(Kind::Overlap, || {
                format!("audit row {}: {holder} takes time of {resource} that {other} has", row.id)
            });
        }
    }

    fn contradicts(&mut self, what: &str) {
        let row = self.row;
        self.findings.add(Kind::Record, || format!("audit row {} ({}, {}): {what}", row.id, row.action, row.details));
    }
}
