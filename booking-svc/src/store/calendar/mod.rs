//! What is kept for calendars that are not ours.

pub mod feeds;
