//! What a yes or a no means for the question that was asked.

use super::{Reaction, ask_again, values::set_service, without_email};
use crate::agent::dialogue::{
    Dialogue, State,
    existing::{self, Task},
    handing_off::{self, HandoffReason},
    state::Ask,
    understand::{Answer, Intent, Understanding},
};

/// What a yes or no means for the question that was asked.
pub fn answer(dialogue: &Dialogue<'_>, state: &mut State, said: &Understanding, asking: Ask) -> Option<Reaction> {
    if let Some(reaction) = existing::answer(dialogue, state, said, asking) {
        return Some(reaction);
    }
    let answer = said.answer.as_ref()?.value;
    match (asking, answer) {
        (Ask::Summary, Answer::Yes) => state.booking.confirmed = true,
        (Ask::Summary, Answer::No) if said.has(Intent::Goodbye) => return Some(Reaction::Goodbye),
        (Ask::Summary, Answer::No) => {
            return Some(said.topic.map_or(Reaction::AskWith(Ask::WhatToChange), |topic| ask_again(state, topic)));
        }
        (Ask::EmailCheck, Answer::Yes) => state.email.confirmed = true,
        (Ask::EmailCheck, Answer::No) => {
            state.email.rounds = state.email.rounds.saturating_add(1);
            state.say(dialogue.words().sorry_about_that());
            return Some(Reaction::AskWith(handing_off::offer_for_email(state).unwrap_or(Ask::EmailSpelling)));
        }
        (Ask::WithoutEmail, Answer::Yes) => return Some(without_email(dialogue, state)),
        // It is spelled anew, as slowly as it takes.
        (Ask::WithoutEmail, Answer::No) => {
            (state.email.rounds, state.misses) = (1, 0);
            return Some(Reaction::AskWith(if state.email.address.is_empty() {
                Ask::Email
            } else {
                Ask::EmailSpelling
            }));
        }
        (Ask::Slot, Answer::Yes) => {
            let only = state.booking.offers.first().filter(|_| state.booking.offers.len() == 1).cloned()?;
            state.booking.chosen = Some(only);
            state.booking.offers.clear();
        }
        (Ask::Slot, Answer::No) => {
            state.booking.offers.clear();
            state.booking.days = None;
            state.booking.when = None;
            if said.has(Intent::Goodbye) {
                return Some(Reaction::Goodbye);
            }
            return Some(Reaction::AskWith(Ask::Day));
        }
        (Ask::AnythingElse, Answer::No) => return Some(Reaction::Goodbye),
        (Ask::AnythingElse, Answer::Yes) if said.has(Intent::Goodbye) => return Some(Reaction::Goodbye),
        (Ask::AnythingElse, Answer::Yes) if said.acknowledges => {
            return Some(if said.has(Intent::Thanks) {
                Reaction::Goodbye
            } else {
                Reaction::AskWith(Ask::AnythingElse)
            });
        }
        (Ask::AnythingElse, Answer::Yes) if said.words <= 3 => {
            return Some(match state.topic.take() {
                Some(topic) => {
                    set_service(state, topic);
                    Reaction::GoOn
                }
                None => Reaction::AskWith(Ask::Open),
            });
        }
        (Ask::OfferLink(reason), Answer::Yes) => return Some(Reaction::HandOff(reason)),
        (Ask::OfferLink(reason), Answer::No) => {
            state.link_declined = true;
            if reason == HandoffReason::ManySlots {
                state.booking.offers.clear();
                state.booking.days = None;
                state.booking.when = None;
            }
            return Some(Reaction::AskWith(handing_off::instead_of(state, reason)));
        }
        (Ask::TryAgain, Answer::Yes) => {
            let settled = state.task == Task::Cancel || state.new_slot().is_some();
            state.existing.confirmed = state.changes_something() && state.existing.chosen.is_some() && settled;
            state.booking.confirmed =
                state.booking.hold.is_some() && state.name.is_some() && (state.email.confirmed || state.email.declined);
        }
        (Ask::TryAgain, Answer::No) => {
            if state.task != Task::Book {
                existing::keep(dialogue, state);
                return Some(Reaction::GoOn);
            }
            return Some(Reaction::AskWith(Ask::AnythingElse));
        }
        (Ask::WhatToChange, Answer::No) => return Some(Reaction::AskWith(Ask::Summary)),
        _ => return None,
    }
    Some(Reaction::GoOn)
}
