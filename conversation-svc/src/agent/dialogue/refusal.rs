//! A "no" of the booking service in words: why, and the nearest yes.

use super::{
    Dialogue, State, hours, offers, policy, spoken,
    state::Pending,
    tool::{Reason, Refusal},
    understand::When,
};

/// A start was refused, at the hold or at the booking itself.
pub fn take(dialogue: &Dialogue<'_>, state: &mut State, refusal: Refusal, pending: Pending) {
    let just_taken = matches!(pending, Pending::Book | Pending::Move)
        && matches!(refusal.reason, Reason::Taken | Reason::HoldExpired);
    let sentence =
        if just_taken { dialogue.words().just_taken().to_owned() } else { why(dialogue, state, refusal.reason) };
    state.say(sentence);
    let hold = state.booking.hold.take();
    if pending == Pending::Move {
        // It was another that was in the way; one that was refused at the booking is no more.
        state.booking.stale_hold = hold.map(|hold| hold.id);
    }
    state.booking.chosen = None;
    state.booking.confirmed = false;
    state.existing.free = None;
    state.existing.confirmed = false;
    offer(state, refusal);
}

/// A search found nothing, and the service says why.
pub fn none(dialogue: &Dialogue<'_>, state: &mut State, refusal: Refusal) {
    let sentence = why(dialogue, state, refusal.reason);
    state.say(sentence);
    offer(state, refusal);
}

/// A wide search found nothing at all.
pub fn nothing(dialogue: &Dialogue<'_>, state: &mut State) {
    state.say(dialogue.words().nothing_around());
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
    let (business, words, today) = (dialogue.business, dialogue.words(), dialogue.today());
    let day = state.booking.days.filter(|d| d.single).map(|d| d.start);
    let clock = match state.booking.when {
        Some(When::At(clock)) => day.map(|d| hours::resolve(business, clock, Some(d))),
        _ => None,
    };
    let at = words.wished(day, clock, today);
    let person =
        state.booking.staff.and_then(|id| business.staff_member(id)).map(|s| spoken::person(&s.name, business));
    match reason {
        Reason::Taken | Reason::HoldExpired if clock.is_none() => words.fully_booked(&at),
        Reason::Taken | Reason::HoldExpired => words.taken(&at),
        Reason::Closed => match day.map(|d| (words.date(d, today), business.open_on(d))) {
            Some((date, [])) => words.sorry_closed_on(&date),
            Some((_, ranges)) if clock.is_some_and(|t| ranges.iter().any(|r| r.holds(t))) => {
                words.closes_too_early(&at)
            }
            Some((date, ranges)) => words.sorry_open_on(&date, &words.hours(ranges)),
            None => words.sorry_closed().to_owned(),
        },
        Reason::StaffAway => person.map_or_else(|| words.nobody_in(&at), |person| words.person_not_in(&person, &at)),
        Reason::CalendarUnknown => words.calendar_unknown(person.as_deref(), &at),
        Reason::TooSoon
            if policy::instant(dialogue, day.unwrap_or(today), clock.unwrap_or(jiff::civil::Time::MAX))
                .is_some_and(|t| t < dialogue.now) =>
        {
            words.has_passed(&at)
        }
        Reason::TooSoon => words.too_soon(&at),
        Reason::TooFar => words.too_far(&at),
        Reason::OffGrid => words.off_grid(&at),
        Reason::UnknownService => words.not_offered().to_owned(),
        // Nothing of a start: said where the appointment is changed.
        Reason::UnknownAppointment | Reason::ChangedMeanwhile | Reason::AlreadyCancelled | Reason::TooLate { .. } => {
            words.change_trouble().to_owned()
        }
        Reason::UnknownStaff => words.not_done_by(person.as_deref()),
    }
}
