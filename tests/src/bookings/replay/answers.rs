//! What the clients were told, against what stands and against each other.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    finding::{Findings, Kind},
    history::History,
    told::Told,
};
use crate::bookings::{
    journal::{self, Entry, Request, Said, Wanted},
    tables::{Appointment, Tables},
};

type Key<'a> = (Uuid, &'a str);

pub fn check(tables: &Tables, told: &Told, history: &History, journal: &[Entry], findings: &mut Findings) {
    let rows: HashMap<Uuid, &Appointment> = tables.appointments.iter().map(|row| (row.id, row)).collect();
    for entry in journal {
        match &entry.said {
            Said::Fault => findings.add(Kind::Fault, || format!("{}: {}", entry.request.name(), entry.whole)),
            Said::Stands(stands) => stands_as_told(entry, stands, told, &rows, findings),
            Said::Held { hold, .. } if !told.holds.contains_key(hold) => {
                findings.add(Kind::Lost, || format!("hold {hold} was acknowledged and no answer is kept"));
            }
            Said::Blocked { block } if !told.blocks.contains_key(block) => {
                findings.add(Kind::Lost, || format!("block {block} was acknowledged and no answer is kept"));
            }
            Said::Released => given_back(entry, history, findings),
            Said::Refused { reason } => live_hold_was_kept(entry, reason, findings),
            _ => {}
        }
    }
    one_answer_for_a_key(tables, journal, findings);
    one_effect_for_a_key(tables, findings);
}

/// What was acknowledged was so, and what stands now is that or came after it.
fn stands_as_told(
    entry: &Entry,
    said: &journal::Told,
    told: &Told,
    rows: &HashMap<Uuid, &Appointment>,
    findings: &mut Findings,
) {
    let id = said.appointment;
    let Some(row) = rows.get(&id) else {
        return findings.add(Kind::Lost, || format!("appointment {id} was acknowledged and is not there"));
    };
    let version = i32::try_from(said.version).unwrap_or(i32::MAX);
    let was_so = told.appointments.get(&(id, version)).is_some_and(|known| {
        let (start, end) = (known.parts.first().map(|part| part.start), known.parts.last().map(|part| part.end));
        known.cancelled == said.cancelled
            && (start, end) == (Some(said.start), Some(said.end))
            && known.parts.iter().map(|part| part.staff).eq(said.people.iter().copied())
    });
    if !was_so {
        findings.add(Kind::Lost, || format!("appointment {id} was acknowledged at version {version} as it never was"));
    }
    let stands = row.version > version || (row.version == version && row.cancelled == said.cancelled);
    if !stands || row.tenant != entry.tenant {
        findings.add(Kind::Lost, || format!("appointment {id} was acknowledged at version {version} and is not so"));
    }
}

/// What was given back is free.
fn given_back(entry: &Entry, history: &History, findings: &mut Findings) {
    let holder = match entry.request {
        Request::Release { hold, .. } => hold,
        Request::Lift { block } => block,
        _ => return,
    };
    if history.occupied.of(holder).is_some() {
        findings.add(Kind::Lost, || format!("{holder} was given back and still has time"));
    }
}

/// A hold that had not expired when the answer came was good for its booking.
fn live_hold_was_kept(entry: &Entry, reason: &str, findings: &mut Findings) {
    if let Request::Book { wanted: Wanted::Hold { hold, expires_at }, .. } = &entry.request
        && ["hold_expired", "taken"].contains(&reason)
        && entry.answered_at < *expires_at
    {
        findings.add(Kind::Lost, || format!("hold {hold} was live and gave no appointment: {reason}"));
    }
}

/// All sendings of a request have one answer, and it is the kept one; another request under the key has none.
fn one_answer_for_a_key(tables: &Tables, journal: &[Entry], findings: &mut Findings) {
    let kept: HashMap<Key<'_>, &serde_json::Value> =
        tables.answers.iter().map(|stored| ((stored.tenant, stored.key.as_str()), &stored.answer)).collect();
    let mut first: HashMap<Key<'_>, &Entry> = HashMap::new();
    for entry in journal.iter().filter(|entry| !entry.key.is_empty() && entry.said.is_definite()) {
        let key = (entry.tenant, entry.key.as_str());
        if (entry.said == Said::KeyReused) != entry.misuse {
            findings.add(Kind::TwoAnswers, || format!("key {}: {} for another request", entry.key, entry.whole));
        }
        if entry.misuse {
            continue;
        }
        let before = *first.entry(key).or_insert(entry);
        if before.whole != entry.whole {
            findings.add(Kind::TwoAnswers, || {
                format!("key {} ({}): {} and then {}", entry.key, entry.request.name(), before.whole, entry.whole)
            });
        }
        match kept.get(&key) {
            None => findings.add(Kind::TwoAnswers, || format!("key {}: its answer was not kept", entry.key)),
            Some(answer) => {
                let id = match &entry.said {
                    Said::Held { hold, .. } => Some(*hold),
                    Said::Stands(told) => Some(told.appointment),
                    Said::Blocked { block } => Some(*block),
                    _ => None,
                };
                let kept_id = answer["done"]["id"].as_str().and_then(|id| id.parse().ok());
                if id != kept_id {
                    findings
                        .add(Kind::TwoAnswers, || format!("key {}: {} is not the kept answer", entry.key, entry.whole));
                }
            }
        }
    }
}

/// The key of a booking is its note: no two appointments have one.
fn one_effect_for_a_key(tables: &Tables, findings: &mut Findings) {
    let mut made: HashMap<Key<'_>, Uuid> = HashMap::new();
    for row in tables.appointments.iter().filter(|row| !row.notes.is_empty()) {
        if let Some(other) = made.insert((row.tenant, &row.notes), row.id) {
            findings.add(Kind::TwoAnswers, || format!("key {} booked both {other} and {}", row.notes, row.id));
        }
    }
}
