//! Keeps what was said, and by which number, no longer than it may be. Any number of replicas may run it, at any time: what is
//! done is not found again.

use std::{convert::Infallible, time::Duration};

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use service_runtime::{Clock, retention::Retention};
use tokio_util::sync::CancellationToken;

use crate::store::{Store, StoreError};

const PERIOD: Duration = Duration::from_secs(3_600);
/// Rows of one statement.
const BATCH: u64 = 500;

/// Looks at once and then every hour until `stop`. A round that fails is logged and counted; the next one makes up for it.
pub async fn keep_to(store: Store, rule: Retention, clock: Clock, stop: CancellationToken) -> Result<(), Infallible> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = ticks.tick() => {}
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            done = round(&store, &rule, clock.now()) => if let Err(error) = done {
                metrics::counter!("conversation_job_failures_total", "job" => "retention").increment(1);
                tracing::warn!(%error, "emptying old conversations failed, trying again later");
            }
        }
    }
}

/// All that is due.
pub async fn round(store: &Store, rule: &Retention, now: Timestamp) -> Result<(), StoreError> {
    let kept = SignedDuration::try_from(rule.kept).unwrap_or(SignedDuration::MAX);
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let (key, limit) = (rule.hash_key.expose_secret(), BATCH.cast_signed());
    loop {
        let done = [
            ("phone_numbers", store.hash_phones(before, key, limit).await?),
            ("conversations", store.empty_conversations(before, limit).await?),
        ];
        for (what, rows) in done {
            metrics::counter!("conversation_retention_rows_total", "what" => what).increment(rows);
        }
        // A full batch may not be all.
        if done.iter().all(|(_, rows)| *rows < BATCH) {
            return Ok(());
        }
    }
}
