//! Reading who is free inside a transaction, and claiming their time.

use jiff::Timestamp;
use proto::id::TenantId;
use sqlx::{Acquire as _, PgConnection};

use crate::{
    booking::{
        availability::Availability,
        claim::Own,
        error::Reason,
        plan::{Chosen, Plan, Taken},
        rules::Rules,
        slot::SlotChoice,
        visit::Visit,
    },
    store::{
        claims::{self, Holder},
        error::{Step as _, StoreError},
        holds,
        transaction::LockKeys,
    },
};

/// The locks on everyone and everything that a visit may occupy.
pub(super) fn locks(keys: LockKeys, rules: &Rules, choice: &SlotChoice) -> LockKeys {
    let resources = Visit::of(rules, choice).map(|visit| visit.resources()).unwrap_or_default();
    resources.into_iter().fold(keys, |keys, resource| keys.resource(rules.tenant, resource))
}

/// Reads the claims inside the transaction and applies the rules to them.
pub(super) async fn plan<'a>(
    tx: &mut PgConnection,
    rules: &'a Rules,
    own: Own,
    choice: &SlotChoice,
    now: Timestamp,
) -> Result<Result<Plan<'a>, Reason>, StoreError> {
    let visit = match Visit::of(rules, choice) {
        Ok(visit) => visit,
        Err(reason) => return Ok(Err(reason)),
    };
    let Some(window) = visit.window(rules, choice.start, choice.start) else { return Ok(Err(Reason::TooFar)) };
    let claims = claims::counting(tx, visit.resources(), window, own).await?;
    let starts = (choice.start, choice.start);
    Ok(Availability::new(rules, &visit, starts, &claims, now).plan(choice.start))
}

/// Claims the time of a visit, all of it or none; of the next best people and places where the constraint says that the
/// best were just taken. `None`: nothing is left.
pub(super) async fn claim<'a>(
    tx: &mut PgConnection,
    tenant: TenantId,
    holder: Holder,
    mut plan: Plan<'a>,
) -> Result<Option<Chosen<'a>>, StoreError> {
    while let Some(chosen) = plan.chosen() {
        let mut savepoint = tx.begin().await.step("set a savepoint")?;
        match claim_all(&mut savepoint, tenant, holder, &chosen).await? {
            Ok(()) => {
                savepoint.commit().await.step("release the savepoint")?;
                return Ok(Some(chosen));
            }
            Err((step, taken)) => {
                savepoint.rollback().await.step("go back to the savepoint")?;
                metrics::counter!("booking_overlaps_refused_total").increment(1);
                plan.strike(step, &taken);
            }
        }
    }
    Ok(None)
}

/// Stops at the first that the constraint refuses.
async fn claim_all(
    tx: &mut PgConnection,
    tenant: TenantId,
    holder: Holder,
    chosen: &Chosen<'_>,
) -> Result<Result<(), (usize, Taken)>, StoreError> {
    for (step, assigned) in chosen.all().enumerate() {
        for taken in &assigned.taken {
            holds::expire_overlapping(tx, taken).await?;
            match claims::insert(tx, tenant, holder, step, taken).await {
                Ok(()) => {}
                Err(error) if error.is_overlap() => return Ok(Err((step, *taken))),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Ok(()))
}
