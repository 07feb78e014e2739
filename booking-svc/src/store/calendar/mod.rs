//! What is kept for calendars that are not ours.

pub mod authorizations;
pub mod busy;
pub mod feeds;
pub mod issues;
pub mod links;
pub mod looks;
pub mod written;
