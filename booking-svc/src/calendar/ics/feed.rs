//! A person's appointments as a calendar to subscribe to.

use jiff::Timestamp;
use proto::Private;

use super::{Event, PRODUCT, line::Lines};
use crate::{booking::appointment::Status, store::calendar::feeds::Segment};

/// How often a subscriber may ask again; most have an interval of their own.
const REFRESH: &str = "PT15M";

/// The file of a feed. The same appointments give the same text, so that it can have an entity tag.
pub fn feed(person: &str, business: &str, segments: &[Segment], shows_clients: bool) -> Private<String> {
    let mut lines = Lines::default();
    lines.begin("VCALENDAR");
    lines.plain("VERSION", "2.0");
    lines.plain("PRODID", PRODUCT);
    // NAME is the standard's (RFC 7986); what came before it is read more widely.
    for name in ["NAME", "X-WR-CALNAME"] {
        lines.text(name, &format!("{person} – {business}"));
    }
    lines.plain("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    lines.plain("X-PUBLISHED-TTL", REFRESH);
    for segment in segments {
        lines.begin("VEVENT");
        event(segment, shows_clients).write(&mut lines);
        lines.end("VEVENT");
    }
    lines.end("VCALENDAR");
    Private::new(lines.into_text())
}

fn event(segment: &Segment, shows_clients: bool) -> Event<'static> {
    let service = &segment.service_name;
    let changed: Timestamp = segment.changed_at;
    Event {
        // A visit has an event for each of its services.
        uid: format!("{}-{}", segment.appointment, segment.position),
        stamp: changed,
        version: segment.version,
        status: Status::Booked,
        start: segment.during.start,
        end: segment.during.end,
        summary: if shows_clients {
            format!("{service} – {}", segment.client_name.reveal())
        } else {
            service.clone()
        },
        description: String::new(),
        location: "",
    }
}
