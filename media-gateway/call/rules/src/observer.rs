//! The rules of a call, checked from outside: it sees the events and deadlines that go in and the actions that come out,
//! and knows nothing of how the call decides.

use std::collections::BTreeMap;

use call::{Action, CallTime, Event, SegmentId, Timings, TurnId};

use crate::{Broken, rule};

#[derive(Default)]
pub struct Observer {
    now: CallTime,
    turns_max: u32,
    segments: BTreeMap<SegmentId, Segment>,
    /// The turn that the agent works on.
    open: Option<TurnId>,
    /// The turn that it was asked early, and whether it has answered.
    early: Option<(TurnId, bool)>,
    last_asked: u32,
    /// The turn that was open when the conversation was dialled again.
    asked_before_loss: Option<TurnId>,
    redialled: bool,
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
    said_at: CallTime,
    /// A mark said that its end was played.
    marked_to_end: bool,
    stopped: bool,
}

impl Observer {
    pub fn new(turns_max: u32) -> Self {
        Self { turns_max, ..Self::default() }
    }

    pub fn sees(&mut self, at: CallTime, event: &Event) {
        self.sees_time(at);
        match event {
            Event::ReplyCompleted { turn, .. } | Event::ReplyFailed { turn } if self.open == Some(*turn) => {
                self.open = None;
            }
            Event::ReplyCompleted { turn, .. } if self.early == Some((*turn, false)) => {
                self.early = Some((*turn, true))
            }
            Event::ReplyFailed { turn } if self.early.is_some_and(|(early, _)| early == *turn) => self.early = None,
            Event::SegmentStarted { segment } => self.may_be_heard(*segment, 0),
            Event::Played { segment, last: true, .. } => {
                self.may_be_heard(*segment, usize::MAX);
                if let Some(segment) = self.segments.get_mut(segment).filter(|segment| !segment.stopped) {
                    segment.marked_to_end = true;
                }
            }
            Event::Played { segment, chars, last: false } => self.may_be_heard(*segment, *chars as usize),
            Event::ConversationLost => {
                self.conversation_lost = true;
                self.early = None;
            }
            _ => {}
        }
    }

    /// A mark that is overdue counts as played, if the segment ever started. Several deadlines may pass at once, so this goes
    /// by how long a mark may have been owed.
    pub fn sees_time(&mut self, at: CallTime) {
        self.now = at;
        let grace = Timings::default().mark_grace;
        for segment in self.segments.values_mut().filter(|segment| segment.started && !segment.stopped) {
            if at.since(segment.said_at) >= grace {
                segment.played = segment.text.chars().count();
            }
        }
    }

    pub fn checks(&mut self, action: &Action) -> Result<(), Broken> {
        rule!(!self.ended, "after the outcome: {:?}", action);
        rule!(!self.hung_up || matches!(action, Action::RecordOutcome(_)), "after hanging up: {:?}", action);
        match action {
            Action::Speak { segment, turn, text } => {
                rule!(!text.trim().is_empty(), "no words");
                let said = Segment {
                    turn: *turn,
                    text: text.clone(),
                    started: false,
                    played: 0,
                    said_at: self.now,
                    marked_to_end: false,
                    stopped: false,
                };
                rule!(self.segments.insert(*segment, said).is_none(), "{:?} was used before", segment);
                if *turn == TurnId::UNASKED {
                    return Ok(());
                }
                rule!(self.unreported.contains(turn), "said after its reply was over: {:?}", turn);
            }
            Action::StopSpeaking => {
                self.paused = false;
                let outstanding = self.segments.values().any(|segment| !segment.stopped);
                rule!(outstanding, "nothing to stop");
                for segment in self.segments.values_mut() {
                    segment.stopped = true;
                }
            }
            Action::StopSpeakingAfter { segment } => {
                let kept = self.segments.get(segment).is_some_and(|kept| !kept.stopped);
                rule!(kept, "{:?} does not play", segment);
                for later in self.segments.range_mut(segment.next()..).map(|(_, later)| later) {
                    later.stopped = true;
                }
            }
            Action::PauseSpeaking => {
                rule!(!std::mem::replace(&mut self.paused, true), "paused already");
            }
            Action::ResumeSpeaking { segment, .. } => {
                rule!(std::mem::take(&mut self.paused), "not paused");
                let kept = self.segments.get(segment).is_some_and(|kept| !kept.stopped);
                rule!(kept, "{:?} does not play", segment);
            }
            Action::FinalizeTranscript { .. } => {}
            Action::AskAgent { turn, text, .. } => {
                rule!(!text.trim().is_empty(), "no words");
                if self.asked_before_loss.take() == Some(*turn) {
                    self.open = Some(*turn);
                    return Ok(());
                }
                self.checks_new(*turn)?;
                rule!(self.unreported.is_empty(), "the reply before was not reported");
                self.counts()?;
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::AskEarly { turn, text, .. } => {
                rule!(!text.trim().is_empty(), "no words");
                self.checks_new(*turn)?;
                rule!(self.unreported.is_empty(), "the reply before was not reported");
                rule!(self.turns < self.turns_max, "asked early for a turn that the caller does not have");
                self.early = Some((*turn, false));
            }
            Action::PrepareSpeech { turn, .. } => {
                rule!(self.early == Some((*turn, false)), "prepared for no early turn: {turn:?}");
            }
            Action::ConfirmTurn { turn } => {
                let early = self.early.take().filter(|(early, _)| early == turn);
                let Some((_, answered)) = early else { return Err(Broken(format!("{turn:?} was not asked early"))) };
                self.counts()?;
                self.open = (!answered).then_some(*turn);
                self.unreported.push(*turn);
            }
            Action::AskSummary { turn } => {
                self.checks_new(*turn)?;
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::RedialConversation => {
                rule!(!std::mem::replace(&mut self.redialled, true), "dialled again twice");
                rule!(std::mem::take(&mut self.conversation_lost), "dialled again without a loss");
                self.asked_before_loss = self.open.take();
            }
            Action::RequestHandoff { turn, .. } => {
                rule!(!std::mem::replace(&mut self.handed_off, true), "one handoff");
                self.checks_new(*turn)?;
                rule!(self.turns == self.turns_max, "handed over after {} turns", self.turns);
                self.open = Some(*turn);
                self.unreported.push(*turn);
            }
            Action::CancelTurn { turn } => {
                let was_early = self.early.take_if(|(early, _)| early == turn).is_some();
                rule!(was_early || self.open == Some(*turn), "cancelled without being open: {turn:?}");
                self.open.take_if(|open| open == turn);
            }
            Action::ReportHeard { turn, text, complete } => self.checks_heard(*turn, text, *complete)?,
            Action::ConsentHeard => {
                rule!(!std::mem::replace(&mut self.consented, true), "consent is heard once");
                let heard = self.segments.values().any(|s| s.text == "It is recorded." && s.marked_to_end);
                rule!(heard, "the consent sentence was not played to its end");
            }
            Action::HangUp => self.hung_up = true,
            Action::RecordOutcome(outcome) => {
                rule!(outcome.turns == self.turns, "{} turns, counted {}", self.turns, outcome.turns);
                self.ended = true;
            }
        }
        Ok(())
    }

    /// Once nothing more happens.
    pub fn check_end(&self) -> Result<(), Broken> {
        rule!(self.ended, "no outcome");
        rule!(self.unreported.is_empty(), "never reported: {:?}", self.unreported);
        rule!(self.open.is_none() || self.conversation_lost, "neither answered, lost nor cancelled");
        rule!(self.early.is_none(), "asked early, and neither confirmed, lost nor cancelled");
        Ok(())
    }

    fn checks_new(&mut self, turn: TurnId) -> Result<(), Broken> {
        rule!(self.open.is_none() || self.conversation_lost, "two turns are open");
        rule!(self.early.is_none(), "a turn that was asked early is open");
        rule!(turn.number() > self.last_asked, "{turn:?} was used before");
        self.last_asked = turn.number();
        Ok(())
    }

    fn counts(&mut self) -> Result<(), Broken> {
        self.turns += 1;
        rule!(self.turns <= self.turns_max, "more turns than a call may have");
        Ok(())
    }

    fn checks_heard(&mut self, turn: TurnId, text: &str, complete: bool) -> Result<(), Broken> {
        if turn != TurnId::UNASKED {
            rule!(self.open != Some(turn) || self.conversation_lost, "reported while it is open");
            let position = self.unreported.iter().position(|unreported| *unreported == turn);
            rule!(position.is_some(), "{:?} is reported twice", turn);
            position.map(|position| self.unreported.remove(position));
        }
        let said: Vec<&Segment> = self.segments.values().filter(|segment| segment.turn == turn).collect();
        let words: Vec<&str> = said.iter().flat_map(|segment| segment.text.split_whitespace()).collect();
        let mut from = words.iter();
        rule!(
            text.split_whitespace().all(|heard| from.any(|said| *said == heard)),
            "not whole words of what was said: {:?} of {:?}",
            text,
            words
        );
        let played: usize = said.iter().map(|segment| segment.played + 1).sum();
        rule!(text.chars().count() <= played, "heard more than was played: {:?}", text);
        if complete && turn != TurnId::UNASKED {
            rule!(text.split_whitespace().count() == words.len(), "complete, but not all of it");
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
