//! The pure core of a call: what to do when something happens, and what to do when nothing does.

pub mod action;
pub mod event;
pub mod id;
pub mod time;

pub use action::{Action, EndReason, Outcome, Status};
pub use event::{Directive, Event, Expectation};
pub use id::{SegmentId, TurnId, UtteranceId};
pub use time::CallTime;
