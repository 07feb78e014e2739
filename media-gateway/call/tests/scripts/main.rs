//! Calls as scripts: at this time, this happens → exactly these actions.

mod after_sentence;
mod barge_in;
mod consent;
mod e2e;
mod early_turns;
mod echo;
mod endings;
mod fillers;
mod handoff;
mod pace;
mod pausing;
mod script;
mod turn_end;
mod turns;
mod typing;
mod wrap_up;
