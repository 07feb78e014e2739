//! Written dialogues of the Schema-Guided Dialogue corpus: people talk to an agent that books for them. Our engine takes the
//! agent's place: it knows what the agent said, and hears the people's words.

mod agent;
mod domain;
mod file;
pub mod score;

pub use self::{
    agent::{Agent, Heard},
    domain::Domain,
    file::{Act, Call, Dialogue, Frame, Slots, Turn, Who},
};
