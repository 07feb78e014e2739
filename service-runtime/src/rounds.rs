//! Jobs that come round, to clear up. Nothing depends on their punctuality, and any number of replicas may run them.

use std::{convert::Infallible, fmt::Display, future::Future, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// What comes round, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// In logs, and as the counter's label `job`.
    pub name: &'static str,
    pub every: Duration,
    /// The counter of rounds that failed.
    pub failures: &'static str,
}

/// Runs a round at once and then in each period until `stop`, which breaks off one that runs. One that fails is logged and
/// counted; the next makes up for it.
pub async fn run<E: Display, F: Future<Output = Result<(), E>>>(
    job: Job,
    stop: CancellationToken,
    mut round: impl FnMut() -> F,
) -> Result<(), Infallible> {
    let mut ticks = interval(job.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = async {
            ticks.tick().await;
            round().await
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            done = done => if let Err(error) = done {
                metrics::counter!(job.failures, "job" => job.name).increment(1);
                tracing::warn!(%error, job = job.name, "a round failed, trying again later");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: Job = Job { name: "test", every: Duration::from_millis(1), failures: "test_job_failures_total" };

    #[tokio::test]
    async fn rounds_go_on_after_a_failure_until_the_stop() {
        let stop = CancellationToken::new();
        let mut rounds = 0;
        let failing = || {
            rounds += 1;
            if rounds == 3 {
                stop.cancel();
            }
            async { Err("busy") }
        };
        assert_eq!(run(JOB, stop.clone(), failing).await, Ok(()));
        assert_eq!(rounds, 3);
    }

    #[tokio::test]
    async fn a_stop_breaks_a_round_off() {
        let stop = CancellationToken::new();
        let endless = || {
            stop.cancel();
            std::future::pending::<Result<(), &str>>()
        };
        assert_eq!(run(JOB, stop.clone(), endless).await, Ok(()));
    }
}
