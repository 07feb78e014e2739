//! The threads that run the models. All calls share them; which job is next is the queue's decision, and a job that can
//! wait lets more urgent ones go first between its steps.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use proto::id::CallSid;
use rten::{RunOptions, ThreadPool};
use tokio::sync::oneshot;

use super::{
    RunError,
    capacity::{Capacity, Shortage},
    load::{Costs, Load, LoadMeter, Work},
    queue::{Job, Line, Priority, Queue},
};

/// A job with a deadline that waited longer came late, and is counted: the words of a short utterance take 100 ms more.
const WAIT_MAX: Duration = Duration::from_millis(300);

/// Why a job was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("the speech engine has too much to do")]
    Busy,
    #[error("the speech engine has stopped")]
    Stopped,
    #[error("the speech engine's work broke off")]
    Broken,
}

/// The result of a job that was queued. Dropping it takes the job back.
#[derive(Debug)]
pub struct Pending<T> {
    result: oneshot::Receiver<T>,
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Rejected>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result).poll(context).map_err(|_| Rejected::Broken)
    }
}

/// Between two steps of a job.
pub struct Checkpoint<'a> {
    give_way: &'a dyn Fn(),
    wanted: &'a dyn Fn() -> bool,
}

impl Checkpoint<'_> {
    /// At load time, when there is nobody to give way to.
    pub const ALONE: Checkpoint<'static> = Checkpoint { give_way: &|| {}, wanted: &|| true };

    /// Lets more urgent jobs go first, on this thread. An error if nobody waits for this one any more.
    pub fn pass(&self) -> Result<(), RunError> {
        if (self.wanted)() {
            (self.give_way)();
        }
        if (self.wanted)() { Ok(()) } else { Err(RunError::Abandoned) }
    }
}

/// Owns the threads; they end when it is dropped, after the jobs that are running.
pub(super) struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    began: Instant,
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    queue: Queue<Waiting>,
    costs: Costs,
    meter: LoadMeter,
    capacity: Capacity,
    /// For each thread: when its job with a deadline will be done, as far as is known.
    done_at: Vec<Duration>,
    /// Threads that have a job.
    busy: usize,
    stopped: bool,
}

struct Waiting {
    queued: Instant,
    work: Work,
    body: Box<dyn Body>,
}

trait Body: Send {
    /// Whether the result was taken.
    fn run(self: Box<Self>, options: &RunOptions, give_way: &dyn Fn()) -> bool;
    fn wanted(&self) -> bool;
}

struct Task<T, F> {
    reply: oneshot::Sender<T>,
    body: F,
}

impl<T, F> Body for Task<T, F>
where
    T: Send,
    F: FnOnce(&RunOptions, &Checkpoint<'_>) -> T + Send,
{
    fn run(self: Box<Self>, options: &RunOptions, give_way: &dyn Fn()) -> bool {
        let Self { reply, body } = *self;
        let result = body(options, &Checkpoint { give_way, wanted: &|| !reply.is_closed() });
        reply.send(result).is_ok()
    }

    fn wanted(&self) -> bool {
        !self.reply.is_closed()
    }
}

impl Workers {
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let state = State {
            queue: Queue::new(),
            costs: Costs::new(),
            meter: LoadMeter::new(),
            capacity: Capacity::of(threads),
            done_at: vec![Duration::ZERO; threads],
            busy: 0,
            stopped: false,
        };
        let shared = Arc::new(Shared { began: Instant::now(), state: Mutex::new(state), work: Condvar::new() });
        let workers = Self { shared: Arc::clone(&shared) };
        for thread in 0..threads {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("speech-{thread}")).spawn(move || shared.serve(thread))?;
        }
        Ok(workers)
    }

    /// Queues `body`. It is given the run options of its thread, and a checkpoint to pass between its steps.
    pub fn submit<T, F>(&self, line: &Line, priority: Priority, work: Work, body: F) -> Result<Pending<T>, Rejected>
    where
        T: Send + 'static,
        F: FnOnce(&RunOptions, &Checkpoint<'_>) -> T + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        let body = Box::new(Task { reply, body });
        if let Err(reason) = self.shared.push(line.clone(), priority, work, body) {
            metrics::counter!("speech_jobs_refused_total", "priority" => priority.name()).increment(1);
            return Err(reason);
        }
        Ok(Pending { result })
    }

    pub fn load(&self) -> Load {
        self.shared.with_state(|_, _| ())
    }

    /// Whether no job runs or waits.
    pub fn is_idle(&self) -> bool {
        let state = self.shared.lock();
        state.busy == 0 && state.queue.is_empty()
    }

    /// Lets a call in that needs these threads, if it can be served without making the others wait.
    pub fn admit_call(&self, call: &CallSid) -> Result<(), Shortage> {
        let mut outcome = Ok(());
        self.shared.with_state(|state, at| {
            let load = state.meter.load_at(at);
            outcome = state.capacity.admit(at, call, load, &state.costs);
        });
        if let Err(shortage) = outcome {
            metrics::counter!("speech_calls_refused_total", "reason" => shortage.name()).increment(1);
        }
        outcome
    }

    pub fn release_call(&self, call: &CallSid) {
        self.shared.lock().capacity.release(call);
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.stopped = true;
        state.queue.clear();
        drop(state);
        self.shared.work.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and tells what became of the load.
    fn with_state(&self, change: impl FnOnce(&mut State, Duration)) -> Load {
        let at = self.began.elapsed();
        let mut state = self.lock();
        let before = state.meter.load_at(at);
        change(&mut state, at);
        let backlog = state.backlog(at);
        state.meter.note(at, backlog);
        let (load, average) = (state.meter.load_at(at), state.meter.average());
        drop(state);
        metrics::gauge!("speech_backlog_seconds").set(average.as_secs_f64());
        if load != before {
            note_change(load, average);
        }
        load
    }

    fn push(&self, line: Line, priority: Priority, work: Work, body: Box<dyn Body>) -> Result<(), Rejected> {
        let mut outcome = Ok(());
        self.with_state(|state, at| {
            let cost = state.costs.of(work);
            let waiting = Waiting { queued: Instant::now(), work, body };
            outcome = if state.stopped {
                Err(Rejected::Stopped)
            } else if state.queue.push(priority, line, cost, waiting, |waiting| waiting.body.wanted()) {
                if priority.has_deadline() {
                    state.capacity.note(at, cost);
                }
                Ok(())
            } else {
                Err(Rejected::Busy)
            };
        });
        if outcome.is_ok() {
            self.work.notify_one();
        }
        outcome
    }

    fn serve(&self, thread: usize) {
        let options = one_thread();
        while let Some(job) = self.wait_for_job() {
            self.run(thread, job, &options);
            self.lock().busy -= 1;
        }
    }

    /// Waits for the job that is due; `None` when the workers are to end.
    fn wait_for_job(&self) -> Option<Job<Waiting>> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(job) = state.queue.take(None) {
                state.busy += 1;
                return Some(job);
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run(&self, thread: usize, job: Job<Waiting>, options: &RunOptions) {
        let Waiting { queued, work, body } = job.work;
        if !body.wanted() {
            return;
        }
        let name = job.priority.name();
        let waited = queued.elapsed();
        metrics::histogram!("speech_job_wait_seconds", "priority" => name).record(waited);
        if job.priority.has_deadline() {
            self.with_state(|state, at| state.done_at[thread] = at + job.cost);
            if waited > WAIT_MAX {
                metrics::counter!("speech_jobs_late_total", "priority" => name).increment(1);
            }
        }
        let began = Instant::now();
        let given_away = Cell::new(Duration::ZERO);
        let give_way = || {
            while let Some(first) = self.more_urgent_than(job.priority) {
                let began = Instant::now();
                self.run(thread, first, options);
                given_away.set(given_away.get() + began.elapsed());
            }
        };
        // A panic inside a model must cost one result, not the thread.
        let ran = catch_unwind(AssertUnwindSafe(|| body.run(options, &give_way)));
        let took = began.elapsed().saturating_sub(given_away.get());
        metrics::histogram!("speech_job_run_seconds", "priority" => name).record(took);
        self.with_state(|state, at| {
            if job.priority.has_deadline() {
                state.done_at[thread] = at;
            }
            // One that was given up on the way shows no cost.
            if let Ok(true) = ran {
                state.costs.learn(work, took);
            }
        });
        if ran.is_err() {
            metrics::counter!("speech_jobs_broken_total", "priority" => name).increment(1);
            tracing::error!(priority = name, "a speech job broke off");
        }
    }

    fn more_urgent_than(&self, priority: Priority) -> Option<Job<Waiting>> {
        let mut state = self.lock();
        if state.stopped { None } else { state.queue.take(Some(priority)) }
    }
}

impl State {
    /// What lies before each thread that somebody will wait for.
    fn backlog(&self, at: Duration) -> Duration {
        let running: Duration = self.done_at.iter().map(|done_at| done_at.saturating_sub(at)).sum();
        (self.queue.backlog() + running) / self.done_at.len().try_into().unwrap_or(u32::MAX)
    }
}

fn note_change(load: Load, average: Duration) {
    metrics::counter!("speech_load_changes_total", "to" => load.name()).increment(1);
    let wait_ms = average.as_millis();
    match load {
        Load::Full => tracing::warn!(wait_ms, "the speech engine cannot keep up: calls that need it are refused"),
        Load::Busy | Load::Easy => tracing::info!(load = load.name(), wait_ms, "the speech engine's load changed"),
    }
}

/// Run options that keep a model on one thread: a second one gained nothing on these models, and the other
/// cores belong to the other workers.
pub(super) fn one_thread() -> RunOptions {
    RunOptions::default().with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1))))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const WORK: Work = Work::Hear(Duration::from_secs(1));

    /// Workers whose one thread is held until the sender is used.
    fn held() -> (Workers, mpsc::Sender<()>, Pending<()>) {
        let workers = Workers::start(1).expect("a thread");
        let (release, gate) = mpsc::channel();
        let (started, began) = mpsc::channel();
        let holder = workers
            .submit(&Line::default(), Priority::Urgent, WORK, move |_, _| {
                started.send(()).expect("the test waits");
                gate.recv().expect("the test lives");
            })
            .expect("room");
        began.recv().expect("the thread started");
        (workers, release, holder)
    }

    /// Calls that flood the engine with tries, and one that says "yes": its words wait for one step, whoever talks.
    #[tokio::test]
    async fn a_final_pass_waits_for_no_try_of_another_call() {
        const STEPS: usize = 20;
        let workers = Workers::start(1).expect("a thread");
        let (tell, events) = mpsc::channel();
        let (begin_step, steps) = mpsc::channel::<()>();
        let flood = {
            let tell = tell.clone();
            move |name: &'static str, steps: Option<mpsc::Receiver<()>>| {
                let tell = tell.clone();
                move |_: &RunOptions, checkpoint: &Checkpoint<'_>| {
                    for _ in 0..STEPS {
                        tell.send(name).expect("the test listens");
                        if let Some(steps) = &steps {
                            steps.recv().expect("the test steps");
                        }
                        checkpoint.pass().expect("the try is wanted");
                    }
                }
            }
        };
        let talkative: Vec<Line> = (0..4).map(|_| Line::default()).collect();
        let mut tries =
            vec![workers.submit(&talkative[0], Priority::Partial, WORK, flood("try", Some(steps))).expect("room")];
        assert_eq!(events.recv(), Ok("try"), "the first step of the first try");
        for line in &talkative[1..] {
            tries.push(workers.submit(line, Priority::Partial, WORK, flood("later try", None)).expect("room"));
        }
        let yes = Line::default();
        let words = workers
            .submit(&yes, Priority::Urgent, WORK, move |_, checkpoint| {
                checkpoint.pass().expect("the words are wanted");
                tell.send("yes").expect("the test listens");
            })
            .expect("room");
        begin_step.send(()).expect("the try waits");
        assert_eq!(events.recv(), Ok("yes"), "after the step that was under way, and before the next one");
        assert_eq!(words.await, Ok(()));
        for _ in 1..STEPS {
            begin_step.send(()).expect("the try goes on");
        }
        for pending in tries {
            assert_eq!(pending.await, Ok(()), "what gave way is not lost");
        }
        let rest: Vec<_> = events.try_iter().collect();
        assert_eq!(rest.iter().filter(|&&event| event == "try").count(), STEPS - 1);
        assert_eq!(rest.iter().filter(|&&event| event == "later try").count(), 3 * STEPS);
    }

    #[tokio::test]
    async fn they_are_idle_when_no_job_runs_or_waits() {
        let (workers, release, holder) = held();
        let waiting = workers.submit(&Line::default(), Priority::Partial, WORK, |_, _| ()).expect("room");
        assert!(!workers.is_idle(), "one runs and one waits");
        release.send(()).expect("held");
        holder.await.expect("run");
        waiting.await.expect("run");
        while !workers.is_idle() {
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn a_dropped_job_is_not_run() {
        let (workers, release, _holder) = held();
        let (tell, told) = mpsc::channel();
        drop(workers.submit(&Line::default(), Priority::Urgent, WORK, move |_, _| tell.send("ran")).expect("room"));
        let last = workers.submit(&Line::default(), Priority::Partial, WORK, |_, checkpoint| checkpoint.pass().is_ok());
        release.send(()).expect("held");
        assert!(last.expect("room").await.expect("run"), "someone waits for this one");
        assert!(told.try_recv().is_err(), "nobody waited for that one");
    }

    #[tokio::test]
    async fn a_job_that_nobody_waits_for_ends_at_its_next_step() {
        let workers = Workers::start(1).expect("a thread");
        let (tell, told) = mpsc::channel();
        let (go_on, gate) = mpsc::channel::<()>();
        let (started, began) = mpsc::channel();
        let pending = workers.submit(&Line::default(), Priority::Partial, WORK, move |_, checkpoint| {
            started.send(()).expect("the test waits");
            gate.recv().expect("the test lives");
            tell.send(checkpoint.pass().is_err()).expect("the test listens");
        });
        began.recv().expect("the thread started");
        drop(pending);
        go_on.send(()).expect("the job waits");
        assert_eq!(told.recv(), Ok(true));
    }

    #[tokio::test]
    async fn a_panic_costs_one_result() {
        let workers = Workers::start(1).expect("a thread");
        let line = Line::default();
        let broken = workers.submit(&line, Priority::Urgent, WORK, |_, _| -> () { panic!("on purpose") });
        assert_eq!(broken.expect("room").await, Err(Rejected::Broken));
        assert_eq!(workers.submit(&line, Priority::Urgent, WORK, |_, _| 7).expect("room").await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_within_a_job_that_was_let_through_spares_the_one_that_gave_way() {
        let workers = Workers::start(1).expect("a thread");
        let (go_on, gate) = mpsc::channel::<()>();
        let (started, began) = mpsc::channel();
        let patient = workers
            .submit(&Line::default(), Priority::Partial, WORK, move |_, checkpoint| {
                started.send(()).expect("the test waits");
                gate.recv().expect("the test lives");
                checkpoint.pass().is_ok()
            })
            .expect("room");
        began.recv().expect("the thread started");
        let broken = workers.submit(&Line::default(), Priority::Urgent, WORK, |_, _| -> () { panic!("on purpose") });
        go_on.send(()).expect("the job waits");
        assert_eq!(broken.expect("room").await, Err(Rejected::Broken));
        assert_eq!(patient.await, Ok(true));
    }
}
