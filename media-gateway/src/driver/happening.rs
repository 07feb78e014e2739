//! What happens to a call, told to the core: from the carrier, from the caller's words, from the agent.

use call::Event;
use proto::{
    conversation::v1::{AgentEvent, SessionOpened},
    id::SessionId,
};
use tokio::time::Instant;

use super::{
    Driver,
    speaking::Made,
    wire::{self, FromAgent},
};
use crate::{
    lease,
    listen::{leg, transcribe::Heard},
    twilio::reader::FromCarrier,
};

impl Driver {
    /// Not even silence comes.
    pub(super) fn lose_carrier(&mut self) {
        metrics::counter!("carrier_streams_lost_total", "why" => "silent").increment(1);
        self.tell(Event::StreamLost);
    }

    pub(super) fn hear_carrier(&mut self, from_carrier: FromCarrier) {
        match from_carrier {
            FromCarrier::Audio(mulaw) => {
                self.last_frame_at = Instant::now();
                self.recording.caller(self.last_frame_at, &mulaw);
                if !std::mem::replace(&mut self.line_ready, true) {
                    self.tell(Event::LineReady);
                }
                for event in self.listening.hear(&mulaw) {
                    self.measure.voice(&event);
                    self.tell(event);
                }
                // The carrier's frames wake this call as often as its own need to leave.
                if self.speaking.is_worth_sending(self.last_frame_at) {
                    self.send_due_frames();
                }
            }
            FromCarrier::MarkReturned(name) => {
                self.recording.mark_returned(&name);
                for event in self.speaking.mark_returned(&name) {
                    self.tell(event);
                }
            }
            FromCarrier::Dtmf(digit) => self.tell(Event::Dtmf { digit }),
            FromCarrier::Stopped => self.tell(Event::CallerHungUp),
            FromCarrier::Lost => {
                // After our own hang-up the carrier closes, as it should.
                self.tell(Event::StreamLost);
            }
        }
    }

    pub(super) fn hear_words(&mut self, heard: Heard) {
        self.measure.transcribed(&heard);
        self.record_who_serves();
        self.tell(leg::event(heard));
    }

    pub(super) fn take_audio(&mut self, made: Made) {
        if let Made::Chunk(_) = made {
            self.measure.first_byte(self.speaking.makes_turn());
        }
        let event = self.speaking.take(made);
        self.record_who_serves();
        if let Some(event) = event {
            self.tell(event);
        }
    }

    pub(super) fn stop(&mut self) {
        self.told_to_stop = true;
        self.tell(Event::Shutdown);
    }

    pub(super) fn hear_agent(&mut self, from_agent: Option<AgentEvent>) {
        match wire::from_agent(from_agent) {
            FromAgent::Event(event) => {
                match &event {
                    Event::Sentence { turn, .. } => self.measure.first_sentence(*turn),
                    Event::ReplyCompleted { expects, .. } => self.listening.expect(*expects),
                    Event::ConversationLost => self.conversation_lost = true,
                    _ => {}
                }
                self.tell(event);
            }
            FromAgent::SessionOpened(opened) => self.session_opened(opened),
            FromAgent::RecordingDeclined => self.recording.declined(),
            FromAgent::Ignored => metrics::counter!("conversation_messages_ignored_total").increment(1),
        }
    }

    fn session_opened(&mut self, opened: SessionOpened) {
        if opened.takes_early_turns && self.gateway.config().early_turns {
            self.tell(Event::EarlyTurnsOffered);
        }
        if opened.session_id == self.caller.started.session_id {
            return tracing::info!("the call's session goes on");
        }
        let tenant = self.opened.admitted.tenant_id;
        match opened.session_id.parse::<SessionId>() {
            Ok(session) => {
                self.caller.started.session_id = opened.session_id;
                tracing::info!(session_id = %session, "the call's session is open");
                self.leases.spawn(lease::keep_holds(self.gateway.booking(), tenant, session));
            }
            Err(error) => tracing::error!(%error, "the conversation service sent a malformed session"),
        }
    }
}
