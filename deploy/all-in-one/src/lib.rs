//! Everything in one process, for users, demonstrations and tests: the embedded stores ([`stores`]), the four
//! services around them ([`up`]), the spoken demonstration ([`demonstration`]), the measure of
//! the speech engine ([`evaluation`]), and the command line ([`cli`]).

pub mod cli;
pub mod demonstration;
pub mod directory;
pub mod evaluation;
pub mod ledger;
pub mod stores;
pub mod up;
