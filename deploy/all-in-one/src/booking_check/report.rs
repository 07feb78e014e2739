//! The figures of a trial.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use system_tests::bookings::{
    journal::{Entry, Said},
    replay::{Finding, Kind, Replayed},
};

use super::{Plan, Trial};
use crate::evaluation::machine::Machine;

#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    pub operations: usize,
    pub clients: usize,
    pub seconds: f64,
    /// Requests by what was asked, each once, by its definite answer.
    pub requests: BTreeMap<&'static str, Outcomes>,
    pub sendings: usize,
    pub sendings_without_answer: usize,
    pub connections_killed: usize,
    pub processes_killed: usize,
    pub actions_replayed: BTreeMap<String, usize>,
    pub findings: BTreeMap<String, usize>,
    pub shown: Vec<Finding>,
}

#[derive(Debug, Default, Serialize)]
pub struct Outcomes {
    pub done: usize,
    pub refused: usize,
}

impl Report {
    pub fn new(plan: &Plan, trial: &Trial, replayed: &Replayed) -> Self {
        Self {
            machine: Machine::here(),
            operations: plan.operations,
            clients: plan.clients,
            seconds: trial.seconds,
            requests: requests(&trial.journal),
            sendings: replayed.sendings,
            sendings_without_answer: trial.journal.iter().filter(|entry| entry.said == Said::Nothing).count(),
            connections_killed: trial.connections_killed,
            processes_killed: trial.processes_killed,
            actions_replayed: replayed.actions.clone(),
            findings: Kind::ALL.iter().map(|&kind| (kind.to_string(), replayed.findings.of(kind))).collect(),
            shown: replayed.findings.shown().to_vec(),
        }
    }

    pub fn is_clean(&self) -> bool {
        self.findings.values().all(|&count| count == 0)
    }
}

fn requests(journal: &[Entry]) -> BTreeMap<&'static str, Outcomes> {
    let mut seen = HashSet::new();
    let mut requests: BTreeMap<&'static str, Outcomes> = BTreeMap::new();
    for entry in journal.iter().filter(|entry| !entry.misuse) {
        let outcomes = requests.entry(entry.request.name()).or_default();
        if !entry.said.is_definite() || !(entry.key.is_empty() || seen.insert((entry.tenant, &entry.key))) {
            continue;
        }
        match entry.said {
            Said::Refused { .. } => outcomes.refused += 1,
            _ => outcomes.done += 1,
        }
    }
    requests
}
