//! People's own calendars: what their owners entered there has its time, and each appointment stands there once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::{
    finding::{Findings, Kind},
    history::History,
    occupied::{Span, joined, without},
};
use crate::bookings::journal::{Entry, Request, Said, Shown};

pub fn check(history: &History, journal: &[Entry], findings: &mut Findings) {
    let mut entered: HashMap<Uuid, HashMap<&str, Span>> = HashMap::new();
    let mut shown: BTreeMap<Uuid, &[Shown]> = BTreeMap::new();
    for entry in journal {
        match (&entry.request, &entry.said) {
            (Request::Enter { staff, event, during }, Said::Entered) => {
                let events = entered.entry(*staff).or_default();
                match *during {
                    Some((start, end)) => events.insert(event, Span { start, end }),
                    None => events.remove(event.as_str()),
                };
            }
            (Request::LookUp { staff }, Said::Shows(appointments)) => _ = shown.insert(*staff, appointments),
            _ => {}
        }
    }
    for (staff, appointments) in shown {
        let events = entered.remove(&staff).unwrap_or_default();
        takes_its_time(staff, events.into_values().collect(), history, findings);
        shows_appointments(staff, appointments, history, findings);
    }
}

/// The calendar has all the time of its events that nobody had before it, and no other.
fn takes_its_time(staff: Uuid, events: Vec<Span>, history: &History, findings: &mut Findings) {
    let (of_calendar, of_others): (Vec<_>, Vec<_>) =
        history.occupied.of_resource(staff).partition(|(holder, _)| history.calendar_claims.contains(holder));
    let spans = |of: Vec<(Uuid, Span)>| joined(of.into_iter().map(|(_, span)| span).collect());
    let (has, wanted) = (spans(of_calendar), without(&joined(events), &spans(of_others)));
    if has != wanted {
        findings.add(Kind::Lost, || format!("the calendar of {staff} has {has:?}, its events {wanted:?}"));
    }
}

/// Each appointment that stands is one event, at the time that the person gives it.
fn shows_appointments(staff: Uuid, shown: &[Shown], history: &History, findings: &mut Findings) {
    let of_staff = |(&appointment, standing): (&Uuid, &super::history::Standing)| {
        let parts = standing.parts.iter().filter(|part| part.staff == staff && !standing.cancelled);
        let (start, end) = (parts.clone().map(|part| part.start).min()?, parts.map(|part| part.end).max()?);
        Some(Shown { appointment, start, end })
    };
    let mut wanted: BTreeSet<Shown> = history.appointments.iter().filter_map(of_staff).collect();
    for event in shown {
        if !wanted.remove(event) {
            findings.add(Kind::Record, || format!("the calendar of {staff} shows {event:?}, which does not stand"));
        }
    }
    for appointment in wanted {
        findings.add(Kind::Record, || format!("the calendar of {staff} lacks {appointment:?}"));
    }
}
