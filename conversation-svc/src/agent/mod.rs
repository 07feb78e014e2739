//! Who answers: the dialogue engine, and what it knows of the business.

pub mod business;
pub mod dialogue;
pub mod llm;
pub mod toolbox;
