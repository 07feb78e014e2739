//! What to do next, from what is known: the first thing that is missing decides.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};

use proto::id::ServiceId;

use super::{
    Dialogue, State,
    existing::{self, Task},
    hours,
    state::{Ask, DayWish, Pending},
    tool::{Client, ToolCall},
    understand::When,
    visit,
};

/// How far "the first you have" and a search beyond the wished day look.
const LOOK_AHEAD_DAYS: i32 = 21;

pub enum Move {
    Call(ToolCall, Pending),
    Ask(Ask),
}

pub fn next(dialogue: &Dialogue<'_>, state: &State) -> Move {
    let booking = &state.booking;
    if let Some(hold) = booking.stale_hold {
        return Move::Call(ToolCall::ReleaseHold { hold }, Pending::Release);
    }
    if let Some(ask) = state.work.then {
        return Move::Ask(ask);
    }
    if state.task != Task::Book {
        return existing::next(dialogue, state);
    }
    let Some(service) = booking.service else {
        let more = !state.served() || state.another || state.in_progress();
        return Move::Ask(if more { Ask::Service } else { Ask::AnythingElse });
    };
    let Some(hold) = &booking.hold else { return to_slot(dialogue, state, service) };
    if state.name.is_none() {
        return Move::Ask(Ask::Name);
    }
    let email = &state.email;
    if !email.declined && !email.confirmed {
        return Move::Ask(if email.address.is_empty() { Ask::Email } else { Ask::EmailCheck });
    }
    if !booking.confirmed {
        return Move::Ask(Ask::Summary);
    }
    let client = Client {
        name: state.name.clone().unwrap_or_default(),
        email: email.address.clone(),
        phone: state.phone.clone().unwrap_or_default(),
    };
    Move::Call(ToolCall::Book { hold: hold.id, client }, Pending::Book)
}

/// From the wish to a slot that is held.
pub fn to_slot(dialogue: &Dialogue<'_>, state: &State, service: ServiceId) -> Move {
    let booking = &state.booking;
    if let Some(slot) = &booking.chosen {
        let (call, pending) = keep(dialogue, state, service, slot.start);
        return Move::Call(call, pending);
    }
    if !booking.offers.is_empty() {
        return Move::Ask(Ask::Slot);
    }
    if state.work.look_further
        && let Some(call) = further(dialogue, state)
    {
        return Move::Call(call, Pending::FindFurther);
    }
    find(dialogue, state).map_or(Move::Ask(Ask::Day), |(call, pending)| Move::Call(call, pending))
}

/// A start is held; what overlaps the appointment that is to go there cannot be, and is looked up.
fn keep(dialogue: &Dialogue<'_>, state: &State, service: ServiceId, start: Timestamp) -> (ToolCall, Pending) {
    let staff = state.booking.staff;
    let further = visit::further(dialogue, state);
    let minutes = visit::minutes(dialogue, service, &further);
    let end = start.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(start);
    match state.moving().filter(|moving| start < moving.slot.end && moving.slot.start < end) {
        Some(moving) => {
            let to = start.checked_add(SignedDuration::from_mins(1)).unwrap_or(start);
            let moving = Some(moving.id);
            (ToolCall::FindSlots { service, staff, from: start, to, moving, further }, Pending::Check)
        }
        None => (ToolCall::PlaceHold { service, staff, start, further }, Pending::Hold),
    }
}

/// How to get from the wish to slots; `None` when the day is missing.
fn find(dialogue: &Dialogue<'_>, state: &State) -> Option<(ToolCall, Pending)> {
    let booking = &state.booking;
    let (service, staff) = (booking.service?, booking.staff);
    let moving = state.moving().map(|appointment| appointment.id);
    let search = |from: Timestamp, to: Timestamp, pending| {
        let further = visit::further(dialogue, state);
        Some((ToolCall::FindSlots { service, staff, from, to, moving, further }, pending))
    };
    match (booking.days, booking.when) {
        (None, Some(When::Earliest)) => search(dialogue.now, later(dialogue.now, LOOK_AHEAD_DAYS), Pending::Find),
        (None, _) => None,
        (Some(days), Some(When::At(clock))) if days.single => {
            let start = instant(dialogue, days.start, hours::resolve(dialogue.business, clock, Some(days.start)))?;
            Some(keep(dialogue, state, service, start))
        }
        (Some(days), _) => {
            let (from, to) = bounds(dialogue, days)?;
            search(from, to, Pending::Find)
        }
    }
}

/// A search from the wished day on, when the day itself has nothing.
fn further(dialogue: &Dialogue<'_>, state: &State) -> Option<ToolCall> {
    let from = state
        .booking
        .days
        .and_then(|d| instant(dialogue, d.start, Time::midnight()))
        .unwrap_or(dialogue.now)
        .max(dialogue.now);
    let service = state.booking.service?;
    let moving = state.moving().map(|appointment| appointment.id);
    let (staff, further) = (state.booking.staff, visit::further(dialogue, state));
    Some(ToolCall::FindSlots { service, staff, from, to: later(from, LOOK_AHEAD_DAYS), moving, further })
}

fn bounds(dialogue: &Dialogue<'_>, days: DayWish) -> Option<(Timestamp, Timestamp)> {
    let from = instant(dialogue, days.start, Time::midnight())?.max(dialogue.now);
    let to = instant(dialogue, days.end_excl, Time::midnight())?;
    // A day that has passed still gets a search, so that its refusal says why.
    Some((from.min(to.checked_sub(SignedDuration::from_mins(1)).unwrap_or(to)), to))
}

fn later(from: Timestamp, days: i32) -> Timestamp {
    from.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(from)
}

/// A local time of the business as an instant; a time in a gap moves forward with the clock.
pub fn instant(dialogue: &Dialogue<'_>, date: Date, time: Time) -> Option<Timestamp> {
    dialogue.business.zone.to_timestamp(date.to_datetime(time)).ok()
}
