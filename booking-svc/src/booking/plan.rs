//! Who gives what in a visit: the free people of each of its services, and the choice among them.
//!
//! Every service is checked with its own buffers, so the choices are independent of each other. Buffers keep a distance
//! from other clients: inside a visit, between two services of one person, there is none.

use proto::id::StaffId;

use super::{
    rules::{Service, Staff},
    slot::{Segment, Slot, Span},
};

/// Who could give each service of a visit at a start.
#[derive(Debug)]
pub struct Plan<'a> {
    steps: Vec<FreeStep<'a>>,
}

/// One service of it.
#[derive(Debug)]
pub struct FreeStep<'a> {
    pub service: &'a Service,
    pub time: Span,
    /// With its buffers.
    pub blocked: Span,
    /// Best choice first.
    pub staff: Vec<&'a Staff>,
    /// Chosen whenever free.
    pub preferred: Option<StaffId>,
}

/// One service of a visit with the person who gives it.
#[derive(Debug, Clone, Copy)]
pub struct Assigned<'a> {
    pub service: &'a Service,
    pub staff: &'a Staff,
    pub time: Span,
    /// What of the person's time it claims.
    pub claimed: Span,
}

/// A visit with everyone chosen.
#[derive(Debug)]
pub struct Chosen<'a> {
    pub first: Assigned<'a>,
    pub further: Vec<Assigned<'a>>,
}

impl<'a> Chosen<'a> {
    pub fn all(&self) -> impl Iterator<Item = &Assigned<'a>> {
        std::iter::once(&self.first).chain(&self.further)
    }

    pub fn slot(&self) -> Slot {
        let Self { first, further } = self;
        let segment = |assigned: &Assigned<'_>| Segment {
            service: assigned.service.id,
            service_name: assigned.service.name.clone(),
            staff: assigned.staff.id,
            staff_name: assigned.staff.name.clone(),
            start: assigned.time.start,
            end: assigned.time.end,
        };
        Slot {
            start: first.time.start,
            end: further.last().unwrap_or(first).time.end,
            staff: first.staff.id,
            staff_name: first.staff.name.clone(),
            further: further.iter().map(segment).collect(),
        }
    }
}

impl<'a> Plan<'a> {
    pub const fn new(steps: Vec<FreeStep<'a>>) -> Self {
        Self { steps }
    }

    /// Prefers people: one for each service, in order.
    #[must_use]
    pub fn preferring(mut self, people: impl IntoIterator<Item = StaffId>) -> Self {
        for (step, person) in self.steps.iter_mut().zip(people) {
            step.preferred = Some(person);
        }
        self
    }

    /// Leaves a person out of a service.
    pub fn strike(&mut self, step: usize, staff: StaffId) {
        if let Some(step) = self.steps.get_mut(step) {
            step.staff.retain(|free| free.id != staff);
        }
    }

    /// The best choice; `None`: nobody is left for one of the services.
    pub fn chosen(&self) -> Option<Chosen<'a>> {
        let mut visit: Vec<Assigned<'a>> = Vec::with_capacity(self.steps.len());
        for (n, step) in self.steps.iter().enumerate() {
            let staff = self.choice(n, visit.last().map(|former| former.staff.id))?;
            visit.push(Assigned { service: step.service, staff, time: step.time, claimed: step.blocked });
        }
        part(&mut visit);
        let mut visit = visit.into_iter();
        Some(Chosen { first: visit.next()?, further: visit.collect() })
    }

    /// Whom is preferred, else who gave the service before, else who stays the longest: a client changes hands as
    /// rarely as can be.
    fn choice(&self, n: usize, former: Option<StaffId>) -> Option<&'a Staff> {
        let step = self.steps.get(n)?;
        let free = |wanted: Option<StaffId>| step.staff.iter().find(|staff| Some(staff.id) == wanted);
        let chosen = free(step.preferred).or_else(|| free(former)).or_else(|| {
            // The first of equals is the better choice; max_by_key gives the last.
            step.staff.iter().rev().max_by_key(|staff| self.stays(n, staff.id))
        });
        chosen.copied()
    }

    /// How many services from this one on a person could give in a row.
    fn stays(&self, from: usize, person: StaffId) -> usize {
        self.steps[from..].iter().take_while(|step| step.staff.iter().any(|staff| staff.id == person)).count()
    }
}

/// Cuts the buffers between services of one person, so that their claims do not overlap.
fn part(visit: &mut [Assigned<'_>]) {
    for later in 1..visit.len() {
        let (before, rest) = visit.split_at_mut(later);
        let Some(next) = rest.first_mut() else { continue };
        if let Some(former) = before.iter_mut().rev().find(|former| former.staff.id == next.staff.id) {
            former.claimed.end = former.claimed.end.min(next.time.start);
            next.claimed.start = next.claimed.start.max(former.claimed.end);
        }
    }
}
