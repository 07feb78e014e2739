//! Reading who is free inside a transaction, and claiming their time.

use jiff::Timestamp;
use proto::id::TenantId;
use sqlx::{Acquire as _, PgConnection};

use crate::{
    booking::{
        availability::Availability,
        claim::Own,
        error::Reason,
        plan::{Assigned, Chosen, Plan},
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

/// The locks on everyone who may be asked.
pub(super) fn staff_locks(keys: LockKeys, rules: &Rules, choice: &SlotChoice) -> LockKeys {
    let staff = Visit::of(rules, choice).map(|visit| visit.staff()).unwrap_or_default();
    staff.into_iter().fold(keys, |keys, staff| keys.resource(rules.tenant, staff.as_uuid()))
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
    let claims = claims::counting(tx, visit.staff(), window, own).await?;
    let starts = (choice.start, choice.start);
    Ok(Availability::new(rules, &visit, starts, &claims, now).plan(choice.start))
}

/// Claims the time of a visit, all of it or none; of the next best people where the constraint says that the best
/// were just taken. `None`: nobody is left.
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
                plan.strike(step, taken.staff.id);
            }
        }
    }
    Ok(None)
}

/// Stops at the first that the constraint refuses.
async fn claim_all<'a>(
    tx: &mut PgConnection,
    tenant: TenantId,
    holder: Holder,
    chosen: &Chosen<'a>,
) -> Result<Result<(), (usize, Assigned<'a>)>, StoreError> {
    for (step, assigned) in chosen.all().enumerate() {
        let Assigned { staff, claimed, .. } = assigned;
        holds::expire_overlapping(tx, staff.id, *claimed).await?;
        match claims::insert(tx, tenant, holder, step, staff.id, *claimed).await {
            Ok(()) => {}
            Err(error) if error.is_overlap() => return Ok(Err((step, *assigned))),
            Err(error) => return Err(error),
        }
    }
    Ok(Ok(()))
}
