//! What is asked for, resolved by the rules: the services of one visit, one after another without a gap, and who may
//! give each.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date};
use uuid::Uuid;

use super::{
    error::Reason,
    rules::{Resource, Rules, Service, Staff},
    slot::{SlotChoice, Span},
};

/// Services of one visit: more is a mistake of the caller, or an attack.
pub const SERVICES_MAX: usize = 6;

#[derive(Debug)]
pub struct Visit<'a> {
    /// At least one.
    pub steps: Vec<Step<'a>>,
}

/// One service of a visit.
#[derive(Debug)]
pub struct Step<'a> {
    pub service: &'a Service,
    /// Those of the choice who perform it; at least one.
    pub performers: Vec<&'a Staff>,
    /// What it takes a place of.
    pub needs: Vec<&'a Resource>,
    /// From the start of the visit.
    pub offset: SignedDuration,
}

impl<'a> Visit<'a> {
    pub fn of(rules: &'a Rules, choice: &SlotChoice) -> Result<Self, Reason> {
        let mut offset = SignedDuration::ZERO;
        let mut steps = Vec::new();
        for (service, staff) in choice.services() {
            let service = rules.service(service)?;
            let performers = rules.performers(service, staff)?;
            steps.push(Step { service, performers, needs: rules.needs(service), offset });
            offset = offset.saturating_add(service.duration());
        }
        Ok(Self { steps })
    }

    /// Whoever may give one of its services.
    pub fn performers(&self) -> impl Iterator<Item = &'a Staff> {
        self.steps.iter().flat_map(|step| &step.performers).copied()
    }

    /// Everyone and everything that it may occupy.
    pub fn resources(&self) -> BTreeSet<Uuid> {
        let staff = self.performers().map(|staff| staff.id.as_uuid());
        let needs = self.steps.iter().flat_map(|step| &step.needs).map(|resource| resource.id.as_uuid());
        staff.chain(needs).collect()
    }

    pub fn duration(&self) -> SignedDuration {
        let last = self.steps.last().map(|last| last.offset.saturating_add(last.service.duration()));
        last.unwrap_or(SignedDuration::ZERO)
    }

    /// The first instant that keeps every service's notice period.
    pub fn earliest(&self, now: Timestamp) -> Timestamp {
        self.steps.iter().map(|step| step.service.earliest(now)).max().unwrap_or(now)
    }

    /// The last local date on which every service may be booked.
    pub fn last_date(&self, today: Date) -> Date {
        self.steps.iter().map(|step| step.service.last_date(today)).min().unwrap_or(today)
    }

    /// Starts lie on the first service's grid.
    pub fn grid_minutes(&self) -> u16 {
        self.steps.first().map_or(1, |step| step.service.slot_grid_minutes.max(1))
    }

    /// The claims that a question about these starts needs: whole local days (the least busy person of the day is
    /// chosen), the visit beyond them, and the longest buffers around it.
    pub fn window(&self, rules: &Rules, from: Timestamp, to: Timestamp) -> Option<Span> {
        let (first, last) = (rules.day(rules.date_of(from))?, rules.day(rules.date_of(to))?);
        let days = Span { start: first.start, end: last.end.checked_add(self.duration()).ok()? };
        let longest = |buffer: fn(&Service) -> SignedDuration| {
            self.steps.iter().map(|step| buffer(step.service)).max().unwrap_or(SignedDuration::ZERO)
        };
        days.widened(longest(Service::buffer_before), longest(Service::buffer_after))
    }
}
