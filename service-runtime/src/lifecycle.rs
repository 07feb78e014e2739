//! Start and stop of a process: who owns its tasks, and how they end.
//!
//! A first signal asks politely (`soft`): refuse new work, finish what runs. A second signal, or the grace
//! period, ends it (`hard`). A task that ends with an error stops the process and makes its exit code 1.

use std::{future::Future, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long running work may take to finish after the first signal.
pub const GRACE: Duration = Duration::from_secs(10);

/// What asks a process to stop. Until it is installed such a signal kills it, so a process that says that it is ready has it.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn install() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }
}

/// The tokens and the tracker that every long-lived task of a process gets. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    soft: CancellationToken,
    hard: CancellationToken,
    crashed: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    pub fn new() -> Self {
        Self::default()
    }

    /// Done when no new work should be taken.
    pub fn soft(&self) -> &CancellationToken {
        &self.soft
    }

    /// Done when running work must end now.
    pub fn hard(&self) -> &CancellationToken {
        &self.hard
    }

    /// Asks for an orderly stop.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Runs a task that the process depends on. It should return `Ok` soon after `soft`; an error stops the process.
    pub fn spawn<E: std::fmt::Display>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let lifecycle = self.clone();
        self.tasks.spawn(async move {
            let ended = tokio::select! {
                ended = task => ended,
                () = lifecycle.hard.cancelled() => return,
            };
            if let Err(error) = ended {
                tracing::error!(task = name, %error, "task failed, stopping");
                lifecycle.crashed.cancel();
                lifecycle.soft.cancel();
            }
        });
    }

    /// Tracks work with an end of its own (a call, a request); it is waited for at shutdown.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Waits for a signal or [`Lifecycle::stop`], then for the tasks; true if every task ended well.
    pub async fn run_until_stopped(&self) -> std::io::Result<bool> {
        Ok(self.run_until(Signals::install()?).await)
    }

    /// The same with signals that are watched already.
    pub async fn run_until(&self, signals: Signals) -> bool {
        let Signals { mut interrupt, mut terminate } = signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = self.soft.cancelled() => {}
        }
        self.soft.cancel();
        self.tasks.close();
        tokio::select! {
            () = self.tasks.wait() => {}
            _ = interrupt.recv() => tracing::warn!("second signal, stopping now"),
            _ = terminate.recv() => tracing::warn!("second signal, stopping now"),
            () = tokio::time::sleep(GRACE) => tracing::warn!("grace period over, stopping now"),
        }
        self.hard.cancel();
        // What ignores the hard token does not keep the process.
        let _ = tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await;
        !self.crashed.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failed_task_stops_the_process_and_shows_in_the_result() {
        let lifecycle = Lifecycle::new();
        lifecycle.spawn("broken", async { Err::<(), _>("no socket") });
        assert!(!lifecycle.run_until_stopped().await.expect("signals"));
    }

    #[tokio::test]
    async fn an_orderly_stop_waits_for_running_work() {
        let lifecycle = Lifecycle::new();
        let (done, finished) = tokio::sync::oneshot::channel();
        let soft = lifecycle.soft().clone();
        lifecycle.tasks().spawn(async move {
            soft.cancelled().await;
            let _ = done.send(());
        });
        lifecycle.stop();
        assert!(lifecycle.run_until_stopped().await.expect("signals"));
        assert!(finished.await.is_ok());
    }
}
