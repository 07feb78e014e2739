//! Goes through all that was done, in the order of the audit log, and holds what the tables say now and what the clients
//! were told against it.

mod answers;
mod calendars;
mod finding;
mod history;
mod occupied;
mod standing;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, HashSet};

pub use finding::{Finding, Findings, Kind};
use history::History;
use told::Told;

use super::{journal::Entry, tables::Tables};

/// What was gone through, and what is wrong with it.
#[derive(Debug)]
pub struct Replayed {
    /// Audit rows of bookings, by what was done.
    pub actions: BTreeMap<String, usize>,
    /// Sendings of requests that were answered or not.
    pub sendings: usize,
    /// Requests under a key of their own.
    pub keys: usize,
    pub findings: Findings,
}

pub fn replay(tables: &Tables, journal: &[Entry]) -> Replayed {
    let mut findings = Findings::default();
    let told = Told::read(&tables.answers);
    let history = History::replay(tables, &told, &mut findings);
    standing::check(tables, &history, &mut findings);
    calendars::check(&history, journal, &mut findings);
    answers::check(tables, &told, &history, journal, &mut findings);
    let keys: HashSet<_> = journal.iter().filter(|entry| !entry.key.is_empty()).map(|e| (e.tenant, &e.key)).collect();
    Replayed { actions: history.actions, sendings: journal.len(), keys: keys.len(), findings }
}
