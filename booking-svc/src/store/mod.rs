//! SQL, and nothing but SQL. Reads go to the pool; every write of a booking goes through [`transaction`].

pub mod api_keys;
pub mod appointments;
pub mod audit;
pub mod blocks;
pub mod calendar;
pub mod catalog;
pub mod claims;
pub mod error;
pub mod holds;
pub mod idempotency;
pub mod leases;
pub mod outbox;
mod queue;
pub mod retention;
pub mod tenancy;
pub mod time;
pub mod token;
pub mod transaction;
