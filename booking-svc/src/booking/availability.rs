//! Which starts can be had: one check that listing, explaining and committing all go through, so that they
//! cannot disagree. Service time must lie inside the opening hours and the person's own; the blocked time, with
//! its buffers, may reach out of them but not into another claim.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    claim::Claims,
    error::Reason,
    least_busy::LeastBusy,
    local_time,
    plan::{FreePlaces, FreeStep, Plan},
    rules::{Resource, Rules, Service, Staff},
    slot::{self, Slot, Span},
    visit::{self, Visit},
};

/// One visit to one business, over starts between two instants.
#[derive(Debug)]
pub struct Availability<'a> {
    rules: &'a Rules,
    steps: Vec<Step<'a>>,
    duration: SignedDuration,
    grid_minutes: u16,
    earliest: Timestamp,
    last_date: Date,
    open: Vec<Span>,
}

/// One service of the visit, those who may give it, and what it needs.
#[derive(Debug)]
struct Step<'a> {
    service: &'a Service,
    offset: SignedDuration,
    people: Vec<Person<'a>>,
    least_busy: LeastBusy,
    needs: Vec<Need<'a>>,
}

#[derive(Debug)]
struct Need<'a> {
    resource: &'a Resource,
    /// When each of its places is taken, sorted.
    taken: Vec<Vec<Span>>,
}

#[derive(Debug)]
struct Person<'a> {
    staff: &'a Staff,
    /// `None`: whenever the business is open.
    hours: Option<Vec<Span>>,
    absences: Vec<Span>,
    /// Sorted; they never overlap each other.
    busy: Vec<Span>,
    unknown: Vec<Span>,
}

impl<'a> Availability<'a> {
    /// `claims` must cover the visit's window ([`Visit::window`]) of the starts that will be asked about.
    pub fn new(
        rules: &'a Rules,
        visit: &Visit<'a>,
        (from, to): (Timestamp, Timestamp),
        claims: &Claims,
        now: Timestamp,
    ) -> Self {
        let ends = to.checked_add(visit.duration()).unwrap_or(to);
        let dates = (rules.date_of(from), rules.date_of(ends));
        Self {
            rules,
            steps: visit.steps.iter().map(|step| Step::new(rules, step, dates, claims)).collect(),
            duration: visit.duration(),
            grid_minutes: visit.grid_minutes(),
            earliest: visit.earliest(now),
            last_date: visit.last_date(rules.date_of(now)),
            open: rules.open_spans(dates.0, dates.1),
        }
    }

    /// Who can give the services at this start; or the rule that refuses it.
    pub fn plan(&self, start: Timestamp) -> Result<Plan<'a>, Reason> {
        self.plan_of(start, usize::MAX)
    }

    /// The slot at this start, with the best choice of staff.
    pub fn slot(&self, start: Timestamp) -> Result<Slot, Reason> {
        // With one service the first who is free is the best choice.
        let enough = if self.steps.len() == 1 { 1 } else { usize::MAX };
        let chosen = self.plan_of(start, enough)?.chosen();
        chosen.map(|chosen| chosen.slot()).ok_or(Reason::StaffAway)
    }

    /// Free slots with a start in [from, to), earliest first; if there is none, why.
    pub fn slots(&self, from: Timestamp, to: Timestamp, limit: usize) -> Result<Vec<Slot>, Reason> {
        let mut slots = Vec::new();
        let mut reasons = Vec::new();
        for start in self.grid(from, to) {
            match self.slot(start) {
                Ok(slot) => slots.push(slot),
                Err(reason) => reasons.push(reason),
            }
            if slots.len() >= limit {
                break;
            }
        }
        if slots.is_empty() { Err(self.why_none(from, to, &reasons)) } else { Ok(slots) }
    }

    /// The one check; no more than `enough` people are looked for in each service.
    fn plan_of(&self, start: Timestamp, enough: usize) -> Result<Plan<'a>, Reason> {
        let date = self.check_business(start)?;
        let steps = self.steps.iter().map(|step| step.free(start, date, enough));
        steps.collect::<Result<_, _>>().map(Plan::new)
    }

    /// The rules that do not depend on who gives the services; gives the local date.
    fn check_business(&self, start: Timestamp) -> Result<Date, Reason> {
        if start < self.earliest {
            return Err(Reason::TooSoon);
        }
        let (date, minute, rest) = local_time::minute_of_day(&self.rules.zone, start);
        if date > self.last_date {
            return Err(Reason::TooFar);
        }
        let visit = Span::starting(start, self.duration).ok_or(Reason::TooFar)?;
        if !slot::covered(&self.open, &visit) {
            return Err(Reason::Closed);
        }
        if !minute.is_multiple_of(self.grid_minutes) || rest != 0 {
            return Err(Reason::OffGrid);
        }
        Ok(date)
    }

    /// Starts of the slot grid in [from, to) on dates with any opening, earliest first.
    fn grid(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Timestamp> {
        let from = from.max(self.earliest);
        let (first, last) = (self.rules.date_of(from), self.rules.date_of(to).min(self.last_date));
        let step = usize::from(self.grid_minutes);
        let dates = std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(move |d| *d <= last);
        dates
            .filter(|date| !self.rules.opening_on(*date).is_empty())
            .flat_map(move |date| {
                let minutes = (0..local_time::MINUTES_PER_DAY).step_by(step);
                let mut starts: Vec<Timestamp> =
                    minutes.flat_map(|m| local_time::instants_at(&self.rules.zone, date, m)).collect();
                // In a fold the second 01:00 comes after the first 01:30.
                starts.sort_unstable();
                starts
            })
            .filter(move |start| *start >= from && *start < to)
    }

    fn why_none(&self, from: Timestamp, to: Timestamp, reasons: &[Reason]) -> Reason {
        if to <= self.earliest {
            return Reason::TooSoon;
        }
        if self.rules.date_of(from) > self.last_date {
            return Reason::TooFar;
        }
        NEAREST_FIRST.into_iter().find(|reason| reasons.contains(reason)).unwrap_or(Reason::Closed)
    }
}

impl<'a> Step<'a> {
    fn new(rules: &'a Rules, step: &visit::Step<'a>, (first, last): (Date, Date), claims: &Claims) -> Self {
        let people: Vec<Person<'a>> = step
            .performers
            .iter()
            .map(|staff| {
                let occupied = claims.of(staff.id);
                let hours = staff.hours.as_ref().map(|h| rules.staff_spans(h, first, last));
                let (absences, busy) = (slot::joined(occupied.absences), slot::joined(occupied.busy));
                Person { staff, hours, absences, busy, unknown: slot::joined(occupied.unknown) }
            })
            .collect();
        let least_busy = LeastBusy::of(rules, (first, last), people.iter().map(|p| p.busy.as_slice()));
        let needs = step.needs.iter().map(|resource| Need {
            resource,
            taken: (0..resource.places).map(|lane| slot::joined(claims.of_place(resource.id, lane))).collect(),
        });
        Self { service: step.service, offset: step.offset, needs: needs.collect(), people, least_busy }
    }

    /// Those who are free for it in a visit that starts then, the best choice first.
    fn free(&self, visit_start: Timestamp, date: Date, enough: usize) -> Result<FreeStep<'a>, Reason> {
        let start = visit_start.checked_add(self.offset).map_err(|_| Reason::TooFar)?;
        let time = self.service.span(start).ok_or(Reason::TooFar)?;
        let blocked = self.service.blocked(&time).ok_or(Reason::TooFar)?;
        let mut staff = Vec::new();
        let mut refused = Reason::StaffAway;
        for person in self.by_preference(date) {
            match person.check(&time, &blocked) {
                Ok(()) => {
                    staff.push(person.staff);
                    if staff.len() >= enough {
                        break;
                    }
                }
                Err(reason) => refused = nearer(refused, reason),
            }
        }
        if staff.is_empty() {
            return Err(refused);
        }
        let places = self.needs.iter().map(|need| need.free(&blocked)).collect::<Result<_, _>>()?;
        Ok(FreeStep { service: self.service, time, blocked, staff, preferred: None, places })
    }

    fn by_preference(&self, date: Date) -> impl Iterator<Item = &Person<'a>> {
        let order = self.least_busy.on(date);
        (0..self.people.len()).filter_map(move |n| self.people.get(order.map_or(n, |order| order[n])))
    }
}

impl<'a> Need<'a> {
    fn free(&self, blocked: &Span) -> Result<FreePlaces<'a>, Reason> {
        let free = (0..).zip(&self.taken).filter(|(_, taken)| !overlaps_any(taken, blocked));
        let lanes: Vec<_> = free.map(|(lane, _)| lane).collect();
        if lanes.is_empty() { Err(Reason::Taken) } else { Ok(FreePlaces { resource: self.resource, lanes }) }
    }
}

impl Person<'_> {
    fn check(&self, service_time: &Span, blocked: &Span) -> Result<(), Reason> {
        if self.hours.as_ref().is_some_and(|hours| !slot::covered(hours, service_time)) {
            return Err(Reason::StaffAway);
        }
        if overlaps_any(&self.absences, blocked) {
            return Err(Reason::StaffAway);
        }
        if overlaps_any(&self.busy, blocked) {
            return Err(Reason::Taken);
        }
        // Unknown is not free.
        if overlaps_any(&self.unknown, blocked) {
            return Err(Reason::CalendarUnknown);
        }
        Ok(())
    }
}

/// Of the reasons that several people or starts have, the one that came closest to a yes: busy is closer than away.
const NEAREST_FIRST: [Reason; 3] = [Reason::Taken, Reason::CalendarUnknown, Reason::StaffAway];

fn nearer(one: Reason, other: Reason) -> Reason {
    NEAREST_FIRST.into_iter().find(|reason| [one, other].contains(reason)).unwrap_or(one)
}

/// Whether any of these sorted, disjoint spans overlaps another.
fn overlaps_any(spans: &[Span], span: &Span) -> bool {
    let from = spans.partition_point(|s| s.end <= span.start);
    spans.get(from).is_some_and(|s| s.overlaps(span))
}
