//! Which job is run next. Urgent work goes first; within one urgency the call that used the models least goes first,
//! so that one talkative call cannot starve another. Pure: no thread, no clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Jobs that may wait, over all calls. At half of it partials and warm-ups are refused; at the whole, everything.
/// Both are counted. One job is 50–500 ms of a core: a longer queue could only bring words that come too late.
pub(super) const QUEUE_MAX: usize = 64;

/// What a job is for. In this order they are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody waits in silence: the words of a finished utterance, the first sound of a reply.
    Urgent,
    /// Soon somebody would wait: the sound that follows what is already playing, the words of a stretch whose speaker
    /// goes on, the first words of somebody who may be interrupting.
    Following,
    /// Words so far; the next try will do as well.
    Partial,
    /// Nobody waits: phrases made ahead.
    Ahead,
}

impl Priority {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Following => "following",
            Self::Partial => "partial",
            Self::Ahead => "ahead",
        }
    }

    /// Whether a call stands still or breaks off when such a job comes late.
    pub(super) const fn has_deadline(self) -> bool {
        matches!(self, Self::Urgent | Self::Following)
    }
}

/// One call's place in the queue: whoever asks for work holds one.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Microseconds of the models that it used, on the queue's clock.
    used: Arc<AtomicU64>,
}

/// `W` is what the job does.
pub(super) struct Job<W> {
    pub priority: Priority,
    pub line: Line,
    /// What it takes of a core, as far as is known.
    pub cost: Duration,
    pub work: W,
    arrival: u64,
}

pub(super) struct Queue<W> {
    jobs: Vec<Job<W>>,
    arrivals: u64,
    /// What the line that was served last had used by then. A line that asked for nothing for a while begins here: it
    /// saves up no claim.
    clock: u64,
}

impl<W> Queue<W> {
    pub const fn new() -> Self {
        Self { jobs: Vec::new(), arrivals: 0, clock: 0 }
    }

    /// False if there is no room. Before it says so, it lets go of the jobs that are no longer `wanted`.
    pub fn push(
        &mut self,
        priority: Priority,
        line: Line,
        cost: Duration,
        work: W,
        wanted: impl Fn(&W) -> bool,
    ) -> bool {
        let room = if priority.has_deadline() { QUEUE_MAX } else { QUEUE_MAX / 2 };
        if self.jobs.len() >= room {
            self.jobs.retain(|job| wanted(&job.work));
        }
        if self.jobs.len() >= room {
            return false;
        }
        self.arrivals += 1;
        self.jobs.push(Job { priority, line, cost, work, arrival: self.arrivals });
        true
    }

    /// The job that is due, if it is more urgent than `than`.
    pub fn take(&mut self, than: Option<Priority>) -> Option<Job<W>> {
        let begins = |job: &Job<W>| job.line.used.load(Ordering::Relaxed).max(self.clock);
        let position = (0..self.jobs.len())
            .filter(|&index| than.is_none_or(|than| self.jobs[index].priority < than))
            .min_by_key(|&index| {
            let job = &self.jobs[index];
            (job.priority, begins(job), job.arrival)
        })?;
        let begins = begins(&self.jobs[position]);
        let job = self.jobs.swap_remove(position);
        let cost = u64::try_from(job.cost.as_micros()).unwrap_or(u64::MAX).max(1);
        job.line.used.store(begins.saturating_add(cost), Ordering::Relaxed);
        self.clock = begins;
        Some(job)
    }

    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub fn clear(&mut self) {
        self.jobs.clear();
    }

    /// What the jobs with a deadline take.
    pub fn backlog(&self) -> Duration {
        self.jobs.iter().filter(|job| job.priority.has_deadline()).map(|job| job.cost).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn push(queue: &mut Queue<&'static str>, priority: Priority, line: &Line, ms: u32, name: &'static str) {
        assert!(queue.push(priority, line.clone(), ms * MS, name, |_| true));
    }

    fn order(mut queue: Queue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.take(None)).map(|job| job.work).collect()
    }

    #[test]
    fn urgent_work_goes_first_and_calls_take_turns() {
        let (one, other) = (Line::default(), Line::default());
        let mut queue = Queue::new();
        push(&mut queue, Priority::Partial, &one, 50, "one's partial");
        push(&mut queue, Priority::Following, &one, 50, "one's first");
        push(&mut queue, Priority::Following, &one, 50, "one's second");
        push(&mut queue, Priority::Following, &other, 50, "other's first");
        push(&mut queue, Priority::Urgent, &other, 10, "other's urgent");
        assert_eq!(order(queue), ["other's urgent", "one's first", "other's first", "one's second", "one's partial"]);
    }

    #[test]
    fn a_turn_is_measured_by_what_it_takes() {
        let (long, short) = (Line::default(), Line::default());
        let mut queue = Queue::new();
        push(&mut queue, Priority::Urgent, &long, 500, "long 1");
        push(&mut queue, Priority::Urgent, &long, 500, "long 2");
        for name in ["short 1", "short 2", "short 3"] {
            push(&mut queue, Priority::Urgent, &short, 100, name);
        }
        assert_eq!(order(queue), ["long 1", "short 1", "short 2", "short 3", "long 2"]);
    }

    #[test]
    fn a_call_that_was_silent_saves_up_no_claim() {
        let (busy, silent) = (Line::default(), Line::default());
        let mut queue = Queue::new();
        for _ in 0..20 {
            push(&mut queue, Priority::Urgent, &busy, 100, "busy");
            queue.take(None).expect("a job");
        }
        for name in ["silent 1", "silent 2"] {
            push(&mut queue, Priority::Urgent, &silent, 300, name);
        }
        push(&mut queue, Priority::Urgent, &busy, 100, "busy");
        assert_eq!(order(queue), ["silent 1", "busy", "silent 2"]);
    }

    #[test]
    fn only_what_is_more_urgent_is_taken_between_steps() {
        let line = Line::default();
        let mut queue = Queue::new();
        push(&mut queue, Priority::Partial, &line, 50, "partial");
        push(&mut queue, Priority::Urgent, &line, 50, "urgent");
        assert!(queue.take(Some(Priority::Urgent)).is_none());
        assert_eq!(queue.take(Some(Priority::Partial)).map(|job| job.work), Some("urgent"));
        assert!(queue.take(Some(Priority::Partial)).is_none());
        assert_eq!(queue.take(None).map(|job| job.work), Some("partial"));
    }

    #[test]
    fn a_full_queue_refuses_partials_first_and_forgets_what_nobody_wants() {
        let line = Line::default();
        let mut queue = Queue::new();
        for _ in 0..QUEUE_MAX / 2 {
            push(&mut queue, Priority::Partial, &line, 1, "partial");
        }
        assert!(!queue.push(Priority::Partial, line.clone(), MS, "partial", |_| true));
        for _ in 0..QUEUE_MAX / 2 {
            push(&mut queue, Priority::Urgent, &line, 1, "urgent");
        }
        assert!(!queue.push(Priority::Urgent, line.clone(), MS, "urgent", |_| true));
        assert!(queue.push(Priority::Partial, line.clone(), MS, "partial", |_| false));
    }

    #[test]
    fn only_work_with_a_deadline_is_backlog() {
        let line = Line::default();
        let mut queue = Queue::new();
        for (priority, ms) in
            [(Priority::Urgent, 100), (Priority::Following, 20), (Priority::Partial, 3_000), (Priority::Ahead, 3_000)]
        {
            push(&mut queue, priority, &line, ms, "job");
        }
        assert_eq!(queue.backlog(), 120 * MS);
    }
}
