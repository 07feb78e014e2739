//! One utterance from words to spoken sentences, the same for phone and web.
//!
//! Screening, the agent with its tools, the check of what it says, sentences. A turn that is cancelled still runs its
//! tools to their end; only its words are not sent.

pub mod directory;
pub mod guard;
pub mod handoff;
pub mod sentences;
pub mod tools;

use std::future::Future;

use jiff::Timestamp;
use proto::Private;
use serde_json::Value;

use crate::{
    agent::{
        business::Business,
        dialogue::{After, Channel, Dialogue, Expectation, Reply, Step, TOOLS_MAX, ToolCall, wording},
    },
    session::Session,
};

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
    },
}

/// Whoever hears a turn.
pub trait Listener: Send {
    /// Whether the reply is still wanted.
    fn wants(&self) -> bool;
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
    let screened = guard::screen(utterance.text.reveal());
    if !screened.attempts.is_empty() {
        confirmed(listener).await?;
        session.report_injection(turn, &screened.attempts).await;
    }
    let declined_before = std::mem::take(&mut session.state.recording_declined);
    let reply = converse(session, utterance, screened.text.reveal(), listener).await?;
    if session.state.recording_declined {
        confirmed(listener).await?;
        // Whether or not the reply is wanted: it is obeyed before it is answered.
        listener.take(Said::RecordingDeclined { turn }).await;
    }
    session.state.recording_declined |= declined_before;
    give(session, turn, reply, listener).await?;
    session.turns += 1;
    metrics::counter!("conversation_turns_total", "channel" => session.channel.as_str()).increment(1);
    Ok(())
}

async fn confirmed<L: Listener>(listener: &mut L) -> Result<(), NeverWas> {
    if listener.confirms().await { Ok(()) } else { Err(NeverWas) }
}

/// What came of the conversation so far, said because the call must end. No tool is called: there is no time.
pub async fn sum_up<L: Listener>(session: &mut Session, turn: u32, listener: &mut L) {
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn };
    let reply = dialogue.sum_up(&mut session.state);
    // No early turn.
    let _ = give(session, turn, reply, listener).await;
}

/// Hands the conversation over to the web, because the call must end, and says so.
pub async fn leave_for_the_web<L: Listener>(session: &mut Session, turn: u32, listener: &mut L) {
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn };
    let step = dialogue.leave_for_the_web(&mut session.state);
    // No early turn.
    if let Ok(reply) = carry_on(session, &dialogue, step, listener).await {
        let _ = give(session, turn, reply, listener).await;
    }
}

/// Says a reply, as far as it is wanted, and keeps what the turn changed.
async fn give<L: Listener>(session: &mut Session, turn: u32, reply: Reply, listener: &mut L) -> Result<(), NeverWas> {
    let reply = checked(session, reply);
    for (index, text) in (0..).zip(sentences::split(&reply.text)) {
        if !listener.wants() {
            break;
        }
        listener.take(Said::Sentence { turn, index, text }).await;
    }
    confirmed(listener).await?;
    let said = listener.wants();
    if !said {
        // A report of what was heard may still put this right.
        session.state.cancelled(turn);
    }
    // Before the turn is over for its listener: who takes the session up then finds this turn in it.
    if !session.save().await {
        tracing::warn!(session = %session.id, "another connection has taken the session up");
    }
    if said {
        listener.take(Said::Completed { turn, expects: reply.expects, after: reply.after }).await;
        if !listener.wants() {
            session.state.cancelled(turn);
        }
    }
    Ok(())
}

async fn converse<L: Listener>(
    session: &mut Session,
    utterance: &Utterance,
    text: &str,
    listener: &mut L,
) -> Result<Reply, NeverWas> {
    let turn = utterance.turn;
    let business = session.business.clone();
    let dialogue = Dialogue { business: &business, now: session.clock.now(), turn };
    if session.channel == Channel::Phone && session.state.has_answered(turn) {
        // The stream that its answer was to come on broke; a call never uses an id twice.
        return Ok(dialogue.last_reply(&session.state));
    }
    let step = if utterance.goes_on {
        dialogue.go_on(&mut session.state, text)
    } else {
        dialogue.hear(&mut session.state, text)
    };
    carry_on(session, &dialogue, step, listener).await
}

/// Carries out the tools that a turn asks for, until there is something to say.
async fn carry_on<L: Listener>(
    session: &mut Session,
    dialogue: &Dialogue<'_>,
    mut step: Step,
    listener: &mut L,
) -> Result<Reply, NeverWas> {
    let turn = dialogue.turn;
    // The engine bounds its own tools; this bounds a fault in it.
    for _ in 0..=TOOLS_MAX {
        let call = match step {
            Step::Say(reply) => return Ok(reply),
            Step::Call(call) => call,
        };
        if call.has_effect() {
            confirmed(listener).await?;
        }
        let answer = match &call {
            ToolCall::StartHandoff { reason } => handoff::start(session, dialogue, *reason).await,
            call => session.tools.carry_out(turn, call).await,
        };
        if session.trace_tools {
            let (arguments, result) = (tools::arguments(&call), tools::result(&answer));
            listener.take(Said::Tool { turn, name: call.name(), arguments, result, at: session.clock.now() }).await;
        }
        step = dialogue.answered(&mut session.state, answer);
    }
    Ok(safe_reply(&session.business))
}

fn safe_reply(business: &Business) -> Reply {
    let text = wording::of(business.language).safe().to_owned();
    Reply { text, expects: Expectation::Open, after: After::Listen }
}

fn checked(session: &Session, reply: Reply) -> Reply {
    let state = &session.state;
    let proven = guard::Proven { booked: !state.booked.is_empty(), changed: !state.changed.is_empty() };
    match guard::check(&reply.text, proven) {
        Ok(()) => reply,
        Err(fault) => {
            metrics::counter!("conversation_replies_replaced_total").increment(1);
            tracing::error!(?fault, session = %session.id, "a reply failed its check");
            safe_reply(&session.business)
        }
    }
}
