//! A turn that a model answers. Its tools change the same state as the engine's own, by the same functions, so that
//! either goes on where the other stopped.

use jiff::{
    SignedDuration,
    civil::{DateTime, Time},
};
use proto::id::AppointmentId;

use super::{
    After, Dialogue, Expectation, State, Step, asked,
    existing::{self, Task},
    going_on::Before,
    hours, offers, replies,
    state::{Pending, Work},
    tool::{ToolAnswer, ToolCall},
    understand::{Understanding, When, time::Clock},
};

/// A name that is less sure is not kept unasked.
const SURE: f32 = 0.8;

impl Dialogue<'_> {
    /// The caller's words, screened already. What must be said first is given back.
    pub fn hear_for_model(&self, state: &mut State, text: &str) -> Vec<String> {
        state.before = Some(Before::of(state, text));
        state.work = Work::default();
        self.begin(state, text);
        std::mem::take(&mut state.work.lead)
    }

    /// A call is about to be carried out: what it is about becomes what the caller wishes. A hold that is in its way is
    /// to be released first.
    pub fn prepare(&self, state: &mut State, call: &ToolCall) -> Option<ToolCall> {
        if call.has_effect() {
            state.before = None;
        }
        let booking = &mut state.booking;
        let pending = match call {
            ToolCall::FindSlots { service, staff, from, to, moving, further } => {
                let (first, last) = (hours::local(self.business, *from), hours::local(self.business, *to));
                state.unsettle();
                existing::means(state, *moving, Task::Move);
                let booking = &mut state.booking;
                (booking.service, booking.staff) = (Some(*service), *staff);
                booking.further = further.iter().map(|choice| choice.service).collect();
                booking.service_among.clear();
                booking.days = Some(offers::days(first, last));
                booking.when = self.hours_of(first, last);
                // A minute is a question about one start, of an appointment that goes there.
                let one = to.duration_since(*from) <= SignedDuration::from_mins(1) && moving.is_some();
                if one { Pending::Check } else { Pending::Find }
            }
            ToolCall::PlaceHold { service, staff, start, further } => {
                state.unsettle();
                let booking = &mut state.booking;
                (booking.service, booking.staff) = (Some(*service), *staff);
                booking.further = further.iter().map(|choice| choice.service).collect();
                booking.service_among.clear();
                offers::wish(state, hours::local(self.business, *start));
                Pending::Hold
            }
            ToolCall::ReleaseHold { hold } => {
                if booking.hold.as_ref().is_some_and(|held| held.id == *hold) {
                    state.drop_booking();
                }
                // It is being released.
                state.booking.stale_hold = None;
                Pending::Release
            }
            ToolCall::Book { client, .. } => {
                state.name = Some(client.name.clone());
                state.email.address.clone_from(&client.email);
                state.email.declined = client.email.is_empty();
                state.email.confirmed = !client.email.is_empty();
                booking.confirmed = true;
                Pending::Book
            }
            ToolCall::FindAppointments { contact } => {
                state.existing.contact = Some(contact.clone());
                Pending::FindAppointments
            }
            ToolCall::Reschedule { appointment, start, staff, .. } => {
                existing::means(state, Some(*appointment), Task::Move);
                state.booking.staff = staff.or(state.moving().map(|appointment| appointment.slot.staff));
                offers::wish(state, hours::local(self.business, *start));
                state.existing.confirmed = true;
                Pending::Move
            }
            ToolCall::Cancel { appointment, .. } => {
                existing::means(state, Some(*appointment), Task::Cancel);
                state.existing.confirmed = true;
                Pending::Cancel
            }
            ToolCall::StartHandoff { reason } => Pending::Handoff(*reason),
        };
        state.work.pending = Some(pending);
        // A search changes nothing: it may leave a hold to the next call that does.
        let stale = state.booking.stale_hold.filter(|_| call.has_effect())?;
        state.booking.stale_hold = None;
        Some(ToolCall::ReleaseHold { hold: stale })
    }

    /// The hours of the day that a search is for; none where it is for all of a day, or for several.
    fn hours_of(&self, first: DateTime, last: DateTime) -> Option<When> {
        let clock = |at: DateTime| Clock::known(at.hour(), at.minute());
        let days = offers::days(first, last);
        let whole = |at: DateTime| at.time() == Time::midnight();
        let from_now = whole(first) || first == hours::local(self.business, self.now);
        match (from_now, whole(last)) {
            _ if !days.single => None,
            (true, true) => None,
            (true, false) => Some(When::Until(clock(last))),
            (false, true) => Some(When::From(clock(first))),
            (false, false) => Some(When::Between(clock(first), clock(last))),
        }
    }

    /// The answer to the call that was prepared, and what the engine would say of it.
    pub fn take_for_model(&self, state: &mut State, answer: &ToolAnswer) -> Vec<String> {
        match (state.work.pending.take(), answer.clone()) {
            (None, _) => {}
            (Some(Pending::Handoff(reason)), answer) => {
                let sent = answer == ToolAnswer::HandedOff { sent: true };
                state.handed_off = Some(reason);
                state.link_sent |= sent;
                let sentence =
                    if sent { self.words().link_sent().to_owned() } else { replies::cannot_text(self, state) };
                state.say(sentence);
            }
            (Some(Pending::FindAppointments), ToolAnswer::Appointments(found)) => {
                existing::keep_own(state, found);
                if let Some([one]) = state.existing.found.as_deref() {
                    let one = one.clone();
                    existing::choose(self, state, one, false);
                }
                // It is told of, and nothing is left to be done.
                if state.task == Task::LookUp && state.existing.fruitless == 0 {
                    state.end_task();
                }
            }
            (Some(pending), answer) => {
                // What is to be asked after it is the model's to say, as is a further search.
                let _ = self.take(state, pending, answer);
                (state.work.look_further, state.work.then) = (false, None);
            }
        }
        std::mem::take(&mut state.work.lead)
    }

    /// What the caller wants done with an appointment, as a model understood it.
    pub fn wants(&self, state: &mut State, task: Task) {
        if state.task != task {
            state.end_task();
            state.task = task;
        }
    }

    /// What is to be held is for this appointment, or for a new one.
    pub fn holds_for(&self, state: &mut State, moving: Option<AppointmentId>) {
        match moving {
            Some(_) => existing::means(state, moving, Task::Move),
            None => self.wants(state, Task::Book),
        }
    }

    /// What the caller said of themselves, as a model understood it.
    pub fn keep(&self, state: &mut State, name: Option<String>, email: Option<String>, confirmed: bool) {
        state.before = None;
        if let Some(name) = name {
            state.name = Some(name);
        }
        if let Some(address) = email.filter(|address| *address != state.email.address) {
            let rounds = state.email.rounds.saturating_add(1);
            state.email = super::state::Email { address, rounds, ..Default::default() };
        }
        state.email.confirmed |= confirmed && !state.email.address.is_empty();
    }

    /// The turn is over: its words, as they were said. What they ask for is read from them. What the caller said of
    /// themselves and the model did not keep, the engine does.
    pub fn said_by_model(&self, state: &mut State, heard: &Understanding, text: &str, after: After) -> Expectation {
        let named = heard.names.first().filter(|name| name.confidence >= SURE);
        state.name = state.name.take().or_else(|| named.map(|name| name.value.clone()));
        if let Some(email) = heard.email.as_ref().filter(|_| state.email.address.is_empty() && !state.email.declined) {
            state.email.address.clone_from(&email.value.address);
            (state.email.doubtful, state.email.rounds) = (email.value.doubtful, 1);
        }
        state.asking = asked::asked(self, state, text);
        state.said_goodbye |= after == After::HangUp;
        (state.misses, state.repeats) = (0, 0);
        self.keep_reply(state, text)
    }

    /// The end of a call whose model said no word of it.
    pub fn goodbye_for_model(&self, state: &State) -> String {
        replies::goodbye(self, state)
    }

    /// The model is gone before it could finish, and the engine goes on with what was done so far. What was `said` of
    /// the turn stays said.
    pub fn take_over(&self, state: &mut State) -> Step {
        self.advance(state)
    }

    /// The model said and did nothing: the turn begins anew, for the engine.
    pub fn take_back(&self, state: &mut State) {
        let Some(before) = state.before.take() else { return };
        let mut history = std::mem::take(&mut state.history);
        history.pop();
        *state = before.restored(history, state);
    }

    /// The engine's reply of this turn comes after what was `said` already.
    pub fn joined(&self, state: &mut State, said: &str) {
        if let Some(exchange) = state.history.last_mut().filter(|_| !said.is_empty()) {
            exchange.reply = format!("{said} {}", exchange.reply).trim_end().to_owned();
        }
    }

    fn keep_reply(&self, state: &mut State, text: &str) -> Expectation {
        text.clone_into(&mut state.last_reply);
        let fact = state.work.fact.take();
        if let Some(exchange) = state.history.last_mut() {
            text.clone_into(&mut exchange.reply);
            exchange.fact = fact;
        }
        state.asking.expects()
    }
}
