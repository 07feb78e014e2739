//! Two requests in one breath: "cancel my massage and book a facial for Monday". The first is done; the words of the second
//! are kept, and heard when it is over.

use super::{
    Dialogue, State, Step,
    apply::{self, Reaction},
    existing::Task,
    state::Ask,
    understand::{
        Answer, Intent, Understanding,
        words::{Break, Words},
    },
};

impl Dialogue<'_> {
    /// What an utterance means; of two requests the first, and the second is left for later.
    pub(super) fn first_request(&self, state: &mut State, text: &str) -> Understanding {
        let whole = self.understand(state, text);
        let of_existing = [Intent::Cancel, Intent::Reschedule, Intent::LookUp];
        let is_asked = matches!(state.asking, Ask::CancelCheck | Ask::MoveCheck);
        if !is_asked && !of_existing.into_iter().any(|intent| whole.has(intent)) {
            return whole;
        }
        let words = Words::of(text, self.business.language);
        let joins = words.grammar().requests.together;
        for i in 1..words.len() {
            let joined = joins.contains(&words.norm(i));
            if !joined && words.break_after(i - 1) != Break::Sentence {
                continue;
            }
            let rest = words.text(i + usize::from(joined)..words.len());
            let (first, second) = (self.understand(state, words.text(0..i)), self.understand(state, rest));
            if are_two(state, &first, &second) {
                state.next_request = Some(rest.to_owned());
                return first;
            }
        }
        whole
    }

    /// What was done is done: the next request, if there is one.
    pub(super) fn hear_next(&self, state: &mut State) -> Option<Step> {
        let text = state.next_request.take()?;
        state.work.then = None;
        state.asking = Ask::Open;
        let said = self.understand(state, &text);
        Some(match apply::apply(self, state, &said) {
            Reaction::GoOn => self.advance(state),
            Reaction::AskWith(ask) => self.ask(state, ask),
            _ => self.ask(state, Ask::AnythingElse),
        })
    }
}

fn are_two(state: &State, first: &Understanding, second: &Understanding) -> bool {
    let Some(then) = wanted(second) else { return false };
    let agrees = matches!(state.asking, Ask::CancelCheck | Ask::MoveCheck | Ask::Summary) && first.says(Answer::Yes);
    match wanted(first) {
        None => agrees,
        // "When is my appointment, and can you move it to Monday?"
        Some(Task::LookUp) => then != Task::LookUp,
        Some(Task::Book) => then != Task::Book && names_its_own(second),
        Some(Task::Move | Task::Cancel) => then == Task::Book || names_its_own(second),
    }
}

fn wanted(said: &Understanding) -> Option<Task> {
    if said.has(Intent::Cancel) {
        Some(Task::Cancel)
    } else if said.has(Intent::Reschedule) {
        Some(Task::Move)
    } else if said.has(Intent::LookUp) {
        Some(Task::LookUp)
    } else {
        (said.wants_booking() && !said.services.is_empty()).then_some(Task::Book)
    }
}

/// Of another appointment than the words before it: "and move it" is about the same.
fn names_its_own(said: &Understanding) -> bool {
    !said.services.is_empty() || said.relocation.days.is_some() || said.relocation.when.is_some()
}
