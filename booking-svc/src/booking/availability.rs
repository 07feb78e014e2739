//! Which starts can be had: one check that listing, explaining and committing all go through, so that they
//! cannot disagree. Service time must lie inside the opening hours and the person's own; the blocked time, with
//! its buffers, may reach out of them but not into another claim.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Date};
use proto::id::StaffId;

use super::{
    error::Reason,
    local_time,
    rules::{Rules, Service, Staff},
    slot::{self, Slot, Span, StaffChoice},
};

/// How far around an asked start alternatives are looked for: first near, then anywhere the horizon allows.
const NEAR: SignedDuration = SignedDuration::from_hours(7 * 24);
const ANYWHERE: SignedDuration = SignedDuration::from_hours(62 * 24);

/// How many alternatives a refusal carries.
pub const ALTERNATIVES_MAX: usize = 3;

/// Somebody's occupied time, as far as it counts for the asker: no expired hold, no hold of their own session.
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

#[derive(Debug, Clone, Default)]
struct Occupied {
    absences: Vec<Span>,
    busy: Vec<Span>,
}

impl Claims {
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

/// The claims that a question about these starts needs: whole local days (the least busy person of the day is
/// chosen), and the buffers beyond them.
pub fn window(rules: &Rules, service: &Service, from: Timestamp, to: Timestamp) -> Option<Span> {
    let (first, last) = (rules.day(rules.date_of(from))?, rules.day(rules.date_of(to))?);
    let days = Span { start: first.start, end: last.end };
    service.blocked(&Span { start: days.start, end: days.end.checked_add(service.duration()).ok()? })
}

/// One service of one business for one choice of staff, over starts between two instants.
#[derive(Debug)]
pub struct Availability<'a> {
    rules: &'a Rules,
    service: &'a Service,
    earliest: Timestamp,
    last_date: Date,
    open: Vec<Span>,
    people: Vec<Person<'a>>,
    least_busy: LeastBusy,
}

#[derive(Debug)]
struct Person<'a> {
    staff: &'a Staff,
    /// `None`: whenever the business is open.
    hours: Option<Vec<Span>>,
    absences: Vec<Span>,
    /// Sorted; they never overlap each other.
    busy: Vec<Span>,
}

impl<'a> Availability<'a> {
    /// `claims` must cover [`window`] of the starts that will be asked about.
    pub fn new(
        rules: &'a Rules,
        service: &'a Service,
        choice: StaffChoice,
        (from, to): (Timestamp, Timestamp),
        claims: &Claims,
        now: Timestamp,
    ) -> Result<Self, Reason> {
        let (first, last) = (rules.date_of(from), rules.date_of(to));
        let people: Vec<Person<'a>> = rules
            .performers(service, choice)?
            .into_iter()
            .map(|staff| {
                let occupied = claims.0.get(&staff.id).cloned().unwrap_or_default();
                let hours = staff.hours.as_ref().map(|h| rules.staff_spans(h, first, last));
                let (absences, busy) = (slot::joined(occupied.absences), slot::joined(occupied.busy));
                Person { staff, hours, absences, busy }
            })
            .collect();
        let least_busy = LeastBusy::of(rules, (first, last), &people);
        let earliest = service.earliest(now);
        let last_date = service.last_date(rules.date_of(now));
        let open = rules.open_spans(first, last);
        Ok(Self { rules, service, earliest, last_date, open, people, least_busy })
    }

    /// Who can give the service at this start, the best choice first; or the rule that refuses it.
    pub fn check(&self, start: Timestamp) -> Result<Vec<&'a Staff>, Reason> {
        let (service_time, blocked, date) = self.check_business(start)?;
        let mut reason = Reason::StaffAway;
        let mut free = Vec::new();
        for person in self.by_preference(date) {
            match person.check(&service_time, &blocked) {
                Ok(()) => free.push(person.staff),
                Err(Reason::Taken) => reason = Reason::Taken,
                Err(_) => {}
            }
        }
        if free.is_empty() { Err(reason) } else { Ok(free) }
    }

    /// The slot at this start, with the best choice of staff.
    pub fn slot(&self, start: Timestamp) -> Result<Slot, Reason> {
        let (service_time, blocked, date) = self.check_business(start)?;
        let mut reason = Reason::StaffAway;
        for person in self.by_preference(date) {
            match person.check(&service_time, &blocked) {
                Ok(()) => return Ok(slot_of(service_time, person.staff)),
                Err(Reason::Taken) => reason = Reason::Taken,
                Err(_) => {}
            }
        }
        Err(reason)
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

    /// All free slots with a start in [from, to), nearest to `start` first.
    fn nearest(&self, start: Timestamp, from: Timestamp, to: Timestamp) -> Vec<Slot> {
        let mut slots = self.slots(from, to, usize::MAX).unwrap_or_default();
        slots.retain(|s| s.start != start);
        slots.sort_by_key(|s| (s.start.duration_since(start).abs(), s.start));
        slots.truncate(ALTERNATIVES_MAX);
        slots
    }

    /// The rules that do not depend on who gives the service.
    fn check_business(&self, start: Timestamp) -> Result<(Span, Span, Date), Reason> {
        if start < self.earliest {
            return Err(Reason::TooSoon);
        }
        let (date, minute, rest) = local_time::minute_of_day(&self.rules.zone, start);
        if date > self.last_date {
            return Err(Reason::TooFar);
        }
        let service_time = self.service.span(start).ok_or(Reason::TooFar)?;
        let blocked = self.service.blocked(&service_time).ok_or(Reason::TooFar)?;
        if !slot::covered(&self.open, &service_time) {
            return Err(Reason::Closed);
        }
        if !minute.is_multiple_of(self.service.slot_grid_minutes.max(1)) || rest != 0 {
            return Err(Reason::OffGrid);
        }
        Ok((service_time, blocked, date))
    }

    fn by_preference(&self, date: Date) -> impl Iterator<Item = &Person<'a>> {
        let order = self.least_busy.on(date);
        (0..self.people.len()).filter_map(move |n| self.people.get(order.map_or(n, |order| order[n])))
    }

    /// Starts of the slot grid in [from, to) on dates with any opening, earliest first.
    fn grid(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Timestamp> {
        let from = from.max(self.earliest);
        let (first, last) = (self.rules.date_of(from), self.rules.date_of(to).min(self.last_date));
        let step = usize::from(self.service.slot_grid_minutes.max(1));
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
        // The reason that came closest to a yes.
        for reason in [Reason::Taken, Reason::StaffAway] {
            if reasons.contains(&reason) {
                return reason;
            }
        }
        Reason::Closed
    }
}

impl Person<'_> {
    /// The length of what begins within a span.
    fn busy_within(&self, span: &Span) -> SignedDuration {
        let from = self.busy.partition_point(|s| s.start < span.start);
        self.busy[from..].iter().take_while(|s| s.start < span.end).map(Span::length).sum()
    }

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
        Ok(())
    }
}

/// Where alternatives to an asked start are looked for, in order: near it, then as far as it makes sense.
/// The asked start is first moved to where anything can be had at all.
pub fn alternative_windows(rules: &Rules, service: &Service, asked: Timestamp, now: Timestamp) -> Vec<Asked> {
    let earliest = service.earliest(now);
    let horizon = service.last_date(rules.date_of(now)).tomorrow().ok();
    let horizon = horizon.and_then(|d| d.to_zoned_datetime(rules.zone.clone()).ok()).map(|z| z.timestamp());
    let latest = horizon.unwrap_or(Timestamp::MAX).max(earliest);
    let around = asked.clamp(earliest, latest);
    let reach = |by: SignedDuration| Asked {
        around: asked,
        from: around.checked_sub(by).unwrap_or(earliest).clamp(earliest, latest),
        to: around.checked_add(by).unwrap_or(latest).clamp(earliest, latest),
    };
    vec![reach(NEAR), reach(ANYWHERE)]
}

/// A window in which the slots nearest to a start are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    around: Timestamp,
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Asked {
    pub fn nearest(&self, availability: &Availability<'_>) -> Vec<Slot> {
        availability.nearest(self.around, self.from, self.to)
    }
}

fn slot_of(service_time: Span, staff: &Staff) -> Slot {
    Slot { start: service_time.start, end: service_time.end, staff: staff.id, staff_name: staff.name.clone() }
}

/// Whether any of these sorted, disjoint spans overlaps another.
fn overlaps_any(spans: &[Span], span: &Span) -> bool {
    let from = spans.partition_point(|s| s.end <= span.start);
    spans.get(from).is_some_and(|s| s.overlaps(span))
}

/// Who is asked first on each date: indices into the people, least busy first, the business's order among equals.
#[derive(Debug)]
struct LeastBusy {
    first: Date,
    /// Empty when there is nobody to choose from.
    orders: Vec<Vec<usize>>,
}

impl LeastBusy {
    fn of(rules: &Rules, (first, last): (Date, Date), people: &[Person<'_>]) -> Self {
        if people.len() < 2 {
            return Self { first, orders: Vec::new() };
        }
        let dates = std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(|d| *d <= last);
        let days = dates.map_while(|date| rules.day(date));
        let orders = days.map(|day| {
            let busy: Vec<SignedDuration> = people.iter().map(|person| person.busy_within(&day)).collect();
            let mut order: Vec<usize> = (0..people.len()).collect();
            order.sort_by_key(|n| (busy[*n], *n));
            order
        });
        Self { first, orders: orders.collect() }
    }

    fn on(&self, date: Date) -> Option<&[usize]> {
        let day = usize::try_from((date - self.first).get_days()).ok()?;
        self.orders.get(day).map(Vec::as_slice)
    }
}
