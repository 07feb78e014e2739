//! What an utterance changes: slots, confirmations, questions answered, the wish to leave.
//!
//! Values count before answers ("yes, but at three"), answers before farewells ("yes, that's all").

use super::{
    Dialogue, State, offers, questions,
    state::{Ask, DayWish},
    understand::{Answer, Intent, Topic, Understanding, When},
    wording,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Something was understood: the policy goes on.
    GoOn,
    AskWith(Ask),
    Repeat,
    Goodbye,
    /// The caller needs a moment.
    Wait,
    /// Nothing was understood.
    Missed,
}

pub fn apply(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Reaction {
    if said.words == 0 {
        return Reaction::Missed;
    }
    let asking = state.asking;
    let has_value = !said.dates.is_empty()
        || !said.times.is_empty()
        || said.email.is_some()
        || !said.names.is_empty()
        || !said.services.is_empty();
    if !has_value && (said.has(Intent::Repeat) || said.has(Intent::Slower)) {
        return Reaction::Repeat;
    }
    if !has_value && said.has(Intent::Wait) && !said.says(Answer::Yes) {
        return Reaction::Wait;
    }
    if wants_existing_changed(said, state) {
        let sentence = wording::cannot_change(dialogue, state);
        state.say(sentence);
        return again(state, asking);
    }
    if !has_value && state.in_progress() && (said.has(Intent::Abort) || said.has(Intent::Cancel)) {
        state.drop_booking();
        state.another = false;
        state.say("No problem, I've dropped that.");
        return Reaction::AskWith(Ask::AnythingElse).settle_first(state);
    }

    let mut changed = values(dialogue, state, said);
    let answers = questions::answers(dialogue, state, said);
    let asked = !answers.is_empty();
    answers.into_iter().for_each(|a| state.say(a));
    if said.has(Intent::Human) {
        let sentence = wording::human(dialogue, state);
        state.say(sentence);
        return again(state, asking);
    }
    if !changed
        && !asked
        && let Some(reaction) = answer(state, said, asking)
    {
        return reaction;
    }
    if !changed && !asked && said.has(Intent::Goodbye) {
        return Reaction::Goodbye;
    }
    if !changed && !asked && said.has(Intent::Thanks) && asking == Ask::AnythingElse {
        return Reaction::Goodbye;
    }
    changed |= other_services(dialogue, state, said, asking);
    if changed {
        return Reaction::GoOn;
    }
    if asked {
        return again(state, asking);
    }
    let wants_to_book = said.has(Intent::Book) || said.has(Intent::Another);
    if wants_to_book && matches!(asking, Ask::Open | Ask::AnythingElse | Ask::Service) {
        state.another = true;
        if let Some(topic) = state.topic.take() {
            set_service(state, topic);
        }
        return Reaction::GoOn;
    }
    if said.has(Intent::Without) && matches!(asking, Ask::Email | Ask::EmailCheck | Ask::EmailSpelling) {
        return without_email(state);
    }
    if asking == Ask::Slot && (said.has(Intent::OtherOptions) || said.has(Intent::AskTimes)) {
        return other_options(dialogue, state, said);
    }
    if asking == Ask::WhatToChange
        && let Some(topic) = said.topic
    {
        return ask_again(state, topic);
    }
    if said.has(Intent::Greeting) || said.has(Intent::Thanks) {
        return if asking == Ask::Open && !state.in_progress() {
            Reaction::AskWith(Ask::Open)
        } else {
            again(state, asking)
        };
    }
    Reaction::Missed
}

/// "The e-mail", of what should be changed: ask for it anew. What is held stays until something else is said.
fn ask_again(state: &mut State, topic: Topic) -> Reaction {
    match topic {
        Topic::Name => Reaction::AskWith(Ask::Name),
        Topic::Email => {
            state.email = super::state::Email::default();
            Reaction::AskWith(Ask::Email)
        }
        Topic::Day | Topic::Time | Topic::Staff => Reaction::AskWith(Ask::Day),
        Topic::Service => Reaction::AskWith(Ask::Service),
    }
}

impl Reaction {
    /// A stale hold is released before the question is asked.
    fn settle_first(self, state: &State) -> Self {
        if state.booking.stale_hold.is_some() { Self::GoOn } else { self }
    }
}

/// The pending question once more, after what was just said.
fn again(state: &State, asking: Ask) -> Reaction {
    let settled = matches!(asking, Ask::Open | Ask::AnythingElse);
    if settled && !state.in_progress() {
        Reaction::AskWith(Ask::AnythingElse)
    } else if asking == Ask::Open {
        Reaction::GoOn
    } else {
        Reaction::AskWith(asking)
    }
}

fn wants_existing_changed(said: &Understanding, state: &State) -> bool {
    let existing = |f: &super::understand::Found<Intent>| match f.value {
        Intent::Reschedule => true,
        Intent::Cancel => f.words.len() > 1 || !state.in_progress(),
        _ => false,
    };
    said.intents.iter().any(existing)
        && (!state.in_progress() || said.intents.iter().any(|f| f.value == Intent::Cancel && f.words.len() > 2))
}

/// Takes over every value that was said; true when one did something.
fn values(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> bool {
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

fn set_service(state: &mut State, id: proto::id::ServiceId) -> bool {
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
            super::hours::resolve(dialogue.business, a, date) == super::hours::resolve(dialogue.business, b, date)
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

/// What a yes or no means for the question that was asked.
fn answer(state: &mut State, said: &Understanding, asking: Ask) -> Option<Reaction> {
    let answer = said.answer.as_ref()?.value;
    match (asking, answer) {
        (Ask::Summary, Answer::Yes) => state.booking.confirmed = true,
        (Ask::Summary, Answer::No) if said.has(Intent::Goodbye) => return Some(Reaction::Goodbye),
        (Ask::Summary, Answer::No) => {
            return Some(said.topic.map_or(Reaction::AskWith(Ask::WhatToChange), |topic| ask_again(state, topic)));
        }
        (Ask::EmailCheck, Answer::Yes) => state.email.confirmed = true,
        (Ask::EmailCheck, Answer::No) => {
            state.email.rounds = state.email.rounds.saturating_add(1);
            state.say("Sorry about that.");
            return Some(Reaction::AskWith(Ask::EmailSpelling));
        }
        (Ask::Slot, Answer::Yes) => {
            let only = state.booking.offers.first().filter(|_| state.booking.offers.len() == 1).cloned()?;
            state.booking.chosen = Some(only);
            state.booking.offers.clear();
        }
        (Ask::Slot, Answer::No) => {
            state.booking.offers.clear();
            state.booking.days = None;
            state.booking.when = None;
            if said.has(Intent::Goodbye) {
                return Some(Reaction::Goodbye);
            }
            return Some(Reaction::AskWith(Ask::Day));
        }
        (Ask::AnythingElse, Answer::No) => return Some(Reaction::Goodbye),
        (Ask::AnythingElse, Answer::Yes) if said.has(Intent::Goodbye) => return Some(Reaction::Goodbye),
        (Ask::AnythingElse, Answer::Yes) if said.words <= 3 => {
            return Some(match state.topic.take() {
                Some(topic) => {
                    set_service(state, topic);
                    Reaction::GoOn
                }
                None => Reaction::AskWith(Ask::Open),
            });
        }
        (Ask::TryAgain, Answer::Yes) => {
            state.booking.confirmed =
                state.booking.hold.is_some() && state.name.is_some() && (state.email.confirmed || state.email.declined)
        }
        (Ask::TryAgain, Answer::No) => return Some(Reaction::AskWith(Ask::AnythingElse)),
        (Ask::WhatToChange, Answer::No) => return Some(Reaction::AskWith(Ask::Summary)),
        _ => return None,
    }
    Some(Reaction::GoOn)
}

/// Something was asked for that we do not offer.
fn other_services(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding, asking: Ask) -> bool {
    let open = matches!(asking, Ask::Open | Ask::Service | Ask::AnythingElse | Ask::WhatToChange)
        || state.booking.service.is_none();
    let Some(wanted) = said.something_else.as_ref().filter(|_| open && state.booking.service.is_none()) else {
        return false;
    };
    let sentence = wording::unknown_service(dialogue, &wanted.value);
    state.say(sentence);
    state.another = true;
    true
}

fn without_email(state: &mut State) -> Reaction {
    if state.phone.is_none() {
        state.say("I need an e-mail address or a phone number to book.");
        return Reaction::AskWith(Ask::Email);
    }
    state.email = super::state::Email { declined: true, ..Default::default() };
    state.say("That's fine, we have your phone number.");
    Reaction::GoOn
}

fn other_options(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Reaction {
    let offers = std::mem::take(&mut state.booking.offers);
    let edge = |slot: Option<&super::tool::Slot>| slot.map(|s| super::hours::local(dialogue.business, s.start));
    let clock = |at: jiff::civil::DateTime, plus: i8| {
        let minute = at.minute().saturating_add(plus);
        super::understand::time::Clock::known(at.hour(), minute.clamp(0, 59))
    };
    let word = |w: &str| {
        said.intents.iter().any(|f| f.value == Intent::OtherOptions)
            && state.history.last().is_some_and(|e| e.caller.to_lowercase().contains(w))
    };
    if let (true, Some(last)) = (word("later"), edge(offers.last())) {
        state.booking.days = Some(offers::one_day(last.date()));
        state.booking.when = Some(When::From(clock(last, 1)));
        return Reaction::GoOn;
    }
    if let (true, Some(first)) = (word("earlier"), edge(offers.first())) {
        state.booking.days = Some(offers::one_day(first.date()));
        state.booking.when = Some(When::Until(clock(first, 0)));
        return Reaction::GoOn;
    }
    state.booking.days = None;
    state.booking.when = None;
    Reaction::AskWith(Ask::Day)
}
