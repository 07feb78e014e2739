//! How well the embedded engines hear and understand, and how fast they are: recordings and made-up load go through the
//! chain of a call, corpora through the understanding, and figures come back. Printing them is the command line's work.

pub mod bench;
pub mod chain;
pub mod corpus;
pub mod failover;
pub mod figures;
pub mod machine;
pub mod manifest;
pub mod normalise;
pub mod one_core;
pub mod pin;
pub mod report;
pub mod score;
pub mod wav;
