//! Keeps what was said, and by which number, no longer than it may be. Any number of replicas may run it, at any time: what is
//! done is not found again.

use std::{convert::Infallible, time::Duration};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use service_runtime::{
    Clock,
    retention::Retention,
    rounds::{self, Job},
};
use tokio_util::sync::CancellationToken;

use crate::store::{Store, StoreError};

const JOB: Job =
    Job { name: "retention", every: Duration::from_secs(3_600), failures: "conversation_job_failures_total" };
/// Rows of one statement.
const BATCH: u64 = 500;

/// Runs until `stop`.
pub async fn keep_to(store: Store, rule: Retention, clock: Clock, stop: CancellationToken) -> Result<(), Infallible> {
    rounds::run(JOB, stop, || round(&store, &rule, clock.now())).await
}

/// All that is due.
pub async fn round(store: &Store, rule: &Retention, now: Timestamp) -> Result<(), StoreError> {
    let before = rule.before(now);
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
