//! Which starts can be had: one check that listing, explaining and committing all go through, so that they
//! cannot disagree. Service time must lie inside the opening hours and the person's own; the blocked time, with
//! its buffers, may reach out of them but not into another claim.

use std::ops::ControlFlow;

use jiff::{Timestamp, civil::Date};

use super::{
    claim::Claims,
    error::Reason,
    least_busy::LeastBusy,
    local_time,
    rules::{Rules, Service, Staff},
    slot::{self, Slot, Span, StaffChoice},
};

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
                let occupied = claims.of(staff.id);
                let hours = staff.hours.as_ref().map(|h| rules.staff_spans(h, first, last));
                let (absences, busy) = (slot::joined(occupied.absences), slot::joined(occupied.busy));
                Person { staff, hours, absences, busy }
            })
            .collect();
        let least_busy = LeastBusy::of(rules, (first, last), people.iter().map(|p| p.busy.as_slice()));
        let earliest = service.earliest(now);
        let last_date = service.last_date(rules.date_of(now));
        let open = rules.open_spans(first, last);
        Ok(Self { rules, service, earliest, last_date, open, people, least_busy })
    }

    /// Who can give the service at this start, the best choice first; or the rule that refuses it.
    pub fn check(&self, start: Timestamp) -> Result<Vec<&'a Staff>, Reason> {
        let mut free = Vec::new();
        self.each_free(start, |staff, _| {
            free.push(staff);
            ControlFlow::Continue(())
        })?;
        Ok(free)
    }

    /// The slot at this start, with the best choice of staff.
    pub fn slot(&self, start: Timestamp) -> Result<Slot, Reason> {
        let mut slot = Err(Reason::StaffAway);
        self.each_free(start, |staff, time| {
            let (start, end, staff_name) = (time.start, time.end, staff.name.clone());
            slot = Ok(Slot { start, end, staff: staff.id, staff_name });
            ControlFlow::Break(())
        })?;
        slot
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

    /// The one check: shows those who are free, the best choice first, until told to stop.
    fn each_free(
        &self,
        start: Timestamp,
        mut found: impl FnMut(&'a Staff, Span) -> ControlFlow<()>,
    ) -> Result<(), Reason> {
        let (service_time, blocked, date) = self.check_business(start)?;
        let mut refused = Some(Reason::StaffAway);
        for person in self.by_preference(date) {
            match person.check(&service_time, &blocked) {
                Ok(()) => {
                    refused = None;
                    if found(person.staff, service_time).is_break() {
                        break;
                    }
                }
                // Busy is nearer to a yes than away.
                Err(reason) => refused = refused.map(|so_far| if reason == Reason::Taken { reason } else { so_far }),
            }
        }
        refused.map_or(Ok(()), Err)
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

/// Whether any of these sorted, disjoint spans overlaps another.
fn overlaps_any(spans: &[Span], span: &Span) -> bool {
    let from = spans.partition_point(|s| s.end <= span.start);
    spans.get(from).is_some_and(|s| s.overlaps(span))
}
