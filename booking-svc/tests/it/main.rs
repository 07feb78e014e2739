//! The booking service against a real PostgreSQL: `DATABASE_URL` must point at a server on which databases may be
//! made. Each test has a database of its own.

mod agreement;
mod blocks;
mod booking;
mod business;
mod calendar_unknown;
mod cancel;
mod claims;
mod crashes;
mod feeds;
mod find;
mod google;
mod holds;
mod lease;
mod outbox;
mod pool;
mod process;
mod races;
mod reschedule;
mod resources;
mod rest;
mod retention;
mod row_security;
mod slots;
mod speech;
mod support;
mod visits;
mod zones;
