//! The only way to write a booking: a SERIALIZABLE transaction under advisory locks, tried again when the
//! database asks for it.
//!
//! A lock is tried, never waited for: a SERIALIZABLE snapshot is older than a lock that was waited for, so the
//! check after the wait would see the past. Not granted means: roll back, wait a random moment, begin again. Writers
//! of one process spare themselves that: they wait for their turn before they begin ([`queue`]).

use std::{future::Future, time::Duration};

use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgPool};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use proto::id::{AppointmentId, SessionId, TenantId};

use super::{
    error::{Step as _, StoreError},
    queue,
    tenancy::Sees,
};

/// How long a write waits for its turn among those of its process. The queue moves, so this is a queue that is too long.
const TURN_MAX: Duration = Duration::from_secs(4);
/// Both must be spent before a write is given up: at least this many tries, for at least this long.
const TRIES_MIN: u32 = 8;
const BUDGET: Duration = Duration::from_millis(1_500);
/// The end of it in any case.
const TRIES_MAX: u32 = 100;
/// Between two tries: a random time up to this, growing with the tries.
const PAUSE_START: Duration = Duration::from_millis(4);
const PAUSE_MAX: Duration = Duration::from_millis(60);

/// One write: the locks it needs and what it does under them. It may be tried many times.
pub trait Write: Sync {
    type Answer: Send;
    /// For metrics and logs.
    const NAME: &'static str;

    /// Whose rows it may see.
    fn sees(&self) -> Sees;

    fn locks(&self) -> LockKeys;

    fn attempt(&self, tx: &mut PgConnection) -> impl Future<Output = Result<Verdict<Self::Answer>, StoreError>> + Send;
}

/// How an attempt ends; either way it is the answer.
#[derive(Debug)]
pub enum Verdict<T> {
    Commit(T),
    RollBack(T),
}

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("writing {what}: others kept changing the same rows through {tries} tries")]
    Busy { what: &'static str, tries: u32 },
    #[error("writing {what}: {source}")]
    Store { what: &'static str, source: StoreError },
}

/// Runs a write to its verdict.
pub async fn write<W: Write>(pool: &PgPool, write: &W) -> Result<W::Answer, WriteError> {
    let locks = write.locks().sorted();
    let Ok(_turn) = timeout(TURN_MAX, queue::turn(&locks)).await else {
        metrics::counter!("booking_write_retries_total", "write" => W::NAME, "why" => "queue").increment(1);
        return Err(WriteError::Busy { what: W::NAME, tries: 0 });
    };
    let began = Instant::now();
    for tries in 1..=TRIES_MAX {
        let again = match once(pool, write, &locks).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => "lock",
            Err(error) => match again(&error) {
                Some(why) => why,
                None => return Err(WriteError::Store { what: W::NAME, source: error }),
            },
        };
        metrics::counter!("booking_write_retries_total", "write" => W::NAME, "why" => again).increment(1);
        if tries >= TRIES_MIN && began.elapsed() >= BUDGET {
            return Err(WriteError::Busy { what: W::NAME, tries });
        }
        tokio::time::sleep(pause(tries)).await;
    }
    Err(WriteError::Busy { what: W::NAME, tries: TRIES_MAX })
}

/// `None`: a lock was not granted.
async fn once<W: Write>(pool: &PgPool, write: &W, locks: &[i64]) -> Result<Option<W::Answer>, StoreError> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE").await.step("begin")?;
    // First statement, so that as little as possible lies between the snapshot and the locks.
    let (granted, _): (bool, String) = sqlx::query_as(
        "SELECT coalesce((SELECT bool_and(pg_try_advisory_xact_lock(key)) FROM unnest($1::bigint[]) AS key), true), \
                set_config('receptionist.tenant', $2, true)",
    )
    .bind(locks)
    .bind(write.sees().setting())
    .fetch_one(&mut *tx)
    .await
    .step("try the locks")?;
    if !granted {
        tx.rollback().await.step("roll back")?;
        return Ok(None);
    }
    match write.attempt(&mut tx).await {
        Ok(Verdict::Commit(answer)) => {
            tx.commit().await.step("commit")?;
            Ok(Some(answer))
        }
        Ok(Verdict::RollBack(answer)) => {
            tx.rollback().await.step("roll back")?;
            Ok(Some(answer))
        }
        Err(error) => {
            // The first error is the one that matters.
            let _ = tx.rollback().await;
            Err(error)
        }
    }
}

/// The errors after which the same write may succeed.
fn again(error: &StoreError) -> Option<&'static str> {
    match error.code()?.as_str() {
        "40001" => Some("serialization"),
        "40P01" => Some("deadlock"),
        // lock_timeout: somebody sits on a row, perhaps by hand.
        "55P03" => Some("row_lock"),
        // Two first writers of one client or one key: the second sees the first's row on its next try.
        "23505" => Some("unique"),
        _ => None,
    }
}

fn pause(tries: u32) -> Duration {
    let most = (PAUSE_START * tries).min(PAUSE_MAX);
    Duration::from_micros(rand::random_range(500..=u64::try_from(most.as_micros()).unwrap_or(u64::MAX).max(501)))
}

/// Advisory lock keys: 64 bits of a hash of what is locked. The same order everywhere, so that nobody can wait
/// in a circle if one ever waits.
#[derive(Debug, Default)]
pub struct LockKeys(Vec<i64>);

impl LockKeys {
    #[must_use]
    pub fn resource(self, tenant: TenantId, resource: Uuid) -> Self {
        self.with("resource", tenant, resource.as_bytes())
    }

    #[must_use]
    pub fn session(self, tenant: TenantId, session: SessionId) -> Self {
        self.with("session", tenant, session.as_uuid().as_bytes())
    }

    #[must_use]
    pub fn appointment(self, tenant: TenantId, appointment: AppointmentId) -> Self {
        self.with("appointment", tenant, appointment.as_uuid().as_bytes())
    }

    #[must_use]
    pub fn idempotency(self, tenant: TenantId, key: &str) -> Self {
        self.with("idempotency", tenant, key.as_bytes())
    }

    fn with(mut self, kind: &str, tenant: TenantId, what: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(kind.as_bytes());
        hash.update(tenant.as_uuid().as_bytes());
        hash.update(what);
        let digest = hash.finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        self.0.push(i64::from_be_bytes(bytes));
        self
    }

    fn sorted(mut self) -> Vec<i64> {
        self.0.sort_unstable();
        self.0.dedup();
        self.0
    }
}
