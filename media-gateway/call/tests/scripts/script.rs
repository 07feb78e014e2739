//! The language of the scripts: at a time, something happens → exactly these actions. A deadline that the script does not
//! mention, an action too many or one too few fails.

use std::path::Path;

use call::{
    Action, Call, CallConfig, CallTime, Directive, EndReason, Event, Expectation, HandoffReason, Outcome, Phase,
    SegmentId, Status, Timer, TurnEnd, TurnId, UtteranceId,
    trace::{Recorder, Words},
};

pub struct Script {
    call: Call,
    recorder: Recorder,
    trace: String,
}

impl Script {
    pub fn new(config: CallConfig) -> Self {
        // The words are made up, so they may be read.
        let recorder = Recorder::new(Words::Kept);
        let trace = recorder.header(&config);
        Self { call: Call::new(config), recorder, trace }
    }

    /// A call whose greeting "Hello." was heard by 1,000 ms. Its segment was 1.
    pub fn greeted() -> Self {
        Self::greeted_with(CallConfig::default())
    }

    pub fn greeted_with(config: CallConfig) -> Self {
        let mut script = Self::new(CallConfig { greeting: vec!["Hello.".into()], ..config });
        script.at(0, Event::LineReady, &[speak(1, 0, "Hello.")]);
        script.at(40, started(1), &[]);
        script.at(1_000, played_to_end(1, 6), &[heard(0, "Hello.")]);
        script.in_phase(Phase::Listening);
        script
    }

    /// A greeted call that heard "Hi." and asked turn 1 at 2,000 ms; the next utterance is 2.
    pub fn asked() -> Self {
        Self::asked_with(CallConfig::default())
    }

    pub fn asked_with(config: CallConfig) -> Self {
        let mut script = Self::greeted_with(config);
        script.says(1_000, 1_400, 1, "Hi.", 2_000, &[ask(1, "Hi.")]);
        script.in_phase(Phase::Processing);
        script
    }

    /// An asked call whose reply "It costs eighty euros." plays as segment 2 since 2,100 ms. Only words stop it.
    pub fn speaking() -> Self {
        Self::speaking_with(Expectation::Open, Directive::Listen)
    }

    pub fn speaking_with(expects: Expectation, directive: Directive) -> Self {
        Self::speaking_in(words_only(), expects, directive)
    }

    pub fn speaking_in(config: CallConfig, expects: Expectation, directive: Directive) -> Self {
        let mut script = Self::asked_with(config);
        script.at(2_050, sentence(1, "It costs eighty euros."), &[speak(2, 1, "It costs eighty euros.")]);
        script.at(2_060, completed(1, expects, directive), &[]);
        script.at(2_100, started(2), &[]);
        script
    }

    /// At this time, this happens → exactly these actions.
    #[track_caller]
    pub fn at(&mut self, ms: u64, event: Event, actions: &[Action]) {
        if let Some((deadline, timer)) = self.call.poll_timeout() {
            assert!(
                deadline.as_ms() > ms,
                "at {ms} ms: {timer:?} was due at {deadline} and the script does not say so"
            );
        }
        let event = self.call.judged(event);
        self.trace.push_str(&self.recorder.event(CallTime::from_ms(ms), &event));
        self.call.handle(CallTime::from_ms(ms), event);
        self.expect(ms, actions);
    }

    /// Nothing happens until this time; then this deadline passes → exactly these actions.
    #[track_caller]
    pub fn passes(&mut self, ms: u64, timer: Timer, actions: &[Action]) {
        assert_eq!(self.call.poll_timeout(), Some((CallTime::from_ms(ms), timer)), "the deadline that comes next");
        self.trace.push_str(&self.recorder.timeout(CallTime::from_ms(ms), timer));
        self.call.handle_timeout(CallTime::from_ms(ms));
        self.expect(ms, actions);
    }

    /// The caller speaks; the pause of 500 ms passes and the words come → exactly these actions at that time.
    #[track_caller]
    pub fn says(&mut self, from: u64, to: u64, utterance: u32, words: &str, heard_at: u64, actions: &[Action]) {
        self.at(from, Event::SpeechStarted, &[]);
        self.at(to, Event::SpeechStopped, &[]);
        self.passes(to + 500, Timer::Endpoint, &[finalize(utterance)]);
        self.at(heard_at, transcript(utterance, words), actions);
    }

    #[track_caller]
    pub fn in_phase(&self, phase: Phase) {
        assert_eq!(self.call.phase(), phase);
    }

    #[track_caller]
    pub fn next_deadline(&self, ms: u64, timer: Timer) {
        assert_eq!(self.call.poll_timeout(), Some((CallTime::from_ms(ms), timer)));
    }

    #[track_caller]
    pub fn is_over(&mut self) {
        assert_eq!(self.call.phase(), Phase::Ended);
        assert_eq!(self.call.poll_timeout(), None);
        self.call.handle(CallTime::from_ms(3_600_000), Event::SpeechStarted);
        self.call.handle(CallTime::from_ms(3_600_000), Event::CallerHungUp);
        assert_eq!(self.call.poll_action(), None);
    }

    /// The call so far is the committed trace of this name, and that trace replays without a difference.
    #[track_caller]
    pub fn is_committed_as(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/traces/{name}.trace"));
        if std::env::var_os("UPDATE_TRACES").is_some() {
            std::fs::write(&path, &self.trace).expect("a trace that can be written");
        }
        let committed = std::fs::read_to_string(&path).expect("a committed trace: UPDATE_TRACES=1 writes it");
        assert_eq!(call::trace::replay(committed.as_bytes()).expect("a trace"), []);
        // The header holds the whole configuration, most of it defaults.
        let call = |trace: &str| trace.split_once('\n').map(|(_, call)| call.to_owned());
        assert_eq!(call(&self.trace), call(&committed), "{name} is another call now");
    }

    pub fn late_answers(&self) -> u32 {
        self.call.late_answers()
    }

    #[track_caller]
    fn expect(&mut self, ms: u64, actions: &[Action]) {
        let taken: Vec<Action> = std::iter::from_fn(|| self.call.poll_action()).collect();
        self.trace.extend(taken.iter().map(|action| self.recorder.action(action)));
        assert_eq!(taken, actions, "at {ms} ms");
    }
}

/// Sound alone does not pause our voice.
pub fn words_only() -> CallConfig {
    let mut config = CallConfig::default();
    config.timings.barge_in_pause = std::time::Duration::ZERO;
    config
}

pub fn partial(utterance: u32, text: &str) -> Event {
    Event::Partial { utterance: UtteranceId::new(utterance), text: text.into() }
}

pub fn transcript(utterance: u32, text: &str) -> Event {
    Event::Transcript { utterance: UtteranceId::new(utterance), text: text.into() }
}

pub fn hint(utterance: u32, end: TurnEnd) -> Event {
    Event::TurnEndHint { utterance: UtteranceId::new(utterance), end }
}

pub fn sentence(turn: u32, text: &str) -> Event {
    Event::Sentence { turn: TurnId::new(turn), text: text.into() }
}

pub fn completed(turn: u32, expects: Expectation, directive: Directive) -> Event {
    Event::ReplyCompleted { turn: TurnId::new(turn), expects, directive }
}

pub fn listen_on(turn: u32) -> Event {
    completed(turn, Expectation::Open, Directive::Listen)
}

pub fn failed(turn: u32) -> Event {
    Event::ReplyFailed { turn: TurnId::new(turn) }
}

pub const fn segment(number: u32) -> SegmentId {
    SegmentId::new(number)
}

pub fn started(segment: u32) -> Event {
    Event::SegmentStarted { segment: SegmentId::new(segment) }
}

pub fn played(segment: u32, chars: u32) -> Event {
    Event::Played { segment: SegmentId::new(segment), chars, last: false }
}

pub fn played_to_end(segment: u32, chars: u32) -> Event {
    Event::Played { segment: SegmentId::new(segment), chars, last: true }
}

pub fn segment_failed(segment: u32) -> Event {
    Event::SegmentFailed { segment: SegmentId::new(segment) }
}

pub fn speak(segment: u32, turn: u32, text: &str) -> Action {
    Action::Speak { segment: SegmentId::new(segment), turn: TurnId::new(turn), text: text.into() }
}

pub fn handoff(turn: u32) -> Action {
    Action::RequestHandoff { turn: TurnId::new(turn), reason: HandoffReason::TurnLimit }
}

pub fn finalize(utterance: u32) -> Action {
    Action::FinalizeTranscript { utterance: UtteranceId::new(utterance) }
}

pub fn ask(turn: u32, text: &str) -> Action {
    Action::AskAgent { turn: TurnId::new(turn), text: text.into(), continues: None }
}

/// The same for what goes on with the turn `from`.
pub fn ask_on(turn: u32, from: u32, text: &str) -> Action {
    Action::AskAgent { turn: TurnId::new(turn), text: text.into(), continues: Some(TurnId::new(from)) }
}

pub fn summary(turn: u32) -> Action {
    Action::AskSummary { turn: TurnId::new(turn) }
}

pub fn cancel(turn: u32) -> Action {
    Action::CancelTurn { turn: TurnId::new(turn) }
}

pub fn heard(turn: u32, text: &str) -> Action {
    Action::ReportHeard { turn: TurnId::new(turn), text: text.into(), complete: true }
}

pub fn heard_until(turn: u32, text: &str) -> Action {
    Action::ReportHeard { turn: TurnId::new(turn), text: text.into(), complete: false }
}

pub fn outcome(status: Status, reason: EndReason, ms: u64, turns: u32, barge_ins: u32) -> Action {
    let duration = std::time::Duration::from_millis(ms);
    Action::RecordOutcome(Outcome { status, reason, duration, turns, barge_ins })
}
