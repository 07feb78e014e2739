//! How well the embedded speech engine hears and how fast it is: recordings and made-up load go through the chain of a
//! call, and figures come back. Printing them is the command line's work.

pub mod bench;
pub mod chain;
pub mod figures;
pub mod machine;
pub mod manifest;
pub mod normalise;
pub mod report;
pub mod score;
pub mod wav;
