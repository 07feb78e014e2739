//! Whether the engine keeps up, and what is left out when it does not: first tries at the words so far, then calls that
//! have not begun. Calls that run keep their sound and their words. Pure: times are given.

use std::time::Duration;

use crate::listen::LISTENING_RATE_HZ;

/// A job by its sound: what the models hear or say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    Hear(Duration),
    Say(Duration),
}

impl Work {
    /// Hearing these samples, at 16 kHz.
    pub fn hearing(samples: &[f32]) -> Self {
        Self::Hear(Duration::from_secs_f64(samples.len() as f64 / f64::from(LISTENING_RATE_HZ)))
    }
}

/// What work takes of a core, for each second of sound. Begins with what a core of 2024 takes, and learns.
#[derive(Debug)]
pub(super) struct Costs {
    hear: f64,
    say: f64,
}

/// Weight of the newest job: a dozen jobs until a new pace is known.
const LEARNING: f64 = 0.15;
/// The models have a price below which no sound goes, however short: the cost is that of at least so much.
const SOUND_MIN: Duration = Duration::from_millis(500);

impl Costs {
    pub const fn new() -> Self {
        Self { hear: 0.05, say: 0.1 }
    }

    pub fn of(&self, work: Work) -> Duration {
        let (seconds, factor) = match work {
            Work::Hear(sound) => (seconds(sound), self.hear),
            Work::Say(sound) => (seconds(sound), self.say),
        };
        Duration::from_secs_f64(seconds * factor)
    }

    pub fn learn(&mut self, work: Work, took: Duration) {
        let (seconds, factor) = match work {
            Work::Hear(sound) => (seconds(sound), &mut self.hear),
            Work::Say(sound) => (seconds(sound), &mut self.say),
        };
        *factor += LEARNING * (took.as_secs_f64() / seconds - *factor);
    }
}

fn seconds(sound: Duration) -> f64 {
    sound.max(SOUND_MIN).as_secs_f64()
}

/// How far the engine keeps up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Load {
    Easy,
    /// Tries at the words so far are made less often.
    Busy,
    /// Next to no tries, and no new call that could not be served without the engine.
    Full,
}

impl Load {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Busy => "busy",
            Self::Full => "full",
        }
    }
}

/// Averaged over about so long: one long utterance is no overload, a minute of waiting is.
const AVERAGED: Duration = Duration::from_secs(4);

/// Averages of what a new urgent job would wait for. With jobs of 150 ms a queue is at the first when the threads are
/// working three fifths of the time, and at the last at four fifths, beyond which waits grow without an end.
const BUSY_FROM: Duration = Duration::from_millis(100);
const BUSY_UNTIL: Duration = Duration::from_millis(50);
const FULL_FROM: Duration = Duration::from_millis(300);
const FULL_UNTIL: Duration = Duration::from_millis(100);

/// Follows the backlog: the work with a deadline that lies before a thread, in time.
#[derive(Debug)]
pub(super) struct LoadMeter {
    load: Load,
    average: f64,
    backlog: f64,
    at: Duration,
}

impl LoadMeter {
    pub const fn new() -> Self {
        Self { load: Load::Easy, average: 0.0, backlog: 0.0, at: Duration::ZERO }
    }

    /// From `at` on, a thread has this much before it.
    pub fn note(&mut self, at: Duration, backlog: Duration) {
        self.load_at(at);
        self.backlog = backlog.as_secs_f64();
    }

    pub fn load_at(&mut self, at: Duration) -> Load {
        let passed = at.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(at);
        // Meanwhile the threads worked it off.
        let left = (self.backlog - passed).max(0.0);
        let mean = if passed > 0.0 { (self.backlog.powi(2) - left.powi(2)) / (2.0 * passed) } else { 0.0 };
        self.backlog = left;
        let kept = (-passed / AVERAGED.as_secs_f64()).exp();
        self.average = kept * self.average + (1.0 - kept) * mean;
        self.load = next(self.load, self.average());
        self.load
    }

    pub fn average(&self) -> Duration {
        Duration::from_secs_f64(self.average)
    }
}

/// A load is left at a lower backlog than it is entered, so that it does not change with every job.
fn next(load: Load, average: Duration) -> Load {
    let rises_to = if average >= FULL_FROM {
        Load::Full
    } else if average >= BUSY_FROM {
        Load::Busy
    } else {
        Load::Easy
    };
    let falls_to = if average >= FULL_UNTIL {
        Load::Full
    } else if average >= BUSY_UNTIL {
        Load::Busy
    } else {
        Load::Easy
    };
    load.min(falls_to).max(rises_to)
}

/// The first tries of an utterance decide whether the agent is interrupted.
pub const DECIDING_TRIES: u32 = 2;

/// Whether a try at the words so far is made: the one that comes due as number `due`, from 0, after `made` that were made.
/// Those that decide are made whenever there is a thread.
pub const fn makes_try(load: Load, due: u32, made: u32) -> bool {
    match load {
        Load::Easy => true,
        Load::Busy => made < DECIDING_TRIES || due.is_multiple_of(2),
        Load::Full => made < DECIDING_TRIES,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[rstest]
    #[case::nothing_waits(Load::Easy, 0, Load::Easy)]
    #[case::a_little(Load::Easy, 99, Load::Easy)]
    #[case::rises(Load::Easy, 100, Load::Busy)]
    #[case::rises_at_once(Load::Easy, 300, Load::Full)]
    #[case::stays_busy(Load::Busy, 50, Load::Busy)]
    #[case::is_easy_again(Load::Busy, 49, Load::Easy)]
    #[case::rises_on(Load::Busy, 300, Load::Full)]
    #[case::stays_full(Load::Full, 100, Load::Full)]
    #[case::is_busy_again(Load::Full, 99, Load::Busy)]
    #[case::all_is_well(Load::Full, 10, Load::Easy)]
    fn a_load_is_left_later_than_it_is_entered(#[case] load: Load, #[case] average: u64, #[case] expected: Load) {
        assert_eq!(next(load, ms(average)), expected);
    }

    #[test]
    fn tries_become_fewer_but_the_first_two_stay() {
        let tries = |load| {
            let mut made = Vec::new();
            for due in 0..8 {
                if makes_try(load, due, made.len() as u32) {
                    made.push(due);
                }
            }
            made
        };
        assert_eq!(tries(Load::Easy), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(tries(Load::Busy), [0, 1, 2, 4, 6]);
        assert_eq!(tries(Load::Full), [0, 1]);
        assert!(makes_try(Load::Full, 5, 1), "one that was put off is made");
    }

    #[test]
    fn one_long_utterance_is_no_overload() {
        let mut meter = LoadMeter::new();
        meter.note(ms(10_000), ms(1_000));
        let highest = (0..40).map(|step| meter.load_at(ms(10_000 + step * 100))).max();
        assert_eq!(highest, Some(Load::Busy));
        assert_eq!(meter.load_at(ms(20_000)), Load::Easy);
    }

    #[test]
    fn work_that_is_not_worked_off_fills_the_engine_and_its_end_frees_it() {
        let mut meter = LoadMeter::new();
        let mut loads = Vec::new();
        for step in 0..100 {
            meter.note(ms(step * 100), ms(500));
            loads.push(meter.load_at(ms(step * 100)));
        }
        assert!(loads.is_sorted(), "it rises: first tries are left out, then calls");
        assert!(loads.contains(&Load::Busy));
        assert_eq!(loads.last(), Some(&Load::Full));
        assert_eq!(meter.load_at(ms(12_000)), Load::Full, "not with the first free moment");
        assert_eq!(meter.load_at(ms(30_000)), Load::Easy);
    }

    #[test]
    fn a_time_that_goes_back_changes_nothing() {
        let mut meter = LoadMeter::new();
        meter.note(ms(1_000), ms(500));
        meter.load_at(ms(2_000));
        let average = meter.average();
        meter.load_at(ms(500));
        assert_eq!(meter.average(), average);
    }

    #[test]
    fn costs_follow_what_jobs_took() {
        let mut costs = Costs::new();
        let before = costs.of(Work::Say(ms(1_000)));
        for _ in 0..60 {
            costs.learn(Work::Hear(ms(2_000)), ms(400));
        }
        let hear = costs.of(Work::Hear(ms(1_000)));
        assert!((195..=201).contains(&hear.as_millis()), "{hear:?}");
        assert_eq!(costs.of(Work::Say(ms(1_000))), before);
        assert_eq!(costs.of(Work::Hear(ms(20))), costs.of(Work::Hear(SOUND_MIN)), "no clip is free");
    }
}
