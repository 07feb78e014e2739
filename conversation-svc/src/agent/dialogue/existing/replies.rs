//! What is said of an appointment that exists.

use jiff::civil::Date;

use super::{Changed, Task};
use crate::agent::dialogue::{
    Dialogue, State, hours,
    replies::{self, vary, website},
    state::Ask,
    tool::{Appointment, Slot},
    visit,
};

/// Appointments read out at once: more are not remembered by ear.
pub const READ_MAX: usize = 3;

pub fn question(dialogue: &Dialogue<'_>, state: &State, ask: Ask) -> String {
    let words = dialogue.words();
    let again = state.work.rephrase;
    match (ask, &state.existing.chosen) {
        (Ask::Contact, _) if again => words.contact_example().to_owned(),
        (Ask::Contact, _) => words.what_contact().to_owned(),
        (Ask::FindElse, _) => words.find_elsewhere().to_owned(),
        (Ask::Which, _) if again => words.which_day_is_it().to_owned(),
        (Ask::Which, _) => which(dialogue, state),
        (Ask::CancelCheck, Some(appointment)) if state.existing.also.is_empty() => {
            words.shall_i_cancel(&own(dialogue, appointment))
        }
        (Ask::CancelCheck, Some(appointment)) => {
            let all: Vec<String> =
                std::iter::once(appointment).chain(&state.existing.also).map(|one| own(dialogue, one)).collect();
            words.shall_i_cancel_all(&words.and(&all), all.len())
        }
        (Ask::MoveCheck, Some(appointment)) => move_check(dialogue, state, appointment),
        (Ask::Name, _) => vary(dialogue, words.whose_appointment()).to_owned(),
        _ => vary(dialogue, words.what_other_time()).to_owned(),
    }
}

fn which(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let found = state.existing.found.as_deref().unwrap_or_default();
    let first: Vec<String> = found.iter().take(READ_MAX).map(|a| one(dialogue, a)).collect();
    let listed = state.work.lead.iter().any(|said| first.iter().all(|one| said.contains(one.as_str())));
    if listed {
        return words.which_of_them().to_owned();
    }
    words.which_appointment(&words.or(&first), found.len() > READ_MAX)
}

fn move_check(dialogue: &Dialogue<'_>, state: &State, appointment: &Appointment) -> String {
    let words = dialogue.words();
    let Some(slot) = state.new_slot() else {
        return words.what_other_time().first().copied().unwrap_or_default().into();
    };
    let person = Some(slot).filter(|slot| slot.staff != appointment.slot.staff);
    let person = person.and_then(|slot| visit::people(dialogue, slot));
    words.shall_i_move(&own_without_person(dialogue, appointment), &start(dialogue, slot), person.as_deref())
}

/// "your massage with Dana on Friday, November 27th at 2 PM"
fn own(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    let words = dialogue.words();
    let people = visit::people(dialogue, &appointment.slot);
    words.what(
        &words.own(visit::name_of(dialogue, appointment).as_deref()),
        people.as_deref(),
        &start(dialogue, &appointment.slot),
    )
}

fn own_without_person(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    let words = dialogue.words();
    words.what(&words.own(visit::name_of(dialogue, appointment).as_deref()), None, &start(dialogue, &appointment.slot))
}

/// "a massage with Dana on Friday, November 27th at 2 PM"
fn one(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    replies::what(dialogue, appointment.service, &appointment.slot)
}

fn start(dialogue: &Dialogue<'_>, slot: &Slot) -> String {
    dialogue.words().date_time(hours::local(dialogue.business, slot.start), dialogue.today())
}

/// What is asked to look one up: the answer, and the end of it.
pub fn told(dialogue: &Dialogue<'_>, state: &mut State, fitting: &[Appointment], found: &[Appointment]) {
    if fitting.is_empty() {
        let sentence = none_there(dialogue, state);
        state.say(sentence);
    }
    let told = if fitting.is_empty() { found } else { fitting };
    let sentence = match told {
        [appointment] => yours(dialogue, appointment),
        several => {
            let first: Vec<String> = several.iter().take(READ_MAX).map(|a| one(dialogue, a)).collect();
            dialogue.words().yours_are(several.len(), &dialogue.words().and(&first), several.len() > READ_MAX)
        }
    };
    state.say(sentence);
    let spoken_of = match told {
        [appointment] => Some(appointment.clone()),
        _ => None,
    };
    state.end_task();
    state.existing.spoken_of = spoken_of;
    state.work.then = (!state.in_progress()).then_some(Ask::AnythingElse);
}

pub fn yours(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    dialogue.words().yours_is(&one(dialogue, appointment))
}

/// That there is none where the caller said.
pub fn none_there(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let day: Option<Date> = state.existing.clue.days.filter(|days| days.single).map(|days| days.start);
    words.none_of_yours(day.map(|day| words.date(day, dialogue.today())).as_deref())
}

pub fn cannot_find(dialogue: &Dialogue<'_>, state: &State) -> String {
    dialogue.words().cannot_find(state.name.as_deref().unwrap_or_default())
}

pub fn gives_up_finding(dialogue: &Dialogue<'_>, state: &State) -> String {
    dialogue.words().gives_up_finding(website(dialogue, state).as_deref())
}

pub fn too_late(dialogue: &Dialogue<'_>, state: &State, notice_min: u32) -> String {
    let words = dialogue.words();
    words.too_late_to_change(state.task == Task::Cancel, notice_min, website(dialogue, state).as_deref())
}

pub fn moved(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    let words = dialogue.words();
    let what = words.own(visit::name_of(dialogue, appointment).as_deref());
    words.moved(&what, &start(dialogue, &appointment.slot), visit::people(dialogue, &appointment.slot).as_deref())
}

pub fn cancelled(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    dialogue.words().cancelled(&own_without_person(dialogue, appointment))
}

/// What was changed, and what was to be changed and is not yet: a sentence each.
pub fn so_far(dialogue: &Dialogue<'_>, state: &State) -> Vec<String> {
    let booked = |appointment: &Appointment| state.booked.iter().any(|booked| booked.id == appointment.id);
    let changed = state.changed.iter().filter_map(|changed| match changed {
        // Said with what was booked.
        Changed::Moved(appointment) if booked(appointment) => None,
        Changed::Moved(appointment) => Some(moved(dialogue, appointment)),
        Changed::Cancelled(appointment) => Some(cancelled(dialogue, appointment)),
    });
    let open = state.existing.chosen.as_ref().filter(|_| state.changes_something());
    let open = open.map(|appointment| dialogue.words().not_changed_yet(&own(dialogue, appointment)));
    changed.chain(open).collect()
}
