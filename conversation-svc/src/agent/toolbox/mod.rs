//! The one table of tools: what each is called, what it is for, and what it takes.
//!
//! The dialogue engine asks for them as typed values ([`ToolCall`](crate::agent::dialogue::ToolCall)); a model asks in
//! JSON, which [`arguments`] reads into the same values, or into a mistake that the model is told. Ids never pass through a
//! model: services and people are named, a hold is the session's own.

pub mod arguments;
pub mod results;
mod schema;

use super::dialogue::Channel;

/// A tool, of the booking service or of the conversation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    FindSlots,
    PlaceHold,
    ReleaseHold,
    Book,
    FindAppointments,
    Reschedule,
    Cancel,
    StartHandoff,
    KeepDetails,
    EndCall,
}

impl Tool {
    pub const ALL: [Self; 10] = [
        Self::FindSlots,
        Self::PlaceHold,
        Self::ReleaseHold,
        Self::Book,
        Self::FindAppointments,
        Self::Reschedule,
        Self::Cancel,
        Self::StartHandoff,
        Self::KeepDetails,
        Self::EndCall,
    ];

    /// In traces and to a model; never in a reply.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FindSlots => "find_slots",
            Self::PlaceHold => "place_hold",
            Self::ReleaseHold => "release_hold",
            Self::Book => "book",
            Self::FindAppointments => "find_appointments",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::StartHandoff => "start_handoff",
            Self::KeepDetails => "keep_details",
            Self::EndCall => "end_call",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    pub const fn description(self) -> &'static str {
        match self {
            Self::FindSlots => {
                "Looks for free starts of a service between two local times, within 31 days. Call it before you offer a time."
            }
            Self::PlaceHold => {
                "Keeps one start free for this caller while you ask for the rest. Call it as soon as the caller has chosen a service, a day and a time. A hold of before is let go."
            }
            Self::ReleaseHold => "Lets go of what is held, when the caller does not want it any more.",
            Self::Book => {
                "Makes an appointment of what is held. Call it only after the caller has heard service, day, time and name, and has said yes."
            }
            Self::FindAppointments => {
                "Looks for appointments to come that are under the caller's name, where they called from or by an e-mail address. Ask for the name first."
            }
            Self::Reschedule => {
                "Moves an appointment that was found to a start that is free. Call it only after the caller has heard the old and the new time, and has said yes."
            }
            Self::Cancel => {
                "Cancels an appointment that was found. Call it only after the caller has heard which one, and has said yes."
            }
            Self::StartHandoff => {
                "Sends the caller a text message with a link to go on in the web. Call it when they ask for it, or accept it."
            }
            Self::KeepDetails => {
                "Notes the caller's name or e-mail address as soon as they say it, or that they confirmed the address you read back."
            }
            Self::EndCall => {
                "Hangs up after your words. Call it when the caller has said goodbye or needs nothing more."
            }
        }
    }

    /// Whether it is there for this conversation.
    pub fn is_offered(self, channel: Channel) -> bool {
        self != Self::StartHandoff || channel == Channel::Phone
    }
}
