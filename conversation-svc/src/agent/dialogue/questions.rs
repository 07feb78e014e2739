//! Answers to what callers ask of the business: hours, prices, address, duration, people, services.

use jiff::civil::Date;

use super::{
    Dialogue, State, spoken,
    understand::{Intent, Understanding, date::add_days},
};
use crate::agent::business::{Service, Staff};

/// Services named at once, by ear.
const NAMED_MAX: usize = 4;

/// The answers to the questions in an utterance; empty when there are none.
pub fn answers(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding) -> Vec<String> {
    let asked = asked_about(dialogue, state, said);
    if let Some(service) = asked {
        state.topic = Some(service.id);
    }
    let mut out = Vec::new();
    for intent in &said.intents {
        let answer = match intent.value {
            Intent::AskHours => Some(opening(dialogue, said.dates.first().and_then(|d| d.value.single()))),
            Intent::AskPrice => Some(price(dialogue, asked)),
            Intent::AskAddress | Intent::AskParking => Some(address(dialogue)),
            Intent::AskDuration => Some(duration(dialogue, asked)),
            Intent::AskStaff => Some(people(dialogue, asked)),
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
    said.has(Intent::AskHours)
}

fn asked_about<'a>(dialogue: &Dialogue<'a>, state: &State, said: &Understanding) -> Option<&'a Service> {
    let named = said.services.first().and_then(|f| f.value.first()).and_then(|i| dialogue.business.services.get(*i));
    named.or_else(|| state.booking.service.or(state.topic).and_then(|id| dialogue.business.service(id)))
}

pub fn services(dialogue: &Dialogue<'_>) -> String {
    format!("We offer {}.", list_of_services(dialogue))
}

pub fn list_of_services(dialogue: &Dialogue<'_>) -> String {
    let names: Vec<String> = dialogue.business.services.iter().map(|s| s.name.to_lowercase()).collect();
    if names.len() > NAMED_MAX + 1 {
        let shown = names.get(..NAMED_MAX).unwrap_or_default();
        return format!("{}, and more", shown.join(", "));
    }
    spoken::and(&names)
}

fn opening(dialogue: &Dialogue<'_>, date: Option<Date>) -> String {
    let business = dialogue.business;
    if let Some(date) = date {
        let day = spoken::date(date, dialogue.today());
        return match business.open_on(date) {
            [] => format!("We're closed on {day}."),
            ranges => format!("On {day} we're open {}.", spoken::hours(ranges)),
        };
    }
    // Runs of weekdays with the same hours are said as one.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for day in 0..7 {
        match runs.last_mut() {
            Some((_, last)) if business.week[*last] == business.week[day] => *last = day,
            _ => runs.push((day, day)),
        }
    }
    let monday = add_days(dialogue.today(), -i32::from(dialogue.today().weekday().to_monday_zero_offset()));
    let name = |day: usize| spoken::weekday(add_days(monday, i32::try_from(day).unwrap_or(0)).weekday());
    let said: Vec<String> = runs
        .iter()
        .filter(|(first, _)| !business.week[*first].is_empty())
        .map(|(first, last)| {
            let days = match last - first {
                0 => name(*first).to_owned(),
                1 => format!("{} and {}", name(*first), name(*last)),
                _ => format!("{} to {}", name(*first), name(*last)),
            };
            format!("{days} {}", spoken::hours(&business.week[*first]))
        })
        .collect();
    if said.is_empty() {
        "I don't have our opening hours at hand.".to_owned()
    } else {
        format!("We're open {}.", spoken::and(&said))
    }
}

fn price(dialogue: &Dialogue<'_>, asked: Option<&Service>) -> String {
    let one = |s: &Service| {
        s.price.as_ref().map(|p| format!("{} is {}", spoken::a(&s.name.to_lowercase()), spoken::price(p)))
    };
    let said = match asked {
        Some(service) => one(service).into_iter().collect(),
        None => dialogue.business.services.iter().filter_map(one).take(NAMED_MAX).collect::<Vec<_>>(),
    };
    if said.is_empty() {
        "I don't have the price at hand.".to_owned()
    } else {
        capital(&format!("{}.", spoken::and(&said)))
    }
}

fn duration(dialogue: &Dialogue<'_>, asked: Option<&Service>) -> String {
    let one = |s: &Service| format!("{} takes {} minutes", spoken::a(&s.name.to_lowercase()), s.minutes);
    let said: Vec<String> = match asked {
        Some(service) => vec![one(service)],
        None => dialogue.business.services.iter().take(NAMED_MAX).map(one).collect(),
    };
    capital(&format!("{}.", spoken::and(&said)))
}

fn address(dialogue: &Dialogue<'_>) -> String {
    match dialogue.business.address.as_str() {
        "" => "I don't have the address at hand.".to_owned(),
        address => format!("We're at {}.", address.trim_end_matches('.')),
    }
}

fn people(dialogue: &Dialogue<'_>, asked: Option<&Service>) -> String {
    let performs = |person: &&Staff| asked.is_none_or(|s| s.staff.contains(&person.id));
    let names: Vec<String> =
        dialogue.business.staff.iter().filter(performs).map(|s| spoken::person(&s.name, dialogue.business)).collect();
    match (asked, names.is_empty()) {
        (_, true) => "I don't have that at hand.".to_owned(),
        (Some(service), false) => {
            format!("{} is with {}.", capital(&spoken::a(&service.name.to_lowercase())), spoken::or(&names))
        }
        (None, false) => format!("You can see {}.", spoken::or(&names)),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
