//! The crate's tests that need more than one of its modules.

mod changes;
mod conversations;
mod dialogues;
mod early_turns;
mod fake_model;
mod injections;
mod kept_data;
mod model_wire;
mod models;
mod understanding;
mod wire;
mod world;
