//! Spans of real time, and the slot: a start at which a visit can be had, from certain people.

use jiff::{SignedDuration, Timestamp};
use proto::id::{ServiceId, StaffId};
use serde::{Deserialize, Serialize};

/// Real time, half-open: [start, end).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    /// `None` outside the years that a timestamp can say.
    pub fn starting(start: Timestamp, length: SignedDuration) -> Option<Self> {
        Some(Self { start, end: start.checked_add(length).ok()? })
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn widened(&self, before: SignedDuration, after: SignedDuration) -> Option<Self> {
        Some(Self { start: self.start.checked_sub(before).ok()?, end: self.end.checked_add(after).ok()? })
    }

    pub fn length(&self) -> SignedDuration {
        self.end.duration_since(self.start)
    }
}

/// Sorts spans and joins those that touch or overlap.
pub fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Whether one of these sorted, joined spans contains the whole of another.
pub fn covered(spans: &[Span], span: &Span) -> bool {
    let after = spans.partition_point(|s| s.start <= span.start);
    after > 0 && spans[after - 1].contains(span)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffChoice {
    /// Whoever performs the service and is free.
    Any,
    Named(StaffId),
}

/// Service time without buffers, and who gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    #[serde(with = "micros")]
    pub start: Timestamp,
    /// Of the whole visit.
    #[serde(with = "micros")]
    pub end: Timestamp,
    pub staff: StaffId,
    pub staff_name: String,
    /// What follows the first service in the same visit, without a gap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Segment>,
}

/// One service of a visit, after the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub service: ServiceId,
    pub service_name: String,
    pub staff: StaffId,
    pub staff_name: String,
    #[serde(with = "micros")]
    pub start: Timestamp,
    #[serde(with = "micros")]
    pub end: Timestamp,
}

impl Slot {
    /// Who gives each service, in order.
    pub fn people(&self) -> impl Iterator<Item = StaffId> {
        std::iter::once(self.staff).chain(self.further.iter().map(|segment| segment.staff))
    }
}

/// What a caller asks for: a service, and what follows it in the same visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotChoice {
    pub service: ServiceId,
    pub staff: StaffChoice,
    pub further: Vec<(ServiceId, StaffChoice)>,
    pub start: Timestamp,
}

impl SlotChoice {
    /// All services of the visit in order.
    pub fn services(&self) -> impl Iterator<Item = (ServiceId, StaffChoice)> {
        std::iter::once((self.service, self.staff)).chain(self.further.iter().copied())
    }

    /// The same from whoever performs it.
    pub fn of_anyone(&self) -> Self {
        let further = self.further.iter().map(|(service, _)| (*service, StaffChoice::Any));
        Self { staff: StaffChoice::Any, further: further.collect(), ..self.clone() }
    }

    pub fn names_somebody(&self) -> bool {
        self.services().any(|(_, staff)| staff != StaffChoice::Any)
    }
}

/// Instants in stored answers: microseconds since the Unix epoch, the database's own resolution.
pub mod micros {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_microsecond())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_microsecond(i64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
