//! Our dialogue engine in the place of the corpus's agent.
//!
//! What the agent says is put into the engine's state as if the engine had said it; people's words go through the
//! engine's own turn, and its tools answer as the corpus's back end did.

use conversation_svc::agent::business::{Business, Staff};
use conversation_svc::agent::dialogue::{
    Channel, Dialogue, State, Step, ToolAnswer, ToolCall,
    offers::{self, one_day},
    state::Ask,
    tool::{Appointment, Hold, Reason, Refusal, Slot},
    understand::{Answer, Intent, Understanding, When, catalog, time::Clock, words::Words},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
};
use proto::{
    Language,
    id::{AppointmentId, HoldId, StaffId},
};
use uuid::Uuid;

use super::{
    Domain,
    domain::Kind,
    file::{Frame, Slots},
};

/// The corpus never says what day it is; its relative days are counted from this one.
const NOW: DateTime = DateTime::constant(2019, 3, 1, 0, 0, 0, 0);

/// What the engine holds after a turn.
pub struct Heard {
    pub intent: String,
    pub state: Slots,
}

pub struct Agent<'d> {
    domain: &'d Domain,
    /// The whole directory, until the agent has named someone: from then on those whom it named.
    business: Business,
    spoken_of: Vec<Staff>,
    /// What was known of each slot last: the corpus forgets nothing.
    known: Slots,
    state: State,
    turn: u32,
    /// Slots that our engine has no word for: what was said of them.
    others: Slots,
    /// The slots of [`Kind::Flag`] that were asked for.
    flag_asked: Option<String>,
    intent: Option<String>,
    /// What the agent offered to do.
    intent_offered: Option<String>,
    /// Whether the agent asked whether there is anything else.
    more: bool,
    /// The last booking that the engine made.
    pub booked: Option<Slots>,
}

impl<'d> Agent<'d> {
    pub fn new(domain: &'d Domain) -> Self {
        let mut state = State::new(Channel::Web, None);
        state.booking.service = domain.business.services.first().map(|service| service.id);
        // Who calls is known: the corpus never asks.
        state.name = Some("Client".to_owned());
        state.email.declined = true;
        Self {
            domain,
            business: domain.business.clone(),
            spoken_of: Vec::new(),
            known: Slots::new(),
            state,
            turn: 0,
            others: Slots::new(),
            flag_asked: None,
            intent: None,
            intent_offered: None,
            more: false,
            booked: None,
        }
    }

    fn engine(&self) -> Dialogue<'_> {
        Dialogue { business: &self.business, now: instant(NOW).unwrap_or_default(), turn: self.turn }
    }

    /// The agent's turn, as the engine's own.
    pub fn says(&mut self, text: &str, frame: &Frame) {
        self.state.last_reply = text.to_owned();
        let asked = |slot: &&str| self.domain.slots.get(*slot).copied();
        let requested: Vec<Kind> =
            frame.acts.iter().filter(|a| a.name == "REQUEST").filter_map(|a| asked(&a.slot.as_str())).collect();
        self.flag_asked = frame
            .acts
            .iter()
            .find(|a| a.name == "REQUEST" && asked(&a.slot.as_str()) == Some(Kind::Flag))
            .map(|a| a.slot.clone());
        self.intent_offered = frame.values("OFFER_INTENT").next().map(|(_, intent)| intent.to_owned());
        self.more = frame.does("REQ_MORE");
        if frame.does("NOTIFY_FAILURE") {
            self.state.booking.hold = None;
            self.state.booking.confirmed = false;
        }
        self.state.booking.offers.clear();
        self.speaks_of(frame);
        let proposes = ["CONFIRM", "OFFER"].into_iter().any(|act| self.proposed(frame, act));
        if proposes {
            self.state.asking = Ask::Summary;
        } else if requested.contains(&Kind::Date) {
            self.state.asking = Ask::Day;
        } else if requested.contains(&Kind::Time) {
            self.state.asking = Ask::Slot;
        } else if !requested.is_empty() {
            self.state.asking = Ask::Service;
        } else if self.more || self.intent_offered.is_some() || frame.does("OFFER") {
            self.state.asking = Ask::AnythingElse;
        }
    }

    fn speaks_of(&mut self, frame: &Frame) {
        let named = ["OFFER", "CONFIRM"].into_iter().flat_map(|act| frame.values(act));
        let named = named.filter(|(slot, _)| self.domain.slots.get(*slot) == Some(&Kind::Provider));
        let named: Vec<&Staff> = named.filter_map(|(_, name)| self.domain.provider(name)).collect();
        for staff in named {
            if !self.spoken_of.contains(staff) {
                self.spoken_of.push(staff.clone());
            }
        }
        if !self.spoken_of.is_empty() {
            self.business.staff.clone_from(&self.spoken_of);
        }
    }

    /// A day or a time is read back or proposed: what is held from now on, unless it is taken back.
    fn proposed(&mut self, frame: &Frame, act: &str) -> bool {
        let (mut date, mut time, mut provider) = (None, None, None);
        for (slot, value) in frame.values(act) {
            match self.domain.slots.get(slot) {
                Some(Kind::Date) => date = date.or_else(|| value.parse::<Date>().ok()),
                Some(Kind::Time) => time = time.or_else(|| clock(value)),
                Some(Kind::Provider) => provider = self.domain.provider(value).map(|staff| staff.id),
                Some(Kind::Flag | Kind::Choice) if act == "CONFIRM" => {
                    self.others.insert(slot.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        let booking = &mut self.state.booking;
        if act == "OFFER" && date.is_none() && time.is_none() {
            booking.person_offered = provider.or(booking.person_offered);
            return false;
        }
        if act == "CONFIRM" && !frame.does(act) {
            return false;
        }
        let days = date.map(one_day).or(booking.days);
        let when = time.map(When::At).or(booking.when).or(booking.refused);
        let staff = provider.or(booking.staff);
        if act == "CONFIRM" {
            (booking.days, booking.when, booking.staff) = (days, when, staff);
        }
        // What is proposed is held, and is wished for once it is accepted.
        let day = days.filter(|days| days.single).map(|days| days.start);
        let time = day.zip(when).and_then(|(day, when)| wished(&self.engine(), when, day));
        let slot = day.zip(time).and_then(|(day, time)| slot_at(day.to_datetime(time), staff));
        self.state.booking.hold = slot.map(|slot| Hold { id: HoldId::new(), slot });
        true
    }

    /// The agent spoke of another service: nothing is asked any more.
    pub fn turns_away(&mut self) {
        self.state.asking = Ask::AnythingElse;
        self.state.booking.offers.clear();
        (self.intent_offered, self.flag_asked, self.more) = (None, None, false);
    }

    /// A day that was spoken of with another service: "that day" may mean it.
    pub fn overhears(&mut self, day: Date) {
        self.state.day_topic = Some(one_day(day));
    }

    /// The day that the engine holds.
    pub fn day(&self) -> Option<Date> {
        self.slots().get(self.domain.slot(Kind::Date)?)?.parse().ok()
    }

    /// The user's words. `next` is the agent's turn after them, which tells how the back end answered.
    pub fn hears(&mut self, text: &str, next: Option<&Frame>) -> Heard {
        self.turn += 1;
        let understood = self.engine().understand(&self.state, text);
        let business = self.business.clone();
        let engine = Dialogue { business: &business, ..self.engine() };
        let mut step = engine.hear(&mut self.state, text);
        while let Step::Call(call) = step {
            let answer = self.carry_out(call, next);
            step = engine.answered(&mut self.state, answer);
        }
        self.hear_others(text, &understood);
        let state = self.slots();
        self.known.extend(state);
        Heard { intent: self.intent_after(&understood), state: self.known.clone() }
    }

    fn carry_out(&mut self, call: ToolCall, next: Option<&Frame>) -> ToolAnswer {
        match call {
            ToolCall::FindSlots { staff, from, .. } => {
                let hours = (8..20).map(SignedDuration::from_hours);
                let free = hours.filter_map(|hour| slot_at(local(from.checked_add(hour).ok()?), staff));
                ToolAnswer::Slots { slots: free.collect(), none_because: None }
            }
            ToolCall::PlaceHold { staff, start, .. } => match slot_at(local(start), staff) {
                Some(slot) => ToolAnswer::Held(Hold { id: HoldId::new(), slot }),
                None => ToolAnswer::Failed,
            },
            ToolCall::ReleaseHold { .. } => ToolAnswer::Released,
            ToolCall::Book { .. } => self.book(next),
            _ => ToolAnswer::Failed,
        }
    }

    fn book(&mut self, next: Option<&Frame>) -> ToolAnswer {
        let Some(slot) = self.state.booking.hold.as_ref().map(|hold| hold.slot.clone()) else {
            return ToolAnswer::Failed;
        };
        let business = self.business.clone();
        offers::settle(&Dialogue { business: &business, ..self.engine() }, &mut self.state, &slot);
        let staff = self.domain.business.staff_member(slot.staff).map(|staff| staff.id);
        self.state.booking.staff = staff.or(self.state.booking.staff);
        self.booked = Some(self.slots());
        if next.is_some_and(|frame| frame.does("NOTIFY_FAILURE")) {
            return ToolAnswer::Refused(Refusal { reason: Reason::Taken, alternatives: Vec::new() });
        }
        let Some(service) = self.state.booking.service else { return ToolAnswer::Failed };
        let client_name = self.state.name.clone().unwrap_or_default();
        ToolAnswer::Booked(Appointment { id: AppointmentId::new(), version: 1, service, slot, client_name })
    }

    /// What our engine has no slot for is named as its services are.
    fn hear_others(&mut self, text: &str, understood: &Understanding) {
        let words = Words::of(text, Language::English);
        let of_moments = |i: usize| understood.moments.iter().any(|found| found.words.contains(&i));
        for (slot, values) in &self.domain.choices {
            let named = catalog::services(&words, values, &of_moments);
            let named = named.first().and_then(|found| found.value.first()).and_then(|which| values.get(*which));
            if let Some(value) = named {
                self.others.insert(slot.clone(), value.name.clone());
            }
        }
        for (slot, telling) in &self.domain.flags {
            let named = !catalog::services(&words, std::slice::from_ref(telling), &of_moments).is_empty();
            if named && !understood.asks() {
                self.others.insert(slot.clone(), "True".to_owned());
            }
        }
        if let Some(slot) = self.flag_asked.take()
            && let Some(answer) = &understood.answer
        {
            let value = if answer.value == Answer::Yes { "True" } else { "False" };
            self.others.insert(slot, value.to_owned());
        }
    }

    fn intent_after(&mut self, understood: &Understanding) -> String {
        let (books, finds) = (&self.domain.books, &self.domain.finds);
        let leaves = understood.has(Intent::Goodbye) && self.more;
        let declined = leaves || understood.says(Answer::No) && (self.more || self.intent_offered.is_some());
        let accepted = self.intent_offered.take().filter(|_| understood.says(Answer::Yes));
        let first = self.intent.is_none();
        let finds_one = understood.has(Intent::Find) && (first || understood.times.is_empty());
        let finds_one = finds_one || first && understood.has(Intent::Want);
        self.intent = if declined {
            Some("NONE".to_owned())
        } else if understood.has(Intent::Book) && books.is_some() {
            books.clone()
        } else if finds_one && !finds.is_empty() {
            finds.first().cloned()
        } else {
            accepted.or_else(|| self.intent.take()).or_else(|| finds.first().or(books.as_ref()).cloned())
        };
        self.intent.clone().unwrap_or_else(|| "NONE".to_owned())
    }

    /// What the engine knows, in the corpus's slots.
    fn slots(&self) -> Slots {
        let mut slots = self.others.clone();
        let engine = self.engine();
        let booking = &self.state.booking;
        let last = self.state.booked.last().map(|booked| &booked.slot);
        let last_start = last.map(|slot| local(slot.start));
        let day = booking.days.filter(|days| days.single).map(|days| days.start).or(last_start.map(|at| at.date()));
        let time = booking.when.or(booking.refused).and_then(|when| wished(&engine, when, day.unwrap_or(NOW.date())));
        let time = time.or(last_start.map(|at| at.time()));
        let person = booking.staff.or(last.map(|slot| slot.staff));
        let person = person.and_then(|id| self.domain.business.staff_member(id)).map(|staff| staff.name.clone());
        let known = [
            (Kind::Date, day.map(|day| day.to_string())),
            (Kind::Time, time.map(|time| time.strftime("%H:%M").to_string())),
            (Kind::Provider, person),
        ];
        for (kind, value) in known {
            if let (Some(slot), Some(value)) = (self.domain.slot(kind), value) {
                slots.insert(slot.to_owned(), value);
            }
        }
        slots
    }
}

/// The time of day that a wish names.
fn wished(engine: &Dialogue<'_>, when: When, day: Date) -> Option<Time> {
    match when {
        When::At(clock) | When::Around(clock) | When::From(clock) | When::Until(clock) => {
            Some(engine.resolved(clock, Some(day)))
        }
        _ => None,
    }
}

/// "24:00" is how the corpus writes midnight.
fn clock(value: &str) -> Option<Clock> {
    let (hour, minute) = value.split_once(':')?;
    Some(Clock::known(hour.parse::<i8>().ok()? % 24, minute.get(..2)?.parse().ok()?))
}

fn instant(at: DateTime) -> Option<Timestamp> {
    jiff::tz::TimeZone::UTC.to_timestamp(at).ok()
}

fn local(at: Timestamp) -> DateTime {
    jiff::tz::TimeZone::UTC.to_datetime(at)
}

fn slot_at(start: DateTime, staff: Option<StaffId>) -> Option<Slot> {
    let start = instant(start)?;
    let end = start.checked_add(SignedDuration::from_hours(1)).ok()?;
    let staff = staff.unwrap_or(StaffId::from_uuid(Uuid::nil()));
    Some(Slot { start, end, staff, staff_name: String::new(), further: Vec::new() })
}
