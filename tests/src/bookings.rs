//! Whether bookings are right, whatever happens: random [`client`]s on the real service while its connections and its process
//! are killed, and a [`replay`] of what the tables say and of what the clients were told.
//!
//! Nothing here shares code with the service: it is known by its two doors, gRPC and REST, and by its tables.

pub mod business;
pub mod client;
mod door;
pub mod faults;
pub mod journal;
pub mod replay;
pub mod tables;

pub use door::{Calendar, Credentials, Door, Rest};
