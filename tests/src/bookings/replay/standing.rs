//! What the tables say now, against what the history leaves and against itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{
    finding::{Findings, Kind},
    history::History,
    occupied::{Span, joined},
    told::Part,
};
use crate::bookings::tables::{Claim, Tables};

pub fn check(tables: &Tables, history: &History, findings: &mut Findings) {
    appointments(tables, history, findings);
    claimed_time(tables, history, findings);
    holds(tables, history, findings);
    overlaps(tables, history, findings);
}

/// Each appointment's row and segments say what its last action said, and no action's appointment is gone.
fn appointments(tables: &Tables, history: &History, findings: &mut Findings) {
    let mut segments: HashMap<Uuid, Vec<Part>> = HashMap::new();
    for s in &tables.segments {
        let part = Part { service: s.service, staff: s.staff, start: s.start, end: s.end };
        segments.entry(s.appointment).or_default().push(part);
    }
    let mut rows = HashSet::new();
    for row in &tables.appointments {
        rows.insert(row.id);
        let Some(last) = history.appointments.get(&row.id) else {
            findings.add(Kind::Record, || format!("appointment {} is in no audit row", row.id));
            continue;
        };
        if (row.version, row.cancelled) != (last.version, last.cancelled) {
            findings.add(Kind::Record, || {
                format!("appointment {} is at version {}, its last action made {}", row.id, row.version, last.version)
            });
        }
        let parts = segments.remove(&row.id).unwrap_or_default();
        let ends = (parts.first().map(|part| part.start), parts.last().map(|part| part.end));
        if parts != last.parts || ends != (Some(row.start), Some(row.end)) {
            findings.add(Kind::Record, || format!("appointment {} has other services or time than was told", row.id));
        }
    }
    for id in history.appointments.keys().filter(|id| !rows.contains(id)) {
        findings.add(Kind::Lost, || format!("appointment {id} was booked and has no row"));
    }
    for id in segments.keys() {
        findings.add(Kind::Record, || format!("services of {id}, which is no appointment"));
    }
}

/// Who has time by the history has claims on exactly that time, buffers included, and nobody else has any.
fn claimed_time(tables: &Tables, history: &History, findings: &mut Findings) {
    let mut claimed: HashMap<Uuid, BTreeMap<Uuid, Vec<Span>>> = HashMap::new();
    for claim in &tables.claims {
        let Some(holder) = claim.appointment.or(claim.hold).or(claim.block).or(claim.from_calendar.then_some(claim.id))
        else {
            continue;
        };
        let span = Span { start: claim.start, end: claim.end };
        claimed.entry(holder).or_default().entry(claim.resource).or_default().push(span);
    }
    for holder in history.occupied.holders() {
        let claims = claimed.remove(&holder).unwrap_or_default();
        let spans = |(resource, spans): (Uuid, Vec<Span>)| joined(spans).into_iter().map(move |span| (resource, span));
        let claims: Vec<(Uuid, Span)> = claims.into_iter().flat_map(spans).collect();
        if history.occupied.of(holder) != Some(&claims[..]) {
            findings.add(Kind::Lost, || format!("{holder} has not just the time that was given to it"));
        }
    }
    for (holder, claims) in claimed {
        let kind = if history.appointments.contains_key(&holder) { Kind::Lost } else { Kind::OrphanHold };
        findings.add(kind, || format!("{holder} is over and still has {} claims", claims.len()));
    }
}

/// A hold that has expired is gone, and one that stands has time.
fn holds(tables: &Tables, history: &History, findings: &mut Findings) {
    for claim in &tables.claims {
        if let (Some(hold), Some(expired)) = (claim.hold, claim.expires_at)
            && expired <= tables.read_at
        {
            findings.add(Kind::OrphanHold, || format!("hold {hold} has expired and still has time"));
        }
    }
    for hold in &tables.holds {
        let stands = history.occupied.of(hold.id).is_some();
        match (&hold.ended_as, stands) {
            (None, false) => findings.add(Kind::OrphanHold, || format!("hold {} never ended", hold.id)),
            (Some(how), true) => {
                findings.add(Kind::OrphanHold, || format!("hold {} ended as {how}, and no audit row says so", hold.id));
            }
            _ => {}
        }
    }
}

/// No place of anyone or anything is given twice, whatever for, and there are no more places than there are.
fn overlaps(tables: &Tables, history: &History, findings: &mut Findings) {
    let mut lanes: BTreeMap<(Uuid, i16), Vec<&Claim>> = BTreeMap::new();
    for claim in &tables.claims {
        lanes.entry((claim.resource, claim.lane)).or_default().push(claim);
        let standing = claim.appointment.and_then(|id| history.appointments.get(&id));
        let overbooked = standing.is_some_and(|standing| standing.overbooked);
        let places = match claim.kind.as_str() {
            "staff" if overbooked => i16::MAX,
            "staff" => 1,
            _ => tables.places.get(&claim.resource).copied().unwrap_or(0),
        };
        if claim.lane >= places {
            findings.add(Kind::Overlap, || format!("{} has no place {}", claim.resource, claim.lane));
        }
    }
    for ((resource, lane), mut claims) in lanes {
        claims.sort_by_key(|claim| claim.start);
        let mut latest_end = i64::MIN;
        for claim in claims {
            if claim.start < latest_end {
                findings.add(Kind::Overlap, || format!("two claims on place {lane} of {resource}"));
            }
            latest_end = latest_end.max(claim.end);
        }
    }
}
