//! Takes the words out of events and actions, but not what turn-taking goes by.

use crate::{action::Action, event::Event, words::mask};

pub(super) fn event(event: Event) -> Event {
    match event {
        Event::Partial { utterance, text } => Event::Partial { utterance, text: mask(&text) },
        Event::Transcript { utterance, text } => Event::Transcript { utterance, text: mask(&text) },
        Event::Sentence { turn, text } => Event::Sentence { turn, text: mask(&text) },
        // A caller may type a number; no decision depends on which digit it was.
        Event::Dtmf { digit } => Event::Dtmf { digit: if digit.is_ascii_digit() { '0' } else { digit } },
        Event::LineReady
        | Event::SpeechStarted
        | Event::SpeechStopped
        | Event::TurnEndHint { .. }
        | Event::PartialAsAsked { .. }
        | Event::TranscriptAsAsked { .. }
        | Event::EarlyTurnsOffered
        | Event::TranscriptionLost
        | Event::ReplyCompleted { .. }
        | Event::ReplyFailed { .. }
        | Event::ConversationLost
        | Event::SegmentStarted { .. }
        | Event::Played { .. }
        | Event::SegmentFailed { .. }
        | Event::CallerHungUp
        | Event::StreamLost
        | Event::Shutdown => event,
    }
}

pub(super) fn action(action: Action) -> Action {
    match action {
        Action::Speak { segment, turn, text } => Action::Speak { segment, turn, text: mask(&text) },
        Action::AskAgent { turn, text, continues } => Action::AskAgent { turn, text: mask(&text), continues },
        Action::PrepareSpeech { turn, text } => Action::PrepareSpeech { turn, text: mask(&text) },
        Action::AskEarly { turn, text, continues } => Action::AskEarly { turn, text: mask(&text), continues },
        Action::ReportHeard { turn, text, complete } => Action::ReportHeard { turn, text: mask(&text), complete },
        Action::StopSpeaking
        | Action::StopSpeakingAfter { .. }
        | Action::PauseSpeaking
        | Action::ConfirmTurn { .. }
        | Action::RedialConversation
        | Action::AskSummary { .. }
        | Action::RequestHandoff { .. }
        | Action::ResumeSpeaking { .. }
        | Action::ConsentHeard
        | Action::FinalizeTranscript { .. }
        | Action::CancelTurn { .. }
        | Action::HangUp
        | Action::RecordOutcome(_) => action,
    }
}
