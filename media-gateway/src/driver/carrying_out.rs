//! What the core wants done, done: at the carrier, in recognition and in our voice, and at the agent.

use std::time::Duration;

use call::{Action, Event};
use proto::conversation::v1::caller_event::Event as ToAgent;
use tokio::time::Instant;

use super::{Driver, wire};
use crate::converse::Conversation;

/// A stalled network is asked again after this.
const RETRY_STALLED: Duration = Duration::from_millis(20);

impl Driver {
    pub(super) fn carry_out(&mut self, action: Action) {
        match action {
            Action::Speak { segment, turn, text } => self.speaking.speak(segment, turn, text),
            Action::StopSpeaking => {
                let at_carrier = self.speaking.stop(Instant::now());
                self.clear(at_carrier);
            }
            Action::StopSpeakingAfter { segment } => self.speaking.stop_after(segment),
            Action::PauseSpeaking => {
                let at_carrier = self.speaking.pause(Instant::now());
                self.clear(at_carrier);
            }
            // The marks that the core goes by are the ones that our playout went back to.
            Action::ResumeSpeaking { .. } => self.speaking.resume(),
            Action::FinalizeTranscript { utterance } => {
                self.measure.endpoint();
                self.listening.finalize(utterance);
            }
            Action::AskAgent { turn, text, continues } => {
                self.measure.asked(turn);
                self.tell_agent(wire::turn(turn, text, continues));
            }
            Action::AskEarly { turn, text, continues } => self.tell_agent(wire::early_turn(turn, text, continues)),
            Action::PrepareSpeech { turn, text } => self.speaking.prepare(turn, text),
            Action::ConfirmTurn { turn } => {
                self.measure.confirmed(turn);
                self.tell_agent(wire::confirm(turn));
            }
            Action::RedialConversation => {
                metrics::counter!("conversation_redials_total").increment(1);
                self.conversation = Conversation::reopen(self.caller.clone());
                self.conversation_lost = false;
            }
            Action::AskSummary { turn } => self.tell_agent(wire::summary(turn)),
            Action::RequestHandoff { turn, reason } => self.tell_agent(wire::handoff(turn, reason)),
            Action::CancelTurn { turn } => {
                self.measure.cancelled(turn);
                self.speaking.forget_prepared(turn);
                self.tell_agent(wire::cancel(turn));
            }
            Action::ReportHeard { turn, text, complete } => self.tell_agent(wire::heard(turn, text, complete)),
            Action::ConsentHeard => self.recording.consent_heard(Instant::now()),
            Action::HangUp => self.hung_up = true,
            Action::RecordOutcome(outcome) => self.outcome = Some(outcome),
        }
    }

    /// What was sent and not heard is dropped, here and, if it got so far, at the carrier.
    fn clear(&mut self, at_carrier: bool) {
        self.recording.cleared(Instant::now());
        let generation = self.speaking.generation();
        if at_carrier {
            self.writer.clear(generation);
        } else {
            self.writer.set_generation(generation);
        }
    }

    pub(super) fn record_who_serves(&mut self) {
        let listens = self.listener.by(self.listening.provider());
        let speaks = self.speaker.by(self.speaking.provider());
        for switched in listens.into_iter().chain(speaks) {
            self.tell_agent(ToAgent::ProviderSwitched(switched));
        }
    }

    /// A conversation that does not take a message is as good as lost; the core hears of it once.
    pub(super) fn tell_agent(&mut self, event: ToAgent) {
        if !self.conversation.send(event) && !std::mem::replace(&mut self.conversation_lost, true) {
            self.tell(Event::ConversationLost);
        }
    }

    pub(super) fn send_due_frames(&mut self) {
        let now = Instant::now();
        let mut first_frames = Vec::new();
        loop {
            let Some(room) = self.writer.room() else {
                self.speaking.hold_back_until(now + RETRY_STALLED);
                metrics::counter!("playout_stalls_total").increment(1);
                break;
            };
            let Some(outgoing) = self.speaking.poll(now) else { break };
            first_frames.extend(outgoing.first_of());
            self.recording.sent(now, &outgoing);
            room.send(outgoing);
        }
        for segment in first_frames {
            self.measure.first_frame(self.speaking.turn_of(segment));
            self.tell(Event::SegmentStarted { segment });
        }
    }
}
