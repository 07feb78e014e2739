//! The caller goes on with the turn before: "Alex" … "Morrison", "Yes." … "That is right."
//!
//! A turn that changed nothing outside is taken back, and both parts are heard as one. After a turn that did (a hold, a
//! booking) its effects stand: more agreement gets its reply again, anything else is heard as it is.

use serde::{Deserialize, Serialize};

use super::{
    Dialogue, State, Step,
    apply::Reaction,
    state::{Exchange, Work},
    understand::{Answer, Intent, Understanding},
};

/// How things stood before a turn.
#[derive(Clone, Serialize, Deserialize)]
pub struct Before {
    text: String,
    /// Without the history, which only grows.
    state: State,
}

impl Before {
    pub fn of(state: &State, text: &str) -> Box<Self> {
        let state = State { history: Vec::new(), before: None, ..state.clone() };
        Box::new(Self { text: text.to_owned(), state })
    }

    /// The state of then, with what has nothing to do with the turn.
    pub fn restored(self, history: Vec<Exchange>, now: &State) -> State {
        State { history, connection: now.connection, channel: now.channel, models: now.models, ..self.state }
    }
}

impl Dialogue<'_> {
    /// The caller's words, screened already, that go on with the turn before.
    pub fn go_on(&self, state: &mut State, text: &str) -> Step {
        match self.rejoin(state, text) {
            Some(whole) => self.hear(state, &whole),
            None => {
                state.work = Work { going_on: true, ..Work::default() };
                self.take_in(state, text)
            }
        }
    }

    /// Takes the turn before back, and gives all that was said; none when that turn stands.
    pub fn rejoin(&self, state: &mut State, text: &str) -> Option<String> {
        let before = state.before.take()?;
        let whole = format!("{} {text}", before.text);
        let mut history = std::mem::take(&mut state.history);
        history.pop();
        *state = before.restored(history, state);
        Some(whole)
    }
}

/// What more agreement means after a turn that had an effect: its reply, again.
pub fn agreement(state: &State, said: &Understanding) -> Option<Reaction> {
    let only_agrees = !said.says(Answer::No)
        && !said.has_value()
        && said
            .intents
            .iter()
            .all(|intent| matches!(intent.value, Intent::Thanks | Intent::Goodbye | Intent::Greeting));
    only_agrees.then_some(if state.said_goodbye { Reaction::Goodbye } else { Reaction::Repeat })
}
