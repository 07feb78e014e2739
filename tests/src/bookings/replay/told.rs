//! The kept answers, by what they tell of. The audit log says what was done in which order; these say the whole of it.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::occupied::Span;
use crate::bookings::{journal::Micros, tables::Stored};

#[derive(Default)]
pub struct Told {
    pub appointments: HashMap<(Uuid, i32), Version>,
    pub holds: HashMap<Uuid, Vec<Part>>,
    /// Whose time, from when until when.
    pub blocks: HashMap<Uuid, (Uuid, Span)>,
    pub unreadable: Vec<String>,
}

/// An appointment at one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub cancelled: bool,
    pub parts: Vec<Part>,
}

/// One service of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub service: Uuid,
    pub staff: Uuid,
    pub start: Micros,
    pub end: Micros,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(Kept),
    Refused(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Visit(Done),
    Block { id: Uuid, staff: Uuid, start: Micros, end: Micros },
}

#[derive(Deserialize)]
struct Done {
    id: Uuid,
    /// Holds have none.
    version: Option<i32>,
    status: Option<String>,
    service: Uuid,
    slot: Slot,
}

#[derive(Deserialize)]
struct Slot {
    start: Micros,
    end: Micros,
    staff: Uuid,
    #[serde(default)]
    further: Vec<Further>,
}

#[derive(Deserialize)]
struct Further {
    service: Uuid,
    staff: Uuid,
    start: Micros,
    end: Micros,
}

impl Told {
    pub fn read(answers: &[Stored]) -> Self {
        let mut told = Self::default();
        for stored in answers {
            match Answer::deserialize(&stored.answer) {
                Ok(Answer::Refused(_)) => {}
                Ok(Answer::Done(Kept::Visit(done))) => told.take(done),
                Ok(Answer::Done(Kept::Block { id, staff, start, end })) => {
                    told.blocks.insert(id, (staff, Span { start, end }));
                }
                Err(error) => told.unreadable.push(format!("{}: {error}", stored.key)),
            }
        }
        told
    }

    fn take(&mut self, Done { id, version, status, service, slot }: Done) {
        let first_end = slot.further.first().map_or(slot.end, |next| next.start);
        let mut parts = vec![Part { service, staff: slot.staff, start: slot.start, end: first_end }];
        parts.extend(slot.further.into_iter().map(|Further { service, staff, start, end }| Part {
            service,
            staff,
            start,
            end,
        }));
        match version {
            Some(version) => {
                let cancelled = status.as_deref() == Some("cancelled");
                self.appointments.insert((id, version), Version { cancelled, parts });
            }
            None => {
                self.holds.insert(id, parts);
            }
        }
    }
}
