//! A service of the corpus as a business that our engine answers for.
//!
//! What a slot is follows from its name; whom and what there is to choose from, from what the agent says of it throughout
//! the files, as a business knows its people.

use std::collections::{BTreeMap, BTreeSet};

use conversation_svc::agent::business::{Business, OpenRange, Service, Staff};
use jiff::tz::TimeZone;
use proto::{
    Language,
    id::{ServiceId, StaffId, TenantId},
};

use super::file::{Call, Dialogue, Who};

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Date,
    Time,
    /// Who is booked, or what.
    Provider,
    /// Yes or no: "is_unisex".
    Flag,
    /// One of the values that the business knows.
    Choice,
}

/// The slots of a service and what there is of each, and the business that it makes.
pub struct Domain {
    pub service: String,
    pub business: Business,
    /// Values that can be named, by slot; none of days, times and providers.
    pub choices: BTreeMap<String, Vec<Service>>,
    /// What names a slot of yes or no.
    pub flags: BTreeMap<String, Service>,
    pub slots: BTreeMap<String, Kind>,
    /// The intent that books, and those that look something up.
    pub books: Option<String>,
    pub finds: Vec<String>,
}

impl Domain {
    /// The services that the dialogues are about.
    pub fn of(dialogues: &[Dialogue]) -> BTreeMap<String, Self> {
        let mut seen: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
        for dialogue in dialogues {
            for call in &dialogue.calls {
                seen.entry(&call.service).or_default().call(call);
            }
            for turn in &dialogue.turns {
                for frame in &turn.frames {
                    let seen = seen.entry(&frame.service).or_default();
                    seen.intents.extend(frame.intent.as_deref().filter(|intent| *intent != "NONE"));
                    seen.slots.extend(frame.state.keys().map(String::as_str));
                    if turn.who == Who::System {
                        for act in &frame.acts {
                            if let Some(value) = &act.value {
                                seen.values.entry(&act.slot).or_default().insert(value);
                            }
                        }
                    }
                }
            }
        }
        seen.into_iter().map(|(service, seen)| (service.to_owned(), seen.domain(service))).collect()
    }

    /// The slot of a kind that a booking has; the first by name where it has several.
    pub fn slot(&self, kind: Kind) -> Option<&str> {
        self.slots.iter().find(|(_, k)| **k == kind).map(|(slot, _)| slot.as_str())
    }

    pub fn provider(&self, name: &str) -> Option<&Staff> {
        self.business.staff.iter().find(|staff| staff.name == name)
    }
}

/// What the dialogues show of a service.
#[derive(Default)]
struct Seen<'a> {
    intents: BTreeSet<&'a str>,
    slots: BTreeSet<&'a str>,
    /// Parameters of calls that book.
    booked: BTreeSet<&'a str>,
    values: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Seen<'a> {
    fn call(&mut self, call: &'a Call) {
        self.slots.extend(call.params.keys().map(String::as_str));
        if is_booking(&call.method) {
            self.booked.extend(call.params.keys().map(String::as_str));
        }
    }

    fn domain(self, service: &str) -> Domain {
        let slots: BTreeMap<String, Kind> =
            self.slots.iter().map(|slot| ((*slot).to_owned(), self.kind(slot))).collect();
        let known = |slot: &str| self.values.get(slot).into_iter().flatten().map(|value| (*value).to_owned());
        let provider = slots.iter().find(|(_, kind)| **kind == Kind::Provider).map(|(slot, _)| slot.as_str());
        let choices = slots
            .iter()
            .filter(|(_, kind)| **kind == Kind::Choice)
            .map(|(slot, _)| {
                (
                    slot.clone(),
                    known(slot).map(|name| Service { synonyms: short_forms(&name), ..named(name) }).collect(),
                )
            })
            .collect();
        let flags = slots
            .iter()
            .filter(|(_, kind)| **kind == Kind::Flag)
            .filter_map(|(slot, _)| Some((slot.clone(), named(slot.split_once('_')?.1.replace('_', " ")))))
            .collect();
        let (books, finds): (Vec<_>, Vec<_>) =
            self.intents.iter().map(|i| (*i).to_owned()).partition(|i| is_booking(i));
        Domain {
            service: service.to_owned(),
            business: business(service, provider.into_iter().flat_map(known).collect()),
            choices,
            flags,
            slots,
            books: books.into_iter().next(),
            finds,
        }
    }

    fn kind(&self, slot: &str) -> Kind {
        if slot.ends_with("date") {
            Kind::Date
        } else if slot.ends_with("time") {
            Kind::Time
        } else if ["is_", "has_", "offers_", "serves_"].iter().any(|verb| slot.starts_with(verb)) {
            Kind::Flag
        } else if slot.ends_with("_name") && self.booked.contains(slot) {
            Kind::Provider
        } else {
            Kind::Choice
        }
    }
}

/// Whether an intent makes a booking, by its verb.
pub fn is_booking(intent: &str) -> bool {
    ["Book", "Reserve", "Schedule", "Add", "Buy"].iter().any(|verb| intent.starts_with(verb))
}

fn named(name: String) -> Service {
    Service { id: ServiceId::new(), name, synonyms: Vec::new(), minutes: 60, price: None, staff: Vec::new() }
}

/// What people make of a longer name: its initials, and its last word cut short ("San Fran").
fn short_forms(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let Some((last, others)) = words.split_last().filter(|(_, others)| !others.is_empty()) else { return Vec::new() };
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    let cut: String = last.chars().take(4).collect();
    vec![initials, format!("{} {cut}", others.join(" "))]
}

/// Open by day, so that an hour without am or pm is one of the day.
fn business(name: &str, providers: Vec<String>) -> Business {
    let staff: Vec<Staff> = providers.into_iter().map(|name| Staff { id: StaffId::new(), name }).collect();
    let day = vec![OpenRange { start: 8 * 60, end: 20 * 60 }];
    let everyone = staff.iter().map(|staff| staff.id).collect();
    Business {
        tenant: TenantId::new(),
        name: name.to_owned(),
        language: Language::English,
        zone: TimeZone::UTC,
        greeting: String::new(),
        consent_sentence: String::new(),
        address: String::new(),
        web_address: String::new(),
        phone: String::new(),
        services: vec![Service { staff: everyone, ..named("appointment".to_owned()) }],
        staff,
        week: std::array::from_fn(|_| day.clone()),
        exceptions: BTreeMap::new(),
    }
}
