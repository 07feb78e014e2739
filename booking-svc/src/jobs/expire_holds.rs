//! Clears expired holds, and forgets old answers and dead leases. Nothing depends on its punctuality: an expired hold stops
//! blocking by itself, at read and at write. Any number of replicas may run it.

use std::{convert::Infallible, time::Duration};

use service_runtime::rounds::{self, Job};
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

use crate::store::{
    error::StoreError,
    holds, leases,
    tenancy::Sees,
    transaction::{self, LockKeys, Verdict, Write, WriteError},
};

const JOB: Job = Job { name: "expire_holds", every: Duration::from_secs(10), failures: "booking_job_failures_total" };
/// Rows of one transaction; the rest waits for the next round.
const BATCH: i64 = 500;

/// Runs until `stop`.
pub async fn expire_holds(pool: PgPool, stop: CancellationToken) -> Result<(), Infallible> {
    rounds::run(JOB, stop, || round(&pool)).await
}

async fn round(pool: &PgPool) -> Result<(), WriteError> {
    let expired = transaction::write(pool, &Expire).await?;
    metrics::counter!("booking_holds_expired_total").increment(expired);
    transaction::write(pool, &Forget).await?;
    Ok(())
}

struct Expire;

impl Write for Expire {
    type Answer = u64;
    const NAME: &'static str = "expire_holds";

    fn sees(&self) -> Sees {
        Sees::Everything
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u64>, StoreError> {
        Ok(Verdict::Commit(holds::expire(tx, BATCH).await?))
    }
}

struct Forget;

impl Write for Forget {
    type Answer = u64;
    const NAME: &'static str = "forget";

    fn sees(&self) -> Sees {
        Sees::Everything
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<u64>, StoreError> {
        let forgotten = holds::forget(tx, BATCH).await? + leases::forget(tx, BATCH).await?;
        Ok(Verdict::Commit(forgotten))
    }
}
