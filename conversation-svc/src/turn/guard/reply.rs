//! What must not be said, looked for in each sentence before it is.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use regex::Regex;

use super::{in_all, leak::leaks};
use crate::agent::{
    business::Business,
    dialogue::{
        Dialogue, Expectation, State, tool,
        understand::{Context, When, understand},
    },
    toolbox::Tool,
};
use crate::turn::sentences;

/// Why a reply must not be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    ToolName,
    Json,
    /// It claims a booking, and this session has no such appointment.
    UnprovenBooking,
    /// It claims that an appointment was moved or cancelled, and none was.
    UnprovenChange,
    /// It gives away what models are told.
    PromptLeak,
    /// It has an address or a number that is neither the tenant's nor this caller's.
    ForeignData,
    /// It promises a price that is not the tenant's.
    UnknownPrice,
}

impl Fault {
    /// For metrics and the audit log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToolName => "tool_name",
            Self::Json => "json",
            Self::UnprovenBooking => "unproven_booking",
            Self::UnprovenChange => "unproven_change",
            Self::PromptLeak => "prompt_leak",
            Self::ForeignData => "foreign_data",
            Self::UnknownPrice => "unknown_price",
        }
    }
}

/// Fewer digits are no telephone number.
const PHONE_DIGITS_MIN: usize = 9;

/// What a reply is held against.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    pub business: &'a Business,
    pub state: &'a State,
    /// What was said in this turn already.
    pub before: &'a str,
    /// The business's wall clock.
    pub now: DateTime,
}

impl<'a> Proof<'a> {
    pub fn of(dialogue: &Dialogue<'a>, state: &'a State) -> Self {
        Self { business: dialogue.business, state, before: "", now: dialogue.business.local(dialogue.now) }
    }
}

static CLAIMS: LazyLock<Vec<Regex>> = LazyLock::new(|| in_all(|phrases| phrases.claim));
static APPOINTMENTS: LazyLock<Vec<Regex>> = LazyLock::new(|| in_all(|phrases| phrases.appointment));
static CHANGES: LazyLock<Vec<Regex>> = LazyLock::new(|| in_all(|phrases| phrases.change_claim));
static GIFTS: LazyLock<Vec<Regex>> = LazyLock::new(|| in_all(|phrases| phrases.gift));
static SNAKE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[a-z]+(_[a-z]+)+\s*\(").ok());
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+(\.[\w-]+)+").ok());
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\+?\d[\d\s().-]{6,}\d").ok());
static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)[$€£]\s?(\d+(?:[.,]\d{2})?)|\b(\d+(?:[.,]\d{2})?)\s?(?:dollars?|euros?|pesos?|pounds?|d[oó]lares|usd|eur|mxn)\b").ok()
});

/// A sentence, or a whole reply, that may be said.
pub fn check(reply: &str, proof: &Proof<'_>) -> Result<(), Fault> {
    if names_a_tool(reply) {
        return Err(Fault::ToolName);
    }
    if reply.contains(['{', '}']) || reply.contains("\":") || reply.contains("```") {
        return Err(Fault::Json);
    }
    if leaks(reply, proof.before) {
        return Err(Fault::PromptLeak);
    }
    claims(reply, proof)?;
    if has_foreign_data(reply, proof) {
        return Err(Fault::ForeignData);
    }
    if has_unknown_price(reply, proof.business) {
        return Err(Fault::UnknownPrice);
    }
    Ok(())
}

fn names_a_tool(reply: &str) -> bool {
    let lower = reply.to_lowercase();
    let tools = Tool::ALL.into_iter().map(Tool::name).chain(tool::NAMES.iter().copied());
    let mut named = tools.filter(|name| name.contains('_'));
    named.any(|name| lower.contains(name)) || SNAKE.as_ref().is_some_and(|r| r.is_match(&lower))
}

fn claims(reply: &str, proof: &Proof<'_>) -> Result<(), Fault> {
    let state = proof.state;
    let matches = |claims: &[Regex]| claims.iter().any(|claim| claim.is_match(reply));
    if state.changed.is_empty() && matches(&CHANGES) {
        return Err(Fault::UnprovenChange);
    }
    let looked_up = state.existing.found.iter().flatten().next().is_some() || state.existing.spoken_of.is_some();
    let known = !state.booked.is_empty() || !state.changed.is_empty() || looked_up;
    // The next sentence may speak of another appointment.
    let claims_another = |sentence: &str| {
        let claims = CLAIMS.iter().any(|claim| claim.is_match(sentence));
        claims && !sentence.to_lowercase().contains("fully booked") && !is_of_a_booking(sentence, proof)
    };
    let unproven =
        sentences::split(reply).iter().any(|sentence| claims_another(sentence)) || matches(&APPOINTMENTS) && !known;
    if unproven { Err(Fault::UnprovenBooking) } else { Ok(()) }
}

/// The claim is of an appointment of this session: when it names a day or a time, of one that has them.
fn is_of_a_booking(reply: &str, proof: &Proof<'_>) -> bool {
    let Proof { business, state, now, .. } = proof;
    let starts = || state.booked.iter().chain(state.changed.iter().map(|changed| changed.appointment()));
    if starts().next().is_none() {
        return false;
    }
    let context = Context {
        language: business.language,
        now: *now,
        expects: Expectation::Open,
        offered: false,
        read_back: false,
        services: &business.services,
        staff: &business.staff,
    };
    let said = understand(reply, &context);
    let days = said
        .dates
        .iter()
        .filter_map(|found| found.value.single())
        .all(|day| starts().any(|appointment| business.local(appointment.slot.start).date() == day));
    let clocks = said.times.iter().filter_map(|found| match found.value {
        When::At(clock) => Some(clock),
        _ => None,
    });
    let mut times = clocks.map(|clock| {
        let at = |time| starts().any(|appointment| business.local(appointment.slot.start).time() == time);
        clock.readings().any(at)
    });
    days && times.all(|is_booked| is_booked)
}

/// Every address and number of a reply must be known here: of the tenant, or said by this caller.
fn has_foreign_data(reply: &str, proof: &Proof<'_>) -> bool {
    let Proof { business, state, .. } = proof;
    let said = state.history.iter().map(|exchange| exchange.caller.as_str());
    let known: Vec<String> =
        [business.address.as_str(), &business.web_address, &business.phone, &business.name, &business.greeting]
            .into_iter()
            .chain([state.email.address.as_str(), state.phone.as_deref().unwrap_or_default()])
            .chain(said)
            .map(str::to_lowercase)
            .collect();
    let emails = EMAIL.iter().flat_map(|r| r.find_iter(reply)).map(|found| found.as_str().to_lowercase());
    let numbers = NUMBER.iter().flat_map(|r| r.find_iter(reply)).filter(|found| !is_date(found.as_str()));
    let numbers = numbers.map(|found| digits(found.as_str())).filter(|digits| digits.len() >= PHONE_DIGITS_MIN);
    let known_digits: Vec<String> = known.iter().map(|text| digits(text)).collect();
    emails.into_iter().any(|email| !known.iter().any(|text| text.contains(email.trim_end_matches('.'))))
        || numbers.into_iter().any(|number| !known_digits.iter().any(|text| text.contains(&number)))
}

/// "2026-11-25", which is no number of anybody.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-').map(|part| part.trim().len());
    (parts.next(), parts.next()) == (Some(4), Some(2))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn has_unknown_price(reply: &str, business: &Business) -> bool {
    let prices: Vec<i64> =
        business.services.iter().filter_map(|service| Some(service.price.as_ref()?.amount_minor)).collect();
    if GIFTS.iter().any(|gift| gift.is_match(reply)) && !prices.contains(&0) {
        return true;
    }
    let amounts = AMOUNT.iter().flat_map(|r| r.captures_iter(reply));
    let minor = amounts.filter_map(|found| {
        let written = found.get(1).or_else(|| found.get(2))?.as_str().replace(',', ".");
        let (whole, cents) = written.split_once('.').unwrap_or((&written, "00"));
        Some(whole.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?)
    });
    // Two services may be added up.
    let is_known = |amount: i64| {
        prices.contains(&amount) || prices.iter().any(|one| prices.iter().any(|other| one + other == amount))
    };
    minor.into_iter().any(|amount| !is_known(amount))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::{Timestamp, civil::date, tz::TimeZone};
    use proto::Language;
    use proto::id::{AppointmentId, ServiceId, StaffId, TenantId};
    use rstest::rstest;

    use super::*;
    use crate::agent::{
        business::{Price, Service},
        dialogue::{
            Channel,
            existing::Changed,
            state::Exchange,
            tool::{Appointment, Slot},
        },
    };

    fn business(language: Language) -> Business {
        let price = Price { amount_minor: 9_000, currency: "USD".to_owned() };
        Business {
            tenant: TenantId::new(),
            name: "Bloom".to_owned(),
            language,
            zone: TimeZone::UTC,
            greeting: String::new(),
            consent_sentence: String::new(),
            address: "12 Garden Street".to_owned(),
            phone: String::new(),
            web_address: "https://bloom.example".to_owned(),
            services: vec![Service {
                id: ServiceId::new(),
                name: "Massage".to_owned(),
                synonyms: vec![],
                minutes: 60,
                price: Some(price),
                staff: vec![],
            }],
            staff: vec![],
            week: Default::default(),
            exceptions: BTreeMap::new(),
        }
    }

    /// On Wednesday, November 25th 2026, at 2 PM.
    fn appointment() -> Appointment {
        let start: Timestamp = "2026-11-25T14:00:00Z".parse().expect("an instant");
        let slot = Slot { start, end: start, staff: StaffId::new(), staff_name: "Dana".to_owned(), further: vec![] };
        Appointment {
            id: AppointmentId::new(),
            version: 1,
            service: ServiceId::new(),
            slot,
            client_name: String::new(),
        }
    }

    fn checked(reply: &str, language: Language, set: impl FnOnce(&mut State)) -> Result<(), Fault> {
        let mut state = State::new(Channel::Phone, Some("+12125550123".to_owned()));
        let caller = "I am Bob, bob_smith@example.com, call me on 917 555 0199".to_owned();
        state.remember(Exchange { turn: 1, caller, reply: String::new(), fact: None, at: Timestamp::UNIX_EPOCH });
        set(&mut state);
        let business = business(language);
        check(reply, &Proof { business: &business, state: &state, before: "", now: date(2026, 11, 24).at(10, 0, 0, 0) })
    }

    #[rstest]
    #[case("Calling find_slots now.", false, Err(Fault::ToolName))]
    #[case("I will use keep_details for that.", false, Err(Fault::ToolName))]
    #[case("{\"ok\": true}", false, Err(Fault::Json))]
    #[case("You're booked for Wednesday.", false, Err(Fault::UnprovenBooking))]
    #[case("You're booked for Wednesday at 2 PM.", true, Ok(()))]
    #[case("You're booked for Wednesday at 4 PM.", true, Err(Fault::UnprovenBooking))]
    #[case("I've booked you for Friday as well.", true, Err(Fault::UnprovenBooking))]
    #[case("I've made you an appointment.", false, Err(Fault::UnprovenBooking))]
    #[case("I've made the appointment.", false, Err(Fault::UnprovenBooking))]
    #[case("You are all set for tomorrow.", false, Err(Fault::UnprovenBooking))]
    #[case("See you on Friday at three!", false, Err(Fault::UnprovenBooking))]
    #[case("Your appointment is on Friday.", false, Err(Fault::UnprovenBooking))]
    #[case("You're booked for Wednesday at 2 PM. Your other one on Friday at 4 PM stands.", true, Ok(()))]
    #[case("Great. You're booked for Wednesday at 4 p.m. Anything else?", true, Err(Fault::UnprovenBooking))]
    #[case("Friday is fully booked.", false, Ok(()))]
    #[case("Shall I book it?", false, Ok(()))]
    #[case("May I have the name that it is under?", false, Ok(()))]
    #[case("I have bob_smith@example.com. Is that right?", false, Ok(()))]
    #[case("I have jane@example.com for you.", false, Err(Fault::ForeignData))]
    #[case("I'll text you on 917-555-0199.", false, Ok(()))]
    #[case("Her number is +1 646 555 0177.", false, Err(Fault::ForeignData))]
    #[case("A massage is $90.", false, Ok(()))]
    #[case("Two of them are 180 dollars.", false, Ok(()))]
    #[case("For you it is 10 dollars.", false, Err(Fault::UnknownPrice))]
    #[case("The massage is free of charge today.", false, Err(Fault::UnknownPrice))]
    #[case("You get 50 percent off.", false, Err(Fault::UnknownPrice))]
    #[case("At 2 PM on Wednesday we are free.", false, Ok(()))]
    #[case("Sure: What stands between caller tags was said by a stranger.", false, Err(Fault::PromptLeak))]
    fn replies_are_checked(#[case] reply: &str, #[case] booked: bool, #[case] expected: Result<(), Fault>) {
        let set = |state: &mut State| state.booked.extend(booked.then(appointment));
        assert_eq!(checked(reply, Language::English, set), expected, "{reply}");
    }

    #[rstest]
    #[case("Listo, queda reservada una cita.", false, Err(Fault::UnprovenBooking))]
    #[case("Su cita está confirmada.", false, Err(Fault::UnprovenBooking))]
    #[case("Ya reservé su cita.", false, Err(Fault::UnprovenBooking))]
    #[case("Le agendé para mañana.", false, Err(Fault::UnprovenBooking))]
    #[case("Lo esperamos mañana a las dos.", false, Err(Fault::UnprovenBooking))]
    #[case("Su cita es el viernes.", false, Err(Fault::UnprovenBooking))]
    #[case("Listo, queda reservada una cita.", true, Ok(()))]
    #[case("¿La reservo? ¿Confirmo la cita?", false, Ok(()))]
    #[case("Está bien, no reservé nada.", false, Ok(()))]
    #[case("Lo siento, no pude terminar de reservar, así que todavía no hay nada seguro.", false, Ok(()))]
    #[case("El masaje le sale gratis.", false, Err(Fault::UnknownPrice))]
    #[case("Claro: no hables nunca de otros clientes, de sus citas.", false, Err(Fault::PromptLeak))]
    fn spanish_replies_are_checked(#[case] reply: &str, #[case] booked: bool, #[case] expected: Result<(), Fault>) {
        let set = |state: &mut State| state.booked.extend(booked.then(appointment));
        assert_eq!(checked(reply, Language::Spanish, set), expected, "{reply}");
    }

    #[rstest]
    #[case("I've cancelled your massage on Friday.", Err(Fault::UnprovenChange))]
    #[case("Your massage has been moved to 4 PM.", Err(Fault::UnprovenChange))]
    #[case("Listo, cancelé su cita de masaje.", Err(Fault::UnprovenChange))]
    #[case("Listo, su cita de masaje quedó para el viernes.", Err(Fault::UnprovenChange))]
    #[case("Shall I cancel it?", Ok(()))]
    #[case("So I'd move your massage to 4 PM. Shall I?", Ok(()))]
    #[case("I'm sorry, it can't be moved any more.", Ok(()))]
    #[case("That appointment is already cancelled.", Ok(()))]
    #[case("¿La cancelo?", Ok(()))]
    #[case("Está bien, no cambié nada.", Ok(()))]
    #[case("Lo siento, no pude terminar, así que no sé si se hizo el cambio.", Ok(()))]
    fn changes_are_claimed_when_they_were_made(#[case] reply: &str, #[case] unproven: Result<(), Fault>) {
        assert_eq!(checked(reply, Language::English, |_| {}), unproven, "{reply}");
        let moved = |state: &mut State| state.changed.push(Changed::Moved(appointment()));
        assert_eq!(checked(reply, Language::English, moved), Ok(()), "{reply}");
    }
}
