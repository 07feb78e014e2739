//! What a reply asks for, read from its words: a model says it and does not name it. Whoever hears the answer then knows
//! what it answers.

mod english;
mod spanish;

use proto::Language;

use super::{
    Dialogue, State,
    existing::Task,
    handing_off::HandoffReason,
    state::Ask,
    understand::{grammar::Phrases, words::Words},
};

/// Signs of a question, in a language.
struct Signs {
    anything_else: Phrases,
    /// Whether to book what was said.
    shall_i: Phrases,
    /// The same, where nothing else is in the question.
    alone: Phrases,
    /// Whether what was said is right.
    is_right: Phrases,
    email: Phrases,
    spell: Phrases,
    name: Phrases,
    service: Phrases,
    time: Phrases,
    day: Phrases,
    link: Phrases,
    /// Which of several appointments.
    which: Phrases,
    /// Whether to try once more what did not work.
    again: Phrases,
    /// That an appointment gets another time.
    change: Phrases,
}

const fn signs(language: Language) -> &'static Signs {
    match language {
        Language::English => &english::SIGNS,
        Language::Spanish => &spanish::SIGNS,
    }
}

/// What the last question of a reply asks for. A yes is taken for the engine's own only where the state has all that the
/// yes would agree to.
pub fn asked(dialogue: &Dialogue<'_>, state: &State, reply: &str) -> Ask {
    let question = last_question(reply);
    let words = Words::of(question, dialogue.business.language);
    let signs = signs(dialogue.business.language);
    let has = |phrases: Phrases| words.find(phrases).is_some();
    let email = &state.email;
    let email_open = !email.address.is_empty() && !email.confirmed;
    let booking = &state.booking;
    let complete = booking.hold.is_some() && state.name.is_some() && (email.confirmed || email.declined);
    if state.link_sent && state.handed_off.is_some() && question.is_empty() {
        return Ask::LinkSent;
    }
    if has(signs.anything_else) {
        return Ask::AnythingElse;
    }
    if email_open && (has(signs.is_right) || question.contains(&email.address)) {
        return Ask::EmailCheck;
    }
    if has(signs.again) {
        return Ask::TryAgain;
    }
    let alone = words.any_phrase(0, signs.alone) == Some(words.len());
    if alone || has(signs.shall_i) || has(signs.is_right) {
        // A yes to a change must not make a second appointment of the hold.
        let changes = Words::of(reply, dialogue.business.language).find(signs.change).is_some();
        if changes && state.task == Task::Book && state.served() {
            return Ask::Open;
        }
        let meant = state.existing.chosen.is_some();
        return match booking.offers.len() {
            _ if meant && state.task == Task::Cancel => Ask::CancelCheck,
            _ if meant && state.task == Task::Move && state.new_slot().is_some() => Ask::MoveCheck,
            _ if state.task != Task::Book => Ask::Open,
            _ if complete => Ask::Summary,
            1 if booking.hold.is_none() => Ask::Slot,
            _ => Ask::Open,
        };
    }
    let (found, settled) = (state.existing.found.as_deref(), state.existing.chosen.is_some());
    match found.filter(|_| state.task != Task::Book && !settled).map(<[_]>::len) {
        Some(0) if has(signs.name) || has(signs.email) => return Ask::FindElse,
        Some(2..) if has(signs.which) || has(signs.day) => return Ask::Which,
        _ => {}
    }
    if has(signs.spell) && email_open {
        return Ask::EmailSpelling;
    }
    if has(signs.email) {
        return Ask::Email;
    }
    if has(signs.link) {
        return Ask::OfferLink(HandoffReason::UserRequest);
    }
    if has(signs.name) {
        return Ask::Name;
    }
    if !booking.offers.is_empty() && booking.hold.is_none() && (has(signs.time) || has(signs.day)) {
        return Ask::Slot;
    }
    if has(signs.service) {
        return Ask::Service;
    }
    if has(signs.day) || has(signs.time) {
        return Ask::Day;
    }
    Ask::Open
}

/// The last sentence that is a question; without one, nothing was asked.
fn last_question(reply: &str) -> &str {
    let Some(end) = reply.rfind('?') else { return "" };
    let before = &reply[..end];
    let ends_before = |c: char| matches!(c, '.' | '!' | '?' | '\n' | '¿');
    // A stop inside an address ends no sentence; the phrases are looked for in what is left.
    let question = before.rsplit(ends_before).next().unwrap_or(before);
    let start = end - question.len();
    reply[start..=end].trim()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Thanks. What name is it for?", "What name is it for?")]
    #[case("¿Algo más? Aquí estoy.", "Algo más?")]
    #[case("Goodbye.", "")]
    fn the_last_question_counts(#[case] reply: &str, #[case] question: &str) {
        assert_eq!(last_question(reply), question);
    }
}
