//! The way of every request that may be refused and must not be done twice: known answer, else write, else a
//! refusal with alternatives; the first answer is kept either way.

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

use crate::{
    booking::{
        claim::Own,
        error::{Outcome, Reason},
        hold::Actor,
        rules::Rules,
        slot::SlotChoice,
    },
    store::{
        error::StoreError,
        idempotency::{self, Known, Once},
        tenancy::Sees,
        transaction::{self, LockKeys, Verdict, Write},
    },
};

use super::{Desk, DeskError};

/// A twin under the same key, or a change of the rules, sends a request back to its start at most this often.
const STARTS_MAX: usize = 4;

/// A request as far as settling it is the same for all.
pub(super) trait Settle: Sync {
    type Answer: Serialize + DeserializeOwned + Send + Sync;
    type Write<'a>: Write<Answer = Settled<Self::Answer>> + Send
    where
        Self: 'a;

    fn once(&self) -> Once;

    fn actor(&self) -> &Actor;

    /// What has to be known before the transaction begins: above all, which locks it takes.
    fn prepare<'a>(
        &'a self,
        desk: &'a Desk,
        rules: &'a Rules,
        once: &'a Once,
    ) -> impl Future<Output = Result<Self::Write<'a>, DeskError>> + Send;
}

/// A slot that was asked for, and what of the asker's is in nobody's way there.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub choice: SlotChoice,
    pub own: Own,
}

/// How one transaction ended.
#[derive(Debug)]
pub(super) enum Settled<T> {
    Done(T),
    /// With the slot that was asked for, when it is known.
    Refused(Reason, Option<Asked>),
    /// The key was answered, or the rules were changed, since this began.
    StartAgain,
}

pub(super) async fn settle<R: Settle>(desk: &Desk, request: &R) -> Result<Outcome<R::Answer>, DeskError> {
    let once = request.once();
    for _ in 0..STARTS_MAX {
        match idempotency::find(&mut *desk.reading(once.tenant).await?, &once).await? {
            Some(Known::Answered(outcome)) => return Ok(outcome),
            Some(Known::OtherRequest) => return Err(DeskError::KeyReused),
            None => {}
        }
        let rules = desk.rules(request.actor().tenant).await?;
        let write = request.prepare(desk, &rules, &once).await?;
        match transaction::write(&desk.pool, &write).await? {
            Settled::Done(answer) => return Ok(Outcome::Done(answer)),
            Settled::Refused(reason, asked) => {
                let refusal = desk.refusal(&rules, reason, asked).await?;
                let outcome = Outcome::Refused(refusal);
                if transaction::write(&desk.pool, &Keep { once: &once, outcome: &outcome }).await? {
                    return Ok(outcome);
                }
            }
            Settled::StartAgain => {}
        }
    }
    Err(DeskError::RulesChanging)
}

/// Ends a successful transaction: the answer goes beside its effect.
pub(super) async fn commit<T: Serialize + Clone + Sync>(
    tx: &mut PgConnection,
    once: &Once,
    answer: T,
) -> Result<Verdict<Settled<T>>, StoreError> {
    let outcome = Outcome::Done(answer);
    let stored = idempotency::store(tx, once, &outcome).await?;
    match outcome {
        Outcome::Done(answer) if stored => Ok(Verdict::Commit(Settled::Done(answer))),
        _ => Ok(Verdict::RollBack(Settled::StartAgain)),
    }
}

/// Keeps a refusal, which has no effect of its own; false: the key was answered meanwhile.
struct Keep<'a, T> {
    once: &'a Once,
    outcome: &'a Outcome<T>,
}

impl<T: Serialize + Sync> Write for Keep<'_, T> {
    type Answer = bool;
    const NAME: &'static str = "keep_refusal";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.once.tenant)
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<bool>, StoreError> {
        let stored = idempotency::store(tx, self.once, self.outcome).await?;
        Ok(if stored { Verdict::Commit(true) } else { Verdict::RollBack(false) })
    }
}
