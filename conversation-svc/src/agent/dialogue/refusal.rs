//! A "no" of the booking service in words: why, and the nearest yes.

use super::{
    Dialogue, State, hours, offers, policy, spoken,
    state::Pending,
    tool::{Reason, Refusal},
    understand::When,
};

/// A start was refused, at the hold or at the booking itself.
pub fn take(dialogue: &Dialogue<'_>, state: &mut State, refusal: Refusal, pending: Pending) {
    let just_taken = pending == Pending::Book && matches!(refusal.reason, Reason::Taken | Reason::HoldExpired);
    let sentence = if just_taken {
        "I'm sorry, that time was just taken.".to_owned()
    } else {
        why(dialogue, state, refusal.reason)
    };
    state.say(sentence);
    state.booking.hold = None;
    state.booking.chosen = None;
    state.booking.confirmed = false;
    offer(state, refusal);
}

/// A search found nothing, and the service says why.
pub fn none(dialogue: &Dialogue<'_>, state: &mut State, refusal: Refusal) {
    let sentence = why(dialogue, state, refusal.reason);
    state.say(sentence);
    offer(state, refusal);
}

/// A wide search found nothing at all.
pub fn nothing(state: &mut State) {
    state.say("I don't see anything free around then.");
    forget_time(state);
}

fn offer(state: &mut State, refusal: Refusal) {
    match refusal.reason {
        Reason::UnknownStaff => {
            state.booking.staff = None;
            return;
        }
        Reason::UnknownService => state.booking.service = None,
        _ => {}
    }
    // Nearest first as they come; said in the order of the day.
    state.booking.offers = refusal.alternatives;
    state.booking.offers.truncate(offers::OPTIONS_MAX);
    state.booking.offers.sort_by_key(|slot| slot.start);
    state.booking.offers.dedup_by_key(|slot| slot.start);
    // The refused time must not be tried again when the caller picks another day.
    state.booking.refused = state.booking.when.take();
    if state.booking.offers.is_empty() {
        if state.work.looked_further {
            forget_time(state);
        } else {
            state.work.look_further = true;
        }
    }
}

fn forget_time(state: &mut State) {
    state.booking.offers.clear();
    state.booking.days = None;
    state.booking.when = None;
}

fn why(dialogue: &Dialogue<'_>, state: &State, reason: Reason) -> String {
    let business = dialogue.business;
    let day = state.booking.days.filter(|d| d.single).map(|d| d.start);
    let said_day = day.map(|d| spoken::date(d, dialogue.today()));
    let clock = match state.booking.when {
        Some(When::At(clock)) => day.map(|d| hours::resolve(business, clock, Some(d))),
        _ => None,
    };
    let at = match (clock, &said_day) {
        (Some(time), Some(day)) => format!("{} on {day}", spoken::time(time)),
        (None, Some(day)) => day.clone(),
        _ => "that time".to_owned(),
    };
    let person =
        state.booking.staff.and_then(|id| business.staff_member(id)).map(|s| spoken::person(&s.name, business));
    match reason {
        Reason::Taken | Reason::HoldExpired if clock.is_none() => format!("I'm sorry, {at} is fully booked."),
        Reason::Taken | Reason::HoldExpired => format!("I'm sorry, {at} is taken."),
        Reason::Closed => match day.map(|d| business.open_on(d)) {
            Some([]) => format!("I'm sorry, we're closed on {}.", said_day.unwrap_or_default()),
            Some(ranges) if clock.is_some_and(|t| ranges.iter().any(|r| r.holds(t))) => {
                format!("I'm sorry, at {at} there isn't enough time before we close.")
            }
            Some(ranges) => {
                format!("I'm sorry, on {} we're open {}.", said_day.unwrap_or_default(), spoken::hours(ranges))
            }
            None => "I'm sorry, we're closed then.".to_owned(),
        },
        Reason::StaffAway => person.map_or_else(
            || format!("I'm sorry, nobody who does this is in at {at}."),
            |person| format!("I'm sorry, {person} isn't in at {at}."),
        ),
        Reason::TooSoon
            if policy::instant(dialogue, day.unwrap_or(dialogue.today()), clock.unwrap_or(jiff::civil::Time::MAX))
                .is_some_and(|t| t < dialogue.now) =>
        {
            format!("I'm sorry, {at} has already passed.")
        }
        Reason::TooSoon => format!("I'm sorry, {at} is too short notice for us."),
        Reason::TooFar => format!("I'm sorry, we can't book as far ahead as {at}."),
        Reason::OffGrid => format!("I'm sorry, I can't start at {at}."),
        Reason::UnknownService => "I'm sorry, we don't offer that.".to_owned(),
        Reason::UnknownStaff => {
            format!("I'm sorry, {} doesn't do that.", person.unwrap_or_else(|| "that person".to_owned()))
        }
    }
}
