//! Appointments as iCalendar text (RFC 5545): pure, and without a word of its own that would need a language.
//!
//! [`line`] escapes and folds; [`Event`] is what both the attachment of a message ([`Invitation`]) and a [`feed()`] are made of.
//! Times are written in UTC, so no zone has to be described: each calendar shows them in its reader's.

mod feed;
mod invitation;
mod line;

use jiff::{Timestamp, tz::TimeZone};

use crate::booking::appointment::{Status, Version};
use line::Lines;

pub use feed::feed;
pub use invitation::{Invitation, Method};

/// Who wrote the file, for a reader with a complaint.
const PRODUCT: &str = "-//receptionist//booking//EN";

/// One event.
#[derive(Debug)]
struct Event<'a> {
    /// The same for as long as the appointment lives, so that a later file changes what an earlier one added.
    uid: String,
    /// When what is said here was so.
    stamp: Timestamp,
    version: Version,
    status: Status,
    start: Timestamp,
    end: Timestamp,
    summary: String,
    description: String,
    location: &'a str,
}

impl Event<'_> {
    /// Everything but its ends, between which a writer may add what only some events have.
    fn write(&self, lines: &mut Lines) {
        lines.plain("UID", &self.uid);
        lines.plain("DTSTAMP", &utc(self.stamp));
        // Counts revisions from 0, where versions begin at 1.
        lines.plain("SEQUENCE", &self.version.saturating_sub(1).to_string());
        lines.plain("DTSTART", &utc(self.start));
        lines.plain("DTEND", &utc(self.end));
        lines.text("SUMMARY", &self.summary);
        for (name, value) in [("DESCRIPTION", self.description.as_str()), ("LOCATION", self.location)] {
            if !value.is_empty() {
                lines.text(name, value);
            }
        }
        let status = match self.status {
            Status::Booked => "CONFIRMED",
            Status::Cancelled => "CANCELLED",
        };
        lines.plain("STATUS", status);
        lines.plain("TRANSP", "OPAQUE");
    }
}

/// `20260611T180000Z`.
fn utc(at: Timestamp) -> String {
    let at = at.to_zoned_datetime(TimeZone::UTC);
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
