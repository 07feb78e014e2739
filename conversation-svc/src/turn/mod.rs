//! One utterance from words to spoken sentences, the same for phone and web.
//!
//! Screening, the agent with its tools, the check of what it says, sentences. A turn that is cancelled still runs its
//! tools to their end; only its words are not sent.

pub mod directory;
pub mod guard;
pub mod handoff;
mod model;
pub mod prompt;
pub mod sentences;
mod speech;
pub mod tools;

use std::future::Future;

use jiff::Timestamp;
use proto::Private;
use serde_json::Value;

use self::{
    model::{Answered, Outcome},
    speech::Speech,
};
use crate::{
    agent::{
        business::Business,
        dialogue::{
            After, Channel, Dialogue, Expectation, Reply, Step, TOOLS_MAX, ToolAnswer, ToolCall, plain::Reading,
            wording,
        },
        llm::Turns,
    },
    session::Session,
};

/// The dialogue engine, among those who answer turns.
const ENGINE: &str = "engine";

/// What the caller said.
pub struct Utterance {
    pub turn: u32,
    pub text: Private<String>,
    /// It goes on with the turn before, whose reply the caller had not taken in.
    pub goes_on: bool,
    /// The caller may say more: nothing that is done for it may be noticed outside before it is confirmed.
    pub early: bool,
}

/// An early turn that was not confirmed: it never was.
struct NeverWas;

/// What a turn gives its listener, in order.
#[derive(Clone)]
pub enum Said {
    Tool {
        turn: u32,
        name: &'static str,
        arguments: Value,
        result: Value,
        at: Timestamp,
    },
    Sentence {
        turn: u32,
        index: u32,
        text: String,
    },
    /// The caller declined a recording, just now.
    RecordingDeclined {
        turn: u32,
    },
    Completed {
        turn: u32,
        expects: Expectation,
        after: After,
        /// The engine, a model, or one after the other.
        answered_by: String,
    },
}

/// Whoever hears a turn.
pub trait Listener: Send + Sync {
    /// Whether the reply is still wanted.
    fn wants(&self) -> bool;
    /// Done when it is not.
    fn unwanted(&self) -> impl Future<Output = ()> + Send;
    /// Waits until the caller is known to have said all of it; at once, unless it was asked early. False: it never was.
    fn confirms(&mut self) -> impl Future<Output = bool> + Send;
    fn take(&mut self, said: Said) -> impl Future<Output = ()> + Send;
}

/// Handles one utterance. It never fails: what goes wrong is said.
pub async fn handle<L: Listener>(session: &mut Session, utterance: &Utterance, listener: &mut L) {
    let before = utterance.early.then(|| session.state.clone());
    if let (Err(NeverWas), Some(before)) = (take_turn(session, utterance, listener).await, before) {
        metrics::counter!("conversation_early_turns_void_total").increment(1);
        session.state = before;
    }
}

async fn take_turn<L: Listener>(
    session: &mut Session,
    utterance: &Utterance,
    listener: &mut L,
) -> Result<(), NeverWas> {
    let turn = utterance.turn;
    let mut speech = Speech::new(listener, turn);
    let screened = guard::screen(utterance.text.reveal());
    if !screened.attempts.is_empty() {
        speech.confirmed().await?;
        session.report_injection(turn, &screened.attempts).await;
    }
    let declined_before = std::mem::take(&mut session.state.recording_declined);
    let (reply, answered_by) = converse(session, utterance, &screened, &mut speech).await?;
    if session.state.recording_declined {
        speech.confirmed().await?;
        // Whether or not the reply is wanted: it is obeyed before it is answered.
        speech.tell(Said::RecordingDeclined { turn }).await;
    }
    session.state.recording_declined |= declined_before;
    give(session, reply, answered_by, &mut speech).await?;
    session.turns += 1;
    metrics::counter!("conversation_turns_total", "channel" => session.channel.as_str()).increment(1);
    Ok(())
}

/// What came of the conversation so far, said because the call must end. No tool is called: there is no time.
pub async fn sum_up<L: Listener>(session: &mut Session, turn: u32, listener: &mut L) {
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn };
    let reply = dialogue.sum_up(&mut session.state);
    // No early turn.
    let _ = give(session, reply, ENGINE.to_owned(), &mut Speech::new(listener, turn)).await;
}

/// Hands the conversation over to the web, because the call must end, and says so.
pub async fn leave_for_the_web<L: Listener>(session: &mut Session, turn: u32, listener: &mut L) {
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn };
    let mut speech = Speech::new(listener, turn);
    let step = dialogue.leave_for_the_web(&mut session.state);
    // No early turn.
    if let Ok(reply) = carry_on(session, &dialogue, step, &mut speech).await {
        let _ = give(session, reply, ENGINE.to_owned(), &mut speech).await;
    }
}

/// Says what is left to say of a reply, as far as it is wanted, and keeps what the turn changed.
async fn give<L: Listener>(
    session: &mut Session,
    reply: Reply,
    answered_by: String,
    speech: &mut Speech<'_, L>,
) -> Result<(), NeverWas> {
    let turn = speech.turn();
    let reply = checked(session, reply).await;
    for text in sentences::split(&reply.text) {
        speech.give(text).await;
    }
    speech.confirmed().await?;
    let said = speech.wanted();
    if !said {
        // A report of what was heard may still put this right.
        session.state.cancelled(turn);
    }
    // Before the turn is over for its listener: who takes the session up then finds this turn in it.
    if !session.save().await {
        tracing::warn!(session = %session.id, "another connection has taken the session up");
    }
    if said {
        let Reply { expects, after, .. } = reply;
        speech.tell(Said::Completed { turn, expects, after, answered_by }).await;
        if !speech.wanted() {
            session.state.cancelled(turn);
        }
    }
    Ok(())
}

/// Has the turn answered: by the engine where it is sure of what it understood, else by a model, and by the engine again
/// where no model does. What is left to say comes back, and who answered.
async fn converse<L: Listener>(
    session: &mut Session,
    utterance: &Utterance,
    screened: &guard::Screened,
    speech: &mut Speech<'_, L>,
) -> Result<(Reply, String), NeverWas> {
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn: utterance.turn };
    let by_engine = |reply| Ok((reply, ENGINE.to_owned()));
    if session.channel == Channel::Phone && session.state.has_answered(utterance.turn) {
        // The stream that its answer was to come on broke; a call never uses an id twice.
        return by_engine(dialogue.last_reply(&session.state));
    }
    let text = screened.text.reveal();
    let rejoined = if utterance.goes_on { dialogue.rejoin(&mut session.state, text) } else { Some(text.clone()) };
    let Some(text) = rejoined else {
        // What goes on with a turn that stands is read by the engine: more agreement to it changes nothing.
        let step = dialogue.go_on(&mut session.state, text);
        return by_engine(carry_on(session, &dialogue, step, speech).await?);
    };
    let reading = dialogue.read(&session.state, &text);
    if !is_for_a_model(session, &reading, screened) {
        let step = dialogue.hear(&mut session.state, &text);
        return by_engine(carry_on(session, &dialogue, step, speech).await?);
    }
    let Answered { outcome, mut by } = model::answer(session, &dialogue, &text, &reading, speech).await?;
    let reply = match outcome {
        Outcome::Replied { expects, after } => Reply { text: String::new(), expects, after },
        Outcome::Untouched => {
            by.push(ENGINE);
            let step = dialogue.hear(&mut session.state, &text);
            carry_on(session, &dialogue, step, speech).await?
        }
        Outcome::Unfinished => {
            by.push(ENGINE);
            let step = dialogue.take_over(&mut session.state);
            let reply = carry_on(session, &dialogue, step, speech).await?;
            dialogue.joined(&mut session.state, &speech.said());
            reply
        }
    };
    Ok((reply, by.join("+")))
}

/// A caller who tries to instruct the agent talks to the engine, unless models are to answer everything.
fn is_for_a_model(session: &Session, reading: &Reading, screened: &guard::Screened) -> bool {
    match session.models.settings.turns {
        Turns::None => false,
        Turns::All => !reading.must_be_plain(),
        Turns::Hard => !reading.plain && screened.attempts.is_empty(),
    }
}

/// Carries out the tools that a turn asks for, until there is something to say.
async fn carry_on<L: Listener>(
    session: &mut Session,
    dialogue: &Dialogue<'_>,
    mut step: Step,
    speech: &mut Speech<'_, L>,
) -> Result<Reply, NeverWas> {
    // The engine bounds its own tools; this bounds a fault in it.
    for _ in 0..=TOOLS_MAX {
        let call = match step {
            Step::Say(reply) => return Ok(reply),
            Step::Call(call) => call,
        };
        let answer = carry_out(session, dialogue, &call, speech).await?;
        step = dialogue.answered(&mut session.state, answer);
    }
    Ok(safe_reply(&session.business))
}

/// Carries out one tool, whoever asks for it. What has an effect waits until the caller is known to have said all of it.
async fn carry_out<L: Listener>(
    session: &Session,
    dialogue: &Dialogue<'_>,
    call: &ToolCall,
    speech: &mut Speech<'_, L>,
) -> Result<ToolAnswer, NeverWas> {
    if call.has_effect() {
        speech.confirmed().await?;
    }
    let turn = dialogue.turn;
    let answer = match call {
        ToolCall::StartHandoff { reason } => handoff::start(session, dialogue, *reason).await,
        call => session.tools.carry_out(turn, call).await,
    };
    if session.trace_tools {
        let (arguments, result) = (tools::arguments(call), tools::result(&answer));
        speech.tell(Said::Tool { turn, name: call.name(), arguments, result, at: session.clock.now() }).await;
    }
    Ok(answer)
}

fn safe_reply(business: &Business) -> Reply {
    let text = wording::of(business.language).safe().to_owned();
    Reply { text, expects: Expectation::Open, after: After::Listen }
}

async fn checked(session: &Session, reply: Reply) -> Reply {
    let turn = session.state.history.last().map_or(0, |last| last.turn);
    let dialogue = Dialogue { business: &session.business, now: session.clock.now(), turn };
    match guard::check(&reply.text, &guard::Proof::of(&dialogue, &session.state)) {
        Ok(()) => reply,
        Err(fault) => {
            tracing::error!(?fault, session = %session.id, "a reply of our own failed its check");
            session.report_fault(turn, fault.name()).await;
            safe_reply(&session.business)
        }
    }
}
