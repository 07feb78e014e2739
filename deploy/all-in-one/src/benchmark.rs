//! How fast the carriage of calls is on this machine: the pure core alone, and the whole gateway under load; and how long
//! the agent takes for a turn.

pub mod call_core;
pub mod churn;
pub mod gateway;
pub mod metrics;
pub(crate) mod process;
pub mod stage;
mod subject;
pub mod turn;
