//! Carries calls: the carrier's webhooks and media, speech in and out, playout, and the driver around the pure
//! core (crate `call`). Stateless but for its live calls: it has no database.

pub mod listen;
pub mod speak;
pub mod speech;
