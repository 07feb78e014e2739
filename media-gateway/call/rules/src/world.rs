//! A world around a call: it turns random steps into events, plausible ones from what the call wants done and implausible
//! ones with any id, keeps the deadlines, and shows everything to the observer and the recorder.

use std::time::Duration;

use crate::{Broken, Observer, rule};
use call::{
    Action, Call, CallConfig, CallTime, Directive, Event, Expectation, Phase, SegmentId, TurnEnd, TurnId, UtteranceId,
    trace::{Recorder, Words},
};

/// After this many deadlines without any event a call has ended, or never will.
const DEADLINES_MAX: usize = 200;

/// No wait of a call is longer: 40 s are the longest utterance that is dictated.
const WAIT_MAX: Duration = Duration::from_secs(40);

/// The longest that a caller who waits for us hears nothing, and we wait for nothing that is due.
const DEAD_AIR_MAX: Duration = Duration::from_secs(4);

#[derive(Debug, Clone)]
pub struct Step {
    /// Milliseconds since the step before.
    pub wait: u64,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    /// Any event, with whatever ids.
    Event(Event),
    /// The words of the utterance that was finalised last.
    Words(String),
    /// The same, as they were so far.
    WordsAsSoFar,
    /// Words so far of the utterance that is open.
    WordsSoFar(String),
    /// The recogniser judges the utterance that is open.
    Hints(TurnEnd),
    /// The agent's next message on the turn that was asked last.
    Sentence(String),
    Completes(Expectation, Directive),
    Fails,
    /// The oldest segment that may still be outstanding starts, progresses, is played to its end, or fails.
    Starts,
    Progresses(u32),
    IsPlayed,
    CannotBeSaid,
    /// Nothing: time passes, deadlines are kept.
    Nothing,
    /// The driver is late: deadlines are called only with the next step.
    Oversleeps,
}

impl Step {
    pub fn happens(wait: u64, event: Event) -> Self {
        Self { wait, what: What::Event(event) }
    }

    pub fn passes(wait: u64) -> Self {
        Self { wait, what: What::Nothing }
    }
}

/// What either side says, in every class of words that turn-taking knows.
pub const WORDS: [&str; 8] =
    ["", "um", "okay", "uh-huh, yes", "no", "two or three", "It costs eighty euros.", "Goodbye."];

/// Limits that a random call reaches.
pub fn short_call() -> CallConfig {
    let mut config =
        CallConfig { greeting: vec!["Bella Spa, hello.".into(), "It is recorded.".into()], ..CallConfig::default() };
    config.greeting_ends_in_consent = true;
    config.phrases.fillers = ["One moment.", "Let me see."].map(String::from).to_vec();
    config.phrases.progress = ["Still looking.", "Almost there."].map(String::from).to_vec();
    config.limits.turns_max = 6;
    config.limits.sentences_max = 4;
    config.limits.duration_max = std::time::Duration::from_secs(120);
    config
}

pub struct World {
    call: Call,
    now: CallTime,
    pub observer: Observer,
    recorder: Recorder,
    pub trace: String,
    asked: Option<TurnId>,
    finalized: Option<UtteranceId>,
    words_so_far: String,
    segments: Vec<SegmentId>,
    /// The call has phrases for when the agent takes long.
    bridges_waits: bool,
    caller_speaks: bool,
}

impl World {
    pub fn new(config: CallConfig) -> Self {
        let recorder = Recorder::new(Words::Masked);
        Self {
            observer: Observer::new(config.limits.turns_max),
            trace: recorder.header(&config),
            bridges_waits: !config.phrases.fillers.is_empty(),
            caller_speaks: false,
            call: Call::new(config),
            now: CallTime::ZERO,
            recorder,
            asked: None,
            finalized: None,
            words_so_far: String::new(),
            segments: Vec::new(),
        }
    }

    /// The line is up, and nothing was said.
    pub fn listening() -> Self {
        let mut world = Self::new(CallConfig::default());
        world.take(Step::happens(10, Event::LineReady)).expect("a plain call");
        assert_eq!(world.call.phase(), Phase::Listening);
        world
    }

    /// A long reply plays.
    pub fn speaking(config: CallConfig) -> Self {
        let mut world = Self::new(config);
        let long = "It costs eighty euros, which includes a towel and tea. ".repeat(5);
        let utterance = UtteranceId::FIRST;
        let turn = TurnId::new(1);
        let segment = SegmentId::new(1);
        for (wait, event) in [
            (10, Event::LineReady),
            (100, Event::SpeechStarted),
            (500, Event::SpeechStopped),
            (600, Event::Transcript { utterance, text: "How much?".into() }),
            (10, Event::Sentence { turn, text: long }),
            (10, Event::ReplyCompleted { turn, expects: Expectation::Open, directive: Directive::Listen }),
            (10, Event::SegmentStarted { segment }),
        ] {
            world.take(Step::happens(wait, event)).expect("a plain call");
        }
        assert_eq!(world.call.phase(), Phase::Speaking);
        world
    }

    /// Time passes, and then it happens. What the call wanted done meanwhile.
    pub fn take(&mut self, step: Step) -> Result<Vec<Action>, Broken> {
        let at = CallTime::from_ms(self.now.as_ms() + step.wait);
        let mut actions = Vec::new();
        if !matches!(step.what, What::Oversleeps) {
            self.keep_deadlines(at, &mut actions)?;
        }
        self.now = at;
        if let Some(event) = self.event(step.what) {
            let event = self.call.judged(event);
            match event {
                Event::SpeechStarted => self.caller_speaks = true,
                Event::SpeechStopped => self.caller_speaks = false,
                _ => {}
            }
            self.observer.sees(at, &event);
            self.trace.push_str(&self.recorder.event(at, &event));
            self.call.handle(at, event);
            self.carry_out(&mut actions)?;
        }
        Ok(actions)
    }

    /// Nothing happens any more: only deadlines, until the call has ended.
    pub fn run_out(&mut self) -> Result<(), Broken> {
        let mut actions = Vec::new();
        for _ in 0..DEADLINES_MAX {
            let Some((deadline, _)) = self.call.poll_timeout() else { break };
            self.now = self.now.max(deadline);
            self.keep_deadlines(self.now, &mut actions)?;
        }
        rule!(self.call.phase() == Phase::Ended, "deadlines alone did not end the call");
        Ok(())
    }

    fn keep_deadlines(&mut self, until: CallTime, actions: &mut Vec<Action>) -> Result<(), Broken> {
        for _ in 0..DEADLINES_MAX {
            let Some((deadline, timer)) = self.call.poll_timeout() else { return Ok(()) };
            if deadline > until {
                return Ok(());
            }
            self.now = deadline.max(self.now);
            let at = self.now;
            self.observer.sees_time(at);
            self.trace.push_str(&self.recorder.timeout(at, timer));
            self.call.handle_timeout(at);
            self.carry_out(actions)?;
        }
        Err(Broken("deadlines without end".into()))
    }

    fn carry_out(&mut self, actions: &mut Vec<Action>) -> Result<(), Broken> {
        while let Some(action) = self.call.poll_action() {
            self.trace.push_str(&self.recorder.action(&action));
            self.observer.checks(&action)?;
            match &action {
                Action::AskAgent { turn, .. }
                | Action::AskEarly { turn, .. }
                | Action::AskSummary { turn }
                | Action::RequestHandoff { turn, .. } => self.asked = Some(*turn),
                Action::FinalizeTranscript { utterance } => self.finalized = Some(*utterance),
                Action::Speak { segment, .. } => self.segments.push(*segment),
                Action::StopSpeaking => self.segments.clear(),
                Action::StopSpeakingAfter { segment } => self.segments.retain(|id| id <= segment),
                Action::CancelTurn { .. }
                | Action::PrepareSpeech { .. }
                | Action::ConfirmTurn { .. }
                | Action::RedialConversation
                | Action::PauseSpeaking
                | Action::ResumeSpeaking { .. }
                | Action::ReportHeard { .. }
                | Action::ConsentHeard
                | Action::HangUp
                | Action::RecordOutcome(_) => {}
            }
            actions.push(action);
        }
        self.checks_dead_air()?;
        let ended = self.call.phase() == Phase::Ended;
        let deadline = self.call.poll_timeout();
        rule!(deadline.is_none() == ended, "a deadline stands until the end: {deadline:?}");
        rule!(deadline.is_none_or(|(at, _)| at.since(self.now) <= WAIT_MAX), "too long a wait: {:?}", deadline);
        Ok(())
    }

    /// While the caller waits for us, something happens soon: sound, words that were owed, or a phrase that bridges the wait.
    fn checks_dead_air(&self) -> Result<(), Broken> {
        if self.bridges_waits && !self.caller_speaks && self.call.phase() == Phase::Processing {
            let next = self.call.poll_timeout();
            rule!(next.is_some_and(|(at, _)| at.since(self.now) <= DEAD_AIR_MAX), "dead air: {:?}", next);
        }
        Ok(())
    }

    fn event(&mut self, what: What) -> Option<Event> {
        let oldest = self.segments.first().copied();
        let open = self.finalized.map_or(UtteranceId::FIRST, UtteranceId::next);
        Some(match what {
            What::Event(event) => event,
            What::Words(text) => Event::Transcript { utterance: self.finalized?, text },
            What::WordsAsSoFar => Event::Transcript { utterance: self.finalized?, text: self.words_so_far.clone() },
            What::WordsSoFar(text) => {
                self.words_so_far.clone_from(&text);
                Event::Partial { utterance: open, text }
            }
            What::Hints(end) => Event::TurnEndHint { utterance: open, end },
            What::Sentence(text) => Event::Sentence { turn: self.asked?, text },
            What::Completes(expects, directive) => Event::ReplyCompleted { turn: self.asked?, expects, directive },
            What::Fails => Event::ReplyFailed { turn: self.asked? },
            What::Starts => Event::SegmentStarted { segment: oldest? },
            What::Progresses(chars) => Event::Played { segment: oldest?, chars, last: false },
            What::IsPlayed => {
                let segment = oldest?;
                self.segments.remove(0);
                Event::Played { segment, chars: 1_000, last: true }
            }
            What::CannotBeSaid => {
                let segment = oldest?;
                self.segments.remove(0);
                Event::SegmentFailed { segment }
            }
            What::Nothing | What::Oversleeps => return None,
        })
    }
}
