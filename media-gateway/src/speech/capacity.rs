//! Whether one more call can be served without making the running ones wait. A call shows what it costs only after a
//! while; until then it counts with what a call costs as a rule, so that many at once cannot slip in. Pure: times are
//! given.

use std::{collections::VecDeque, time::Duration};

use proto::id::CallSid;

use super::load::{Costs, Load, Work};

/// Work that came in is averaged over about so long: a few turns of a call. Over less, a call could slip in whenever the
/// others happen to be silent.
const AVERAGED: Duration = Duration::from_secs(20);
/// Until then a call has shown nothing of what it costs: it is greeted. Then it shows in the average, bit by bit.
const GREETED_AFTER: Duration = Duration::from_secs(6);
/// By then it has shown all.
const KNOWN_AFTER: Duration = Duration::from_secs(66);
/// Of a thread's time. Work comes in heaps, a reply at a time: at half, one job in fifty waits for half a second; at two
/// thirds, one in twelve.
const SHARE_MAX: f64 = 0.5;
/// What a new call counts at most. The forecast is a guess: on a machine that something else slowed for a moment it would
/// refuse calls that can be served. Backlog is a fact.
const CALL_SHARE_MAX: f64 = SHARE_MAX / 5.0;
/// In a call each side speaks for about this share of the time.
const SPEAKING_SHARE: f64 = 0.4;

/// Why no call can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// The running calls' work is waiting already.
    Backlog,
    /// It would, once the calls that have just begun are under way.
    Forecast,
}

impl Shortage {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backlog => "backlog",
            Self::Forecast => "forecast",
        }
    }
}

#[derive(Debug)]
pub(super) struct Capacity {
    threads: f64,
    /// Work with a deadline that comes in each second, in seconds of a thread.
    demand: f64,
    at: Duration,
    /// The calls that have not shown their cost yet, and when they were let in; oldest first. No more than can be served.
    new_calls: VecDeque<(Duration, CallSid)>,
}

impl Capacity {
    pub fn of(threads: usize) -> Self {
        Self { threads: threads as f64, demand: 0.0, at: Duration::ZERO, new_calls: VecDeque::new() }
    }

    /// A job with a deadline came in.
    pub fn note(&mut self, at: Duration, cost: Duration) {
        self.pass_to(at);
        self.demand += cost.as_secs_f64() / AVERAGED.as_secs_f64();
    }

    /// Lets a call in, if there is room for it. Asking again for the same call changes nothing.
    pub fn admit(&mut self, at: Duration, call: &CallSid, load: Load, costs: &Costs) -> Result<(), Shortage> {
        self.pass_to(at);
        if self.new_calls.iter().any(|(_, new)| new == call) {
            return Ok(());
        }
        if load == Load::Full {
            return Err(Shortage::Backlog);
        }
        let second = Duration::from_secs(1);
        let of_a_call = SPEAKING_SHARE * (costs.of(Work::Hear(second)) + costs.of(Work::Say(second))).as_secs_f64();
        let not_shown: f64 = self.new_calls.iter().map(|(began, _)| not_shown(at.saturating_sub(*began))).sum();
        if self.demand + (not_shown + 1.0) * of_a_call.min(CALL_SHARE_MAX) > SHARE_MAX * self.threads {
            return Err(Shortage::Forecast);
        }
        self.new_calls.push_back((at, call.clone()));
        Ok(())
    }

    /// The call is over.
    pub fn release(&mut self, call: &CallSid) {
        self.new_calls.retain(|(_, new)| new != call);
    }

    fn pass_to(&mut self, at: Duration) {
        let passed = at.saturating_sub(self.at);
        self.at = self.at.max(at);
        self.demand *= (-passed.as_secs_f64() / AVERAGED.as_secs_f64()).exp();
        while self.new_calls.front().is_some_and(|(began, _)| *began + KNOWN_AFTER <= self.at) {
            self.new_calls.pop_front();
        }
    }
}

/// The part of a call's cost that is not in the average yet.
fn not_shown(age: Duration) -> f64 {
    (-age.saturating_sub(GREETED_AFTER).as_secs_f64() / AVERAGED.as_secs_f64()).exp()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::speech::{
        load::LoadMeter,
        queue::{Line, Priority, Queue},
    };

    fn call(number: usize) -> CallSid {
        format!("CA{number:032x}").parse().expect("a call")
    }

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// How many calls of a crowd are let in.
    fn let_in(capacity: &mut Capacity, at: u64, costs: &Costs) -> usize {
        (0..100).filter(|&number| capacity.admit(ms(at), &call(number), Load::Easy, costs).is_ok()).count()
    }

    #[rstest]
    #[case(1, 8)]
    #[case(4, 33)]
    fn a_crowd_is_let_in_up_to_what_the_threads_can_serve(#[case] threads: usize, #[case] expected: usize) {
        assert_eq!(let_in(&mut Capacity::of(threads), 0, &Costs::new()), expected);
    }

    #[test]
    fn a_slow_moment_does_not_keep_out_more_than_all_but_five() {
        let mut costs = Costs::new();
        for _ in 0..100 {
            costs.learn(Work::Say(ms(1_000)), ms(10_000));
        }
        assert_eq!(let_in(&mut Capacity::of(1), 0, &costs), 5);
        assert_eq!(Capacity::of(1).admit(ms(0), &call(0), Load::Full, &costs), Err(Shortage::Backlog));
    }

    #[test]
    fn calls_that_end_or_turn_out_to_be_silent_make_room_for_others() {
        let costs = Costs::new();
        let mut capacity = Capacity::of(1);
        let_in(&mut capacity, 0, &costs);
        assert_eq!(capacity.admit(ms(5_000), &call(100), Load::Easy, &costs), Err(Shortage::Forecast));
        capacity.release(&call(3));
        assert_eq!(capacity.admit(ms(5_000), &call(100), Load::Easy, &costs), Ok(()));
        assert_eq!(capacity.admit(ms(5_000), &call(100), Load::Easy, &costs), Ok(()), "the carrier asks again");
        assert_eq!(capacity.admit(ms(5_000), &call(101), Load::Easy, &costs), Err(Shortage::Forecast));
        assert_eq!(capacity.admit(ms(12_000), &call(101), Load::Easy, &costs), Ok(()));
        assert_eq!(let_in(&mut capacity, 120_000, &costs), 8, "nothing is left of them");
    }

    /// Calls on one thread, in virtual time: about each 8 s the words of an utterance, then a reply in five pieces.
    struct Simulation {
        queue: Queue<Duration>,
        meter: LoadMeter,
        capacity: Capacity,
        costs: Costs,
        rung: usize,
        random: u32,
        calls: Vec<(Duration, Line)>,
        busy_until: Duration,
        refused: Vec<Shortage>,
        loads: Vec<Load>,
        run: usize,
        late: usize,
    }

    /// (after the turn's begin, priority, what it takes): words, then a reply in five pieces. 0.6 s of a thread in all.
    const TURN: [(u64, Priority, u64); 6] = [
        (0, Priority::Urgent, 130),
        (400, Priority::Urgent, 70),
        (600, Priority::Following, 100),
        (1_000, Priority::Following, 100),
        (1_600, Priority::Following, 100),
        (2_200, Priority::Following, 100),
    ];
    /// A job that waited longer is late.
    const PATIENCE: Duration = ms(500);
    /// Then the next turn begins within 6 s.
    const TURN_LONG: Duration = ms(5_000);

    impl Simulation {
        fn new() -> Self {
            let mut costs = Costs::new();
            // As long as it takes in this simulation.
            for _ in 0..100 {
                costs.learn(Work::Hear(ms(1_000)), ms(45));
                costs.learn(Work::Say(ms(1_000)), ms(140));
            }
            Self {
                queue: Queue::new(),
                meter: LoadMeter::new(),
                capacity: Capacity::of(1),
                costs,
                rung: 0,
                random: 1,
                calls: Vec::new(),
                busy_until: Duration::ZERO,
                refused: Vec::new(),
                loads: vec![Load::Easy],
                run: 0,
                late: 0,
            }
        }

        fn ring(&mut self, at: Duration, gate_is_open: bool) {
            let load = self.meter.load_at(at);
            self.rung += 1;
            match self.capacity.admit(at, &call(self.rung), load, &self.costs) {
                Err(shortage) if !gate_is_open => self.refused.push(shortage),
                // Callers do not speak in step.
                _ => self.calls.push((at + ms(3_000 + 3_370 * self.calls.len() as u64 % 8_000), Line::default())),
            }
        }

        fn step(&mut self, at: Duration) {
            let mut asked = Vec::new();
            for (next_turn, line) in &mut self.calls {
                let Some(in_turn) = at.checked_sub(*next_turn) else { continue };
                asked.extend(TURN.iter().filter(|(after, ..)| ms(*after) == in_turn).map(|turn| (line.clone(), *turn)));
                if in_turn == TURN_LONG {
                    self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *next_turn = at + ms(u64::from(self.random >> 16) % 600 * 10);
                }
            }
            for (line, (_, priority, cost)) in asked {
                // A full queue refuses, which only shortens the waits.
                self.queue.push(priority, line, ms(cost), at, |_| true);
                self.capacity.note(at, ms(cost));
            }
            if self.busy_until <= at
                && let Some(job) = self.queue.take(None)
            {
                self.busy_until = at + job.cost;
                self.run += 1;
                self.late += usize::from(at > job.work + PATIENCE);
            }
            self.meter.note(at, self.queue.backlog() + self.busy_until.saturating_sub(at));
            let load = self.meter.load_at(at);
            if self.loads.last() != Some(&load) {
                self.loads.push(load);
            }
        }

        /// Five minutes, in which a call rings each `every`.
        fn run(mut self, every: u64, gate_is_open: bool) -> Self {
            for at in (0..300_000).step_by(10) {
                if at % every == 0 && at < 150_000 {
                    self.ring(ms(at), gate_is_open);
                }
                self.step(ms(at));
            }
            self
        }

        fn late_share(&self) -> f64 {
            self.late as f64 / self.run as f64
        }
    }

    #[rstest]
    #[case::one_after_the_other(2_000)]
    #[case::faster_than_they_show_their_cost(200)]
    #[case::all_at_once(10)]
    fn however_calls_come_those_that_run_are_served_in_time(#[case] every: u64) {
        let simulation = Simulation::new().run(every, false);
        assert!(simulation.calls.len() >= 6, "{} calls run", simulation.calls.len());
        assert!(!simulation.refused.is_empty());
        assert!(simulation.late_share() < 0.03, "{} with {} calls", simulation.late_share(), simulation.calls.len());
    }

    #[test]
    fn without_the_gate_they_would_not_be() {
        let simulation = Simulation::new().run(2_000, true);
        assert!(simulation.late_share() > 0.5, "{}", simulation.late_share());
        assert_eq!(simulation.loads.first(), Some(&Load::Easy));
        assert_eq!(simulation.loads.get(1), Some(&Load::Busy), "tries are left out first");
        assert_eq!(simulation.loads.last(), Some(&Load::Full));
    }
}
