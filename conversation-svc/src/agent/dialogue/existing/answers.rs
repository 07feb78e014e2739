//! What the answers of the tools mean for an appointment that exists.

use super::{Changed, Clue, Existing, FRUITLESS_MAX, Task, identity, replies, which};
use crate::agent::dialogue::{
    Dialogue, State, offers, refusal,
    state::{Ask, Pending},
    tool::{Appointment, Reason, Refusal, Slot},
};

/// The appointments to come where the caller can be reached; those under another name are another's.
pub fn found(dialogue: &Dialogue<'_>, state: &mut State, appointments: Vec<Appointment>) {
    let own = identity::own(state.name.as_deref().unwrap_or_default(), appointments);
    let none = own.is_empty();
    state.existing.found = Some(own);
    if !none {
        state.existing.fruitless = 0;
        which::narrow(dialogue, state);
        return;
    }
    state.existing.fruitless = state.existing.fruitless.saturating_add(1);
    state.existing.contact = None;
    if state.existing.fruitless >= FRUITLESS_MAX {
        give_up(dialogue, state);
    } else {
        let sentence = replies::cannot_find(dialogue, state);
        state.say(sentence);
    }
}

/// Keeps those that are under the caller's name, for whoever chooses among them.
pub fn keep_own(state: &mut State, appointments: Vec<Appointment>) {
    let own = identity::own(state.name.as_deref().unwrap_or_default(), appointments);
    state.existing.fruitless = if own.is_empty() { state.existing.fruitless.saturating_add(1) } else { 0 };
    state.existing.found = Some(own);
}

/// It cannot be found: who else can help.
pub fn give_up(dialogue: &Dialogue<'_>, state: &mut State) {
    let sentence = replies::gives_up_finding(dialogue, state);
    state.say(sentence);
    state.end_task();
    state.existing.found = None;
    state.work.then = Some(Ask::AnythingElse);
}

/// Whether the one wished start is free for what is to be moved.
pub fn checked(dialogue: &Dialogue<'_>, state: &mut State, slots: Vec<Slot>, none_because: Option<Refusal>) {
    match (slots.into_iter().next(), none_because) {
        (Some(slot), _) => {
            offers::settle(dialogue, state, &slot);
            state.booking.chosen = None;
            state.booking.offers.clear();
            state.existing.free = Some(slot);
        }
        (None, Some(no)) => refusal::take(dialogue, state, no, Pending::Check),
        (None, None) => refusal::nothing(dialogue, state),
    }
}

/// It was moved: the sentence that says so is a fact that must be heard.
pub fn moved(dialogue: &Dialogue<'_>, state: &mut State, appointment: Appointment) {
    let sentence = replies::moved(dialogue, &appointment);
    for booked in state.booked.iter_mut().filter(|booked| booked.id == appointment.id) {
        booked.clone_from(&appointment);
    }
    remember(state, Changed::Moved(appointment.clone()));
    // The hold became its time.
    state.booking.hold = None;
    done(state, sentence);
    state.existing.spoken_of = Some(appointment);
}

pub fn cancelled(dialogue: &Dialogue<'_>, state: &mut State, appointment: Appointment) {
    let sentence = replies::cancelled(dialogue, &appointment);
    state.booked.retain(|booked| booked.id != appointment.id);
    remember(state, Changed::Cancelled(appointment));
    if !state.existing.also.is_empty() {
        // The next one of those that were to be cancelled together.
        state.existing.chosen = Some(state.existing.also.remove(0));
        return state.say_fact(sentence);
    }
    done(state, sentence);
    state.existing.spoken_of = None;
}

/// What became of an appointment last is what is remembered of it.
fn remember(state: &mut State, changed: Changed) {
    let id = changed.appointment().id;
    state.changed.retain(|earlier| earlier.appointment().id != id);
    state.changed.push(changed);
}

fn done(state: &mut State, sentence: String) {
    state.end_task();
    state.existing.found = None;
    state.another = false;
    state.topic = None;
    state.say_fact(sentence);
}

/// It was not changed, for a reason of its own. False when the reason lies in the new time.
pub fn refused(dialogue: &Dialogue<'_>, state: &mut State, reason: Reason) -> bool {
    let words = dialogue.words();
    match reason {
        Reason::ChangedMeanwhile => {
            // It is read anew, and what it is now is confirmed anew.
            state.say(words.changed_meanwhile());
            let id = state.existing.chosen.take().map(|appointment| appointment.id);
            state.existing = Existing {
                contact: state.existing.contact.take(),
                clue: Clue { id, ..Clue::default() },
                free: state.existing.free.take(),
                says_where_to: true,
                ..Existing::default()
            };
            return true;
        }
        Reason::TooLate { notice_min } => {
            let sentence = replies::too_late(dialogue, state, notice_min);
            state.say(sentence);
        }
        Reason::AlreadyCancelled => state.say(words.already_cancelled()),
        Reason::UnknownAppointment => {
            let sentence = replies::gives_up_finding(dialogue, state);
            state.say(sentence);
        }
        _ => return false,
    }
    state.end_task();
    state.existing.found = None;
    state.existing.spoken_of = state.existing.spoken_of.take().filter(|_| matches!(reason, Reason::TooLate { .. }));
    state.work.then = Some(Ask::AnythingElse);
    true
}

/// What is wanted of an appointment is not wanted any more.
pub fn keep(dialogue: &Dialogue<'_>, state: &mut State) {
    let sentence = if state.task == Task::LookUp { dialogue.words().dropped() } else { dialogue.words().kept() };
    state.say(sentence);
    state.end_task();
    state.work.then = Some(Ask::AnythingElse);
}
