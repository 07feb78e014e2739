//! What is wrong.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Two have the same time of a person, or more have a room, machine or seat than there are.
    Overlap,
    /// What a client was told does not stand.
    Lost,
    /// Time that is kept for nobody.
    OrphanHold,
    /// One key with two answers, or with two effects.
    TwoAnswers,
    /// The audit log, the kept answers and the tables do not say the same.
    Record,
    /// A client was told of a fault of the service.
    Fault,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Overlap, Self::Lost, Self::OrphanHold, Self::TwoAnswers, Self::Record, Self::Fault];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overlap => "overlaps",
            Self::Lost => "lost",
            Self::OrphanHold => "orphan holds",
            Self::TwoAnswers => "keys with two answers or effects",
            Self::Record => "contradictions of the record",
            Self::Fault => "faults that clients saw",
        })
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub kind: Kind,
    pub what: String,
}

#[derive(Debug, Default)]
pub struct Findings {
    counts: BTreeMap<Kind, usize>,
    shown: Vec<Finding>,
}

/// Of each kind: the first ones say what is wrong.
const SHOWN_MAX: usize = 5;

impl Findings {
    pub fn add(&mut self, kind: Kind, what: impl FnOnce() -> String) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= SHOWN_MAX {
            self.shown.push(Finding { kind, what: what() });
        }
    }

    pub fn of(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub fn shown(&self) -> &[Finding] {
        &self.shown
    }
}
