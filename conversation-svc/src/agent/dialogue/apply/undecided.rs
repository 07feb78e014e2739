//! Callers who do not mind, or do not know: they get something to say yes to.

use super::Reaction;
use crate::agent::dialogue::{
    State,
    state::Ask,
    understand::{Choice, Intent, Understanding, When},
};

/// "I don't mind" takes the first of what is offered; "I'm not sure" is helped by a choice of one, or by the next times
/// there are.
pub fn undecided(state: &mut State, said: &Understanding, asking: Ask) -> Option<Reaction> {
    let choice = said.choice.as_ref().map(|found| found.value);
    let says_when = !said.dates.is_empty() || !said.times.is_empty() || choice.is_some_and(|c| c != Choice::Either);
    let any = said.has(Intent::AnyStaff) || choice == Some(Choice::Either);
    let unsure = said.has(Intent::Unsure);
    if says_when || !any && !unsure {
        return None;
    }
    match asking {
        Ask::Slot if any => {
            state.booking.chosen = state.booking.offers.first().cloned();
            state.booking.offers.clear();
        }
        Ask::Slot => state.booking.offers.truncate(1),
        Ask::Day if state.booking.days.is_none() => state.booking.when = state.booking.when.or(Some(When::Earliest)),
        // It is asked once more.
        Ask::Summary | Ask::CancelCheck | Ask::MoveCheck if unsure => return Some(Reaction::AskWith(asking)),
        _ => return None,
    }
    Some(Reaction::GoOn)
}
