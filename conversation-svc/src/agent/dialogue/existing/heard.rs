//! What a caller says of an appointment that exists: what is to be done with it, which it is, when it is to be.

use super::{Clue, Task, answers, replies, which};
use crate::agent::dialogue::{
    Dialogue, State,
    apply::{Reaction, values as taken},
    state::Ask,
    tool::Contact,
    understand::{Answer, Found, Intent, Understanding, When},
};

use taken::Effect::{self, Changed, Nothing, Repeated};

/// What the caller wants done now, if it is something else than what is being done.
pub fn asked_for(state: &State, said: &Understanding) -> Option<Task> {
    let making_one = state.task == Task::Book && state.in_progress();
    let of_existing = said.has(Intent::Existing);
    let change = if making_one && !of_existing { None } else { change_asked_for(state, said) };
    // "Confirm my appointment on the 10th at 10:30", of one that is being made, says when it is to be.
    let says_when = making_one && !of_existing && !(said.dates.is_empty() && said.times.is_empty());
    let looks_up = said.has(Intent::LookUp) && !says_when || of_existing && !said.has(Intent::Book);
    let confirms = state.asking.hint() == crate::agent::dialogue::Expectation::YesNo && said.says(Answer::Yes);
    change
        .or((looks_up && !said.has(Intent::Another) && !confirms && !state.changes_something()).then_some(Task::LookUp))
        .filter(|task| *task != state.task)
}

fn change_asked_for(state: &State, said: &Understanding) -> Option<Task> {
    let place = |intent| said.intents.iter().find(|f| f.value == intent).map(|f| f.words.start);
    match (place(Intent::Cancel), place(Intent::Reschedule)) {
        // What is said last is meant: "cancel it, or no, rather move it".
        (Some(cancel), Some(reschedule)) if reschedule > cancel => Some(Task::Move),
        (Some(_), _) => Some(Task::Cancel),
        (None, Some(_)) => Some(Task::Move),
        (None, None) => says_it_anew(state, said).then_some(Task::Move),
    }
}

/// "Can we make that four instead?", of what was just booked, or was about to be cancelled.
fn says_it_anew(state: &State, said: &Understanding) -> bool {
    let about_to_go = state.existing.chosen.is_some() && state.task == Task::Cancel;
    let spoken_of = state.existing.spoken_of.is_some() || about_to_go;
    let says_when = !said.dates.is_empty() || !said.times.is_empty() || said.has(Intent::SameTime);
    spoken_of && says_when && said.services.is_empty() && said.has(Intent::Instead) && !said.has(Intent::Another)
}

/// Begins what was asked for. The appointment stays the one that was meant, when another thing is to be done with it.
pub fn begin(dialogue: &Dialogue<'_>, state: &mut State, task: Task, said: &Understanding) {
    let of_the_same = state.changes_something();
    let chosen = state.existing.chosen.take().filter(|_| of_the_same);
    let (clue, found) = (std::mem::take(&mut state.existing.clue), state.existing.found.take());
    if of_the_same || task != Task::LookUp {
        state.drop_booking();
    }
    state.existing = super::Existing {
        contact: state.existing.contact.take(),
        spoken_of: state.existing.spoken_of.take(),
        fruitless: state.existing.fruitless,
        ..Default::default()
    };
    if of_the_same {
        (state.existing.clue, state.existing.found) = (clue, found);
    }
    state.task = task;
    state.another = false;
    let meant = chosen.or_else(|| state.existing.spoken_of.clone().filter(|_| means_what_was_spoken_of(task, said)));
    if let Some(appointment) = meant {
        let says_when = !said.dates.is_empty() || !said.times.is_empty() || said.has(Intent::SameTime);
        which::choose(dialogue, state, appointment, !says_when);
    }
}

/// Nothing was said that could mean another one.
fn means_what_was_spoken_of(task: Task, said: &Understanding) -> bool {
    let says_when = !said.dates.is_empty() || !said.times.is_empty();
    let told = said.relocation.days.is_some() || said.relocation.when.is_some();
    let points_elsewhere =
        told || says_when && task != Task::Move || !said.services.is_empty() || !said.staff.is_empty();
    task != Task::LookUp && !points_elsewhere && !said.has(Intent::Existing)
}

/// Takes over every value that was said.
pub fn values(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    let effects = [identity(dialogue, state, said), meant(dialogue, state, said), wished(dialogue, state, said)];
    effects.into_iter().max().unwrap_or(Nothing)
}

/// Who the caller is, and where they can be reached.
fn identity(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    // Where anything may be said, a name that ends in something else is none.
    let sure = said.names.first().is_some_and(|found| state.asking != Ask::FindElse || found.confidence > 0.7);
    let named = if sure { taken::name(state, said) } else { Nothing };
    let phone = taken::said_phone(dialogue, said).map(Contact::Phone);
    let email = said.email.as_ref().map(|found| Contact::Email(found.value.address.clone()));
    let contact = phone.or(email);
    let reached = if contact.is_some() { Changed } else { Nothing };
    if contact.is_some() {
        state.existing.contact = contact;
    }
    let effect = named.max(reached);
    let fruitless = state.existing.found.as_ref().is_some_and(Vec::is_empty);
    if effect == Changed && fruitless || reached == Changed && state.existing.chosen.is_none() {
        state.existing.found = None;
    }
    effect
}

/// Which appointment is meant.
fn meant(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    let clue = clue(dialogue, state, said);
    if clue.is_empty() {
        return Nothing;
    }
    if !state.existing.also.is_empty() && !clue.all {
        // "No, just the massage", of both.
        let also = std::mem::take(&mut state.existing.also);
        state.existing.found = Some(state.existing.chosen.take().into_iter().chain(also).collect());
    } else if let Some(chosen) = &state.existing.chosen {
        if state.task == Task::Move {
            return Nothing;
        }
        if !which::fitting(dialogue.business, &clue, std::slice::from_ref(chosen)).is_empty() {
            return Repeated;
        }
        // Another one is meant.
        state.existing.chosen = None;
        state.existing.found = None;
    }
    let before = std::mem::take(&mut state.existing.clue);
    state.existing.clue = Clue {
        days: clue.days.or(before.days),
        when: clue.when.or(before.when),
        service: clue.service.or(before.service),
        staff: clue.staff.or(before.staff),
        choice: clue.choice,
        all: clue.all,
        id: None,
    };
    which::narrow(dialogue, state);
    Changed
}

fn clue(dialogue: &Dialogue<'_>, state: &State, said: &Understanding) -> Clue {
    let business = dialogue.business;
    let which_is_asked = state.asking == Ask::Which && state.existing.chosen.is_none();
    // Only what is to be moved has a day and a time besides its own.
    let all = state.task != Task::Move || which_is_asked;
    let (days, when) = (said.relocation.days.as_ref(), said.relocation.when.as_ref());
    // "When is my appointment now?" asks of no moment.
    let is_now = |words: &std::ops::Range<usize>| {
        words.len() == 1 && said.times.iter().any(|t| t.words == *words && matches!(t.value, When::Around(_)))
    };
    let days = days.or(said.dates.first().filter(|_| all)).filter(|found| !is_now(&found.words));
    let when = when.or(said.times.first().filter(|_| all)).filter(|found| !is_now(&found.words));
    let (days, when) = (days.map(|found| which::day_wish(found.value)), when.map(|found| found.value));
    let one = |found: &Found<Vec<usize>>| match found.value.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let service = said.services.first().and_then(one).and_then(|i| business.services.get(i)).map(|service| service.id);
    let staff = said.staff.first().and_then(one).and_then(|i| business.staff.get(i)).map(|person| person.id);
    let all = state.task == Task::Cancel && said.has(Intent::All);
    let choice =
        said.choice.as_ref().map(|found| found.value).filter(|_| which_is_asked || state.existing.found.is_some());
    Clue { days, when, service, staff, choice, all, id: None }
}

/// When it is to be instead.
fn wished(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    if state.task != Task::Move || state.asking == Ask::Which && state.existing.chosen.is_none() {
        return Nothing;
    }
    let said = without_what_it_was(said);
    state.existing.says_where_to |= said.relocation.says_where_to;
    let retimed = !said.times.is_empty() && !said.has(Intent::SameTime);
    state.existing.same_time = said.has(Intent::SameTime) || state.existing.same_time && !retimed;
    if state.existing.chosen.is_none() {
        state.existing.shift = said.shift.as_ref().map(|found| found.value).or(state.existing.shift);
        return taken::when(dialogue, state, &said);
    }
    let mut effect = taken::when(dialogue, state, &said).max(taken::person(dialogue, state, &said));
    let other_service = said.services.first().and_then(|found| found.value.first());
    let other_service = other_service.and_then(|i| dialogue.business.services.get(*i)).map(|service| service.id);
    if other_service.is_some_and(|service| state.booking.service != Some(service)) {
        state.say(dialogue.words().only_the_time());
        effect = Changed;
    }
    if effect == Changed {
        which::complete_wish(dialogue, state);
    }
    effect
}

/// The days and times that are not those the appointment has.
fn without_what_it_was(said: &Understanding) -> Understanding {
    let mut said = said.clone();
    let relocation = said.relocation.clone();
    let shift = said.shift.as_ref().map_or(0..0, |found| found.words.clone());
    let stays = |words: &std::ops::Range<usize>| {
        !relocation.holds(words) && (words.end <= shift.start || shift.end <= words.start)
    };
    said.dates.retain(|found| stays(&found.words));
    said.times.retain(|found| stays(&found.words));
    said.dates.extend(relocation.to_days.map(|days| Found::new(days, 0.8, 0..0)));
    said.times.extend(relocation.to_when.map(|when| Found::new(when, 0.8, 0..0)));
    said
}

/// What a yes, a no or a choice means for the question that was asked.
pub fn answer(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding, asking: Ask) -> Option<Reaction> {
    let (yes, no) = (said.says(Answer::Yes), said.says(Answer::No));
    match asking {
        Ask::CancelCheck if yes || said.has(Intent::Cancel) && !no => state.existing.confirmed = true,
        Ask::MoveCheck if yes => state.existing.confirmed = true,
        Ask::MoveCheck if no => {
            state.unsettle();
            (state.booking.days, state.booking.when) = (None, None);
            if said.has(Intent::Goodbye) {
                return Some(Reaction::Goodbye);
            }
        }
        Ask::CancelCheck if no && said.has(Intent::Goodbye) => {
            answers::keep(dialogue, state);
            return Some(Reaction::Goodbye);
        }
        Ask::CancelCheck if no => answers::keep(dialogue, state),
        Ask::Which if no || said.has(Intent::OtherOptions) => {
            if state.existing.found.as_ref().is_some_and(|found| found.len() > replies::READ_MAX) {
                state.work.rephrase = true;
                return Some(Reaction::AskWith(Ask::Which));
            }
            answers::keep(dialogue, state);
        }
        Ask::Contact | Ask::FindElse if no || said.has(Intent::Without) => answers::give_up(dialogue, state),
        _ => return None,
    }
    Some(Reaction::GoOn)
}

/// "When was it again?", of what is being moved or cancelled: it is said, and the question stands.
pub fn asks_again(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
    let Some(appointment) = state.existing.chosen.as_ref().filter(|_| said.has(Intent::LookUp)) else { return false };
    let sentence = replies::yours(dialogue, appointment);
    state.say(sentence);
    true
}
