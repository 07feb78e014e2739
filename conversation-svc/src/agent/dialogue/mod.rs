//! The dialogue engine: a pure machine from the caller's words to a reply, by way of tool calls.
//!
//! [`Dialogue::hear`] takes an utterance and gives a [`Step`]; a tool call is carried out by others and its answer
//! goes to [`Dialogue::answered`], until there is something to say. It reads no clock and waits for nothing.

mod apply;
mod asked;
pub mod by_model;
pub mod existing;
mod going_on;
pub mod handing_off;
mod hours;
mod names;
mod numbers;
pub mod offers;
pub mod plain;
mod policy;
mod questions;
mod refusal;
mod replies;
mod spoken;
pub mod state;
pub mod tool;
mod two_at_once;
pub mod understand;
mod visit;
pub mod wording;

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use serde::{Deserialize, Serialize};

use self::wording::Wording;
use self::{
    apply::Reaction,
    going_on::Before,
    policy::Move,
    state::{Ask, Exchange, Pending},
    understand::{Context, Intent, Understanding, time::Clock, understand},
};
pub use self::{
    state::State,
    tool::{ToolAnswer, ToolCall},
};
use super::business::Business;

/// Tool calls in one turn; beyond them the turn ends with an apology.
pub const TOOLS_MAX: u8 = 6;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Phone,
    Web,
}

impl Channel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Web => "web",
        }
    }
}

/// What the reply asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expectation {
    #[default]
    Open,
    YesNo,
    Service,
    Date,
    Time,
    Name,
    Email,
    Phone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Call(ToolCall),
    Say(Reply),
}

#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    pub expects: Expectation,
    pub after: After,
}

/// What is to happen once the reply was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum After {
    #[default]
    Listen,
    HangUp,
    /// A link was sent: the caller is waited for, for a while.
    HandOff,
}

impl std::fmt::Debug for Reply {
    /// Without the text: it may hold a name or an address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({:?}, then {:?})", self.expects, self.after)
    }
}

/// The engine for one turn: what it is about, and when it is said.
#[derive(Debug, Clone, Copy)]
pub struct Dialogue<'a> {
    pub business: &'a Business,
    pub now: Timestamp,
    pub turn: u32,
}

impl Dialogue<'_> {
    pub fn today(&self) -> Date {
        self.business.zone.to_datetime(self.now).date()
    }

    /// The words of the business's language.
    pub fn words(&self) -> &'static dyn Wording {
        wording::of(self.business.language)
    }

    /// What words mean at this point of the conversation.
    pub fn understand(&self, state: &State, text: &str) -> Understanding {
        let said = understand(text, &self.context(state, false));
        // "Make that four", of what was just settled: the number is an hour.
        let changes = said.has(Intent::Instead) || said.has(Intent::Reschedule);
        let anew = state.existing.spoken_of.is_some() && !state.in_progress() && changes;
        if anew && said.times.is_empty() { understand(text, &self.context(state, true)) } else { said }
    }

    fn context(&self, state: &State, speaks_of_times: bool) -> Context<'_> {
        Context {
            language: self.business.language,
            now: self.business.zone.to_datetime(self.now),
            expects: state.asking.hint(),
            offered: speaks_of_times || !state.booking.offers.is_empty() || state.asking == Ask::Which,
            read_back: matches!(state.asking, Ask::Summary | Ask::WhatToChange | Ask::EmailCheck | Ask::MoveCheck),
            services: &self.business.services,
            staff: &self.business.staff,
        }
    }

    /// The time of day that a clock time means here.
    pub fn resolved(&self, clock: Clock, day: Option<Date>) -> Time {
        hours::resolve(self.business, clock, day)
    }

    /// The caller's words, screened already.
    pub fn hear(&self, state: &mut State, text: &str) -> Step {
        state.before = Some(Before::of(state, text));
        state.work = state::Work::default();
        self.take_in(state, text)
    }

    fn take_in(&self, state: &mut State, text: &str) -> Step {
        self.begin(state, text);
        let understood = self.first_request(state, text);
        let agreement = state.work.going_on.then(|| going_on::agreement(state, &understood)).flatten();
        let reaction = agreement.unwrap_or_else(|| apply::apply(self, state, &understood));
        if reaction != Reaction::Missed {
            state.misses = 0;
        }
        state.repeats = if reaction == Reaction::Repeat { state.repeats.saturating_add(1) } else { 0 };
        match reaction {
            Reaction::GoOn => self.advance(state),
            Reaction::AskWith(ask) => self.ask(state, ask),
            // The same sound is misheard the same way.
            Reaction::Repeat if state.repeats > 1 && state.asking.says_it_all() => {
                state.work.rephrase = true;
                self.ask(state, handing_off::offer_for_misses(state).unwrap_or(state.asking))
            }
            Reaction::Repeat => {
                let text = if state.last_reply.is_empty() {
                    replies::question(self, state, Ask::Open)
                } else {
                    state.last_reply.clone()
                };
                let asking = state.asking;
                self.reply(state, text, asking, After::Listen)
            }
            Reaction::Wait => {
                let (asking, question) = (state.asking, std::mem::take(&mut state.last_reply));
                let step = self.reply(state, self.words().take_your_time().to_owned(), asking, After::Listen);
                // "What was the question?" means the one before.
                state.last_reply = question;
                step
            }
            Reaction::Goodbye => {
                state.said_goodbye = true;
                let text = replies::goodbye(self, state);
                self.reply(state, text, Ask::AnythingElse, After::HangUp)
            }
            Reaction::HandOff(reason) => self.hand_off(state, reason),
            Reaction::Missed => {
                state.misses = state.misses.saturating_add(1);
                state.work.rephrase = state.misses > 1;
                let excuse = replies::missed(self, state);
                state.say(excuse);
                let asking = handing_off::offer_for_email(state)
                    .or_else(|| handing_off::offer_for_misses(state))
                    .unwrap_or(state.asking);
                self.ask(state, asking)
            }
        }
    }

    /// A turn begins. What was booked and not heard is said before anything else.
    fn begin(&self, state: &mut State, text: &str) {
        state.remember(Exchange {
            turn: self.turn,
            caller: text.to_owned(),
            reply: String::new(),
            fact: None,
            at: self.now,
        });
        if let Some(fact) = state.say_again.take() {
            state.say(fact.clone());
            state.work.fact = Some(fact);
        }
    }

    /// The answer to the tool call of the last step.
    pub fn answered(&self, state: &mut State, answer: ToolAnswer) -> Step {
        match state.work.pending.take() {
            None => self.advance(state),
            Some(Pending::Handoff(reason)) => {
                self.handed_off(state, reason, answer == ToolAnswer::HandedOff { sent: true })
            }
            Some(pending) => match self.take(state, pending, answer) {
                None => self.advance(state),
                Some(ask) => self.ask(state, ask),
            },
        }
    }

    /// Takes an answer into the state; what must be asked now, if it is not the policy's to say.
    fn take(&self, state: &mut State, pending: Pending, answer: ToolAnswer) -> Option<Ask> {
        match (pending, answer) {
            // A hold that could not be released runs out by itself.
            (Pending::Release, _) => state.booking.stale_hold = None,
            (_, ToolAnswer::Failed) => {
                let words = self.words();
                let trouble = match pending {
                    Pending::Book => words.booking_trouble(),
                    Pending::Move | Pending::Cancel => words.change_trouble(),
                    _ => words.calendar_trouble(),
                };
                state.say(trouble);
                state.booking.confirmed = false;
                state.existing.confirmed = false;
                return Some(Ask::TryAgain);
            }
            (Pending::Find | Pending::FindFurther, ToolAnswer::Slots { slots, none_because }) => {
                let further = pending == Pending::FindFurther;
                if further {
                    (state.work.look_further, state.work.looked_further) = (false, true);
                }
                offers::found(self, state, slots, none_because, further);
            }
            (Pending::Hold, ToolAnswer::Held(hold)) => offers::held(self, state, hold),
            (Pending::Book, ToolAnswer::Booked(appointment)) => replies::booked(self, state, appointment),
            (Pending::FindAppointments, ToolAnswer::Appointments(appointments)) => {
                existing::found(self, state, appointments);
            }
            (Pending::Check, ToolAnswer::Slots { slots, none_because }) => {
                existing::checked(self, state, slots, none_because);
            }
            (Pending::Move, ToolAnswer::Moved(appointment)) => existing::moved(self, state, appointment),
            (Pending::Cancel, ToolAnswer::Cancelled(appointment)) => existing::cancelled(self, state, appointment),
            (_, ToolAnswer::Refused(refusal)) => {
                if !existing::refused(self, state, refusal.reason) {
                    refusal::take(self, state, refusal, pending);
                }
            }
            // An answer of another kind than was asked for is no answer.
            (_, _) => {
                let trouble = self.words().calendar_trouble();
                state.say(trouble);
                return Some(Ask::TryAgain);
            }
        }
        None
    }

    /// The reply of the turn before, once more: it may not have reached the caller.
    pub fn last_reply(&self, state: &State) -> Reply {
        let after = match state.asking {
            Ask::LinkSent => After::HandOff,
            _ if state.said_goodbye => After::HangUp,
            _ => After::Listen,
        };
        Reply { text: state.last_reply.clone(), expects: expectation(state), after }
    }

    fn advance(&self, state: &mut State) -> Step {
        match policy::next(self, state) {
            Move::Call(call, pending) => {
                state.work.tools += 1;
                if call.has_effect() {
                    state.before = None;
                }
                if state.work.tools > TOOLS_MAX {
                    let trouble = self.words().calendar_trouble();
                    state.say(trouble);
                    return self.ask(state, Ask::TryAgain);
                }
                state.work.pending = Some(pending);
                Step::Call(call)
            }
            Move::Ask(Ask::AnythingElse) => match self.hear_next(state) {
                Some(step) => step,
                None => self.ask(state, Ask::AnythingElse),
            },
            Move::Ask(ask) => self.ask(state, ask),
        }
    }

    fn ask(&self, state: &mut State, ask: Ask) -> Step {
        let question = replies::question(self, state, ask);
        let lead = std::mem::take(&mut state.work.lead);
        let text = lead.into_iter().chain([question]).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
        let after = if ask == Ask::LinkSent { After::HandOff } else { After::Listen };
        self.reply(state, text, ask, after)
    }

    fn reply(&self, state: &mut State, text: String, asking: Ask, after: After) -> Step {
        state.asking = asking;
        state.last_reply.clone_from(&text);
        let fact = state.work.fact.take();
        if let Some(exchange) = state.history.last_mut() {
            exchange.reply.clone_from(&text);
            exchange.fact = fact;
        }
        Step::Say(Reply { text, expects: expectation(state), after })
    }
}

/// One option is a yes or no, though a time may be the answer too.
fn expectation(state: &State) -> Expectation {
    let one_option = state.asking == Ask::Slot && state.booking.offers.len() == 1;
    if one_option { Expectation::YesNo } else { state.asking.expects() }
}
