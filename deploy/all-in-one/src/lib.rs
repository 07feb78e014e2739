//! Everything in one process, for users, demonstrations and tests: the embedded stores ([`stores`]), the four
//! services around them ([`up`]), the spoken demonstration ([`demonstration`]), the measures of
//! the speech engine ([`evaluation`]) and of the carriage of calls ([`benchmark`]), the trial of the bookings
//! ([`booking_check`]), and the command line ([`cli`]).

pub mod benchmark;
pub mod booking_check;
pub mod cli;
pub mod demonstration;
pub mod directory;
pub mod evaluation;
pub mod ledger;
pub mod stores;
pub mod up;
