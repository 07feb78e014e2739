//! Tells listeners of what bookings announced: at least once, in order for each appointment, again after a failure, and in the
//! end as a dead letter that is counted, kept and audited.
//!
//! Any number of replicas may run it. A row belongs to whoever claimed it until its lease is over, so what a killed replica
//! was at is taken up by another one. No transaction is open while a listener is told.

mod listener;
mod pauses;

use std::{convert::Infallible, sync::Arc, time::Duration};

use service_runtime::lifecycle::Lifecycle;
use sqlx::PgPool;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    booking::announcement::Topic,
    store::{
        error::StoreError,
        outbox::{self, Claimed, Settlement},
    },
};

pub use listener::{Listener, Told, Untold};

/// How often the tables are looked at. Nobody waits for it on the phone.
const PERIOD: Duration = Duration::from_millis(500);
/// How often the figures of what waits are brought up to date.
const FIGURES_PERIOD: Duration = Duration::from_secs(15);
/// Announcements handed out in one transaction.
const BATCH: i64 = 200;
/// Deliveries of a listener that run at once here; the others wait in the table.
const PARALLEL: usize = 8;
/// A listener that takes longer is told again.
const TELL_MAX: Duration = Duration::from_secs(45);
/// Longer than `TELL_MAX`, so that nobody is told by two replicas at a time.
const LEASE: Duration = Duration::from_secs(60);

/// Starts telling them under `lifecycle`.
pub fn relay(pool: &PgPool, listeners: Vec<Arc<dyn Listener>>, lifecycle: &Lifecycle) {
    let topics = listeners.iter().flat_map(|one| one.topics().iter().map(|topic| (one.name(), *topic))).collect();
    let handing = hand_out(pool.clone(), topics, lifecycle.soft().clone());
    lifecycle.spawn("hand out the outbox", handing);
    for listener in listeners {
        let figures = keep_figures(pool.clone(), listener.name(), lifecycle.soft().clone());
        lifecycle.spawn("count deliveries", figures);
        lifecycle.spawn("deliver", deliver(pool.clone(), listener, lifecycle.soft().clone()));
    }
}

async fn hand_out(pool: PgPool, topics: Vec<(&'static str, Topic)>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut ticks = ticks(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        // A full batch may not be all.
        while let Some(BATCH) = attempted("hand_out", outbox::hand_out(&pool, &topics, BATCH).await)
            .and_then(|handed| i64::try_from(handed).ok())
            && !stop.is_cancelled()
        {}
    }
}

async fn deliver(pool: PgPool, listener: Arc<dyn Listener>, stop: CancellationToken) -> Result<(), Infallible> {
    let mut running = JoinSet::new();
    let mut ticks = ticks(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
            Some(_) = running.join_next() => {}
        }
        let free = PARALLEL - running.len();
        if free == 0 {
            continue;
        }
        let claimed = outbox::claim(&pool, listener.name(), free, LEASE).await;
        for claimed in attempted("claim", claimed).unwrap_or_default() {
            running.spawn(tell(pool.clone(), Arc::clone(&listener), claimed));
        }
    }
    while running.join_next().await.is_some() {}
    Ok(())
}

/// One delivery, to its settlement. If it cannot be settled, or this panics, it is taken up again when its lease is over.
async fn tell(pool: PgPool, listener: Arc<dyn Listener>, claimed: Claimed) {
    let answer = if claimed.attempt > pauses::ATTEMPTS_MAX {
        // The process died at each of them.
        Err(Untold::Never { reason: "attempts_used_up" })
    } else {
        let late = Err(Untold::Later { reason: "timeout", after: None });
        timeout(TELL_MAX, listener.tell(&claimed.announcement)).await.unwrap_or(late)
    };
    let (settlement, result) = judge(answer, claimed.attempt);
    let settled = attempted("settle", outbox::settle(&pool, listener.name(), &claimed, settlement).await);
    let result = if settled == Some(true) { result } else { "unsettled" };
    metrics::counter!("booking_deliveries_total", "listener" => listener.name(), "result" => result).increment(1);
    if let Settlement::Dead { reason } = settlement {
        let (appointment, tenant) = (claimed.announcement.appointment, claimed.announcement.tenant);
        tracing::error!(%tenant, %appointment, listener = listener.name(), reason, "gave up telling of a change");
    }
}

fn judge(answer: Result<Told, Untold>, attempt: u32) -> (Settlement, &'static str) {
    match answer {
        Ok(Told::Done) => (Settlement::Done { skipped: None }, "done"),
        Ok(Told::Skipped(reason)) => (Settlement::Done { skipped: Some(reason) }, "skipped"),
        Err(Untold::Never { reason }) => (Settlement::Dead { reason }, "dead"),
        Err(Untold::Later { reason, after }) => match pauses::after(attempt, after, &mut rand::rng()) {
            Some(after) => (Settlement::Later { after, reason }, "later"),
            None => (Settlement::Dead { reason }, "dead"),
        },
    }
}

async fn keep_figures(pool: PgPool, listener: &'static str, stop: CancellationToken) -> Result<(), Infallible> {
    let mut ticks = ticks(FIGURES_PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        if let Some(standing) = attempted("figures", outbox::standing(&pool, listener).await) {
            #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
            let figure = |count: i64| count as f64;
            metrics::gauge!("booking_deliveries_waiting", "listener" => listener).set(figure(standing.waiting));
            metrics::gauge!("booking_deliveries_dead", "listener" => listener).set(figure(standing.dead));
        }
    }
}

fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A failure is counted and logged; the next round makes up for it.
fn attempted<T>(job: &'static str, done: Result<T, StoreError>) -> Option<T> {
    done.inspect_err(|error| {
        metrics::counter!("booking_job_failures_total", "job" => job).increment(1);
        tracing::warn!(%error, job, "the outbox's relay failed, trying again");
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_comes_back_until_its_attempts_are_used_up() {
        let later = Err(Untold::Later { reason: "busy", after: None });
        assert!(matches!(judge(later, 1), (Settlement::Later { reason: "busy", .. }, "later")));
        assert_eq!(judge(later, pauses::ATTEMPTS_MAX), (Settlement::Dead { reason: "busy" }, "dead"));
        assert_eq!(judge(Err(Untold::Never { reason: "no" }), 1), (Settlement::Dead { reason: "no" }, "dead"));
    }
}
