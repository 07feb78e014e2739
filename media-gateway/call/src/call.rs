//! The hub: takes events and deadlines, hands each to the policy it concerns, and keeps the actions until they are
//! polled. After each it settles what follows from the state as a whole: what may be said now, what is over, and which
//! deadlines stand.

use std::collections::VecDeque;

use crate::{
    action::Action,
    barge_in::BargeIn,
    config::CallConfig,
    early_turn::EarlyTurns,
    echo::Echo,
    ending::Closing,
    event::{Event, Expectation},
    filler::Filler,
    going_on::GoingOn,
    id::SegmentId,
    keypad::Keypad,
    limits::TurnCount,
    pace::Pace,
    pause::Pause,
    phase::Phase,
    playout::Playout,
    reply::Reply,
    reprompt::Reprompt,
    time::CallTime,
    timer::{Timer, Timers},
    turn::TurnTaking,
};

/// One phone call, from the webhook to the outcome.
///
/// After each `handle` and `handle_timeout`, take all actions with `poll_action`; then wait for the next event, but not
/// beyond the deadline that `poll_timeout` gives. Memory grows only with actions that are not taken.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) config: CallConfig,
    pub(crate) now: CallTime,
    pub(crate) timers: Timers,
    actions: VecDeque<Action>,
    pub(crate) line_ready: bool,
    /// The consent sentence, until it was heard.
    pub(crate) consent: Option<SegmentId>,
    pub(crate) turns: TurnTaking,
    /// When the pause began that the endpointing deadline waits out.
    pub(crate) paused_at: CallTime,
    /// Words that came while our voice could not be stopped; answered once it is silent.
    pub(crate) overheard: Vec<String>,
    pub(crate) keypad: Keypad,
    pub(crate) pace: Pace,
    pub(crate) going_on: GoingOn,
    pub(crate) turn_count: TurnCount,
    pub(crate) barge_in: BargeIn,
    pub(crate) pause: Pause,
    pub(crate) echo: Echo,
    pub(crate) playout: Playout,
    pub(crate) reply: Option<Reply>,
    pub(crate) early: EarlyTurns,
    pub(crate) filler: Filler,
    /// What the agent's last words ask for.
    pub(crate) expects: Expectation,
    /// Replies that failed since one succeeded.
    pub(crate) failed_replies: u32,
    /// Utterances without a word that the caller was asked about since words came.
    pub(crate) unheard: u32,
    /// The caller's words stopped our voice and have not become a turn yet.
    pub(crate) interrupted: bool,
    pub(crate) reprompt: Reprompt,
    /// The caller was sent a link to go on with, and has said nothing since.
    pub(crate) handed_off: bool,
    pub(crate) closing: Option<Closing>,
    /// The conversation was lost once and is dialled again.
    pub(crate) redialled: bool,
    pub(crate) ended: bool,
    late_answers: u32,
}

impl Call {
    #[must_use]
    pub fn new(config: CallConfig) -> Self {
        let mut timers = Timers::default();
        timers.set(Timer::LineReady, CallTime::ZERO + config.timings.line_ready);
        timers.set(Timer::DurationLimit, CallTime::ZERO + config.limits.duration_max);
        let language = config.language;
        Self {
            config,
            now: CallTime::ZERO,
            timers,
            actions: VecDeque::new(),
            line_ready: false,
            consent: None,
            turns: TurnTaking::new(language),
            paused_at: CallTime::ZERO,
            overheard: Vec::new(),
            keypad: Keypad::default(),
            pace: Pace::default(),
            going_on: GoingOn::default(),
            turn_count: TurnCount::new(),
            barge_in: BargeIn::default(),
            pause: Pause::default(),
            echo: Echo::default(),
            playout: Playout::new(),
            reply: None,
            early: EarlyTurns::default(),
            filler: Filler::default(),
            expects: Expectation::default(),
            failed_replies: 0,
            unheard: 0,
            interrupted: false,
            reprompt: Reprompt::default(),
            handed_off: false,
            closing: None,
            redialled: false,
            ended: false,
            late_answers: 0,
        }
    }

    /// Judges what only the words themselves can tell: they are our own voice, heard back, and are taken out; or they are
    /// those that the agent was asked early. To be done to every event before it is recorded or handled: a record without
    /// words could not tell.
    #[must_use]
    pub fn judged(&self, event: Event) -> Event {
        self.with_early_words_known(self.without_echo(event))
    }

    fn without_echo(&self, mut event: Event) -> Event {
        if let Event::Partial { utterance, text } | Event::Transcript { utterance, text } = &mut event
            && self.echo.is_heard_in(*utterance, self.turns.open(), text)
        {
            text.clear();
        }
        event
    }

    /// Something happened. Deadlines that were reached by `at` come first, whether or not the driver woke up for them.
    /// Time does not run backwards: an earlier `at` counts as the latest one seen.
    pub fn handle(&mut self, at: CallTime, event: Event) {
        self.handle_timeout(at);
        if !self.ended {
            self.dispatch(event);
            self.settle();
        }
    }

    /// Time passed. Fires the deadlines that were reached by `at`; harmless if there are none.
    pub fn handle_timeout(&mut self, at: CallTime) {
        self.now = self.now.max(at);
        // Bounded, in case a configured wait of zero sets a timer again and again; what is left stays due.
        for _ in 0..Timer::ALL.len() {
            let Some(timer) = self.timers.take_due(self.now) else { break };
            self.fire(timer);
            self.settle();
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When to call `handle_timeout` unless something happens before, and what for. None once the call has ended.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(CallTime, Timer)> {
        self.timers.next()
    }

    #[must_use]
    pub fn phase(&self) -> Phase {
        if self.ended {
            Phase::Ended
        } else if self.closing.is_some() {
            Phase::Ending
        } else if !self.line_ready {
            Phase::AwaitingLine
        } else if self.playout.is_outstanding() {
            if self.reply.as_ref().is_some_and(Reply::is_greeting) { Phase::Greeting } else { Phase::Speaking }
        } else if self.reply.is_some()
            || self.playout.is_waiting()
            || self.turns.owed_since().is_some()
            || !self.overheard.is_empty()
        {
            Phase::Processing
        } else {
            Phase::Listening
        }
    }

    /// Answers that came for a turn, utterance or segment that was over already. They changed nothing.
    #[must_use]
    pub const fn late_answers(&self) -> u32 {
        self.late_answers
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::LineReady => self.on_line_ready(),

            Event::SpeechStarted => self.on_speech_started(),
            Event::SpeechStopped => self.on_speech_stopped(),
            Event::Partial { utterance, text } => self.on_partial(utterance, text),
            Event::Transcript { utterance, text } => self.on_transcript(utterance, text),
            Event::PartialAsAsked { utterance } => self.on_partial_as_asked(utterance),
            Event::TranscriptAsAsked { utterance } => self.on_transcript_as_asked(utterance),
            Event::TurnEndHint { utterance, end } => self.on_turn_end_hint(utterance, end),
            Event::Dtmf { digit } => self.on_key(digit),

            Event::EarlyTurnsOffered => self.early.offer(),
            Event::Sentence { turn, text } => self.on_sentence(turn, text),
            Event::ReplyCompleted { turn, expects, directive } => self.on_reply_completed(turn, expects, directive),
            Event::ReplyFailed { turn } => self.on_reply_failed(turn),

            Event::SegmentStarted { segment } => self.on_segment_started(segment),
            Event::Played { segment, chars, last } => self.on_played(segment, chars, last),
            Event::SegmentFailed { segment } => self.on_segment_failed(segment),

            Event::TranscriptionLost => self.on_transcription_lost(),
            Event::ConversationLost => self.on_conversation_lost(),
            Event::CallerHungUp => self.on_caller_hung_up(),
            Event::StreamLost => self.on_stream_lost(),
            Event::Shutdown => self.on_shutdown(),
        }
    }

    fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::LineReady => self.on_stream_lost(),
            Timer::Endpoint | Timer::UtteranceCap => self.finalize_utterance(),
            Timer::WordsStalled => self.on_words_stalled(),
            Timer::TranscriptDeadline => self.on_transcript_overdue(),
            Timer::AgentDeadline => self.on_agent_overdue(),
            Timer::Typing => self.on_typed(),
            Timer::Filler => self.on_long_wait(),
            Timer::HeldReply => self.on_reply_held_long(),
            Timer::BargeInGate => self.judge_barge_in(),
            Timer::PauseLimit => self.on_pause_limit(),
            Timer::MarkDeadline => self.on_mark_overdue(),
            Timer::Idle => self.on_silence(),
            Timer::DurationLimit => self.on_duration_limit(),
            Timer::EndingCap => self.on_ending_cap(),
        }
    }

    fn settle(&mut self) {
        if !self.ended {
            self.settle_pause();
            self.release_waiting();
            self.settle_speech();
        }
        if !self.ended {
            self.answer_overheard();
        }
        if self.ended {
            self.timers.stop_all();
            return;
        }
        self.settle_wait();
        let timings = &self.config.timings;
        self.timers.follow(Timer::MarkDeadline, self.playout.deadline(timings));
        self.timers.follow(Timer::TranscriptDeadline, self.turns.owed_since().map(|since| since + timings.transcript));
        let silent = self.phase() == Phase::Listening && !self.caller_has_floor();
        let idle = if self.handed_off { timings.handed_off } else { timings.idle };
        self.timers.follow(Timer::Idle, silent.then(|| self.reprompt.deadline(idle)));
    }

    /// An answer came too late.
    pub(crate) fn count_late(&mut self) {
        self.late_answers = self.late_answers.saturating_add(1);
    }
}
