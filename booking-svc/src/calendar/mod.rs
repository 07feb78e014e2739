//! Calendars that are not ours: appointments written as iCalendar text ([`ics`]), and feeds of them to subscribe to
//! ([`feed`]).

pub mod busy;
pub mod feed;
pub mod google;
pub mod ics;
pub mod seal;
