//! Answers to what callers ask of the business: hours, prices, address, duration, people, services.

use jiff::civil::{Date, Weekday};

use super::{
    Dialogue, State,
    existing::Task,
    replies, spoken,
    understand::{Intent, Understanding},
};
use crate::agent::business::{OpenRange, Service, Staff};

/// Services named at once, by ear.
const NAMED_MAX: usize = 4;

/// The answers to the questions in an utterance; empty when there are none.
pub fn answers(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Vec<String> {
    let asked = asked_about(dialogue, state, said);
    if let Some(service) = asked.filter(|_| state.task == Task::Book) {
        state.topic = Some(service.id);
    }
    // Else of the appointment that was just told of; "book it" does not mean that one.
    let spoken_of = state.existing.spoken_of.as_ref().map(|appointment| appointment.service);
    let asked = asked.or_else(|| spoken_of.and_then(|id| dialogue.business.service(id)));
    let mut out = Vec::new();
    for intent in &said.intents {
        let answer = match intent.value {
            Intent::AskHours => Some(opening(dialogue, said.dates.first().and_then(|d| d.value.single()))),
            Intent::AskPrice => Some(price(dialogue, asked)),
            Intent::AskAddress | Intent::AskParking => Some(address(dialogue)),
            Intent::AskDuration => Some(duration(dialogue, asked)),
            Intent::AskStaff => Some(people(dialogue, state, asked)),
            Intent::AskServices => Some(services(dialogue)),
            _ => None,
        };
        out.extend(answer);
    }
    out.truncate(2);
    out
}

/// Whether a date in the utterance belongs to a question rather than to the wish.
pub fn owns_date(said: &Understanding) -> bool {
    said.has(Intent::AskHours) || said.has(Intent::OffTopic)
}

fn asked_about<'a>(dialogue: &Dialogue<'a>, state: &State, said: &Understanding) -> Option<&'a Service> {
    let named = said.services.first().and_then(|f| f.value.first()).and_then(|i| dialogue.business.services.get(*i));
    named.or_else(|| state.booking.service.or(state.topic).and_then(|id| dialogue.business.service(id)))
}

pub fn services(dialogue: &Dialogue<'_>) -> String {
    dialogue.words().we_offer(&list_of_services(dialogue))
}

pub fn list_of_services(dialogue: &Dialogue<'_>) -> String {
    let words = dialogue.words();
    let names: Vec<String> = dialogue.business.services.iter().map(replies::said).collect();
    if names.len() > NAMED_MAX + 1 {
        let shown = names.get(..NAMED_MAX).unwrap_or_default();
        return words.and_more(&shown.join(", "));
    }
    words.and(&names)
}

fn opening(dialogue: &Dialogue<'_>, date: Option<Date>) -> String {
    let (business, words) = (dialogue.business, dialogue.words());
    if let Some(date) = date {
        let day = words.date(date, dialogue.today());
        return match business.open_on(date) {
            [] => words.closed_on(&day),
            ranges => words.open_on(&day, &words.hours(ranges)),
        };
    }
    // Runs of weekdays with the same hours are said as one.
    let days = Weekday::Monday.cycle_forward().zip(&business.week);
    let mut runs: Vec<(Weekday, Weekday, &[OpenRange])> = Vec::new();
    for (day, open) in days {
        match runs.last_mut() {
            Some((_, last, same)) if *same == open.as_slice() => *last = day,
            _ => runs.push((day, day, open)),
        }
    }
    let open = runs.into_iter().filter(|(_, _, open)| !open.is_empty());
    let said: Vec<_> = open.map(|(first, last, open)| (words.weekdays(first, last), words.hours(open))).collect();
    if said.is_empty() { words.no_opening().to_owned() } else { words.opening(&said) }
}

fn price(dialogue: &Dialogue<'_>, asked: Option<&Service>) -> String {
    let words = dialogue.words();
    let one = |service: &Service| Some((replies::said(service), service.price.clone()?));
    let prices: Vec<_> = about(dialogue, asked).iter().filter_map(one).take(NAMED_MAX).collect();
    if prices.is_empty() { words.no_price().to_owned() } else { words.prices(&prices) }
}

fn duration(dialogue: &Dialogue<'_>, asked: Option<&Service>) -> String {
    let one = |service: &Service| (replies::said(service), service.minutes);
    let durations: Vec<_> = about(dialogue, asked).iter().map(one).take(NAMED_MAX).collect();
    dialogue.words().durations(&durations)
}

/// The service that is asked about, or all of them.
fn about<'a>(dialogue: &Dialogue<'a>, asked: Option<&'a Service>) -> &'a [Service] {
    asked.map_or(dialogue.business.services.as_slice(), std::slice::from_ref)
}

fn address(dialogue: &Dialogue<'_>) -> String {
    match dialogue.business.address.as_str() {
        "" => dialogue.words().no_address().to_owned(),
        address => dialogue.words().address(address.trim_end_matches('.')),
    }
}

fn people(dialogue: &Dialogue<'_>, state: &mut State, asked: Option<&Service>) -> String {
    let words = dialogue.words();
    let performs = |person: &&Staff| asked.is_none_or(|s| s.staff.contains(&person.id));
    let mut all = dialogue.business.staff.iter().filter(performs);
    if let (Some(one), None) = (all.next(), all.next()) {
        state.booking.person_offered = Some(one.id);
    }
    let names: Vec<String> =
        dialogue.business.staff.iter().filter(performs).map(|s| spoken::person(&s.name, dialogue.business)).collect();
    if names.is_empty() {
        return words.no_people().to_owned();
    }
    words.people(asked.map(replies::said).as_deref(), &words.or(&names))
}
