//! Keeps personal data no longer than it may be. Any number of replicas may run it, at any time: what is done is not found again.

use std::{convert::Infallible, time::Duration};

use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use service_runtime::{
    Clock,
    retention::Retention,
    rounds::{self, Job},
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::store::{error::StoreError, retention};

const JOB: Job = Job { name: "retention", every: Duration::from_secs(3_600), failures: "booking_job_failures_total" };
/// Rows of one transaction.
const BATCH: u64 = 500;

/// Runs until `stop`.
pub async fn keep_to_retention(
    pool: PgPool,
    rule: Retention,
    clock: Clock,
    stop: CancellationToken,
) -> Result<(), Infallible> {
    rounds::run(JOB, stop, || retention_round(&pool, &rule, clock.now())).await
}

/// All that is due.
pub async fn retention_round(pool: &PgPool, rule: &Retention, now: Timestamp) -> Result<(), StoreError> {
    let before = rule.before(now);
    let (key, limit) = (rule.hash_key.expose_secret(), BATCH.cast_signed());
    loop {
        let done = [
            ("appointments", retention::hash_appointments(pool, before, key, limit).await?),
            ("clients", retention::hash_clients(pool, before, key, limit).await?),
            ("outbox", retention::forget_announcements(pool, limit).await?),
        ];
        for (table, rows) in done {
            metrics::counter!("booking_retention_rows_total", "table" => table).increment(rows);
        }
        // A full batch may not be all.
        if done.iter().all(|(_, rows)| *rows < BATCH) {
            return Ok(());
        }
    }
}
