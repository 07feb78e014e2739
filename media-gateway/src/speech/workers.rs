//! The threads that run the models, and the queue before them. Urgent work goes first; within one urgency the
//! call that was served longest ago goes first, so that one talkative call cannot starve another.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use rten::{RunOptions, ThreadPool};
use tokio::sync::oneshot;

/// Jobs that may wait, over all calls. At half of it partials and warm-ups are refused; at the whole, everything.
/// Both are counted. One job is 50–500 ms of a core: a longer queue could only bring words that come too late.
const QUEUE_MAX: usize = 64;

/// What a job is for. In this order they are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody waits in silence: the words of a finished utterance, the first sound of a reply.
    Urgent,
    /// The sound that follows what is already playing.
    Following,
    /// Words so far; the next try will do as well.
    Partial,
    /// Nobody waits: phrases made ahead.
    Ahead,
}

impl Priority {
    const fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Following => "following",
            Self::Partial => "partial",
            Self::Ahead => "ahead",
        }
    }

    const fn may_be_refused_early(self) -> bool {
        matches!(self, Self::Partial | Self::Ahead)
    }
}

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

/// One call's place in the queue: whoever asks for work holds one.
#[derive(Debug, Clone, Default)]
pub struct Line {
    served: Arc<AtomicU64>,
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

/// Owns the threads; they end when it is dropped, after the jobs that are running.
pub(super) struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    work: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: Vec<Job>,
    arrivals: u64,
    turns: u64,
    stopped: bool,
}

struct Job {
    priority: Priority,
    line: Line,
    arrival: u64,
    queued: Instant,
    work: Box<dyn Work>,
}

trait Work: Send {
    fn run(self: Box<Self>, options: &RunOptions);
    fn wanted(&self) -> bool;
}

struct Task<T, F> {
    reply: oneshot::Sender<T>,
    body: F,
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: FnOnce(&RunOptions, &dyn Fn() -> bool) -> T + Send,
{
    fn run(self: Box<Self>, options: &RunOptions) {
        let Self { reply, body } = *self;
        let result = body(options, &|| !reply.is_closed());
        // Whoever asked may have left meanwhile; then nobody wants the result.
        let _ = reply.send(result);
    }

    fn wanted(&self) -> bool {
        !self.reply.is_closed()
    }
}

impl Workers {
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), work: Condvar::new() });
        let workers = Self { shared: Arc::clone(&shared) };
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("speech-{number}")).spawn(move || shared.serve())?;
        }
        Ok(workers)
    }

    /// Queues `body`. It is given the run options of its thread, and a question to ask between steps: does anyone
    /// still wait for the result?
    pub fn submit<T, F>(&self, line: &Line, priority: Priority, body: F) -> Result<Pending<T>, Rejected>
    where
        T: Send + 'static,
        F: FnOnce(&RunOptions, &dyn Fn() -> bool) -> T + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        let work = Box::new(Task { reply, body });
        let submitted = self.shared.push(line.clone(), priority, work);
        if let Err(reason) = submitted {
            metrics::counter!("speech_jobs_refused_total", "priority" => priority.name()).increment(1);
            return Err(reason);
        }
        Ok(Pending { result })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.stopped = true;
        queue.jobs.clear();
        drop(queue);
        self.shared.work.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: Line, priority: Priority, work: Box<dyn Work>) -> Result<(), Rejected> {
        let mut queue = self.lock();
        if queue.stopped {
            return Err(Rejected::Stopped);
        }
        let room = if priority.may_be_refused_early() { QUEUE_MAX / 2 } else { QUEUE_MAX };
        if queue.jobs.len() >= room {
            queue.jobs.retain(|job| job.work.wanted());
        }
        if queue.jobs.len() >= room {
            return Err(Rejected::Busy);
        }
        queue.arrivals += 1;
        let arrival = queue.arrivals;
        queue.jobs.push(Job { priority, line, arrival, queued: Instant::now(), work });
        drop(queue);
        self.work.notify_one();
        Ok(())
    }

    fn serve(&self) {
        let options = one_thread();
        while let Some(job) = self.next() {
            if !job.work.wanted() {
                continue;
            }
            let priority = job.priority.name();
            metrics::histogram!("speech_job_wait_seconds", "priority" => priority).record(job.queued.elapsed());
            let began = Instant::now();
            // A panic inside a model must cost one result, not the thread.
            if catch_unwind(AssertUnwindSafe(|| job.work.run(&options))).is_err() {
                metrics::counter!("speech_jobs_broken_total", "priority" => priority).increment(1);
                tracing::error!(priority, "a speech job broke off");
            }
            metrics::histogram!("speech_job_run_seconds", "priority" => priority).record(began.elapsed());
        }
    }

    /// Waits for the job that is due; `None` when the workers are to end.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if queue.stopped {
                return None;
            }
            if let Some(job) = queue.take() {
                return Some(job);
            }
            queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queue {
    fn take(&mut self) -> Option<Job> {
        let due = |job: &Job| (job.priority, job.line.served.load(Ordering::Relaxed), job.arrival);
        let position = (0..self.jobs.len()).min_by_key(|&index| due(&self.jobs[index]))?;
        let job = self.jobs.swap_remove(position);
        self.turns += 1;
        job.line.served.store(self.turns, Ordering::Relaxed);
        Some(job)
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

    /// Workers whose one thread is held until the sender is used.
    fn held() -> (Workers, mpsc::Sender<()>, Pending<()>) {
        let workers = Workers::start(1).expect("a thread");
        let (release, gate) = mpsc::channel();
        let (started, began) = mpsc::channel();
        let holder = workers
            .submit(&Line::default(), Priority::Urgent, move |_, _| {
                started.send(()).expect("the test waits");
                gate.recv().expect("the test lives");
            })
            .expect("room");
        began.recv().expect("the thread started");
        (workers, release, holder)
    }

    #[tokio::test]
    async fn urgent_work_goes_first_and_calls_take_turns() {
        let (workers, release, _holder) = held();
        let (tell, order) = mpsc::channel();
        let (one, other) = (Line::default(), Line::default());
        let mut pending = Vec::new();
        for (line, priority, name) in [
            (&one, Priority::Partial, "one's partial"),
            (&one, Priority::Following, "one's first"),
            (&one, Priority::Following, "one's second"),
            (&other, Priority::Following, "other's first"),
            (&other, Priority::Urgent, "other's urgent"),
        ] {
            let tell = tell.clone();
            pending.push(workers.submit(line, priority, move |_, _| tell.send(name)).expect("room"));
        }
        release.send(()).expect("held");
        for job in pending {
            job.await.expect("run").expect("told");
        }
        let order: Vec<_> = order.try_iter().collect();
        assert_eq!(order, ["other's urgent", "one's first", "other's first", "one's second", "one's partial"]);
    }

    #[tokio::test]
    async fn a_dropped_job_is_not_run() {
        let (workers, release, _holder) = held();
        let (tell, told) = mpsc::channel();
        drop(workers.submit(&Line::default(), Priority::Urgent, move |_, _| tell.send("ran")).expect("room"));
        let last = workers.submit(&Line::default(), Priority::Partial, |_, wanted| wanted()).expect("room");
        release.send(()).expect("held");
        assert!(last.await.expect("run"), "someone waits for this one");
        assert!(told.try_recv().is_err(), "nobody waited for that one");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_partials_first() {
        let (workers, release, _holder) = held();
        let line = Line::default();
        let mut kept = Vec::new();
        for _ in 0..QUEUE_MAX / 2 {
            kept.push(workers.submit(&line, Priority::Partial, |_, _| ()).expect("room"));
        }
        assert_eq!(workers.submit(&line, Priority::Partial, |_, _| ()).err(), Some(Rejected::Busy));
        for _ in 0..QUEUE_MAX / 2 {
            kept.push(workers.submit(&line, Priority::Urgent, |_, _| ()).expect("room"));
        }
        assert_eq!(workers.submit(&line, Priority::Urgent, |_, _| ()).err(), Some(Rejected::Busy));
        kept.clear();
        assert!(workers.submit(&line, Priority::Partial, |_, _| ()).is_ok(), "what nobody waits for makes room");
        release.send(()).expect("held");
    }

    #[tokio::test]
    async fn a_panic_costs_one_result() {
        let workers = Workers::start(1).expect("a thread");
        let line = Line::default();
        let broken = workers.submit(&line, Priority::Urgent, |_, _| -> () { panic!("on purpose") }).expect("room");
        assert_eq!(broken.await, Err(Rejected::Broken));
        assert_eq!(workers.submit(&line, Priority::Urgent, |_, _| 7).expect("room").await, Ok(7));
    }
}
