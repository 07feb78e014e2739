//! Calendars that are not ours: appointments written as iCalendar text ([`ics`]), and feeds of them to subscribe to
//! ([`feed`]).

pub mod feed;
pub mod ics;
