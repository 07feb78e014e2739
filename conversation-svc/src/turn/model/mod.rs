//! A turn that a model answers: requests to it, tools between them, sentences to the caller as they are written.
//!
//! When a model fails, the next one goes on with what was said and done; after the last one the dialogue engine does. A
//! caller who does not want the reply any more ends the request, never a tool that runs.

mod round;
mod tools;

use tokio::time::Instant;

use self::round::{Broken, Round};
use super::{Listener, NeverWas, prompt, prompt::Briefing, speech::Speech};
use crate::{
    agent::{
        dialogue::{After, Dialogue, Expectation, plain::Reading, wording},
        llm::{Message, ModelError, Pick, Prompt, Usage},
    },
    session::Session,
};

/// Answers of models in one turn: a search, a hold and a reply are three.
const ROUNDS_MAX: usize = 5;

pub struct Answered {
    pub outcome: Outcome,
    /// The models that took part, in order.
    pub by: Vec<&'static str>,
}

/// How a turn of a model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With a reply that has been said.
    Replied { expects: Expectation, after: After },
    /// Nothing was said and nothing was done: the turn is still to be answered.
    Untouched,
    /// What was said and done stands, and a reply is missing.
    Unfinished,
}

/// Has models answer the caller's words, screened already.
pub async fn answer<L: Listener>(
    session: &mut Session,
    dialogue: &Dialogue<'_>,
    text: &str,
    reading: &Reading,
    speech: &mut Speech<'_, L>,
) -> Result<Answered, NeverWas> {
    if session.models.pick(&[]).is_none() || !has_budget(session) {
        return Ok(Answered { outcome: Outcome::Untouched, by: Vec::new() });
    }
    // A booking that was not heard is said by us, in our words.
    for sentence in dialogue.hear_for_model(&mut session.state, text) {
        speech.give(sentence).await;
    }
    let prompt = prompt(session, dialogue, text, reading, speech.sentences());
    let ends = Instant::now() + session.models.settings.turn;
    let after = After::Listen;
    let mut turn = Turn { session, dialogue, reading, speech, prompt, ends, after, work: Work::default() };
    let finished = turn.run().await?;
    let Turn { session, speech, after, work, .. } = turn;
    let outcome = if finished {
        let said = speech.said();
        let expects = dialogue.said_by_model(&mut session.state, &reading.said, &said, after);
        Outcome::Replied { expects, after }
    } else if speech.sentences().is_empty() && session.state.before.is_some() {
        dialogue.take_back(&mut session.state);
        Outcome::Untouched
    } else {
        Outcome::Unfinished
    };
    Ok(Answered { outcome, by: work.by })
}

fn has_budget(session: &Session) -> bool {
    let (used, settings) = (session.state.models, &session.models.settings);
    used.requests < settings.call_rounds_max && used.tokens < settings.call_tokens_max
}

fn prompt(session: &mut Session, dialogue: &Dialogue<'_>, text: &str, reading: &Reading, said: &[String]) -> Prompt {
    let (business, channel) = (dialogue.business, session.channel);
    let Briefing { system, tools } = session.briefing.get_or_insert_with(|| Briefing::of(business, channel)).clone();
    let state = &session.state;
    let now = prompt::situation(dialogue, state, text, &reading.said, said);
    let messages = prompt::messages(state, &business.greeting, now);
    Prompt { system, tools, messages, tokens_max: session.models.settings.answer_tokens_max }
}

struct Turn<'t, 'd, 'l, L> {
    session: &'t mut Session,
    dialogue: &'t Dialogue<'d>,
    reading: &'t Reading,
    speech: &'t mut Speech<'l, L>,
    prompt: Prompt,
    ends: Instant,
    after: After,
    work: Work,
}

/// What one turn gathers.
#[derive(Default)]
struct Work {
    by: Vec<&'static str>,
    /// Models that failed in this turn.
    out: Vec<Pick>,
    tools: u8,
    mistakes: u8,
    /// Placed in this turn: the caller has not heard of it yet.
    held_now: bool,
    /// Appointments were looked for in this turn.
    found_now: bool,
}

impl<L: Listener> Turn<'_, '_, '_, L> {
    /// True when the turn has its reply, or nobody wants it.
    async fn run(&mut self) -> Result<bool, NeverWas> {
        let mut rounds = 0;
        while rounds < ROUNDS_MAX && has_budget(self.session) {
            let Some(pick) = self.session.models.pick(&self.work.out) else { return Ok(false) };
            match self.round(pick).await {
                Ok(Round::Said | Round::Unwanted) => return Ok(true),
                Ok(Round::Faulty) => {
                    let safe = wording::of(self.dialogue.business.language).safe();
                    self.speech.give(safe.to_owned()).await;
                    return Ok(true);
                }
                Ok(Round::Calls { said, calls }) => {
                    rounds += 1;
                    let results = self.carry_out(&calls).await?;
                    self.prompt.messages.push(Message::Agent { text: said, calls });
                    self.prompt.messages.push(Message::Results(results));
                    if self.after == After::HangUp {
                        self.say_goodbye().await;
                        return Ok(true);
                    }
                }
                Err(Broken { error, said }) => {
                    self.session.models.failed(pick, &error);
                    self.work.out.push(pick);
                    if !said.is_empty() {
                        // The next one knows what the caller has heard.
                        self.prompt.messages.push(Message::Agent { text: said, calls: Vec::new() });
                        let go_on = prompt::go_on(self.dialogue.business.language);
                        self.prompt.messages.push(Message::User(go_on));
                    }
                    if error == ModelError::OutOfTime {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(false)
    }

    /// A model may hang up without a word; a caller is never left so.
    async fn say_goodbye(&mut self) {
        if self.speech.sentences().is_empty() {
            let goodbye = self.dialogue.goodbye_for_model(&self.session.state);
            self.speech.give(goodbye).await;
        }
    }

    fn count(&mut self, usage: Option<Usage>, written: usize) {
        // A vendor that does not count is counted by its letters, about four to a token.
        let read: usize = self.prompt.messages.iter().map(size).sum::<usize>() + self.prompt.system.len();
        let guessed = u64::try_from((read + written) / 4).unwrap_or(u64::MAX);
        let used = &mut self.session.state.models;
        used.requests = used.requests.saturating_add(1);
        used.tokens = used.tokens.saturating_add(usage.map_or(guessed, Usage::total));
    }
}

fn size(message: &Message) -> usize {
    match message {
        Message::User(text) => text.len(),
        Message::Agent { text, calls } => text.len() + calls.iter().map(|call| call.arguments.len()).sum::<usize>(),
        Message::Results(results) => results.iter().map(|result| result.content.len()).sum(),
    }
}
