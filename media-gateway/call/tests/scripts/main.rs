//! Calls as scripts: at this time, this happens → exactly these actions.

mod after_sentence;
mod barge_in;
mod consent;
mod endings;
mod script;
mod turn_end;
mod turns;
