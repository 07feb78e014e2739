//! How fast the carriage of calls is on this machine: the pure core alone, and the whole gateway under load.

pub mod call_core;
pub mod gateway;
mod process;
mod subject;
