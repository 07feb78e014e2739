//! What the dialogue remembers between turns. Serialised after every turn, so that any replica can go on.
//!
//! It holds what the caller said and who the caller is: it has no `Debug`, and goes nowhere but to its row.

use jiff::{Timestamp, civil::Date};
use proto::id::{HoldId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};

use super::{
    Channel, Expectation,
    existing::{Changed, Existing, Task},
    going_on::Before,
    handing_off::HandoffReason,
    tool::{Appointment, Hold, Slot},
    understand::When,
};

/// Exchanges kept; a call has 20 turns at most, a web chat may go on.
const HISTORY_MAX: usize = 60;

/// What the last reply asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// "How can I help?"
    #[default]
    Open,
    Service,
    Day,
    /// One of the offered slots.
    Slot,
    Name,
    Email,
    /// The part before the "at", letter by letter.
    EmailSpelling,
    EmailCheck,
    /// The address is not understood: shall we go on without one?
    WithoutEmail,
    Summary,
    WhatToChange,
    /// By which number or address an appointment can be found.
    Contact,
    /// Nothing was found: under which other name or address may it be?
    FindElse,
    /// Which of the caller's appointments.
    Which,
    /// Shall it be cancelled?
    CancelCheck,
    /// Shall it be moved there?
    MoveCheck,
    /// The booking service was away: shall we try again?
    TryAgain,
    AnythingElse,
    /// Shall we text a link?
    OfferLink(HandoffReason),
    /// A link was sent: has it arrived?
    LinkSent,
}

impl Ask {
    /// Its question has in it all that the caller must know to answer it.
    pub const fn says_it_all(self) -> bool {
        matches!(
            self,
            Self::Slot
                | Self::Name
                | Self::Email
                | Self::EmailSpelling
                | Self::EmailCheck
                | Self::Summary
                | Self::CancelCheck
                | Self::MoveCheck
        )
    }

    /// What the caller will say, for those who wait for the end of it.
    pub const fn expects(self) -> Expectation {
        match self {
            Self::Open | Self::WhatToChange => Expectation::Open,
            Self::Service => Expectation::Service,
            Self::Day => Expectation::Date,
            Self::Slot | Self::Which => Expectation::Time,
            Self::Name => Expectation::Name,
            // A number is given in groups, as a spelled address is.
            Self::Email | Self::EmailSpelling | Self::Contact | Self::FindElse => Expectation::Email,
            Self::EmailCheck
            | Self::WithoutEmail
            | Self::Summary
            | Self::CancelCheck
            | Self::MoveCheck
            | Self::TryAgain
            | Self::AnythingElse
            | Self::OfferLink(_)
            | Self::LinkSent => Expectation::YesNo,
        }
    }

    /// How to read the answer: a read-back address is corrected as often as it is confirmed, and said once more instead of
    /// being typed.
    pub const fn hint(self) -> Expectation {
        match self {
            Self::EmailCheck | Self::WithoutEmail | Self::OfferLink(HandoffReason::EmailInput) => Expectation::Email,
            Self::FindElse => Expectation::Name,
            other => other.expects(),
        }
    }
}

/// The days a caller wishes, `[start, end_excl)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayWish {
    pub start: Date,
    pub end_excl: Date,
    pub single: bool,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    pub address: String,
    pub doubtful: bool,
    pub confirmed: bool,
    /// Times it was asked for or corrected.
    pub rounds: u8,
    /// The caller has none, or does not want to give it.
    pub declined: bool,
}

/// One turn as it was heard by both sides.
#[derive(Clone, Serialize, Deserialize)]
pub struct Exchange {
    pub turn: u32,
    pub caller: String,
    pub reply: String,
    /// The sentence of the reply that says what was booked or changed.
    pub fact: Option<String>,
    pub at: Timestamp,
}

/// What is in the making: forgotten when it is booked or dropped.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Booking {
    pub service: Option<ServiceId>,
    /// What follows it in the same visit.
    pub further: Vec<ServiceId>,
    /// The words fitted several services.
    pub service_among: Vec<ServiceId>,
    pub staff: Option<StaffId>,
    /// Who was just spoken of: "yes, with her" means this one.
    pub person_offered: Option<StaffId>,
    pub days: Option<DayWish>,
    pub when: Option<When>,
    /// The time that was refused last: "the same time on Thursday" means it.
    pub refused: Option<When>,
    pub offers: Vec<Slot>,
    /// Starts that the last search found, of which the offers are a few.
    pub starts_found: usize,
    pub chosen: Option<Slot>,
    pub hold: Option<Hold>,
    /// A hold that is no longer wanted, to be released first.
    pub stale_hold: Option<HoldId>,
    pub confirmed: bool,
}

/// What models were asked for in this conversation, against their budget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    pub requests: u32,
    /// Read and written.
    pub tokens: u64,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The connection that owns the session: who lost it to another one writes no more.
    pub connection: uuid::Uuid,
    pub channel: Channel,
    pub asking: Ask,
    pub booking: Booking,
    /// A service that was asked about: "book it" means this one.
    pub topic: Option<ServiceId>,
    /// A day that was asked about: "on that day" means this one.
    pub day_topic: Option<DayWish>,
    pub name: Option<String>,
    pub email: Email,
    /// E.164, from the line or given.
    pub phone: Option<String>,
    /// What was booked here, as it stands.
    pub booked: Vec<Appointment>,
    /// What became of appointments here.
    pub changed: Vec<Changed>,
    /// What the caller wants done.
    pub task: Task,
    pub existing: Existing,
    /// A further appointment is wanted.
    pub another: bool,
    /// Turns in a row that were not understood.
    pub misses: u8,
    /// Turns in a row in which the caller wanted to hear it again.
    pub repeats: u8,
    pub said_goodbye: bool,
    /// The words of a second request: heard when the first is done.
    pub next_request: Option<String>,
    /// The conversation was handed over to the web, why last.
    pub handed_off: Option<HandoffReason>,
    /// The caller got a link by text message.
    pub link_sent: bool,
    /// The caller was offered one and did not want it.
    pub link_declined: bool,
    /// The caller does not want the call recorded.
    pub recording_declined: bool,
    pub last_reply: String,
    /// What was done but not heard: said first next turn.
    pub say_again: Option<String>,
    pub history: Vec<Exchange>,
    pub models: ModelUse,
    /// How things stood before the last turn, unless that turn had an effect.
    pub before: Option<Box<Before>>,
    #[serde(skip)]
    pub work: Work,
}

/// What one turn gathers until it speaks.
#[derive(Clone, Default)]
pub struct Work {
    /// Sentences that come before the question.
    pub lead: Vec<String>,
    pub fact: Option<String>,
    pub pending: Option<Pending>,
    pub tools: u8,
    /// The wished day has nothing and no alternative was named: search on from it.
    pub look_further: bool,
    /// That was done already.
    pub looked_further: bool,
    /// The question was not understood: ask it in other words.
    pub rephrase: bool,
    /// What is asked once a hold is released.
    pub then: Option<Ask>,
    /// What was asked before the conversation was handed over.
    pub resume: Ask,
    /// The words go on with a turn that had an effect.
    pub going_on: bool,
}

/// The tool that runs, and what its answer is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    Find,
    FindFurther,
    Hold,
    Release,
    Book,
    FindAppointments,
    /// Whether a start is free that cannot be held.
    Check,
    Move,
    Cancel,
    Handoff(HandoffReason),
}

impl State {
    pub fn new(channel: Channel, phone: Option<String>) -> Self {
        Self { channel, phone, ..Self::default() }
    }

    /// Any change of what is booked makes the hold stale and the summary new.
    pub fn unsettle(&mut self) {
        self.booking.confirmed = false;
        self.existing.confirmed = false;
        self.existing.free = None;
        self.booking.chosen = None;
        self.booking.offers.clear();
        if let Some(hold) = self.booking.hold.take() {
            self.booking.stale_hold = Some(hold.id);
        }
    }

    /// Forgets what is in the making; who the caller is stays known.
    pub fn drop_booking(&mut self) {
        self.unsettle();
        self.booking = Booking { stale_hold: self.booking.stale_hold, ..Booking::default() };
    }

    pub fn in_progress(&self) -> bool {
        let booking = &self.booking;
        self.task != Task::Book || booking.service.is_some() || booking.days.is_some() || booking.when.is_some()
    }

    pub fn say(&mut self, sentence: impl Into<String>) {
        self.work.lead.push(sentence.into());
    }

    /// What was done must be heard: it is said again if it was not.
    pub fn say_fact(&mut self, sentence: String) {
        self.work.fact = Some(match self.work.fact.take() {
            Some(earlier) => format!("{earlier} {sentence}"),
            None => sentence.clone(),
        });
        self.say(sentence);
    }

    pub fn remember(&mut self, exchange: Exchange) {
        if self.history.len() >= HISTORY_MAX {
            self.history.remove(0);
        }
        self.history.push(exchange);
    }

    pub fn has_answered(&self, turn: u32) -> bool {
        self.history.last().is_some_and(|exchange| exchange.turn == turn)
    }

    /// What was really heard of a reply: memory keeps that, and a booking that was not heard is said again.
    pub fn heard(&mut self, turn: u32, text: &str, complete: bool) {
        let Some(exchange) = self.history.iter_mut().rev().find(|e| e.turn == turn) else { return };
        if let Some(fact) = &exchange.fact {
            if complete || letters(text).contains(&letters(fact)) {
                // It may have been taken for unheard when the turn was cancelled.
                self.say_again = self.say_again.take().filter(|again| again != fact);
            } else {
                self.say_again = Some(fact.clone());
            }
        }
        if !complete {
            exchange.reply = text.to_owned();
        }
    }

    /// A reply that was not wanted any more: nothing of it is known to be heard until a report says so.
    pub fn cancelled(&mut self, turn: u32) {
        self.heard(turn, "", false);
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
