//! How fast the carriage of calls is on this machine: the pure core alone, and the whole gateway under load; how long the agent
//! takes for a turn, and the booking service for its answers.

pub mod booking;
pub mod call_core;
pub mod churn;
pub mod gateway;
pub mod metrics;
pub(crate) mod process;
pub mod quantiles;
pub mod stage;
mod subject;
pub mod turn;
