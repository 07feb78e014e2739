//! A model's arguments, read strictly into typed calls. What is wrong with them is said so that a model can mend it.

use jiff::{SignedDuration, Timestamp, civil::DateTime};
use proto::{
    PhoneNumber,
    id::{AppointmentId, ServiceId, StaffId},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::Tool;
use crate::agent::{
    business::Business,
    dialogue::{
        Channel, Dialogue, State, ToolCall,
        existing::{self, Task},
        handing_off::HandoffReason,
        tool::{Appointment, Client, Contact, ServiceChoice},
    },
};

/// Of one search.
const SEARCH_DAYS_MAX: i64 = 31;
/// Services of a visit after its first.
const FURTHER_MAX: usize = 3;
/// Characters of a name or an address.
const TEXT_MAX: usize = 200;

/// What a model asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// Of a service of ours.
    Call(ToolCall),
    /// A start is to be held, for a new appointment or for one that goes there.
    Hold {
        call: ToolCall,
        moving: Option<AppointmentId>,
    },
    /// Appointments that are under this name.
    Find {
        name: String,
        contact: Contact,
        task: Task,
    },
    /// To be remembered.
    Keep {
        name: Option<String>,
        email: Option<String>,
        email_confirmed: bool,
    },
    EndCall,
}

/// Why a call is not carried out, for the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mistake(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindSlots {
    service: String,
    staff: Option<String>,
    from: String,
    to: String,
    moving: Option<usize>,
    further: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceHold {
    service: String,
    staff: Option<String>,
    start: String,
    further: Option<Vec<String>>,
    moving: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    name: String,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindAppointments {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    purpose: Purpose,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    Move,
    Cancel,
    LookUp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reschedule {
    appointment: usize,
    start: String,
    staff: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {
    appointment: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartHandoff {
    reason: HandoffReason,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepDetails {
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_confirmed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Reads a call by its tool's name and its arguments in JSON.
pub fn read(dialogue: &Dialogue<'_>, state: &State, name: &str, arguments: &str) -> Result<Request, Mistake> {
    let business = dialogue.business;
    let tool = Tool::named(name).filter(|tool| tool.is_offered(state.channel));
    match tool.ok_or_else(|| unknown(state.channel))? {
        Tool::FindSlots => {
            let FindSlots { service, staff, from, to, moving, further } = parse(arguments)?;
            let moving = moving.map(|number| numbered(state, number)).transpose()?;
            let (from, to) = (instant(business, "from", &from)?, instant(business, "to", &to)?);
            if to <= from {
                return Err(mistake("to must be later than from"));
            }
            if to.duration_since(from) > SignedDuration::from_hours(24 * SEARCH_DAYS_MAX) {
                return Err(mistake("search at most 31 days at once"));
            }
            if to <= dialogue.now {
                return Err(mistake("to has passed; the situation says what day and time it is"));
            }
            let (service, staff) = (find_service(business, &service)?, find_staff(business, staff)?);
            let further = as_it_is(find_further(business, further, staff)?, moving);
            let (from, moving) = (from.max(dialogue.now), moving.map(|appointment| appointment.id));
            Ok(Request::Call(ToolCall::FindSlots { service, staff, from, to, moving, further }))
        }
        Tool::PlaceHold => {
            let PlaceHold { service, staff, start, further, moving } = parse(arguments)?;
            let moving = moving.map(|number| numbered(state, number)).transpose()?;
            let (service, staff) = (find_service(business, &service)?, find_staff(business, staff)?);
            let further = as_it_is(find_further(business, further, staff)?, moving);
            let start = instant(business, "start", &start)?;
            let moving = moving.map(|appointment| appointment.id);
            Ok(Request::Hold { call: ToolCall::PlaceHold { service, staff, start, further }, moving })
        }
        Tool::ReleaseHold => {
            let Nothing {} = parse(arguments)?;
            let hold = state.booking.hold.as_ref().map(|hold| hold.id).or(state.booking.stale_hold);
            hold.map(|hold| Request::Call(ToolCall::ReleaseHold { hold })).ok_or_else(|| mistake("nothing is held"))
        }
        Tool::Book => {
            let Book { name, email } = parse(arguments)?;
            let hold = state.booking.hold.as_ref().ok_or_else(|| mistake("nothing is held; call place_hold first"))?;
            let name = named(&name)?;
            let email = email.map(|email| address(&email)).transpose()?.unwrap_or_default();
            let phone = state.phone.clone().unwrap_or_default();
            if email.is_empty() && phone.is_empty() {
                return Err(mistake("an e-mail address is needed: the caller's number is not known"));
            }
            Ok(Request::Call(ToolCall::Book { hold: hold.id, client: Client { name, email, phone } }))
        }
        Tool::FindAppointments => {
            let FindAppointments { name, email, phone, purpose } = parse(arguments)?;
            if existing::has_given_up(state) {
                return Err(mistake("nothing was found so often that it is no use; name the website"));
            }
            let name = named(&name)?;
            let task = match purpose {
                Purpose::Move => Task::Move,
                Purpose::Cancel => Task::Cancel,
                Purpose::LookUp => Task::LookUp,
            };
            Ok(Request::Find { name, contact: contact(state, email, phone)?, task })
        }
        Tool::Reschedule => {
            let Reschedule { appointment, start, staff } = parse(arguments)?;
            let Appointment { id, version, slot, .. } = numbered(state, appointment)?;
            let start = instant(business, "start", &start)?;
            let staff = find_staff(business, staff)?.filter(|staff| *staff != slot.staff);
            Ok(Request::Call(ToolCall::Reschedule { appointment: *id, version: *version, start, staff }))
        }
        Tool::Cancel => {
            let Cancel { appointment } = parse(arguments)?;
            let Appointment { id, version, .. } = numbered(state, appointment)?;
            Ok(Request::Call(ToolCall::Cancel { appointment: *id, version: *version }))
        }
        Tool::StartHandoff => {
            let StartHandoff { reason } = parse(arguments)?;
            if reason == HandoffReason::Timeout {
                return Err(mistake("reason: user_request, many_slots or email_input"));
            }
            Ok(Request::Call(ToolCall::StartHandoff { reason }))
        }
        Tool::KeepDetails => {
            let KeepDetails { name, email, email_confirmed } = parse(arguments)?;
            let name = name.map(|name| named(&name)).transpose()?;
            let email = email.map(|email| address(&email)).transpose()?;
            Ok(Request::Keep { name, email, email_confirmed })
        }
        Tool::EndCall => {
            let Nothing {} = parse(arguments)?;
            Ok(Request::EndCall)
        }
    }
}

/// What the caller gave for it; else where they call from.
fn contact(state: &State, email: Option<String>, phone: Option<String>) -> Result<Contact, Mistake> {
    match (email, phone, &state.phone) {
        (Some(email), _, _) => Ok(Contact::Email(address(&email)?)),
        (None, Some(phone), _) => {
            let phone: PhoneNumber =
                phone.parse().map_err(|_| mistake("phone must be a number with its country, such as +12125550123"))?;
            Ok(Contact::Phone(phone.reveal().to_owned()))
        }
        (None, None, Some(line)) => Ok(Contact::Phone(line.clone())),
        (None, None, None) => Err(mistake("the number is not known; ask for the e-mail address it was booked with")),
    }
}

/// Of those that were found, counted from 1.
fn numbered(state: &State, number: usize) -> Result<&Appointment, Mistake> {
    let found = state.known().nth(number.wrapping_sub(1));
    found.ok_or_else(|| mistake("there is no appointment of that number; call find_appointments"))
}

fn mistake(text: impl Into<String>) -> Mistake {
    Mistake(text.into())
}

fn unknown(channel: Channel) -> Mistake {
    let names: Vec<&str> = Tool::ALL.into_iter().filter(|tool| tool.is_offered(channel)).map(Tool::name).collect();
    mistake(format!("there is no such tool; there are {}", names.join(", ")))
}

/// No arguments at all are an empty object.
fn parse<T: DeserializeOwned>(arguments: &str) -> Result<T, Mistake> {
    let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
    // The message may quote a value. It goes to the model alone, which wrote it.
    serde_json::from_str(arguments).map_err(|error| mistake(format!("the arguments do not fit the schema: {error}")))
}

fn find_service(business: &Business, name: &str) -> Result<ServiceId, Mistake> {
    let found = business.services.iter().find(|service| service.name.eq_ignore_ascii_case(name.trim()));
    let names = || business.services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>().join(", ");
    found.map(|service| service.id).ok_or_else(|| mistake(format!("service must be one of {}", names())))
}

/// Of the same visit: by the same person where they do it, else by whoever is free.
fn find_further(
    business: &Business,
    names: Option<Vec<String>>,
    staff: Option<StaffId>,
) -> Result<Vec<ServiceChoice>, Mistake> {
    let names = names.unwrap_or_default();
    if names.len() > FURTHER_MAX {
        return Err(mistake("further services are three at most"));
    }
    let choice = |name: &String| {
        let service = find_service(business, name)?;
        let performs = |person: &StaffId| business.service(service).is_some_and(|s| s.staff.contains(person));
        Ok(ServiceChoice { service, staff: staff.filter(performs) })
    };
    names.iter().map(choice).collect()
}

/// What goes elsewhere stays with whom it is, where nobody else is asked for.
fn as_it_is(mut further: Vec<ServiceChoice>, moving: Option<&Appointment>) -> Vec<ServiceChoice> {
    let segments = moving.iter().flat_map(|appointment| &appointment.slot.further);
    for (choice, segment) in further.iter_mut().zip(segments) {
        if choice.service == segment.service {
            choice.staff = choice.staff.or(Some(segment.staff));
        }
    }
    further
}

fn find_staff(business: &Business, name: Option<String>) -> Result<Option<StaffId>, Mistake> {
    let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    let found = business.staff.iter().find(|person| person.name.eq_ignore_ascii_case(name.trim()));
    let names = || business.staff.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
    found.map(|person| Some(person.id)).ok_or_else(|| mistake(format!("staff must be null or one of {}", names())))
}

fn instant(business: &Business, field: &str, text: &str) -> Result<Timestamp, Mistake> {
    let local: DateTime = text
        .trim()
        .parse()
        .map_err(|_| mistake(format!("{field} must be a local time such as 2026-11-24T14:30, without a zone")))?;
    business.zone.to_timestamp(local).map_err(|_| mistake(format!("{field} is out of range")))
}

fn named(name: &str) -> Result<String, Mistake> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name = name.chars().any(char::is_alphabetic)
        && name.chars().count() <= TEXT_MAX
        && !name.chars().any(|c| c.is_control() || matches!(c, '<' | '>' | '{' | '}' | '@'));
    if is_name { Ok(name) } else { Err(mistake("name must be a person's name")) }
}

fn address(email: &str) -> Result<String, Mistake> {
    let email = email.trim().to_lowercase();
    let is_address = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let is_plain = email.len() <= TEXT_MAX
        && email.chars().filter(|c| *c == '@').count() == 1
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
    if is_address && is_plain { Ok(email) } else { Err(mistake("email must be an address, or null")) }
}
