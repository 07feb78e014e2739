//! One appointment as the attachment of a message to its client.

use jiff::Timestamp;
use proto::Private;

use super::{
    Event, PRODUCT,
    line::{Lines, quoted},
};
use crate::{
    booking::{
        appointment::{Appointment, Status},
        rules::Profile,
    },
    store::appointments::Stored,
};

/// What the file asks its reader's calendar to do (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Put the appointment in, or move the one that is there.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }

    /// For the part of the message that carries the file.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Request => "text/calendar; charset=utf-8; method=REQUEST",
            Self::Cancel => "text/calendar; charset=utf-8; method=CANCEL",
        }
    }
}

impl From<Status> for Method {
    fn from(status: Status) -> Self {
        match status {
            Status::Booked => Self::Request,
            Status::Cancelled => Self::Cancel,
        }
    }
}

/// An appointment for the calendar of its client.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a> {
    pub stored: &'a Stored,
    pub business: &'a Profile,
    /// The e-mail address in whose name the invitation is sent. Most readers add nothing without one.
    pub organizer_email: &'a str,
    /// When the message is written.
    pub now: Timestamp,
}

impl Invitation<'_> {
    pub fn method(&self) -> Method {
        self.stored.appointment.status.into()
    }

    /// The `.ics` file. A later version of the appointment replaces what an earlier one added, since the UID is the
    /// appointment's id and SEQUENCE follows its version.
    pub fn to_text(&self) -> Private<String> {
        let Self { stored, business, organizer_email, now } = *self;
        let Appointment { id, version, status, service_name, slot, .. } = &stored.appointment;
        let event = Event {
            uid: id.to_string(),
            stamp: now,
            version: *version,
            status: *status,
            start: slot.start,
            end: slot.end,
            summary: format!("{service_name} – {}", business.name),
            description: services(&stored.appointment),
            location: &business.address,
        };
        let mut lines = Lines::default();
        lines.begin("VCALENDAR");
        lines.plain("VERSION", "2.0");
        lines.plain("PRODID", PRODUCT);
        lines.plain("METHOD", self.method().as_str());
        lines.begin("VEVENT");
        event.write(&mut lines);
        if !organizer_email.is_empty() {
            address(&mut lines, "ORGANIZER", &business.name, "", organizer_email);
        }
        if !stored.client_email.reveal().is_empty() {
            // Nobody has to answer: who booked comes.
            let role = ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE";
            address(&mut lines, "ATTENDEE", stored.client_name.reveal(), role, stored.client_email.reveal());
        }
        lines.end("VEVENT");
        lines.end("VCALENDAR");
        Private::new(lines.into_text())
    }
}

/// Each service with who gives it.
fn services(appointment: &Appointment) -> String {
    let slot = &appointment.slot;
    let first = format!("{}: {}", appointment.service_name, slot.staff_name);
    let further = slot.further.iter().map(|segment| format!("{}: {}", segment.service_name, segment.staff_name));
    std::iter::once(first).chain(further).collect::<Vec<_>>().join("\n")
}

fn address(lines: &mut Lines, property: &str, name: &str, parameters: &str, email: &str) {
    // A space would end the address.
    let email: String = email.chars().filter(|c| !c.is_whitespace()).collect();
    lines.plain(&format!("{property};CN={}{parameters}", quoted(name)), &format!("mailto:{email}"));
}

#[cfg(test)]
mod tests {
    use proto::id::{AppointmentId, ServiceId, StaffId};
    use uuid::Uuid;

    use super::*;
    use crate::booking::slot::{Segment, Slot};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn stored(version: u32, status: Status) -> Stored {
        let appointment = Appointment {
            id: AppointmentId::from_uuid(Uuid::from_u128(7)),
            version,
            status,
            service: ServiceId::from_uuid(Uuid::nil()),
            service_name: "Massage, deep".to_owned(),
            slot: Slot {
                start: at("2026-06-11T18:00:00Z"),
                end: at("2026-06-11T19:30:00Z"),
                staff: StaffId::from_uuid(Uuid::nil()),
                staff_name: "Maria".to_owned(),
                further: vec![Segment {
                    service: ServiceId::from_uuid(Uuid::nil()),
                    service_name: "Facial".to_owned(),
                    staff: StaffId::from_uuid(Uuid::nil()),
                    staff_name: "Ben".to_owned(),
                    start: at("2026-06-11T19:00:00Z"),
                    end: at("2026-06-11T19:30:00Z"),
                }],
            },
            time_zone: "America/New_York".to_owned(),
        };
        Stored {
            appointment,
            client_name: Private::new("Alex \"Al\" Morrison".to_owned()),
            client_email: Private::new("alex@example.com".to_owned()),
            client_phone: Private::new("+14155550123".to_owned()),
            notes: Private::new("ring twice".to_owned()),
            changed_by: None,
        }
    }

    fn business() -> Profile {
        Profile { name: "Harmony".to_owned(), address: "1 Main St; Springfield".to_owned(), ..Profile::default() }
    }

    fn text(stored: &Stored) -> String {
        let (business, now) = (business(), at("2026-06-10T13:00:00Z"));
        let invitation = Invitation { stored, business: &business, organizer_email: "desk@harmony.example", now };
        invitation.to_text().reveal().replace("\r\n ", "")
    }

    #[test]
    fn a_booked_appointment_is_a_request() {
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//receptionist//booking//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "UID:00000000-0000-0000-0000-000000000007",
            "DTSTAMP:20260610T130000Z",
            "SEQUENCE:0",
            "DTSTART:20260611T180000Z",
            "DTEND:20260611T193000Z",
            "SUMMARY:Massage\\, deep – Harmony",
            "DESCRIPTION:Massage\\, deep: Maria\\nFacial: Ben",
            "LOCATION:1 Main St\\; Springfield",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "ORGANIZER;CN=\"Harmony\":mailto:desk@harmony.example",
            "ATTENDEE;CN=\"Alex ^'Al^' Morrison\";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:alex@example.com",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(text(&stored(1, Status::Booked)), expected.join("\r\n"));
    }

    #[test]
    fn a_cancellation_takes_out_the_same_event_in_a_later_revision() {
        let text = text(&stored(3, Status::Cancelled));
        for line in ["METHOD:CANCEL", "UID:00000000-0000-0000-0000-000000000007", "SEQUENCE:2", "STATUS:CANCELLED"] {
            assert!(text.split("\r\n").any(|l| l == line), "{line} in {text}");
        }
    }

    #[test]
    fn the_file_says_neither_phone_nor_notes() {
        let text = text(&stored(1, Status::Booked));
        assert!(!text.contains("4155550123") && !text.contains("ring twice"), "{text}");
    }
}
