//! Who gives what in a visit, and where: the free people and places of each of its services, and the choice among them.
//!
//! Every service is checked with its own buffers, so the choices are independent of each other. Buffers keep a distance
//! from other clients: inside a visit, between two services of one person or in one place, there is none.

use proto::id::StaffId;
use uuid::Uuid;

use super::{
    rules::{Lane, Resource, ResourceKind, Service, Staff},
    slot::{Segment, Slot, Span},
};

/// Who could give each service of a visit at a start.
#[derive(Debug)]
pub struct Plan<'a> {
    steps: Vec<FreeStep<'a>>,
    /// People may serve others then.
    pub overbooks: bool,
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
    pub places: Vec<FreePlaces<'a>>,
}

/// What is left of a resource that the service needs a place of.
#[derive(Debug)]
pub struct FreePlaces<'a> {
    pub resource: &'a Resource,
    pub lanes: Vec<Lane>,
}

/// One service of a visit with the person who gives it.
#[derive(Debug, Clone)]
pub struct Assigned<'a> {
    pub service: &'a Service,
    pub staff: &'a Staff,
    pub time: Span,
    /// The person's first.
    pub taken: Vec<Taken>,
}

/// Time of a person or of a place that a visit claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub kind: ResourceKind,
    pub resource: Uuid,
    pub lane: Lane,
    pub during: Span,
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

    /// What it takes of people's time.
    pub fn people_mut(&mut self) -> impl Iterator<Item = &mut Taken> {
        let all = std::iter::once(&mut self.first).chain(&mut self.further);
        all.flat_map(|assigned| &mut assigned.taken).filter(|taken| taken.kind == ResourceKind::Staff)
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
        Self { steps, overbooks: false }
    }

    /// As long as its people work then, it does not matter whom they serve.
    #[must_use]
    pub fn overbooking(self) -> Self {
        Self { overbooks: true, ..self }
    }

    /// Prefers people: one for each service, in order.
    #[must_use]
    pub fn preferring(mut self, people: impl IntoIterator<Item = StaffId>) -> Self {
        for (step, person) in self.steps.iter_mut().zip(people) {
            step.preferred = Some(person);
        }
        self
    }

    /// Leaves a person or a place out of a service.
    pub fn strike(&mut self, step: usize, taken: &Taken) {
        let Some(step) = self.steps.get_mut(step) else { return };
        step.staff.retain(|free| free.id.as_uuid() != taken.resource);
        for places in step.places.iter_mut().filter(|places| places.resource.id.as_uuid() == taken.resource) {
            places.lanes.retain(|lane| *lane != taken.lane);
        }
    }

    /// The best choice; `None`: nobody is left for one of the services, or no place.
    pub fn chosen(&self) -> Option<Chosen<'a>> {
        let mut visit: Vec<Assigned<'a>> = Vec::with_capacity(self.steps.len());
        for (n, step) in self.steps.iter().enumerate() {
            let former = visit.last();
            let staff = self.person(n, former.map(|former| former.staff.id))?;
            let person =
                Taken { kind: ResourceKind::Staff, resource: staff.id.as_uuid(), lane: 0, during: step.blocked };
            let mut taken = vec![person];
            for places in &step.places {
                taken.push(places.chosen(former, step.blocked)?);
            }
            visit.push(Assigned { service: step.service, staff, time: step.time, taken });
        }
        part(&mut visit);
        let mut visit = visit.into_iter();
        Some(Chosen { first: visit.next()?, further: visit.collect() })
    }

    /// Whom is preferred, else who gave the service before, else who stays the longest: a client changes hands as
    /// rarely as can be.
    fn person(&self, n: usize, former: Option<StaffId>) -> Option<&'a Staff> {
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

impl FreePlaces<'_> {
    /// The place where the client is already, else the first.
    fn chosen(&self, former: Option<&Assigned<'_>>, during: Span) -> Option<Taken> {
        let resource = self.resource.id.as_uuid();
        let stays = former.and_then(|former| former.taken.iter().find(|taken| taken.resource == resource));
        let stays = stays.map(|taken| taken.lane).filter(|lane| self.lanes.contains(lane));
        let lane = stays.or_else(|| self.lanes.first().copied())?;
        Some(Taken { kind: self.resource.kind, resource, lane, during })
    }
}

/// Cuts the buffers between services of one person or in one place, so that their claims do not overlap.
fn part(visit: &mut [Assigned<'_>]) {
    for later in 1..visit.len() {
        let (before, rest) = visit.split_at_mut(later);
        let Some(next) = rest.first_mut() else { continue };
        for taken in &mut next.taken {
            let same = |former: &&mut Taken| (former.resource, former.lane) == (taken.resource, taken.lane);
            if let Some(former) = before.iter_mut().rev().flat_map(|step| &mut step.taken).find(same) {
                former.during.end = former.during.end.min(next.time.start);
                taken.during.start = taken.during.start.max(former.during.end);
            }
        }
    }
}
