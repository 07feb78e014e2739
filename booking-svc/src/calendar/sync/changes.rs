//! What a calendar's answer means: what takes its owner's time, and what was done to our events there. Pure.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, tz::TimeZone};
use proto::id::{AppointmentId, StaffId, TenantId};

use crate::{
    booking::slot::Span,
    calendar::{
        google::event::Event,
        publish::{APPOINTMENT, event_id},
    },
    store::calendar::{busy::Busy, written::Written},
};

/// What is known of a calendar before its answer is read.
#[derive(Debug)]
pub struct Known {
    pub tenant: TenantId,
    pub staff: StaffId,
    /// Events that are not over.
    pub busy: Vec<Busy>,
    /// Events of ours that are not over and say what their appointments are.
    pub written: Vec<Written>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub busy: Vec<Busy>,
    /// Events that take no time any more.
    pub gone: Vec<String>,
    /// Events of ours that seem to be deleted.
    pub deleted: Vec<Written>,
    /// Events of ours that have another time there.
    pub moved: Vec<(Written, Span)>,
    /// Events of ours that are as they were written.
    pub unchanged: Vec<Written>,
}

/// `whole`: the answer has everything there is, so what it lacks is gone.
pub fn read(known: &Known, events: &[Event], whole: bool, zone: &TimeZone, now: Timestamp) -> Changes {
    let mut changes = Changes::default();
    let written: HashMap<&str, &Written> = known.written.iter().map(|one| (one.event.as_str(), one)).collect();
    // Of an event that comes twice the later word holds.
    let latest: HashMap<&str, &Event> = events.iter().map(|event| (event.id.as_str(), event)).collect();
    let mut in_order = HashSet::new();
    for event in events.iter().map(|event| latest[event.id.as_str()]).filter(|event| in_order.insert(&*event.id)) {
        match written.get(event.id.as_str()) {
            Some(ours) => changes.ours(ours, event, zone),
            // It is ours and not written down yet, or our own change of it is on its way.
            None if is_ours(known, event) => {}
            None => changes.theirs(event, zone, now),
        }
    }
    if whole {
        let lacks = |id: &str| !latest.contains_key(id);
        changes.gone.extend(known.busy.iter().map(|busy| &busy.event).filter(|id| lacks(id)).cloned());
        changes.deleted.extend(known.written.iter().filter(|ours| lacks(&ours.event)).cloned());
    }
    changes
}

impl Changes {
    fn ours(&mut self, ours: &Written, event: &Event, zone: &TimeZone) {
        match event.during(zone) {
            _ if event.is_cancelled() => self.deleted.push(ours.clone()),
            Some(during) if during != ours.during => self.moved.push((ours.clone(), during)),
            // Without a time that can be understood it is not known to have moved.
            _ => self.unchanged.push(ours.clone()),
        }
    }

    fn theirs(&mut self, event: &Event, zone: &TimeZone, now: Timestamp) {
        match event.during(zone).filter(|_| event.is_busy()) {
            Some(during) if during.end > now => {
                self.busy.push(Busy { event: event.id.clone(), series: event.recurring_event_id.clone(), during })
            }
            _ => self.gone.push(event.id.clone()),
        }
    }
}

/// A copy of an event of ours, which somebody made there, has its marks and another id: it is theirs.
fn is_ours(known: &Known, event: &Event) -> bool {
    let appointment = event.extended_properties.private.get(APPOINTMENT).and_then(|id| id.parse().ok());
    appointment.is_some_and(|id: AppointmentId| event_id(known.tenant, id, known.staff) == event.id)
}

/// Fewer may well be deleted at once.
const MASS_MIN: usize = 5;

/// Whether so much was deleted at once that it looks like a mistake: five events or more, and more than half of all that were
/// known. A series counts as one.
pub fn is_mass_deletion(known: &Known, changes: &Changes) -> bool {
    let gone: HashSet<&str> = changes.gone.iter().map(String::as_str).collect();
    let distinct = |busy: &mut dyn Iterator<Item = &Busy>| {
        busy.map(|one| if one.series.is_empty() { &one.event } else { &one.series }).collect::<HashSet<_>>().len()
    };
    let lost = distinct(&mut known.busy.iter().filter(|one| gone.contains(one.event.as_str()))) + changes.deleted.len();
    let all = distinct(&mut known.busy.iter()) + known.written.len();
    lost >= MASS_MIN && lost * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-06-10T13:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn span(hour: u8) -> Span {
        Span {
            start: at(&format!("2026-06-11T{hour:02}:00:00Z")),
            end: at(&format!("2026-06-11T{:02}:00:00Z", hour + 1)),
        }
    }

    fn known() -> Known {
        let (tenant, staff, appointment) = (TenantId::new(), StaffId::new(), AppointmentId::new());
        let busy = Busy { event: "lunch".to_owned(), series: String::new(), during: span(12) };
        let event = event_id(tenant, appointment, staff);
        let written =
            Written { appointment, staff, event, etag: Some("\"1\"".to_owned()), version: 1, during: span(14) };
        Known { tenant, staff, busy: vec![busy], written: vec![written] }
    }

    fn event(id: &str, rest: &str) -> Event {
        serde_json::from_str(&format!(r#"{{"id":"{id}"{rest}}}"#)).expect("an event")
    }

    fn during(span: Span) -> String {
        format!(r#","start":{{"dateTime":"{}"}},"end":{{"dateTime":"{}"}}"#, span.start, span.end)
    }

    fn changes(known: &Known, events: &[Event], whole: bool) -> Changes {
        read(known, events, whole, &TimeZone::UTC, at(NOW))
    }

    #[test]
    fn their_events_take_time_until_they_are_gone() {
        let known = known();
        let read = changes(
            &known,
            &[
                event("dentist", &during(span(9))),
                event("lunch", r#","status":"cancelled""#),
                event("over", r#","start":{"date":"2026-06-01"},"end":{"date":"2026-06-02"}"#),
            ],
            false,
        );
        assert_eq!(read.busy, [Busy { event: "dentist".to_owned(), series: String::new(), during: span(9) }]);
        assert_eq!(read.gone, ["lunch", "over"]);
        assert_eq!((read.deleted, read.moved), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_is_done_to_our_events_is_told_apart() {
        let known = known();
        let ours = &known.written[0];
        assert_eq!(changes(&known, &[event(&ours.event, &during(span(14)))], false).unchanged, known.written);
        let moved = changes(&known, &[event(&ours.event, &during(span(16)))], false);
        assert_eq!(moved.moved, [(ours.clone(), span(16))]);
        let deleted = changes(&known, &[event(&ours.event, r#","status":"cancelled""#)], false);
        assert_eq!((deleted.deleted, deleted.gone), (known.written.clone(), Vec::new()));
    }

    #[test]
    fn a_whole_answer_says_by_silence_what_is_gone() {
        let known = known();
        let whole = changes(&known, &[], true);
        assert_eq!((whole.gone, whole.deleted), (vec!["lunch".to_owned()], known.written.clone()));
        assert_eq!(changes(&known, &[], false), Changes::default());
    }

    #[test]
    fn an_event_of_ours_that_is_not_written_down_yet_takes_no_time_and_a_copy_of_it_does() {
        let mut known = known();
        let ours = known.written.pop().expect("an event");
        let marks = format!(
            r#"{},"extendedProperties":{{"private":{{"{APPOINTMENT}":"{}"}}}}"#,
            during(span(14)),
            ours.appointment
        );
        assert_eq!(changes(&known, &[event(&ours.event, &marks)], false), Changes::default());
        assert_eq!(changes(&known, &[event("copy", &marks)], false).busy.len(), 1);
    }

    #[test]
    fn the_later_word_on_an_event_holds() {
        let known = known();
        let events = [event("a", &during(span(9))), event("a", r#","status":"cancelled""#)];
        assert_eq!(changes(&known, &events, false).gone, ["a"]);
    }

    #[test]
    fn half_a_calendar_at_once_is_a_mistake_and_a_series_is_one_event() {
        let mut known = known();
        let of = |n: u8, series: &str| Busy { event: format!("e{n}"), series: series.to_owned(), during: span(n) };
        known.busy = (0..9).map(|n| of(n, "")).collect();
        let gone = |count: u8| Changes { gone: (0..count).map(|n| format!("e{n}")).collect(), ..Changes::default() };
        assert!(!is_mass_deletion(&known, &gone(5)), "5 of 10");
        assert!(is_mass_deletion(&known, &gone(6)), "6 of 10");
        let deleted = Changes { deleted: known.written.clone(), ..gone(5) };
        assert!(is_mass_deletion(&known, &deleted), "5 of theirs and ours");
        known.busy = (0..9).map(|n| of(n, "weekly")).collect();
        assert!(!is_mass_deletion(&known, &gone(9)), "one series");
        known.busy.truncate(4);
        assert!(!is_mass_deletion(&known, &gone(4)), "too few to tell");
    }
}
