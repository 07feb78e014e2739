//! What the agent says: one short sentence for each purpose, in two or three forms that alternate.

use proto::id::AppointmentId;

use super::{
    Channel, Dialogue, State, hours, offers, questions, spoken,
    state::{Ask, Booked, Booking},
    tool::Slot,
    understand::{When, sound, time::Part},
};

/// One of several wordings, by turn, so that the same words do not come twice in a row.
fn vary(dialogue: &Dialogue<'_>, forms: &[&str]) -> String {
    let index = usize::try_from(dialogue.turn).unwrap_or(0) % forms.len().max(1);
    forms.get(index).copied().unwrap_or_default().to_owned()
}

pub fn question(dialogue: &Dialogue<'_>, state: &State, ask: Ask) -> String {
    let again = state.work.rephrase;
    match ask {
        Ask::Open if again => {
            format!("You can say, for example: I'd like to book {} tomorrow at 2 PM.", example_service(dialogue))
        }
        Ask::Open => vary(dialogue, &["How can I help?", "What can I do for you?"]),
        Ask::Service => service_question(dialogue, state),
        Ask::Day if again => "Please tell me a day and a time, for example: Friday at 2 PM.".to_owned(),
        Ask::Day => day_question(dialogue, state),
        Ask::Slot => slot_question(dialogue, state),
        Ask::Name if again => "Please say just your first and last name.".to_owned(),
        Ask::Name => vary(dialogue, &["May I have your first and last name?", "What name should I put it under?"]),
        Ask::Email if again || state.email.rounds > 1 => spelling_example(state.channel),
        Ask::Email => match first_name(state) {
            Some(name) => format!("Thanks, {name}. What's your e-mail address?"),
            None => "What's your e-mail address?".to_owned(),
        },
        Ask::EmailSpelling => match state.channel {
            Channel::Phone => "Please spell the part before the at sign, letter by letter.".to_owned(),
            Channel::Web => "Please type your e-mail address again.".to_owned(),
        },
        Ask::EmailCheck => email_check(state),
        Ask::Summary => summary(dialogue, state),
        Ask::WhatToChange => "What should I change?".to_owned(),
        Ask::TryAgain => "Shall I try again?".to_owned(),
        Ask::AnythingElse => {
            vary(dialogue, &["Is there anything else I can do for you?", "Can I do anything else for you?"])
        }
    }
}

fn example_service(dialogue: &Dialogue<'_>) -> String {
    dialogue.business.services.first().map_or("an appointment".to_owned(), |s| spoken::a(&s.name.to_lowercase()))
}

fn service_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let among: Vec<String> = state
        .booking
        .service_among
        .iter()
        .filter_map(|id| dialogue.business.service(*id))
        .map(|s| s.name.to_lowercase())
        .collect();
    if !among.is_empty() {
        let shown = among.get(..offers::OPTIONS_MAX).unwrap_or(&among);
        return format!("Which would you like: {}?", spoken::or(shown));
    }
    let listed = state.work.lead.iter().any(|s| s.contains(&questions::list_of_services(dialogue)));
    if listed {
        return vary(dialogue, &["Which one would you like?", "What would you like to book?"]);
    }
    format!(
        "{} We offer {}.",
        vary(dialogue, &["What would you like to book?", "Which service would you like?"]),
        questions::list_of_services(dialogue)
    )
}

fn day_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let service = state.booking.service.and_then(|id| dialogue.business.service(id)).map(|s| s.name.to_lowercase());
    match (state.booking.when, service) {
        (Some(_), _) => vary(dialogue, &["What day would you like?", "Which day would suit you?"]),
        (None, Some(service)) if state.work.lead.is_empty() => {
            format!("What day and time would you like for your {service}?")
        }
        (None, _) => vary(dialogue, &["What day and time would you like?", "What day and time would suit you?"]),
    }
}

fn slot_question(dialogue: &Dialogue<'_>, state: &State) -> String {
    let list = offers::list(dialogue, &state.booking.offers);
    match state.booking.offers.len() {
        1 => format!("I have {list}. Would that work?"),
        _ => format!("I have {list}. {}", vary(dialogue, &["Which would you like?", "What suits you best?"])),
    }
}

fn spelling_example(channel: Channel) -> String {
    match channel {
        Channel::Phone => {
            "Please say your e-mail slowly, letter by letter, for example: J, O, E, at example dot com.".to_owned()
        }
        Channel::Web => "What's your e-mail address? It looks like name@example.com.".to_owned(),
    }
}

/// Spelled when something in it was guessed, or when it is not made of the name we have.
fn email_check(state: &State) -> String {
    let address = &state.email.address;
    let local = address.split_once('@').map_or("", |(local, _)| local);
    let name = state.name.clone().unwrap_or_default().to_lowercase();
    let of_name =
        local.split(['.', '_', '-']).all(|part| !part.is_empty() && name.split_whitespace().any(|n| n == part));
    if state.email.doubtful || !of_name {
        format!("I have {}. Is that right?", spoken::email_spelled(address, state.channel))
    } else {
        format!("I have {}. Is that right?", spoken::email(address, state.channel))
    }
}

fn summary(dialogue: &Dialogue<'_>, state: &State) -> String {
    let Some(hold) = &state.booking.hold else { return "Shall I book it?".to_owned() };
    let name = state.name.clone().unwrap_or_default();
    format!(
        "So that's {}, for {name}. {}",
        what(dialogue, &state.booking, &hold.slot),
        vary(dialogue, &["Shall I book it?", "Should I book that?"])
    )
}

/// "a massage with Dana on Tuesday, December 1st at 2 PM"
fn what(dialogue: &Dialogue<'_>, booking: &Booking, slot: &Slot) -> String {
    let service = booking
        .service
        .and_then(|id| dialogue.business.service(id))
        .map_or("an appointment".to_owned(), |s| spoken::a(&s.name.to_lowercase()));
    let with = if slot.staff_name.is_empty() {
        String::new()
    } else {
        format!(" with {}", spoken::person(&slot.staff_name, dialogue.business))
    };
    format!("{service}{with} on {}", spoken::date_time(hours::local(dialogue.business, slot.start), dialogue.today()))
}

pub fn free(dialogue: &Dialogue<'_>, slot: &Slot) -> String {
    let at = spoken::date_time(hours::local(dialogue.business, slot.start), dialogue.today());
    format!("{at} with {} is free.", spoken::person(&slot.staff_name, dialogue.business))
}

/// The appointment stands: its sentence is a fact that must be heard, and the booking in the making is over.
pub fn booked(dialogue: &Dialogue<'_>, state: &mut State, appointment: AppointmentId, slot: Slot) {
    let sentence = format!("You're booked: {}.", what(dialogue, &state.booking, &slot));
    if let Some(service) = state.booking.service {
        state.booked.push(Booked { appointment, service, slot });
    }
    state.booking = Booking::default();
    state.another = false;
    state.topic = None;
    state.work.fact = Some(match state.work.fact.take() {
        Some(earlier) => format!("{earlier} {sentence}"),
        None => sentence.clone(),
    });
    state.say(sentence);
}

pub fn goodbye(dialogue: &Dialogue<'_>, state: &State) -> String {
    let lead = state.work.lead.join(" ");
    let end = match (state.booked.is_empty(), state.in_progress()) {
        (false, false) => vary(dialogue, &["Thank you, and see you soon. Goodbye!", "See you then. Goodbye!"]),
        (_, true) => "All right, I haven't booked that. Thank you for calling. Goodbye!".to_owned(),
        (true, false) => "Thank you for calling. Goodbye!".to_owned(),
    };
    let end = if state.channel == Channel::Web { end.replace("for calling", "for your message") } else { end };
    if lead.is_empty() { end } else { format!("{lead} {end}") }
}

pub fn missed(dialogue: &Dialogue<'_>, state: &State) -> String {
    match state.misses {
        0 | 1 => vary(dialogue, &["Sorry, I didn't catch that.", "I'm sorry, I didn't get that."]),
        2 => "I'm sorry, I still didn't understand.".to_owned(),
        _ if dialogue.business.web_address.is_empty() => "I'm sorry, I have trouble understanding you.".to_owned(),
        _ => format!(
            "I'm sorry, I have trouble understanding you. You can also book on our website, {}.",
            spoken::web(&dialogue.business.web_address, state.channel)
        ),
    }
}

pub fn trouble(booking: bool) -> &'static str {
    if booking {
        "I'm sorry, I couldn't finish that just now, so nothing is certain yet."
    } else {
        "I'm sorry, I can't reach our calendar right now."
    }
}

/// That the wished part of the day has nothing, before what there is instead.
pub fn nothing_then(dialogue: &Dialogue<'_>, state: &State) -> Option<String> {
    let time = |clock| spoken::time(hours::resolve(dialogue.business, clock, state.booking.days.map(|d| d.start)));
    let when = match state.booking.when? {
        When::Part(Part::Morning) => "in the morning".to_owned(),
        When::Part(Part::Lunch) => "around noon".to_owned(),
        When::Part(Part::Afternoon) => "in the afternoon".to_owned(),
        When::Part(Part::Evening) => "in the evening".to_owned(),
        When::From(clock) => format!("after {}", time(clock)),
        When::Until(clock) => format!("before {}", time(clock)),
        When::At(clock) => format!("at {}", time(clock)),
        When::Around(clock) => format!("around {}", time(clock)),
        When::Between(from, to) => format!("between {} and {}", time(from), time(to)),
        When::Any | When::Earliest => return None,
    };
    Some(format!("I'm sorry, there's nothing free {when} then."))
}

pub fn human(dialogue: &Dialogue<'_>, state: &State) -> String {
    match dialogue.business.web_address.as_str() {
        "" => "I can't connect you to a person right now, but I can book an appointment for you.".to_owned(),
        web => format!(
            "I can't connect you to a person right now. You can reach the team through {}, or I can book for you.",
            spoken::web(web, state.channel)
        ),
    }
}

pub fn cannot_change(dialogue: &Dialogue<'_>, state: &State) -> String {
    match dialogue.business.web_address.as_str() {
        "" => "I'm sorry, I can't move or cancel an appointment here.".to_owned(),
        web => format!(
            "I'm sorry, I can't move or cancel an appointment here. Please use {}.",
            spoken::web(web, state.channel)
        ),
    }
}

pub fn unknown_service(dialogue: &Dialogue<'_>, wanted: &str) -> String {
    format!("I'm sorry, we don't offer {wanted}. We do offer {}.", questions::list_of_services(dialogue))
}

pub fn does_not_perform(dialogue: &Dialogue<'_>, person: &str, service: &crate::agent::business::Service) -> String {
    let names: Vec<String> = service
        .staff
        .iter()
        .filter_map(|id| dialogue.business.staff_member(*id))
        .map(|s| spoken::person(&s.name, dialogue.business))
        .collect();
    format!(
        "{} doesn't do {}, but {} does.",
        spoken::person(person, dialogue.business),
        spoken::a(&service.name.to_lowercase()),
        spoken::or(&names)
    )
}

fn first_name(state: &State) -> Option<String> {
    state.name.as_ref().and_then(|n| n.split_whitespace().next()).map(str::to_owned)
}

/// A local part that sounds like the name we have is written as that name, part by part; `None` when nothing changes.
pub fn spelled_as_named(local: &str, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split_whitespace().collect();
    let joined = parts.concat();
    let mut fixed = String::new();
    for segment in local.split_inclusive(['.', '_', '-', '+']) {
        let separator = segment.len() - segment.trim_end_matches(['.', '_', '-', '+']).len();
        let (word, end) = segment.split_at(segment.len() - separator);
        let exact = parts.contains(&word) || word == joined;
        let named = parts
            .iter()
            .copied()
            .chain([joined.as_str()])
            .find(|form| word.len() > 2 && sound::likeness(form, word) >= 0.82);
        fixed.push_str(named.filter(|_| !exact).unwrap_or(word));
        fixed.push_str(end);
    }
    (fixed != local).then_some(fixed)
}

/// A corrected name: a single word replaces the part it sounds like, or the last one.
pub fn corrected_name(had: Option<&str>, said: &str) -> String {
    let Some(had) = had.filter(|h| h.contains(' ') && !said.contains(' ')) else { return said.to_owned() };
    let mut parts: Vec<String> = had.split_whitespace().map(str::to_owned).collect();
    let like = |part: &String| sound::likeness(&part.to_lowercase(), &said.to_lowercase());
    let best = (0..parts.len()).max_by(|a, b| like(&parts[*a]).total_cmp(&like(&parts[*b])));
    if let Some(at) = best {
        let at = if like(&parts[at]) > 0.5 { at } else { parts.len() - 1 };
        parts[at] = said.to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misheard_address_is_written_as_the_name() {
        assert_eq!(spelled_as_named("alix", "Alex Morrison").as_deref(), Some("alex"));
        assert_eq!(spelled_as_named("alix.morison", "Alex Morrison").as_deref(), Some("alex.morrison"));
        assert_eq!(spelled_as_named("alex", "Alex Morrison"), None);
        assert_eq!(spelled_as_named("info", "Alex Morrison"), None);
    }

    #[test]
    fn a_corrected_part_replaces_what_it_sounds_like() {
        assert_eq!(corrected_name(Some("Alec Morrison"), "Alex"), "Alex Morrison");
        assert_eq!(corrected_name(Some("Alex Morison"), "Morrison"), "Alex Morrison");
        assert_eq!(corrected_name(Some("Alex Morison"), "Jane Doe"), "Jane Doe");
        assert_eq!(corrected_name(None, "Alex"), "Alex");
    }
}
