//! The conversation goes on on the web: when that is offered, how the caller is told, and what the web chat gets to know.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    After, Channel, Dialogue, Expectation, Reply, State, Step,
    existing::Task,
    hours, replies,
    state::{Ask, Exchange, Pending, Work},
    tool::ToolCall,
};

/// Why the conversation goes on elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// There are more slots than can be read out.
    ManySlots,
    /// An e-mail address is not understood.
    EmailInput,
    /// The caller asked for it.
    UserRequest,
    /// The call has lasted as long as a call may.
    Timeout,
}

impl HandoffReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManySlots => "many_slots",
            Self::EmailInput => "email_input",
            Self::UserRequest => "user_request",
            Self::Timeout => "timeout",
        }
    }
}

/// More starts than this are not read out one after the other.
const STARTS_READ_OUT_MAX: usize = 5;
/// An e-mail that was given twice and was wrong twice is better typed.
const EMAIL_ROUNDS_MAX: u8 = 4;
/// The e-mail was asked for so often, and nothing was understood.
const EMAIL_MISSES_MAX: u8 = 3;
/// So many turns in a row were not understood, whatever was asked.
const MISSES_MAX: u8 = 3;
/// Bytes of the conversation that are handed over; beyond them its beginning is left out.
const SNAPSHOT_BYTES_MAX: usize = 48 * 1024;

impl Dialogue<'_> {
    /// The call has had its turns: the conversation is to go on on the web.
    pub fn leave_for_the_web(&self, state: &mut State) -> Step {
        self.begin_unasked(state);
        self.hand_off(state, HandoffReason::Timeout)
    }

    /// A turn that the caller did not take.
    pub(super) fn begin_unasked(&self, state: &mut State) {
        state.before = None;
        state.work = Work::default();
        state.remember(Exchange {
            turn: self.turn,
            caller: String::new(),
            reply: String::new(),
            fact: None,
            at: self.now,
        });
    }

    pub(super) fn hand_off(&self, state: &mut State, reason: HandoffReason) -> Step {
        if state.link_sent {
            state.say(self.words().link_sent_before());
            return self.told(state, reason);
        }
        state.before = None;
        state.work.resume = state.asking;
        state.work.pending = Some(Pending::Handoff(reason));
        Step::Call(ToolCall::StartHandoff { reason })
    }

    /// The tool answered, or nobody could be reached.
    pub(super) fn handed_off(&self, state: &mut State, reason: HandoffReason, sent: bool) -> Step {
        state.handed_off = Some(reason);
        state.link_sent = sent;
        if sent {
            state.say(self.words().link_sent());
            return self.told(state, reason);
        }
        if reason == HandoffReason::Timeout {
            // The goodbye names the website.
            return self.last_words(state);
        }
        let sentence = replies::cannot_text(self, state);
        state.say(sentence);
        match state.work.resume {
            Ask::OfferLink(_) | Ask::Open if !state.in_progress() => self.ask(state, Ask::AnythingElse),
            Ask::OfferLink(reason) => {
                let instead = instead_of(state, reason);
                self.ask(state, instead)
            }
            asking => self.ask(state, asking),
        }
    }

    fn told(&self, state: &mut State, reason: HandoffReason) -> Step {
        if reason == HandoffReason::Timeout { self.last_words(state) } else { self.ask(state, Ask::LinkSent) }
    }

    /// What was gathered is said and nothing is asked.
    fn last_words(&self, state: &mut State) -> Step {
        let text = std::mem::take(&mut state.work.lead).join(" ");
        if let Some(exchange) = state.history.last_mut() {
            exchange.reply.clone_from(&text);
        }
        Step::Say(Reply { text, expects: Expectation::Open, after: After::Listen })
    }

    /// What came of the call so far, for a caller who must stop: what is booked, what is not yet, and what it lacks.
    pub fn sum_up(&self, state: &mut State) -> Reply {
        self.begin_unasked(state);
        let sentences = replies::so_far(self, state);
        sentences.into_iter().for_each(|sentence| state.say(sentence));
        match self.last_words(state) {
            Step::Say(reply) => reply,
            Step::Call(_) => Reply { text: String::new(), expects: Expectation::Open, after: After::Listen },
        }
    }
}

/// What is asked when a link was offered and is not wanted, or cannot be sent.
pub fn instead_of(state: &State, reason: HandoffReason) -> Ask {
    match reason {
        HandoffReason::EmailInput => offer_to_do_without(state).unwrap_or(Ask::EmailSpelling),
        HandoffReason::ManySlots => Ask::Day,
        HandoffReason::UserRequest | HandoffReason::Timeout => Ask::AnythingElse,
    }
}

/// A link is worth offering: on the phone, and once.
fn may_be_offered(state: &State) -> bool {
    state.channel == Channel::Phone && state.phone.is_some() && state.handed_off.is_none() && !state.link_declined
}

/// Instead of spelling the e-mail once more.
pub fn offer_for_email(state: &State) -> Option<Ask> {
    let hopeless = state.email.rounds >= EMAIL_ROUNDS_MAX || state.misses >= EMAIL_MISSES_MAX;
    let asked = matches!(state.asking, Ask::Email | Ask::EmailCheck | Ask::EmailSpelling);
    let link = may_be_offered(state).then_some(Ask::OfferLink(HandoffReason::EmailInput));
    link.filter(|_| asked && hopeless).or_else(|| offer_to_do_without(state).filter(|_| asked))
}

/// Where the caller can be reached by phone, an address that is not understood is not asked for without end.
pub fn offer_to_do_without(state: &State) -> Option<Ask> {
    let hopeless = state.email.rounds >= EMAIL_ROUNDS_MAX || state.misses >= EMAIL_MISSES_MAX;
    (hopeless && state.phone.is_some()).then_some(Ask::WithoutEmail)
}

/// Instead of asking in vain once more: one of the two does not understand the other.
pub fn offer_for_misses(state: &State) -> Option<Ask> {
    (state.misses.max(state.repeats) >= MISSES_MAX && may_be_offered(state))
        .then_some(Ask::OfferLink(HandoffReason::UserRequest))
}

/// Instead of reading out one slot after the other.
pub fn offer_for_slots(state: &State) -> Option<Ask> {
    (state.booking.starts_found > STARTS_READ_OUT_MAX && may_be_offered(state))
        .then_some(Ask::OfferLink(HandoffReason::ManySlots))
}

/// What was said, as it was heard: `[{"who": "caller" | "agent", "text"}]`, oldest first.
pub fn conversation(state: &State) -> Value {
    let mut said: Vec<(&str, &str)> = state
        .history
        .iter()
        .flat_map(|exchange| [("caller", exchange.caller.as_str()), ("agent", exchange.reply.as_str())])
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let mut bytes = 0;
    let kept = said.iter().rev().take_while(|(_, text)| {
        // Every character may be escaped.
        bytes += 64 + 2 * text.len();
        bytes <= SNAPSHOT_BYTES_MAX
    });
    let left_out = said.len() - kept.count();
    said.drain(..left_out);
    said.iter().map(|(who, text)| json!({ "who": who, "text": text.replace('\0', "") })).collect()
}

/// What is known of the booking in the making, and what was booked; what is not known is left out.
pub fn booking_state(dialogue: &Dialogue<'_>, state: &State) -> Value {
    let business = dialogue.business;
    let booking = &state.booking;
    let further = || Some(&booking.further).filter(|further| !further.is_empty());
    let name_of = |id| business.service(id).map(|service| service.name.clone());
    let slot = booking.hold.as_ref().map(|hold| &hold.slot).or(booking.chosen.as_ref());
    let start = slot.map(|slot| hours::local(business, slot.start));
    let day = start.map(|start| start.date()).or(booking.days.filter(|days| days.single).map(|days| days.start));
    let staff = slot.map(|slot| slot.staff).or(booking.staff);
    let known = json!({
        "service_id": booking.service,
        "service": booking.service.and_then(name_of),
        "further_service_ids": further(),
        "task": Some(state.task).filter(|task| *task != Task::Book),
        "appointment_id": state.existing.chosen.as_ref().map(|appointment| appointment.id),
        "staff_id": staff,
        "staff": staff.and_then(|id| business.staff_member(id)).map(|staff| staff.name.clone()),
        "start": slot.map(|slot| slot.start.to_string()),
        "date": day.map(|day| day.to_string()),
        "time": start.map(|start| start.strftime("%H:%M").to_string()),
        "name": state.name,
        "email": Some(&state.email.address).filter(|address| !address.is_empty()),
        "phone": state.phone,
        "booked": state.booked.iter().map(|booked| json!({
            "appointment_id": booked.id,
            "service": name_of(booked.service),
            "start": booked.slot.start.to_string(),
            "staff": booked.slot.staff_name,
        })).collect::<Vec<_>>(),
    });
    match known {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}
