//! The pure core alone: made-up calls run through it as fast as it can, with no clock, no audio and no network.

use std::{collections::BTreeMap, time::Instant};

use call::{
    Action, Call, CallConfig, CallTime, Directive, Event, Expectation, Limits, Phrases, SegmentId, TurnId, UtteranceId,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde::Serialize;

use crate::evaluation::machine::{self, Machine};

/// A carrier's mark comes back so often.
const MARK_EVERY_MS: u64 = 400;
/// Time that a character takes to say.
const CHARACTER_MS: u64 = 60;
/// Of a hundred replies, so many are interrupted.
const INTERRUPTED_PERCENT: u32 = 20;
/// Calls that are held at once, in the middle of a sentence, to see how much memory one takes.
const HELD: usize = 20_000;
const TURNS: u32 = 12;
const REPLY: [&str; 2] = ["I have Tuesday at nine thirty or Tuesday at eleven.", "Which of them would suit you?"];

#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: Machine,
    pub calls: usize,
    pub events: u64,
    pub actions: u64,
    pub deadlines: u64,
    pub events_per_second: f64,
    pub actions_per_second: f64,
    pub calls_per_second: f64,
    /// Of the time that passes in the calls themselves.
    pub times_real_time: f64,
    /// Resident memory for each call that is held; `None` where the system does not tell.
    pub bytes_per_call: Option<u64>,
}

/// Runs so many calls to their end, each by another seed.
pub fn run(calls: usize) -> Figures {
    let mut total = Tally::default();
    let began = Instant::now();
    for seed in 0..calls {
        let mut world = World::new(seed as u64);
        world.run(u32::MAX);
        total.add(&world.tally);
    }
    let seconds = began.elapsed().as_secs_f64();
    Figures {
        machine: Machine::here(),
        calls,
        events: total.events,
        actions: total.actions,
        deadlines: total.deadlines,
        events_per_second: total.events as f64 / seconds,
        actions_per_second: total.actions as f64 / seconds,
        calls_per_second: calls as f64 / seconds,
        times_real_time: total.call_ms as f64 / 1_000.0 / seconds,
        bytes_per_call: bytes_per_call(),
    }
}

fn bytes_per_call() -> Option<u64> {
    let pid = std::process::id();
    let mut held = Vec::with_capacity(HELD);
    let before = machine::resident_kib(pid)?;
    for seed in 0..HELD {
        let mut world = World::new(seed as u64);
        world.run(3);
        held.push(world.call);
    }
    let after = machine::resident_kib(pid)?;
    // They must live until here.
    drop(held);
    Some(after.saturating_sub(before) * 1_024 / HELD as u64)
}

#[derive(Debug, Default)]
struct Tally {
    events: u64,
    actions: u64,
    deadlines: u64,
    call_ms: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.actions += other.actions;
        self.deadlines += other.deadlines;
        self.call_ms += other.call_ms;
    }
}

/// A call and what happens around it.
struct World {
    call: Call,
    random: StdRng,
    now: u64,
    /// By time, and by order within it.
    coming: BTreeMap<(u64, u64), Event>,
    order: u64,
    /// What was to be played when our voice paused, and how much later.
    paused: Vec<(u64, Event)>,
    open: UtteranceId,
    turns: u32,
    ended: bool,
    tally: Tally,
}

impl World {
    fn new(seed: u64) -> Self {
        let greeting = vec!["Thank you for calling.".to_owned(), "How can I help you?".to_owned()];
        let limits = Limits { turns_max: u32::MAX, ..Limits::default() };
        let config = CallConfig { limits, ..CallConfig::new(greeting, Phrases::default()) };
        let mut world = Self {
            call: Call::new(config),
            random: StdRng::seed_from_u64(seed),
            now: 0,
            coming: BTreeMap::new(),
            order: 0,
            paused: Vec::new(),
            open: UtteranceId::FIRST,
            turns: 0,
            ended: false,
            tally: Tally::default(),
        };
        world.after(40, Event::LineReady);
        world
    }

    /// Until the call is over, or in the middle of the reply to this turn.
    fn run(&mut self, last_turn: u32) {
        while !self.ended && self.turns < last_turn {
            let event_at = self.coming.first_key_value().map(|((at, _), _)| *at);
            let deadline = self.call.poll_timeout().map(|(at, _)| at.as_ms());
            match (event_at, deadline) {
                (Some(at), deadline) if deadline.is_none_or(|deadline| at <= deadline) => self.next_event(),
                (_, Some(deadline)) => {
                    self.now = self.now.max(deadline);
                    self.tally.deadlines += 1;
                    self.call.handle_timeout(CallTime::from_ms(self.now));
                }
                (_, None) => break,
            }
            while let Some(action) = self.call.poll_action() {
                self.tally.actions += 1;
                self.follow(action);
            }
        }
        self.tally.call_ms = self.now;
    }

    fn next_event(&mut self) {
        if let Some(((at, _), event)) = self.coming.pop_first() {
            self.now = at;
            self.tally.events += 1;
            self.call.handle(CallTime::from_ms(at), event);
        }
    }

    fn after(&mut self, ms: u64, event: Event) {
        self.order += 1;
        self.coming.insert((self.now + ms, self.order), event);
    }

    fn follow(&mut self, action: Action) {
        match action {
            Action::Speak { segment, text, .. } => self.play(segment, &text),
            Action::StopSpeaking => {
                self.pause();
                self.paused.clear();
            }
            Action::StopSpeakingAfter { segment } => {
                self.coming.retain(|_, event| segment_of(event).is_none_or(|of| of <= segment));
            }
            Action::PauseSpeaking => self.pause(),
            Action::ResumeSpeaking { .. } => {
                for (later, event) in std::mem::take(&mut self.paused) {
                    self.after(later, event);
                }
            }
            Action::FinalizeTranscript { utterance } => {
                self.open = utterance.next();
                self.after(150, Event::Transcript { utterance, text: "Tomorrow at two, please.".to_owned() });
            }
            Action::AskAgent { turn, .. } => self.answer(turn),
            Action::RecordOutcome(_) => self.ended = true,
            // Nothing else is answered.
            _ => {}
        }
    }

    fn pause(&mut self) {
        let now = self.now;
        let playing = self.coming.extract_if(.., |_, event| segment_of(event).is_some());
        self.paused.extend(playing.map(|((at, _), event)| (at - now, event)));
    }

    /// The carrier plays after what it has, and tells by marks.
    fn play(&mut self, segment: SegmentId, text: &str) {
        let played = self.coming.iter().filter(|(_, event)| matches!(event, Event::Played { .. }));
        let from = played.map(|((at, _), _)| at - self.now).max().unwrap_or(100);
        let (chars, length) = (text.chars().count() as u32, text.chars().count() as u64 * CHARACTER_MS);
        self.after(from, Event::SegmentStarted { segment });
        for ms in (MARK_EVERY_MS..length).step_by(MARK_EVERY_MS as usize) {
            let chars = (ms / CHARACTER_MS) as u32;
            self.after(from + ms, Event::Played { segment, chars, last: false });
        }
        self.after(from + length, Event::Played { segment, chars, last: true });
        if segment.number() == 2 {
            // The greeting's end.
            self.speak_from(from + length + 600);
        }
    }

    fn answer(&mut self, turn: TurnId) {
        self.turns += 1;
        let directive = if self.turns == TURNS { Directive::HangUp } else { Directive::Listen };
        for (index, text) in REPLY.into_iter().enumerate() {
            self.after(300 + 80 * index as u64, Event::Sentence { turn, text: text.to_owned() });
        }
        self.after(500, Event::ReplyCompleted { turn, expects: Expectation::Time, directive });
        if directive == Directive::Listen {
            let reply_ms = REPLY.map(|text| text.len() as u64 * CHARACTER_MS).iter().sum::<u64>();
            let interrupts = self.random.random_ratio(INTERRUPTED_PERCENT, 100);
            let pause = if interrupts { self.random.random_range(1_200..reply_ms) } else { reply_ms + 1_500 };
            self.speak_from(pause);
        }
    }

    /// The caller says something, with words as they are made out.
    fn speak_from(&mut self, ms: u64) {
        let length = self.random.random_range(600..2_500);
        self.after(ms, Event::SpeechStarted);
        for (index, at) in (400..length).step_by(300).enumerate() {
            let text = ["Tomorrow", "Tomorrow at", "Tomorrow at two"][index.min(2)].to_owned();
            self.after(ms + at, Event::Partial { utterance: self.open, text });
        }
        self.after(ms + length, Event::SpeechStopped);
    }
}

/// Whose playing the event tells of.
const fn segment_of(event: &Event) -> Option<SegmentId> {
    match event {
        Event::SegmentStarted { segment } | Event::Played { segment, .. } => Some(*segment),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_made_up_call_is_one_with_turns_interruptions_and_an_end() {
        let mut interrupted = 0;
        for seed in 0..50 {
            let mut world = World::new(seed);
            world.run(u32::MAX);
            assert!(world.ended, "{seed}");
            assert!((TURNS..TURNS + 12).contains(&world.turns), "{seed}: {} turns", world.turns);
            interrupted += usize::from(world.tally.events < 400);
        }
        assert!(interrupted > 0);
    }
}
