//! The rules of a call, checked from outside: it sees the events and deadlines that go in and the actions that come out,
//! and knows nothing of how the call decides.

use std::collections::BTreeMap;

use call::{Action, Event, SegmentId, Timer, TurnId};
use proptest::prelude::*;

#[derive(Default)]
pub struct Observer {
    turns_max: u32,
    segments: BTreeMap<SegmentId, Segment>,
    /// The turn that the agent works on.
    open: Option<TurnId>,
    /// Turns whose hearing is still to be reported.
    unreported: Vec<TurnId>,
    turns: u32,
    paused: bool,
    conversation_lost: bool,
    hung_up: bool,
    ended: bool,
    consented: bool,
    handed_off: bool,
}

struct Segment {
    turn: TurnId,
    text: String,
    started: bool,
    played: usize,
    /// A mark said that its end was played.
    marked_to_end: bool,
    stopped: bool,
}

impl Observer {
    pub fn new(turns_max: u32) -> Self {
        Self { turns_max, ..Self::default() }
    }

    pub fn sees(&mut self, event: &Event) {
        match event {
            Event::ReplyCompleted { turn, .. } | Event::ReplyFailed { turn } if self.open == Some(*turn) => {
                self.open = None;
            }
            Event::SegmentStarted { segment } => self.may_be_heard(*segment, 0),
            Event::Played { segment, last: true, .. } => {
                self.may_be_heard(*segment, usize::MAX);
                if let Some(segment) = self.segments.get_mut(segment).filter(|segment| !segment.stopped) {
                    segment.marked_to_end = true;
                }
            }
            Event::Played { segment, chars, last: false } => self.may_be_heard(*segment, *chars as usize),
            Event::ConversationLost => self.conversation_lost = true,
            _ => {}
        }
    }

    /// A mark that is overdue counts as played, if the segment ever started.
    pub fn sees_deadline(&mut self, timer: Timer) {
        if timer == Timer::MarkDeadline {
            for segment in self.segments.values_mut().filter(|segment| segment.started && !segment.stopped) {
                segment.played = segment.text.chars().count();
            }
        }
    }

    pub fn checks(&mut self, action: &Action) -> Result<(), TestCaseError> {
        prop_assert!(!self.ended, "after the outcome: {:?}", action);
        prop_assert!(!self.hung_up || matches!(action, Action::RecordOutcome(_)), "after hanging up: {:?}", action);
        match action {
            Action::Speak { segment, turn, text } => {
                prop_assert!(!text.trim().is_empty());
                let said = Segment {
                    turn: *turn,
                    text: text.clone(),
                    started: false,
                    played: 0,
                    marked_to_end: false,
                    stopped: false,
                };
                prop_assert!(self.segments.insert(*segment, said).is_none(), "{:?} was used before", segment);
                if *turn == TurnId::UNASKED {
                    return Ok(());
                }
                prop_assert!(self.unreported.contains(turn), "said after its reply was over: {:?}", turn);
            }
            Action::StopSpeaking => {
                self.paused = false;
                let outstanding = self.segments.values().any(|segment| !segment.stopped);
                prop_assert!(outstanding, "nothing to stop");
                for segment in self.segments.values_mut() {
                    segment.stopped = true;
                }
            }
            Action::StopSpeakingAfter { segment } => {
                let kept = self.segments.get(segment).is_some_and(|kept| !kept.stopped);
                prop_assert!(kept, "{:?} does not play", segment);
                for later in self.segments.range_mut(segment.next()..).map(|(_, later)| later) {
                    later.stopped = true;
                }
            }
            Action::PauseSpeaking => {
                prop_assert!(!std::mem::replace(&mut self.paused, true), "paused already");
            }
            Action::ResumeSpeaking { segment, .. } => {
                prop_assert!(std::mem::take(&mut self.paused), "not paused");
                let kept = self.segments.get(segment).is_some_and(|kept| !kept.stopped);
                prop_assert!(kept, "{:?} does not play", segment);
            }
            Action::FinalizeTranscript { .. } => {}
            Action::AskAgent { turn, text, .. } => {
                prop_assert!(self.open.is_none() || self.conversation_lost, "two turns are open");
                prop_assert!(self.unreported.is_empty(), "the reply before was not reported");
                prop_assert!(!text.trim().is_empty());
                self.turns += 1;
                prop_assert_eq!(turn.number(), self.turns);
                prop_assert!(self.turns <= self.turns_max);
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::AskSummary { turn } => {
                prop_assert!(self.open.is_none() || self.conversation_lost, "two turns are open");
                prop_assert_eq!(turn.number(), self.turns + 1);
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::RequestHandoff { turn, .. } => {
                prop_assert!(!std::mem::replace(&mut self.handed_off, true), "one handoff");
                prop_assert!(self.open.is_none() || self.conversation_lost, "two turns are open");
                prop_assert_eq!(self.turns, self.turns_max);
                prop_assert_eq!(turn.number(), self.turns + 1);
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::CancelTurn { turn } => {
                prop_assert_eq!(self.open, Some(*turn), "cancelled without being open");
                self.open = None;
            }
            Action::ReportHeard { turn, text, complete } => self.checks_heard(*turn, text, *complete)?,
            Action::ConsentHeard => {
                prop_assert!(!std::mem::replace(&mut self.consented, true), "consent is heard once");
                let heard = self.segments.values().any(|s| s.text == "It is recorded." && s.marked_to_end);
                prop_assert!(heard, "the consent sentence was not played to its end");
            }
            Action::HangUp => self.hung_up = true,
            Action::RecordOutcome(outcome) => {
                prop_assert_eq!(outcome.turns, self.turns);
                self.ended = true;
            }
        }
        Ok(())
    }

    /// Once nothing more happens.
    pub fn check_end(&self) -> Result<(), TestCaseError> {
        prop_assert!(self.ended, "no outcome");
        prop_assert!(self.unreported.is_empty(), "never reported: {:?}", self.unreported);
        prop_assert!(self.open.is_none() || self.conversation_lost, "neither answered, lost nor cancelled");
        Ok(())
    }

    fn checks_heard(&mut self, turn: TurnId, text: &str, complete: bool) -> Result<(), TestCaseError> {
        if turn != TurnId::UNASKED {
            prop_assert!(self.open != Some(turn) || self.conversation_lost, "reported while it is open");
            let position = self.unreported.iter().position(|unreported| *unreported == turn);
            prop_assert!(position.is_some(), "{:?} is reported twice", turn);
            position.map(|position| self.unreported.remove(position));
        }
        let said: Vec<&Segment> = self.segments.values().filter(|segment| segment.turn == turn).collect();
        let words: Vec<&str> = said.iter().flat_map(|segment| segment.text.split_whitespace()).collect();
        let mut from = words.iter();
        prop_assert!(
            text.split_whitespace().all(|heard| from.any(|said| *said == heard)),
            "not whole words of what was said: {:?} of {:?}",
            text,
            words
        );
        let played: usize = said.iter().map(|segment| segment.played + 1).sum();
        prop_assert!(text.chars().count() <= played, "heard more than was played: {:?}", text);
        if complete && turn != TurnId::UNASKED {
            prop_assert_eq!(text.split_whitespace().count(), words.len(), "complete, but not all of it");
        }
        Ok(())
    }

    /// What was stopped is not heard any more.
    fn may_be_heard(&mut self, segment: SegmentId, chars: usize) {
        if let Some(segment) = self.segments.get_mut(&segment).filter(|segment| !segment.stopped) {
            segment.started = true;
            segment.played = segment.played.max(chars.min(segment.text.chars().count()));
        }
    }
}
