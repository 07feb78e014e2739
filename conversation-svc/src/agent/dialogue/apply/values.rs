//! Takes over the values that were said: service, person, day and time, name, addresses.

use proto::id::ServiceId;

use crate::agent::dialogue::{
    Dialogue, State,
    existing::{self, Task},
    hours, names, numbers, offers, questions, replies,
    state::{Ask, DayWish},
    understand::{Answer, Days, Found, Intent, Understanding, When, time::Clock},
    visit::SERVICES_MAX,
};

/// What the values of an utterance did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Nothing,
    /// They were known: "yes, the massage" confirms and changes nothing.
    Repeated,
    Changed,
}

use Effect::{Changed, Nothing, Repeated};

/// Takes over every value that was said.
pub fn values(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    if state.task != Task::Book {
        return existing::values(dialogue, state, said);
    }
    let effects = [
        service(dialogue, state, said),
        when(dialogue, state, said),
        person(dialogue, state, said),
        name(state, said),
        phone(dialogue, state, said),
        email(state, said),
    ];
    effects.into_iter().max().unwrap_or(Nothing)
}

pub fn name(state: &mut State, said: &Understanding) -> Effect {
    let corrects = matches!(state.asking, Ask::Summary | Ask::WhatToChange);
    let Some(found) = said.names.first() else {
        let written = said.lettering.zip(state.name.as_deref()).filter(|_| corrects);
        let Some(name) = written.and_then(|(lettering, name)| names::lettered(name, lettering)) else { return Nothing };
        state.booking.confirmed = false;
        state.name = Some(name);
        return Changed;
    };
    let name = if corrects { names::corrected_name(state.name.as_deref(), &found.value) } else { found.value.clone() };
    if state.name.as_ref() == Some(&name) {
        return Repeated;
    }
    state.booking.confirmed = false;
    state.name = Some(name);
    Changed
}

fn phone(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    let Some(number) = said_phone(dialogue, said) else { return Nothing };
    state.phone = Some(number);
    Changed
}

/// The number that was said, E.164.
pub fn said_phone(dialogue: &Dialogue<'_>, said: &Understanding) -> Option<String> {
    numbers::whole(&said.phone.as_ref()?.value.number, &dialogue.business.phone)
}

pub fn set_service(state: &mut State, id: proto::id::ServiceId) {
    state.booking.service_among.clear();
    if state.booking.service == Some(id) {
        return;
    }
    if state.booking.service.is_some() {
        state.unsettle();
    }
    state.booking.service = Some(id);
    state.booking.further.clear();
}

fn service(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    let Some(found) = said.services.first() else { return Nothing };
    let about = said.has(Intent::AskPrice) || said.has(Intent::AskDuration) || said.has(Intent::AskStaff);
    let booking = said.wants_booking() || !said.dates.is_empty() || state.asking == Ask::Service;
    if about && !booking {
        return Nothing;
    }
    let ids: Vec<_> = found.value.iter().filter_map(|i| dialogue.business.services.get(*i)).map(|s| s.id).collect();
    if let Some(effect) = visit(dialogue, state, said) {
        return effect;
    }
    // Named again, it may be one of several the words fit: it stays.
    // "No, just the massage", of two.
    let only = said.says(Answer::No) || matches!(state.asking, Ask::Service | Ask::WhatToChange);
    if let ([one], true) = (ids.as_slice(), only && !state.booking.further.is_empty()) {
        state.booking.service = None;
        state.unsettle();
        set_service(state, *one);
        return Changed;
    }
    let is_wanted = |id: &ServiceId| state.booking.service == Some(*id) || state.booking.further.contains(id);
    if ids.iter().any(is_wanted) {
        return Repeated;
    }
    match ids.as_slice() {
        [] => Nothing,
        [one] => {
            set_service(state, *one);
            Changed
        }
        several => {
            if state.booking.service.take().is_some() {
                state.booking.further.clear();
                state.unsettle();
            }
            state.booking.service_among = several.to_vec();
            Changed
        }
    }
}

/// Several services in one visit: "a massage and a facial", or one more besides what is wanted already.
fn visit(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Option<Effect> {
    let one = |found: &Found<Vec<usize>>| match found.value.as_slice() {
        [one] => dialogue.business.services.get(*one).map(|service| service.id),
        _ => None,
    };
    let named: Vec<ServiceId> = said.services.iter().map(one).collect::<Option<_>>()?;
    let wanted: Vec<ServiceId> = state.booking.service.into_iter().chain(state.booking.further.clone()).collect();
    let more = said.has(Intent::Also) && !wanted.is_empty();
    if !more && !said.together {
        return None;
    }
    let mut visit = if more { wanted.clone() } else { Vec::new() };
    visit.extend(named.into_iter().filter(|id| !more || !wanted.contains(id)));
    visit.dedup();
    visit.truncate(SERVICES_MAX);
    if visit == wanted {
        return Some(Repeated);
    }
    let (first, further) = visit.split_first()?;
    state.unsettle();
    state.booking.service_among.clear();
    (state.booking.service, state.booking.further) = (Some(*first), further.to_vec());
    Some(Changed)
}

pub fn person(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    if said.has(Intent::AnyStaff) && state.booking.staff.is_some() {
        state.booking.staff = None;
        return Changed;
    }
    let offered = state.booking.person_offered.filter(|_| takes_up(said));
    if let Some(offered) = offered
        && said.staff.is_empty()
        && state.booking.staff != Some(offered)
    {
        state.booking.staff = Some(offered);
        state.booking.person_offered = None;
        return Changed;
    }
    let Some(member) = said.staff.first().and_then(|f| f.value.first()).and_then(|i| dialogue.business.staff.get(*i))
    else {
        return Nothing;
    };
    if let Some(service) = state.booking.service.and_then(|id| dialogue.business.service(id))
        && !service.staff.contains(&member.id)
    {
        let sentence = replies::does_not_perform(dialogue, &member.name, service);
        state.say(sentence);
        return Changed;
    }
    if state.booking.staff == Some(member.id) {
        return Repeated;
    }
    let held_with = state.booking.hold.as_ref().map(|h| h.slot.staff);
    // What was just picked from the offers is with whom it is.
    if state.booking.chosen.as_ref().is_some_and(|s| s.staff != member.id) {
        state.booking.chosen = None;
    }
    state.booking.staff = Some(member.id);
    if held_with == Some(member.id) {
        return Repeated;
    }
    if held_with.is_some() {
        state.unsettle();
    }
    Changed
}

/// Whether who was spoken of is taken: by a yes that asks nothing more, or by going on to the appointment.
fn takes_up(said: &Understanding) -> bool {
    let goes_on = said.has(Intent::Book) || !said.times.is_empty() || !said.dates.is_empty();
    !said.has(Intent::OtherOptions) && !said.says(Answer::No) && (goes_on || said.says(Answer::Yes) && !said.asks())
}

pub fn when(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Effect {
    if state.asking == Ask::Slot
        && let Some(slot) = offers::pick(dialogue, state, said)
    {
        offers::settle(dialogue, state, &slot);
        state.booking.offers.clear();
        // Where the asked person had nothing, others were offered.
        if state.booking.staff.is_some() {
            state.booking.staff = Some(slot.staff);
        }
        state.booking.chosen = Some(slot);
        return Changed;
    }
    if let Some(at) = shifted(dialogue, state, said) {
        state.unsettle();
        state.booking.days = Some(offers::one_day(at.date()));
        state.booking.when = Some(When::At(Clock::known(at.hour(), at.minute())));
        return Changed;
    }
    if questions::owns_date(said) {
        if let Some(asked) = said.dates.first().filter(|date| date.value.single().is_some()) {
            state.day_topic = Some(wished(&asked.value));
        }
        return Nothing;
    }
    let (date, time) = (said.dates.first(), said.times.first());
    let that_day = state.day_topic.filter(|_| said.has(Intent::ThatDay));
    if date.is_none() && time.is_none() && that_day.is_none() {
        return Nothing;
    }
    let mut days = state.booking.days;
    let mut wish = state.booking.when;
    if let Some(date) = date {
        if date.value.end_excl <= dialogue.today() {
            state.say(dialogue.words().day_has_passed());
            return Changed;
        }
        days = Some(wished(&date.value));
        // "What times do you have on Thursday" leaves the time open.
        if said.has(Intent::AskTimes) && time.is_none() {
            wish = None;
        }
    } else if that_day.is_some() {
        days = that_day;
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
    if same && state.booking.hold.is_some() {
        return Repeated;
    }
    state.unsettle();
    state.booking.days = days;
    state.booking.when = wish;
    Changed
}

/// "An hour later", of what was just read back, or of the appointment that is to be moved.
fn shifted(dialogue: &Dialogue<'_>, state: &State, said: &Understanding) -> Option<jiff::civil::DateTime> {
    let shift = said.shift.as_ref()?.value;
    let slot = state.new_slot().or(state.moving().map(|appointment| &appointment.slot))?;
    shift.from(hours::local(dialogue.business, slot.start))
}

fn wished(days: &Days) -> DayWish {
    DayWish { start: days.start, end_excl: days.end_excl, single: days.single().is_some() }
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

fn email(state: &mut State, said: &Understanding) -> Effect {
    if let Some(found) = &said.email {
        let mut address = found.value.address.clone();
        let mut doubtful = found.value.doubtful;
        if let Some(named) = state.name.as_ref().and_then(|n| names::spelled_as_named(found.value.local(), n))
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
        return Changed;
    }
    let (local, domain) = state.email.address.split_once('@').unwrap_or_default();
    let told = matches!(state.asking, Ask::EmailCheck | Ask::EmailSpelling | Ask::WithoutEmail);
    let lettered = said.lettering.filter(|_| told).and_then(|lettering| names::lettered(local, lettering));
    if let Some(local) = lettered {
        state.email.address = format!("{local}@{domain}");
        return respelled(state);
    }
    let spelling =
        matches!(state.asking, Ask::EmailSpelling) || state.asking == Ask::EmailCheck && !said.says(Answer::Yes);
    let Some(local) = said.email_local.as_ref().filter(|_| spelling) else { return Nothing };
    let Some((_, domain)) = state.email.address.split_once('@') else { return Nothing };
    let usable = local.spelled
        || state.asking == Ask::EmailSpelling
            && !local.text.is_empty()
            && said.answer.is_none()
            && said.intents.is_empty();
    if !usable {
        return Nothing;
    }
    state.email.address = format!("{}@{domain}", local.text);
    respelled(state)
}

/// The address is read back letter by letter once more.
fn respelled(state: &mut State) -> Effect {
    state.email.doubtful = true;
    state.email.confirmed = false;
    state.email.rounds = state.email.rounds.saturating_add(1);
    Changed
}
