//! Which sentence is said for each purpose, and with what in it. The words are those of the tenant's language
//! ([`super::wording`]).

use proto::id::ServiceId;

use super::{
    Dialogue, State,
    existing::{self, Task},
    handing_off::HandoffReason,
    hours, names, offers, questions, spoken,
    state::{Ask, Booking},
    tool::{Appointment, Slot},
    understand::{When, time::Part},
    visit,
    wording::{Forms, Missing, Then},
};
use crate::agent::business::Service;

/// One of several wordings, by turn.
pub fn vary(dialogue: &Dialogue<'_>, forms: Forms) -> &'static str {
    let index = usize::try_from(dialogue.turn).unwrap_or(0) % forms.len().max(1);
    forms.get(index).copied().unwrap_or_default()
}

/// The same for a question that may have been misheard: not as it was asked then, two turns before.
fn vary_repeated(dialogue: &Dialogue<'_>, state: &State, forms: Forms) -> &'static str {
    let turn = dialogue.turn.saturating_add(u32::from(state.work.rephrase));
    vary(&Dialogue { turn, ..*dialogue }, forms)
}

pub fn question(dialogue: &Dialogue<'_>, state: &State, ask: Ask) -> String {
    let again = state.work.rephrase;
    let words = dialogue.words();
    let vary = |forms| vary(dialogue, forms).to_owned();
    match ask {
        Ask::Open if again => words.help_example(&example_service(dialogue)),
        Ask::Open => vary(words.how_can_i_help()),
        Ask::Service => service_question(dialogue, state),
        Ask::Contact | Ask::FindElse | Ask::Which | Ask::CancelCheck | Ask::MoveCheck => {
            existing::question(dialogue, state, ask)
        }
        Ask::Name if state.task != Task::Book && !again => existing::question(dialogue, state, ask),
        Ask::Day if state.task == Task::Move && !again => existing::question(dialogue, state, ask),
        Ask::Day if again => words.day_example().to_owned(),
        Ask::Day => day_question(dialogue, state),
        Ask::Slot => slot_question(dialogue, state),
        Ask::Name if again => words.only_name().to_owned(),
        Ask::Name => vary(words.what_name()),
        Ask::Email if again || state.email.rounds > 1 => words.email_example(state.channel).to_owned(),
        Ask::Email => words.what_email(first_name(state)),
        Ask::EmailSpelling => words.spell_email(state.channel).to_owned(),
        Ask::EmailCheck => email_check(dialogue, state),
        Ask::WithoutEmail => words.shall_i_go_on_without_email().to_owned(),
        Ask::Summary => summary(dialogue, state),
        Ask::WhatToChange => words.what_to_change().to_owned(),
        Ask::TryAgain => words.shall_i_try_again().to_owned(),
        Ask::AnythingElse => vary(words.anything_else()),
        Ask::OfferLink(HandoffReason::EmailInput) => words.offer_link_for_email().to_owned(),
        Ask::OfferLink(HandoffReason::UserRequest) => words.offer_link_to_go_on().to_owned(),
        Ask::OfferLink(_) => words.offer_link_for_slots().to_owned(),
        Ask::LinkSent => words.tell_me_when_it_arrives().to_owned(),
    }
}

fn example_service(dialogue: &Dialogue<'_>) -> String {
    let service = dialogue.business.services.first().map(said);
    dialogue.words().appointment(service.as_deref())
}

/// A service as it is said within a sentence.
pub fn said(service: &Service) -> String {
    service.name.to_lowercase()
}

fn service_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let among: Vec<String> =
        state.booking.service_among.iter().filter_map(|id| dialogue.business.service(*id)).map(said).collect();
    if !among.is_empty() {
        let shown = among.get(..offers::OPTIONS_MAX).unwrap_or(&among);
        return words.which_service(&words.or(shown));
    }
    let services = questions::list_of_services(dialogue);
    let listed = state.work.lead.iter().any(|s| s.contains(&services));
    if listed {
        return vary(dialogue, words.which_one()).to_owned();
    }
    format!("{} {}", vary(dialogue, words.what_to_book()), words.we_offer(&services))
}

fn day_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let further = state.booking.further.iter().copied();
    let service = state.booking.service.and_then(|id| visit::name(dialogue, id, further));
    match (state.booking.when, service) {
        (Some(_), _) => vary(dialogue, words.what_day()).to_owned(),
        (None, Some(service)) if state.work.lead.is_empty() => words.what_day_and_time_for(&service),
        (None, _) => vary(dialogue, words.what_day_and_time()).to_owned(),
    }
}

fn slot_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let question = match state.booking.offers.len() {
        1 => words.would_that_work(),
        _ => vary_repeated(dialogue, state, words.which_slot()),
    };
    let offers = &state.booking.offers;
    let list = offers::list(dialogue, offers);
    let said = match offers::others(dialogue, state) {
        Some(people) => words.slots_with(&list, &people),
        None => words.slots(&list),
    };
    format!("{said} {question}")
}

/// Spelled when something in it was guessed, when it is not made of the name we have, or when it was not heard well.
fn email_check(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let address = &state.email.address;
    let local = address.split_once('@').map_or("", |(local, _)| local);
    let of_name = state.name.as_deref().is_some_and(|name| names::is_made_of(local, name));
    let said = if state.work.rephrase || state.email.doubtful || !of_name {
        spoken::email_spelled(words, address, state.channel)
    } else {
        spoken::email(words, address, state.channel)
    };
    words.is_that_the_email(&said)
}

fn summary(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let shall_i = vary_repeated(dialogue, state, words.shall_i_book()).to_owned();
    let Some(hold) = &state.booking.hold else { return shall_i };
    let name = state.name.as_deref().unwrap_or_default();
    let Some(service) = state.booking.service else { return shall_i };
    format!("{} {shall_i}", words.summary(&what(dialogue, service, &hold.slot), name))
}

/// "a massage with Dana on Tuesday, December 1st at 2 PM"
pub fn what(dialogue: &Dialogue<'_>, service: ServiceId, slot: &Slot) -> String {
    let words = dialogue.words();
    let name = visit::name(dialogue, service, slot.further.iter().map(|segment| segment.service));
    let people = visit::people(dialogue, slot);
    words.what(&words.appointment(name.as_deref()), people.as_deref(), &start(dialogue, slot))
}

fn start(dialogue: &Dialogue<'_>, slot: &Slot) -> String {
    dialogue.words().date_time(hours::local(dialogue.business, slot.start), dialogue.today())
}

pub fn free(dialogue: &Dialogue<'_>, slot: &Slot) -> String {
    dialogue.words().free(&start(dialogue, slot), &visit::people(dialogue, slot).unwrap_or_default())
}

/// The appointment stands: its sentence is a fact that must be heard, and the booking in the making is over.
pub fn booked(dialogue: &Dialogue<'_>, state: &mut State, appointment: Appointment) {
    let sentence = dialogue.words().booked(&what(dialogue, appointment.service, &appointment.slot));
    state.booked.push(appointment.clone());
    state.existing.spoken_of = Some(appointment);
    state.booking = Booking::default();
    state.another = false;
    state.topic = None;
    state.say_fact(sentence);
}

pub fn goodbye(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    let end = match (state.booked.is_empty(), state.in_progress()) {
        _ if state.changes_something() => words.goodbye_unchanged(state.channel),
        (true, _) if state.handed_off.is_some() => words.goodbye(state.channel),
        (false, false) => vary(dialogue, words.goodbye_booked()),
        (_, true) => words.goodbye_not_booked(state.channel),
        (true, false) => words.goodbye(state.channel),
    };
    let lead = state.work.lead.join(" ");
    if lead.is_empty() { end.to_owned() } else { format!("{lead} {end}") }
}

pub fn missed(dialogue: &Dialogue<'_>, state: &State) -> String {
    let words = dialogue.words();
    match state.misses {
        0 | 1 => vary(dialogue, words.missed()).to_owned(),
        2 => words.missed_again().to_owned(),
        _ => words.trouble_understanding(website(dialogue, state).as_deref()),
    }
}

/// That the wished part of the day has nothing, before what there is instead.
pub fn nothing_then(dialogue: &Dialogue<'_>, state: &State) -> Option<String> {
    let time = |clock| hours::resolve(dialogue.business, clock, state.booking.days.map(|d| d.start));
    let then = match state.booking.when? {
        When::Part(Part::Morning) => Then::Morning,
        When::Part(Part::Lunch) => Then::Lunch,
        When::Part(Part::Afternoon) => Then::Afternoon,
        When::Part(Part::Evening) => Then::Evening,
        When::From(clock) => Then::After(time(clock)),
        When::Until(clock) => Then::Before(time(clock)),
        When::At(clock) => Then::At(time(clock)),
        When::Around(clock) => Then::Around(time(clock)),
        When::Between(from, to) => Then::Between(time(from), time(to)),
        When::Any | When::Earliest => return None,
    };
    Some(dialogue.words().nothing_then(then))
}

pub fn no_person_here(dialogue: &Dialogue<'_>, state: &State) -> String {
    dialogue.words().no_person_here(website(dialogue, state).as_deref())
}

/// Where to go, when no link can be sent.
pub fn cannot_text(dialogue: &Dialogue<'_>, state: &State) -> String {
    dialogue.words().cannot_text(website(dialogue, state).as_deref())
}

pub fn link_takes_a_moment(dialogue: &Dialogue<'_>, state: &State) -> String {
    dialogue.words().link_takes_a_moment(website(dialogue, state).as_deref())
}

/// What is booked, what is not yet, and what that lacks: a sentence each.
pub fn so_far(dialogue: &Dialogue<'_>, state: &State) -> Vec<String> {
    let words = dialogue.words();
    let of = |service, slot: &Slot| what(dialogue, service, slot);
    let mut said: Vec<String> =
        state.booked.iter().map(|booked| words.booked(&of(booked.service, &booked.slot))).collect();
    said.extend(existing::so_far(dialogue, state));
    let booking = &state.booking;
    if state.changes_something() {
        return said;
    }
    let Some(service) = booking.service else { return said };
    let slot = booking.hold.as_ref().map(|hold| &hold.slot).or(booking.chosen.as_ref());
    let wanted = visit::name(dialogue, service, booking.further.iter().copied());
    said.push(words.not_booked_yet(&match slot {
        Some(slot) => of(service, slot),
        None => words.appointment(wanted.as_deref()),
    }));
    let email_missing = !state.email.declined && !state.email.confirmed;
    let missing =
        [(slot.is_none(), Missing::DayAndTime), (state.name.is_none(), Missing::Name), (email_missing, Missing::Email)];
    let missing: Vec<String> =
        missing.into_iter().filter(|(is, _)| *is).map(|(_, what)| words.missing(what).to_owned()).collect();
    if !missing.is_empty() {
        said.push(words.still_needed(&words.and(&missing)));
    }
    said
}

pub fn website(dialogue: &Dialogue<'_>, state: &State) -> Option<String> {
    let address = Some(&dialogue.business.web_address).filter(|address| !address.is_empty())?;
    Some(spoken::web(dialogue.words(), address, state.channel))
}

pub fn unknown_service(dialogue: &Dialogue<'_>, wanted: &str) -> String {
    dialogue.words().unknown_service(wanted, &questions::list_of_services(dialogue))
}

pub fn does_not_perform(dialogue: &Dialogue<'_>, person: &str, service: &Service) -> String {
    let words = dialogue.words();
    let others: Vec<String> = service
        .staff
        .iter()
        .filter_map(|id| dialogue.business.staff_member(*id))
        .map(|s| spoken::person(&s.name, dialogue.business))
        .collect();
    words.does_not_perform(&spoken::person(person, dialogue.business), &said(service), &words.or(&others))
}

fn first_name(state: &State) -> Option<&str> {
    state.name.as_deref().and_then(|name| name.split_whitespace().next())
}
