//! Which of the caller's appointments is meant: what was said of it, against those that were found.

use crate::agent::{
    business::Business,
    dialogue::{
        Dialogue, State, hours, offers,
        state::DayWish,
        tool::Appointment,
        understand::{Choice, When, date::add_days, time::Clock},
    },
};

use super::{Clue, Task, replies};

/// More than these are not cancelled by one word.
const ALL_MAX: usize = 4;

/// Those that the clue fits.
pub fn fitting(business: &Business, clue: &Clue, found: &[Appointment]) -> Vec<Appointment> {
    let fits = |appointment: &&Appointment| {
        let start = hours::local(business, appointment.slot.start);
        clue.days.is_none_or(|days| (days.start..days.end_excl).contains(&start.date()))
            && hours::fits(business, clue.when, start)
            && clue.service.is_none_or(|service| appointment.has(service))
            && clue.id.is_none_or(|id| id == appointment.id)
            && clue.staff.is_none_or(|staff| staff == appointment.slot.staff)
    };
    let fitting: Vec<Appointment> = found.iter().filter(fits).cloned().collect();
    match clue.choice {
        Some(Choice::Nth(n)) => fitting.into_iter().nth(n).into_iter().collect(),
        Some(Choice::Last) => fitting.into_iter().last().into_iter().collect(),
        Some(Choice::Either) | None => fitting,
    }
}

/// Settles which one is meant, as far as what was said tells; what there is to tell is told.
pub fn narrow(dialogue: &Dialogue<'_>, state: &mut State) {
    let Some(found) = state.existing.found.clone().filter(|found| !found.is_empty()) else { return };
    if state.task == Task::Move {
        tell_apart(dialogue.business, state, &found);
    }
    let fitting = fitting(dialogue.business, &state.existing.clue, &found);
    if state.task == Task::LookUp {
        replies::told(dialogue, state, &fitting, &found);
        return;
    }
    if state.existing.clue.all
        && let [first, others @ ..] = fitting.as_slice()
        && others.len() < ALL_MAX
    {
        choose(dialogue, state, first.clone(), true);
        state.existing.also = others.to_vec();
        return;
    }
    match (fitting.as_slice(), found.as_slice()) {
        ([one], _) => choose(dialogue, state, one.clone(), true),
        ([], [one]) => {
            // It is read back before anything is done to it.
            let sentence = replies::none_there(dialogue, state);
            state.say(sentence);
            choose(dialogue, state, one.clone(), true);
        }
        ([], _) => {
            let sentence = replies::none_there(dialogue, state);
            state.say(sentence);
            state.existing.clue = Clue::default();
        }
        // The next clue is looked for among these.
        (several, _) => {
            state.existing.found = Some(several.to_vec());
            state.existing.clue = Clue::default();
        }
    }
}

/// A day or time that nothing marks may say which one is to be moved, or where it goes: the appointments tell.
fn tell_apart(business: &Business, state: &mut State, found: &[Appointment]) {
    let wish = (state.booking.days, state.booking.when);
    let clue = state.existing.clue.clone();
    let told = clue.days.is_some() || clue.when.is_some();
    if told && wish == (None, None) && fitting(business, &clue, found).is_empty() {
        (state.booking.days, state.booking.when) = (clue.days, clue.when);
        state.existing.clue = Clue { days: None, when: None, ..clue };
        return;
    }
    let as_clue = Clue { days: wish.0, when: wish.1, ..clue.clone() };
    let unmarked = !told && wish != (None, None) && !state.existing.says_where_to;
    if unmarked && !fitting(business, &as_clue, found).is_empty() {
        state.existing.clue = as_clue;
        (state.booking.days, state.booking.when) = (None, None);
    }
}

/// This one is meant. What it is moved to keeps what it has, where nothing else was said. `tell`: it is said which one it
/// is, unless the new time is known and both are read back.
pub fn choose(dialogue: &Dialogue<'_>, state: &mut State, appointment: Appointment, tell: bool) {
    state.existing.clue = Clue::default();
    state.existing.confirmed = false;
    if state.task == Task::Move {
        state.booking.service = Some(appointment.service);
        state.booking.staff = state.booking.staff.or(Some(appointment.slot.staff));
        let start = hours::local(dialogue.business, appointment.slot.start);
        let its_time = When::At(Clock::known(start.hour(), start.minute()));
        if state.existing.same_time && state.booking.when.is_none() {
            state.booking.when = Some(its_time);
        }
        state.booking.refused = Some(its_time);
        if let Some(at) = state.existing.shift.take().and_then(|shift| shift.from(start)) {
            state.booking.days = Some(offers::one_day(at.date()));
            state.booking.when = Some(When::At(Clock::known(at.hour(), at.minute())));
        }
        let sentence = replies::yours(dialogue, &appointment);
        state.existing.chosen = Some(appointment);
        if tell && state.booking.days.is_none() && state.booking.when.is_none() {
            state.say(sentence);
        }
        complete_wish(dialogue, state);
    } else {
        state.existing.chosen = Some(appointment);
    }
}

/// A time alone is meant for the day the appointment is on; and where it is already, it need not go.
pub fn complete_wish(dialogue: &Dialogue<'_>, state: &mut State) {
    let Some(slot) = state.moving().map(|appointment| appointment.slot.clone()) else { return };
    let start = hours::local(dialogue.business, slot.start);
    let booking = &mut state.booking;
    // "Next week at the same time"
    if state.existing.same_time
        && let Some(week) = booking.days.filter(|days| days.start.until(days.end_excl).is_ok_and(|s| s.get_days() == 7))
    {
        booking.days = Some(offers::one_day(add_days(week.start, week.start.weekday().until(start.weekday()).into())));
    }
    if booking.days.is_none() && booking.when.is_some_and(|when| when != When::Earliest) {
        booking.days = Some(offers::one_day(start.date()));
    }
    let on_its_day = booking.days == Some(offers::one_day(start.date()));
    let at_its_time = matches!(booking.when, Some(When::At(clock))
        if hours::resolve(dialogue.business, clock, Some(start.date())) == start.time());
    if on_its_day && at_its_time && booking.staff.is_none_or(|staff| staff == slot.staff) {
        (booking.days, booking.when) = (None, None);
        state.say(dialogue.words().already_then());
    }
}

pub fn day_wish(days: crate::agent::dialogue::understand::Days) -> DayWish {
    DayWish { start: days.start, end_excl: days.end_excl, single: days.single().is_some() }
}
