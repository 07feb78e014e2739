//! The agent: one turn handler for phone and web, its dialogue engine, its tools and its sessions.

pub mod agent;
