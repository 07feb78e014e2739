//! Calendars that are not ours: appointments written as iCalendar text ([`ics`]).

pub mod ics;
