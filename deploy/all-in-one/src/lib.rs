//! Everything in one process, for users, demonstrations and tests: the embedded stores ([`stores`]), the four
//! services around them, and the command line ([`cli`]).

pub mod cli;
pub mod stores;
