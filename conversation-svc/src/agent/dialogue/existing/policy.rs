//! What to do next for an appointment that exists: find out whose, look for it, settle which, then do what is wanted.

use super::{Task, identity};
use crate::agent::dialogue::{
    Dialogue, State,
    policy::{self, Move},
    state::{Ask, Pending},
    tool::ToolCall,
};

pub fn next(dialogue: &Dialogue<'_>, state: &State) -> Move {
    let existing = &state.existing;
    let Some(appointment) = &existing.chosen else { return look(state) };
    let (id, version) = (appointment.id, appointment.version);
    match state.task {
        Task::Cancel if existing.confirmed => {
            Move::Call(ToolCall::Cancel { appointment: id, version }, Pending::Cancel)
        }
        Task::Cancel => Move::Ask(Ask::CancelCheck),
        Task::Move => match state.new_slot() {
            Some(slot) if existing.confirmed => {
                let staff = (slot.staff != appointment.slot.staff).then_some(slot.staff);
                let start = slot.start;
                Move::Call(ToolCall::Reschedule { appointment: id, version, start, staff }, Pending::Move)
            }
            Some(_) => Move::Ask(Ask::MoveCheck),
            None => policy::to_slot(dialogue, state, appointment.service),
        },
        Task::LookUp | Task::Book => Move::Ask(Ask::AnythingElse),
    }
}

fn look(state: &State) -> Move {
    match &state.existing.found {
        Some(found) if found.is_empty() => Move::Ask(Ask::FindElse),
        Some(_) => Move::Ask(Ask::Which),
        None if state.name.is_none() => Move::Ask(Ask::Name),
        None => match identity::contact(state) {
            Some(contact) => Move::Call(ToolCall::FindAppointments { contact }, Pending::FindAppointments),
            None => Move::Ask(Ask::Contact),
        },
    }
}
