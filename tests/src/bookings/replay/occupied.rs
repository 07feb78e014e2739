//! Who has whose time, at one moment of the history.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::told::Part;
use crate::bookings::{journal::Micros, tables::Tables};

/// Half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub start: Micros,
    pub end: Micros,
}

/// An appointment, a hold, a block or a claim of a calendar; they never have the same id.
pub type Holder = Uuid;

/// Time of people and things that somebody has.
#[derive(Debug, Default)]
pub struct Occupied {
    /// Of each person or thing, by start.
    by_resource: HashMap<Uuid, BTreeMap<(Micros, Holder), Micros>>,
    by_holder: HashMap<Holder, Vec<(Uuid, Span)>>,
}

/// What a visit blocks: each person's time and each thing's, with the buffers around, joined where they touch.
pub fn blocked(parts: &[Part], tables: &Tables) -> Vec<(Uuid, Span)> {
    let mut of: BTreeMap<Uuid, Vec<Span>> = BTreeMap::new();
    for part in parts {
        let service = tables.services.get(&part.service).cloned().unwrap_or_default();
        let span = Span { start: part.start - service.before, end: part.end + service.after };
        for resource in std::iter::once(part.staff).chain(service.needs) {
            of.entry(resource).or_default().push(span);
        }
    }
    of.into_iter().flat_map(|(resource, spans)| joined(spans).into_iter().map(move |span| (resource, span))).collect()
}

pub fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// What is left of spans beside others; both in order and apart.
pub fn without(spans: &[Span], others: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    for &span in spans {
        let mut start = span.start;
        for other in others.iter().filter(|other| other.start < span.end && other.end > span.start) {
            left.push(Span { start, end: other.start });
            start = other.end;
        }
        left.push(Span { start, end: span.end });
    }
    left.retain(|span| span.start < span.end);
    left
}

impl Occupied {
    /// Gives somebody time; who has it already, where there is no room for one more. `overbooked`: the owner lets people serve more
    /// than one.
    pub fn take(
        &mut self,
        holder: Holder,
        time: Vec<(Uuid, Span)>,
        overbooked: bool,
        tables: &Tables,
    ) -> Vec<(Uuid, Holder)> {
        let mut conflicts = Vec::new();
        for &(resource, span) in &time {
            let others = self.overlapping(resource, span);
            // A person serves one at a time.
            let places = tables.places.get(&resource).map(|&places| usize::try_from(places).unwrap_or(0));
            if most_at_once(&others) >= places.unwrap_or(if overbooked { usize::MAX } else { 1 }) {
                conflicts.extend(others.iter().map(|&(other, _)| (resource, other)));
            }
            self.by_resource.entry(resource).or_default().insert((span.start, holder), span.end);
        }
        self.by_holder.insert(holder, time);
        conflicts
    }

    /// Takes all of somebody's time back; `None`: they have none.
    pub fn free(&mut self, holder: Holder) -> Option<Vec<(Uuid, Span)>> {
        let time = self.by_holder.remove(&holder)?;
        for (resource, span) in &time {
            if let Some(of) = self.by_resource.get_mut(resource) {
                of.remove(&(span.start, holder));
            }
        }
        Some(time)
    }

    pub fn of(&self, holder: Holder) -> Option<&[(Uuid, Span)]> {
        self.by_holder.get(&holder).map(Vec::as_slice)
    }

    /// All that somebody has of a person or thing.
    pub fn of_resource(&self, resource: Uuid) -> impl Iterator<Item = (Holder, Span)> {
        let of = self.by_resource.get(&resource).into_iter().flatten();
        of.map(|(&(start, holder), &end)| (holder, Span { start, end }))
    }

    pub fn holders(&self) -> HashSet<Holder> {
        self.by_holder.keys().copied().collect()
    }

    fn overlapping(&self, resource: Uuid, span: Span) -> Vec<(Holder, Span)> {
        let Some(of) = self.by_resource.get(&resource) else { return Vec::new() };
        let before_its_end = of.range(..(span.end, Uuid::nil()));
        let inside = |(&(start, holder), &end): (&(Micros, Holder), &Micros)| {
            (end > span.start).then_some((holder, Span { start: start.max(span.start), end: end.min(span.end) }))
        };
        before_its_end.filter_map(inside).collect()
    }
}

/// How many of these have the same moment.
fn most_at_once(others: &[(Holder, Span)]) -> usize {
    let at = |moment: Micros| others.iter().filter(|(_, span)| span.start <= moment && moment < span.end).count();
    others.iter().map(|(_, span)| at(span.start)).max().unwrap_or(0)
}
