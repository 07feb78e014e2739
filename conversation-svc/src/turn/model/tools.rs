//! A model's calls: read strictly, bounded, carried out as the engine's are, and answered, each of them.

use serde_json::{Value, json};

use super::Turn;
use crate::{
    agent::{
        dialogue::{After, TOOLS_MAX, ToolAnswer, ToolCall, understand::Answer},
        llm::{Call, CallResult},
        toolbox::{
            arguments::{self, Mistake, Request},
            results,
        },
    },
    turn::{self, Listener, NeverWas},
};

/// Calls of one turn that could not be carried out as they were; after them no more are.
const MISTAKES_MAX: u8 = 3;

impl<L: Listener> Turn<'_, '_, '_, L> {
    /// Carries calls out in their order. All are answered, since a vendor takes no less.
    pub(super) async fn carry_out(&mut self, calls: &[Call]) -> Result<Vec<CallResult>, NeverWas> {
        let mut out = Vec::with_capacity(calls.len());
        for call in calls {
            let (content, is_error) = match self.read_call(call) {
                Ok(request) => (self.serve(request).await?, false),
                Err(Mistake(text)) => {
                    metrics::counter!("llm_calls_mistaken_total").increment(1);
                    self.work.mistakes = self.work.mistakes.saturating_add(1);
                    (results::error(&text), true)
                }
            };
            out.push(CallResult { id: call.id.clone(), content: content.to_string(), is_error });
        }
        Ok(out)
    }

    fn read_call(&mut self, call: &Call) -> Result<Request, Mistake> {
        if self.work.mistakes >= MISTAKES_MAX || self.work.tools >= TOOLS_MAX {
            return Err(Mistake(
                "no more calls in this turn; say what you know, or that you could not do it".to_owned(),
            ));
        }
        self.work.tools += 1;
        let request = arguments::read(self.dialogue, &self.session.state, &call.name, &call.arguments)?;
        if let Request::Call(call) = &request {
            self.may(call)?;
        }
        Ok(request)
    }

    async fn serve(&mut self, request: Request) -> Result<Value, NeverWas> {
        match request {
            Request::Keep { name, email, email_confirmed } => {
                self.dialogue.keep(&mut self.session.state, name, email, email_confirmed);
                Ok(json!({ "kept": true }))
            }
            Request::Find { name, contact, task } => {
                self.dialogue.keep(&mut self.session.state, Some(name), None, false);
                self.dialogue.wants(&mut self.session.state, task);
                self.work.found_now = true;
                self.call(ToolCall::FindAppointments { contact }).await
            }
            Request::Hold { call, moving } => {
                self.dialogue.holds_for(&mut self.session.state, moving);
                self.call(call).await
            }
            Request::EndCall => {
                self.after = After::HangUp;
                Ok(json!({ "hangs_up": true }))
            }
            Request::Call(call) => self.call(call).await,
        }
    }

    /// What is booked, moved or cancelled is agreed to by the caller, who must have heard of it. A model's word for that is
    /// not enough.
    fn may(&self, call: &ToolCall) -> Result<(), Mistake> {
        let unheard = match call {
            ToolCall::Book { .. } => self.work.held_now,
            ToolCall::Reschedule { .. } | ToolCall::Cancel { .. } => self.work.found_now,
            _ => return Ok(()),
        };
        if unheard {
            let text = "the caller has not heard of this appointment yet: say what is to be done, and ask; do it in the next turn";
            return Err(Mistake(text.to_owned()));
        }
        if self.reading.said.says(Answer::No) {
            return Err(Mistake("the caller said no; ask what should be different".to_owned()));
        }
        Ok(())
    }

    async fn call(&mut self, call: ToolCall) -> Result<Value, NeverWas> {
        if let Some(release) = self.dialogue.prepare(&mut self.session.state, &call) {
            // What is not released now runs out by itself.
            turn::carry_out(self.session, self.dialogue, &release, self.speech).await?;
        }
        let answer = turn::carry_out(self.session, self.dialogue, &call, self.speech).await?;
        let say = self.dialogue.take_for_model(&mut self.session.state, &answer);
        match &answer {
            ToolAnswer::Held(_) => self.work.held_now = true,
            ToolAnswer::Booked(_) | ToolAnswer::Moved(_) | ToolAnswer::Cancelled(_) => {
                // What was done is said by us, as it is, before a model says anything of it.
                for sentence in &say {
                    self.speech.give(sentence.clone()).await;
                }
            }
            ToolAnswer::HandedOff { sent: true } => self.after = After::HandOff,
            _ => {}
        }
        Ok(results::result(self.dialogue, &self.session.state, &answer, &say))
    }
}
