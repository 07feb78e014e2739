//! What an utterance changes: slots, confirmations, questions answered, the wish to leave.
//!
//! Values count before answers ("yes, but at three"), answers before farewells ("yes, that's all").

mod answers;
mod undecided;
pub mod values;

use self::{
    answers::answer,
    undecided::undecided,
    values::{Effect, set_service, values},
};
use super::{
    Channel, Dialogue, State,
    existing::{self, Task},
    handing_off::{self, HandoffReason},
    offers, questions, replies,
    state::Ask,
    understand::{Answer, Intent, Topic, Understanding, When},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Something was understood: the policy goes on.
    GoOn,
    AskWith(Ask),
    Repeat,
    Goodbye,
    /// The conversation is to go on on the web.
    HandOff(HandoffReason),
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
    if said.has(Intent::NoRecording) {
        state.recording_declined = true;
        state.say(dialogue.words().not_recorded());
        // "No recording" is no answer to what was asked, and "stop recording" drops no booking.
        if !has_value && !said.wants_booking() {
            return again(state, asking);
        }
    }
    if said.has(Intent::Online) && state.channel == Channel::Phone {
        if !said.dates.is_empty() || !said.times.is_empty() || !said.services.is_empty() {
            values(dialogue, state, said);
        }
        return Reaction::HandOff(HandoffReason::UserRequest);
    }
    if asking == Ask::LinkSent
        && !has_value
        && let Some(reaction) = link_arrived(dialogue, state, said)
    {
        return reaction;
    }
    if !has_value && (said.has(Intent::Repeat) || said.has(Intent::Slower)) {
        return Reaction::Repeat;
    }
    if !has_value && said.has(Intent::Wait) && !said.says(Answer::Yes) {
        return Reaction::Wait;
    }
    if let Some(reaction) = undecided(state, said, asking) {
        return reaction;
    }
    let task = existing::asked_for(state, said);
    if let Some(task) = task {
        existing::begin(dialogue, state, task, said);
    } else if !has_value && state.in_progress() && gives_up(state, said) {
        if state.task == Task::Book {
            state.drop_booking();
            state.another = false;
            state.say(dialogue.words().dropped());
            state.work.then = Some(Ask::AnythingElse);
        } else {
            existing::keep(dialogue, state);
        }
        return Reaction::GoOn;
    }

    let effect = values(dialogue, state, said);
    let mut changed = effect == Effect::Changed || task.is_some();
    if changed
        && state.task == Task::Book
        && said.wants_booking()
        && state.booking.service.is_none()
        && let Some(topic) = state.topic.take()
    {
        // "Book it tomorrow at two", of what was asked about.
        set_service(state, topic);
    }
    let answers = questions::answers(dialogue, state, said);
    let asked = !answers.is_empty() || task.is_none() && existing::asks_again(dialogue, state, said);
    answers.into_iter().for_each(|a| state.say(a));
    if said.has(Intent::Human) {
        let sentence = replies::no_person_here(dialogue, state);
        state.say(sentence);
        return again(state, asking);
    }
    // "Yes. And what's the address?" settles what was asked.
    let settles = said.settles
        && matches!(asking, Ask::Summary | Ask::Slot | Ask::EmailCheck | Ask::CancelCheck | Ask::MoveCheck);
    if !changed
        && (!asked || settles)
        && let Some(reaction) = answer(dialogue, state, said, asking)
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
    if changed || effect == Effect::Repeated {
        return Reaction::GoOn;
    }
    if asked {
        return again(state, asking);
    }
    let wants_to_book = said.wants_booking() || said.has(Intent::Another);
    if wants_to_book && matches!(asking, Ask::Open | Ask::AnythingElse | Ask::Service) {
        state.another = true;
        if let Some(topic) = state.topic.take() {
            set_service(state, topic);
        }
        return Reaction::GoOn;
    }
    if said.has(Intent::Without)
        && matches!(asking, Ask::Email | Ask::EmailCheck | Ask::EmailSpelling | Ask::WithoutEmail)
    {
        return without_email(dialogue, state);
    }
    let others = [Intent::OtherOptions, Intent::Earlier, Intent::Later, Intent::AskTimes];
    if asking == Ask::Slot && others.into_iter().any(|intent| said.has(intent)) {
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

/// Whether the link is there, when that was asked.
fn link_arrived(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Option<Reaction> {
    if said.has(Intent::NotArrived) || (said.says(Answer::No) && !said.has(Intent::Goodbye)) {
        let sentence = replies::link_takes_a_moment(dialogue, state);
        state.say(sentence);
        return Some(Reaction::AskWith(Ask::LinkSent));
    }
    let arrived = said.has(Intent::Arrived) || said.has(Intent::Thanks) || said.has(Intent::Goodbye);
    (arrived || said.says(Answer::Yes)).then_some(Reaction::Goodbye)
}

/// "Never mind", of what is being done; "cancel that", of a booking in the making; "leave it as it is".
fn gives_up(state: &State, said: &Understanding) -> bool {
    said.has(Intent::Abort)
        || match state.task {
            Task::Book => said.has(Intent::Cancel),
            Task::Move | Task::Cancel | Task::LookUp => said.has(Intent::Keep),
        }
}

/// Something was asked for that we do not offer.
fn other_services(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding, asking: Ask) -> bool {
    let open = matches!(asking, Ask::Open | Ask::Service | Ask::AnythingElse | Ask::WhatToChange)
        || state.booking.service.is_none();
    let new_one = state.task == Task::Book && state.booking.service.is_none();
    let Some(wanted) = said.something_else.as_ref().filter(|_| open && new_one) else {
        return false;
    };
    let sentence = replies::unknown_service(dialogue, &wanted.value);
    state.say(sentence);
    state.another = true;
    true
}

pub(super) fn without_email(dialogue: &Dialogue<'_>, state: &mut State) -> Reaction {
    if state.phone.is_none() {
        state.say(dialogue.words().need_email_or_phone());
        return Reaction::AskWith(Ask::Email);
    }
    state.email = super::state::Email { declined: true, ..Default::default() };
    state.say(dialogue.words().phone_will_do());
    Reaction::GoOn
}

fn other_options(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Reaction {
    if !said.has(Intent::Later)
        && !said.has(Intent::Earlier)
        && let Some(offer) = handing_off::offer_for_slots(state)
    {
        return Reaction::AskWith(offer);
    }
    let offers = std::mem::take(&mut state.booking.offers);
    let edge = |slot: Option<&super::tool::Slot>| slot.map(|s| super::hours::local(dialogue.business, s.start));
    let clock = |at: jiff::civil::DateTime, plus: i8| {
        let minute = at.minute().saturating_add(plus);
        super::understand::time::Clock::known(at.hour(), minute.clamp(0, 59))
    };
    if let (true, Some(last)) = (said.has(Intent::Later), edge(offers.last())) {
        state.booking.days = Some(offers::one_day(last.date()));
        state.booking.when = Some(When::From(clock(last, 1)));
        return Reaction::GoOn;
    }
    if let (true, Some(first)) = (said.has(Intent::Earlier), edge(offers.first())) {
        state.booking.days = Some(offers::one_day(first.date()));
        state.booking.when = Some(When::Until(clock(first, 0)));
        return Reaction::GoOn;
    }
    state.booking.days = None;
    state.booking.when = None;
    Reaction::AskWith(Ask::Day)
}
