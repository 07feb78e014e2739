//! From found slots to at most three options, and from an answer back to one of them.

use jiff::civil::{Date, DateTime, Time};

use super::{
    Dialogue, State,
    existing::Task,
    hours, refusal, replies, spoken,
    state::DayWish,
    tool::{Hold, Refusal, Slot},
    understand::{Choice, Understanding, When, date::add_days, time::Clock},
};

/// More than three options are not remembered by ear.
pub const OPTIONS_MAX: usize = 3;

/// Takes what a search found into the state: options, or the reason why there are none.
pub fn found(
    dialogue: &Dialogue<'_>,
    state: &mut State,
    slots: Vec<Slot>,
    none_because: Option<Refusal>,
    further: bool,
) {
    if slots.is_empty() {
        match none_because {
            Some(refusal) if !further => refusal::none(dialogue, state, refusal),
            _ => refusal::nothing(dialogue, state),
        }
        return;
    }
    let business = dialogue.business;
    let when = state.booking.when;
    let fitting: Vec<Slot> =
        slots.iter().filter(|s| hours::fits(business, when, hours::local(business, s.start))).cloned().collect();
    let pool = if fitting.is_empty() {
        if let Some(text) = replies::nothing_then(dialogue, state) {
            state.say(text);
        }
        slots
    } else {
        fitting
    };
    state.booking.starts_found = pool.iter().map(|s| s.start).collect::<std::collections::BTreeSet<_>>().len();
    state.booking.offers = options(dialogue, state, &pool);
}

/// At most three of the slots: nearest to the wished time, one a day over several days, or spread over one day.
fn options(dialogue: &Dialogue<'_>, state: &State, slots: &[Slot]) -> Vec<Slot> {
    let business = dialogue.business;
    let local = |s: &Slot| hours::local(business, s.start);
    // One slot a start time: who does it is settled when it is held.
    let mut starts: Vec<&Slot> = Vec::new();
    for slot in slots {
        if starts.iter().all(|s| s.start != slot.start) {
            starts.push(slot);
        }
    }
    let mut days: Vec<Date> = starts.iter().map(|s| local(s).date()).collect();
    days.dedup();
    let earliest = state.booking.when == Some(When::Earliest);
    let picked: Vec<&Slot> = if earliest {
        starts.iter().take(OPTIONS_MAX).copied().collect()
    } else if days.len() > 1 {
        days.iter().filter_map(|d| starts.iter().find(|s| local(s).date() == *d)).take(OPTIONS_MAX).copied().collect()
    } else if let Some(aim) = days.first().and_then(|d| hours::aim(business, state.booking.when, *d)) {
        let mut nearest = starts.clone();
        nearest.sort_by_key(|s| crate::agent::business::minute_of(local(s).time()).abs_diff(aim));
        nearest.truncate(OPTIONS_MAX);
        nearest.sort_by_key(|s| s.start);
        nearest
    } else if starts.len() > OPTIONS_MAX {
        // First, middle and last tell how wide the choice is.
        vec![starts[0], starts[starts.len() / 2], starts[starts.len() - 1]]
    } else {
        starts.clone()
    };
    picked.into_iter().cloned().collect()
}

/// A hold was placed: from now on the day and time are settled.
pub fn held(dialogue: &Dialogue<'_>, state: &mut State, hold: Hold) {
    // The summary says it all again, if it comes next.
    let summary_next =
        state.task == Task::Move || state.name.is_some() && (state.email.confirmed || state.email.declined);
    let sentence = (!summary_next).then(|| replies::free(dialogue, &hold.slot));
    settle(dialogue, state, &hold.slot);
    state.booking.chosen = None;
    state.booking.offers.clear();
    state.booking.hold = Some(hold);
    if let Some(sentence) = sentence {
        state.say(sentence);
    }
}

/// The wish becomes the slot, so that "the same time on Friday" and "at three instead" change one half only.
pub fn settle(dialogue: &Dialogue<'_>, state: &mut State, slot: &Slot) {
    wish(state, hours::local(dialogue.business, slot.start));
}

/// The caller wishes this start and no other.
pub fn wish(state: &mut State, start: DateTime) {
    state.booking.days = Some(one_day(start.date()));
    state.booking.when = Some(When::At(Clock::known(start.hour(), start.minute())));
}

/// The days from one local time up to another one.
pub fn days(from: DateTime, to: DateTime) -> DayWish {
    let end_excl =
        if to.time() == Time::midnight() && to.date() > from.date() { to.date() } else { add_days(to.date(), 1) };
    DayWish { start: from.date(), end_excl, single: end_excl == add_days(from.date(), 1) }
}

pub fn one_day(date: Date) -> DayWish {
    DayWish { start: date, end_excl: add_days(date, 1), single: true }
}

/// The option that an answer means, if it means one.
pub fn pick(dialogue: &Dialogue<'_>, state: &State, said: &Understanding) -> Option<Slot> {
    let offers = &state.booking.offers;
    let local = |s: &Slot| hours::local(dialogue.business, s.start);
    let mut fitting: Vec<&Slot> = offers.iter().collect();
    let mut told = false;
    if let Some(date) = said.dates.first() {
        fitting.retain(|s| (date.value.start..date.value.end_excl).contains(&local(s).date()));
        told = true;
    }
    if let Some(time) = said.times.first() {
        match time.value {
            When::At(clock) | When::Around(clock) => {
                fitting.retain(|s| clock.readings().any(|reading| reading == local(s).time()));
                told = true;
            }
            When::Earliest if said.dates.is_empty() => return fitting.first().map(|s| (*s).clone()),
            _ => return None,
        }
    }
    if let Some(person) = said.staff.first() {
        let ids: Vec<_> = person.value.iter().filter_map(|i| dialogue.business.staff.get(*i)).map(|s| s.id).collect();
        if !told || fitting.len() > 1 {
            fitting.retain(|s| ids.contains(&s.staff));
        }
        told = true;
    }
    if told {
        // Two that fit at different times are still a question.
        return match fitting.as_slice() {
            [one] => Some((*one).clone()),
            _ => None,
        };
    }
    match said.choice.as_ref()?.value {
        Choice::Nth(n) => offers.get(n).cloned(),
        Choice::Last => offers.last().cloned(),
        Choice::Either => offers.first().cloned(),
    }
}

/// With whom the options are, when the one who was asked for has none of them.
pub fn others(dialogue: &Dialogue<'_>, state: &State) -> Option<String> {
    let asked = state.booking.staff?;
    let offers = &state.booking.offers;
    if offers.iter().any(|slot| slot.staff == asked || slot.staff_name.is_empty()) {
        return None;
    }
    let mut people: Vec<String> = offers.iter().map(|s| spoken::person(&s.staff_name, dialogue.business)).collect();
    people.sort();
    people.dedup();
    Some(dialogue.words().or(&people))
}

/// The day that all options share.
pub fn shared_day(dialogue: &Dialogue<'_>, offers: &[Slot]) -> Option<Date> {
    let mut days = offers.iter().map(|s| hours::local(dialogue.business, s.start).date());
    let first = days.next()?;
    days.all(|d| d == first).then_some(first)
}

/// "1 PM, 2:30 PM or 4 PM", with the day once when it is shared.
pub fn list(dialogue: &Dialogue<'_>, offers: &[Slot]) -> String {
    let words = dialogue.words();
    let local = |s: &Slot| hours::local(dialogue.business, s.start);
    match shared_day(dialogue, offers) {
        Some(day) => {
            let times: Vec<Time> = offers.iter().map(|s| local(s).time()).collect();
            words.times_on(&times, day, dialogue.today())
        }
        None => {
            let starts: Vec<String> = offers.iter().map(|s| words.date_time(local(s), dialogue.today())).collect();
            words.or(&starts)
        }
    }
}
