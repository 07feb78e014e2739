//! Takes over the values that were said: service, person, day and time, name, addresses.

use crate::agent::dialogue::{
    Dialogue, State, hours, offers, questions,
    state::{Ask, DayWish},
    understand::{Answer, Intent, Understanding, When},
    wording,
};

/// Takes over every value that was said; true when one did something.
pub fn values(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
    let mut changed = service(dialogue, state, said);
    changed |= when(dialogue, state, said);
    changed |= person(dialogue, state, said);
    if let Some(name) = said.names.first() {
        let corrects = matches!(state.asking, Ask::Summary | Ask::WhatToChange);
        let name =
            if corrects { wording::corrected_name(state.name.as_deref(), &name.value) } else { name.value.clone() };
        if state.name.as_ref() != Some(&name) {
            state.booking.confirmed = false;
        }
        state.name = Some(name);
        changed = true;
    }
    if let Some(phone) = said.phone.as_ref().filter(|p| p.value.starts_with('+')) {
        state.phone = Some(phone.value.clone());
        changed = true;
    }
    changed | email(state, said)
}

pub fn set_service(state: &mut State, id: proto::id::ServiceId) -> bool {
    state.booking.service_among.clear();
    if state.booking.service == Some(id) {
        return false;
    }
    if state.booking.service.is_some() {
        state.unsettle();
    }
    state.booking.service = Some(id);
    true
}

fn service(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
    let Some(found) = said.services.first() else { return false };
    let about = said.has(Intent::AskPrice) || said.has(Intent::AskDuration) || said.has(Intent::AskStaff);
    let booking = said.has(Intent::Book) || !said.dates.is_empty() || state.asking == Ask::Service;
    if about && !booking {
        return false;
    }
    let ids: Vec<_> = found.value.iter().filter_map(|i| dialogue.business.services.get(*i)).map(|s| s.id).collect();
    // Named again, it may be one of several the words fit: it stays.
    if state.booking.service.is_some_and(|id| ids.contains(&id)) {
        return true;
    }
    match ids.as_slice() {
        [] => false,
        [one] => {
            set_service(state, *one);
            true
        }
        several => {
            if state.booking.service.take().is_some() {
                state.unsettle();
            }
            state.booking.service_among = several.to_vec();
            true
        }
    }
}

fn person(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
    if said.has(Intent::AnyStaff) && state.booking.staff.is_some() {
        state.booking.staff = None;
        return true;
    }
    let Some(member) = said.staff.first().and_then(|f| f.value.first()).and_then(|i| dialogue.business.staff.get(*i))
    else {
        return false;
    };
    if let Some(service) = state.booking.service.and_then(|id| dialogue.business.service(id))
        && !service.staff.contains(&member.id)
    {
        let sentence = wording::does_not_perform(dialogue, &member.name, service);
        state.say(sentence);
        return true;
    }
    let held_with = state.booking.hold.as_ref().map(|h| h.slot.staff);
    if state.booking.staff != Some(member.id) {
        if held_with.is_some_and(|s| s != member.id) {
            state.unsettle();
        }
        // What was just picked from the offers is with whom it is.
        if state.booking.chosen.as_ref().is_some_and(|s| s.staff != member.id) {
            state.booking.chosen = None;
        }
        state.booking.staff = Some(member.id);
    }
    true
}

fn when(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
    if state.asking == Ask::Slot
        && let Some(slot) = offers::pick(dialogue, state, said)
    {
        offers::settle(dialogue, state, &slot);
        state.booking.offers.clear();
        state.booking.chosen = Some(slot);
        return true;
    }
    let date = if questions::owns_date(said) { None } else { said.dates.first() };
    let time = if questions::owns_date(said) { None } else { said.times.first() };
    if date.is_none() && time.is_none() {
        return false;
    }
    let mut days = state.booking.days;
    let mut wish = state.booking.when;
    if let Some(date) = date {
        if date.value.end_excl <= dialogue.today() {
            state.say("That day has already passed.");
            return true;
        }
        days = Some(DayWish {
            start: date.value.start,
            end_excl: date.value.end_excl,
            single: date.value.single().is_some(),
        });
        // "What times do you have on Thursday" leaves the time open.
        if said.has(Intent::AskTimes) && time.is_none() {
            wish = None;
        }
    } else if let Some(shared) = offers::shared_day(dialogue, &state.booking.offers) {
        // A time alone is meant for the day that was just spoken of.
        days = Some(offers::one_day(shared));
    }
    if let Some(time) = time {
        wish = Some(time.value);
    } else if said.has(Intent::SameTime) {
        wish = wish.or(state.booking.refused);
    }
    let same = days == state.booking.days && same_time(dialogue, wish, state.booking.when, days);
    if !same || state.booking.hold.is_none() {
        state.unsettle();
    }
    state.booking.days = days;
    state.booking.when = wish;
    true
}

/// "At two", said again of a held 2 PM, changes nothing.
fn same_time(dialogue: &Dialogue<'_>, a: Option<When>, b: Option<When>, days: Option<DayWish>) -> bool {
    let date = days.map(|d| d.start);
    match (a, b) {
        (Some(When::At(a)), Some(When::At(b))) => {
            hours::resolve(dialogue.business, a, date) == hours::resolve(dialogue.business, b, date)
        }
        (a, b) => a == b,
    }
}

fn email(state: &mut State, said: &Understanding) -> bool {
    if let Some(found) = &said.email {
        let mut address = found.value.address.clone();
        let mut doubtful = found.value.doubtful;
        if let Some(named) = state.name.as_ref().and_then(|n| wording::spelled_as_named(found.value.local(), n))
            && state.email.rounds < 2
        {
            address = format!("{named}@{}", found.value.domain());
            doubtful = true;
        }
        // The read-back address said again confirms it.
        state.email.confirmed =
            state.asking == Ask::EmailCheck && state.email.address == address && !said.says(Answer::No);
        state.email.doubtful = doubtful || state.email.rounds > 0;
        state.email.address = address;
        state.email.declined = false;
        state.email.rounds = state.email.rounds.saturating_add(1);
        return true;
    }
    let spelling =
        matches!(state.asking, Ask::EmailSpelling) || state.asking == Ask::EmailCheck && !said.says(Answer::Yes);
    let Some(local) = said.email_local.as_ref().filter(|_| spelling) else { return false };
    let Some((_, domain)) = state.email.address.split_once('@') else { return false };
    let usable = local.spelled
        || state.asking == Ask::EmailSpelling
            && !local.text.is_empty()
            && said.answer.is_none()
            && said.intents.is_empty();
    if !usable {
        return false;
    }
    state.email.address = format!("{}@{domain}", local.text);
    state.email.doubtful = true;
    state.email.confirmed = false;
    state.email.rounds = state.email.rounds.saturating_add(1);
    true
}
