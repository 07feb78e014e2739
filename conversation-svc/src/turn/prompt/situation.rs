//! How things stand in this turn: the clock, what is known and held, and what the engine makes of the caller's words.

use std::fmt::Write as _;

use super::{SITUATION_TAGS, facts, spoken};
use crate::agent::dialogue::{
    Dialogue, State,
    existing::Changed,
    tool::{Appointment, Slot},
    understand::{Answer, Found, Intent, Understanding, When, time::Part},
};

/// The last message of a prompt. `said` are words of this turn that the caller has heard already.
pub fn situation(dialogue: &Dialogue<'_>, state: &State, text: &str, hint: &Understanding, said: &[String]) -> String {
    let business = dialogue.business;
    let now = business.local(dialogue.now);
    let (open, close) = SITUATION_TAGS;
    let mut out = format!("{open}\nNow: {} {}\n", facts::day(now.date()), now.strftime("%H:%M"));
    let mut line = |what: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(out, "{what}: {}", value.replace(['<', '>', '\n'], " "));
        }
    };
    line("Caller's name", state.name.clone().unwrap_or_default());
    line("Caller's e-mail", email(state));
    line("Caller's phone", state.phone.as_ref().map(|_| "known".to_owned()).unwrap_or_default());
    line("Wanted", wanted(dialogue, state));
    line(
        "Held for the caller, not booked",
        state.booking.hold.as_ref().map(|h| slot(dialogue, &h.slot)).unwrap_or_default(),
    );
    line("Offered", slots(dialogue, &state.booking.offers));
    line("Booked in this conversation", booked(dialogue, state));
    line("Moved or cancelled in this conversation", changed(dialogue, state));
    line("Appointments that were found", found(dialogue, state));
    line("A link was sent", if state.link_sent { "yes".to_owned() } else { String::new() });
    line("Understood, perhaps wrongly", understood(dialogue, hint));
    line("You have just said", said.join(" "));
    let _ = write!(out, "{close}\n{}", spoken(text));
    out
}

fn email(state: &State) -> String {
    match &state.email {
        email if email.declined => "none".to_owned(),
        email if email.address.is_empty() => String::new(),
        email if email.confirmed => format!("{} (confirmed)", email.address),
        email => format!("{} (not confirmed)", email.address),
    }
}

fn wanted(dialogue: &Dialogue<'_>, state: &State) -> String {
    let business = dialogue.business;
    let service = state.booking.service.and_then(|id| business.service(id)).map(|service| service.name.clone());
    let staff =
        state.booking.staff.and_then(|id| business.staff_member(id)).map(|person| format!("with {}", person.name));
    let days = state.booking.days.map(|days| {
        if days.single { facts::day(days.start) } else { format!("from {} until before {}", days.start, days.end_excl) }
    });
    [service, staff, days].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn slot(dialogue: &Dialogue<'_>, slot: &Slot) -> String {
    let start = dialogue.business.local(slot.start);
    format!("{} {} with {}", facts::day(start.date()), start.strftime("%H:%M"), slot.staff_name)
}

fn slots(dialogue: &Dialogue<'_>, slots: &[Slot]) -> String {
    slots.iter().map(|s| slot(dialogue, s)).collect::<Vec<_>>().join("; ")
}

fn appointment(dialogue: &Dialogue<'_>, appointment: &Appointment) -> String {
    let service = dialogue.business.service(appointment.service).map(|service| service.name.as_str());
    format!("{}, {}", service.unwrap_or_default(), slot(dialogue, &appointment.slot))
}

fn booked(dialogue: &Dialogue<'_>, state: &State) -> String {
    state.booked.iter().map(|booked| appointment(dialogue, booked)).collect::<Vec<_>>().join("; ")
}

fn changed(dialogue: &Dialogue<'_>, state: &State) -> String {
    let one = |changed: &Changed| match changed {
        Changed::Moved(moved) => format!("moved: {}", appointment(dialogue, moved)),
        Changed::Cancelled(cancelled) => format!("cancelled: {}", appointment(dialogue, cancelled)),
    };
    state.changed.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Of the caller's own, by the numbers that tools know them by.
fn found(dialogue: &Dialogue<'_>, state: &State) -> String {
    let one = |(number, found): (usize, &Appointment)| format!("number {number}: {}", appointment(dialogue, found));
    (1..).zip(state.known()).map(one).collect::<Vec<_>>().join("; ")
}

/// The engine's reading, a few words for each value.
fn understood(dialogue: &Dialogue<'_>, said: &Understanding) -> String {
    let business = dialogue.business;
    let mut out: Vec<String> = Vec::new();
    let name_of_service = |i: &usize| business.services.get(*i).map(|service| service.name.as_str());
    let name_of_person = |i: &usize| business.staff.get(*i).map(|person| person.name.as_str());
    for found in &said.services {
        out.push(format!(
            "service {}",
            found.value.iter().filter_map(name_of_service).collect::<Vec<_>>().join(" or ")
        ));
    }
    for found in &said.staff {
        out.push(format!("with {}", found.value.iter().filter_map(name_of_person).collect::<Vec<_>>().join(" or ")));
    }
    for Found { value, .. } in &said.dates {
        out.push(match value.single() {
            Some(day) => format!("day {}", facts::day(day)),
            None => format!("days from {} until before {}", value.start, value.end_excl),
        });
    }
    out.extend(said.times.iter().map(|found| when(found.value)));
    out.extend(said.names.iter().map(|found| format!("name {}", found.value)));
    out.extend(said.email.iter().map(|found| format!("e-mail {}", found.value.address)));
    out.extend(said.answer.iter().map(|found| if found.value == Answer::Yes { "yes" } else { "no" }.to_owned()));
    out.extend(said.intents.iter().filter_map(|found| intent(found.value)).map(str::to_owned));
    out.join("; ")
}

fn when(when: When) -> String {
    let clock = |clock: crate::agent::dialogue::understand::time::Clock| {
        let readings: Vec<String> = clock.readings().map(|time| time.strftime("%H:%M").to_string()).collect();
        readings.join(" or ")
    };
    match when {
        When::At(at) => format!("at {}", clock(at)),
        When::Around(at) => format!("around {}", clock(at)),
        When::From(at) => format!("from {}", clock(at)),
        When::Until(at) => format!("before {}", clock(at)),
        When::Between(from, to) => format!("between {} and {}", clock(from), clock(to)),
        When::Part(Part::Morning) => "in the morning".to_owned(),
        When::Part(Part::Lunch) => "around noon".to_owned(),
        When::Part(Part::Afternoon) => "in the afternoon".to_owned(),
        When::Part(Part::Evening) => "in the evening".to_owned(),
        When::Any => "at any time".to_owned(),
        When::Earliest => "as early as possible".to_owned(),
    }
}

/// Those that tell a model more than the words do.
const fn intent(intent: Intent) -> Option<&'static str> {
    match intent {
        Intent::Book => Some("wants to book"),
        Intent::Reschedule => Some("wants to move an appointment"),
        Intent::Cancel => Some("wants to cancel an appointment"),
        Intent::Abort => Some("wants to drop it"),
        Intent::Goodbye => Some("says goodbye"),
        Intent::Online => Some("wants a link"),
        _ => None,
    }
}
