//! Reading who is free inside a transaction, and claiming their time.

use jiff::Timestamp;
use proto::id::TenantId;
use sqlx::{Acquire as _, PgConnection};

use crate::{
    booking::{
        availability::Availability,
        claim::{Claims, Own},
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
    plan_with(tx, rules, own, (choice, now), |_, claims| claims).await
}

/// The same for whoever has the time already: the owner's overbookings since do not take it back.
pub(super) async fn kept_plan<'a>(
    tx: &mut PgConnection,
    rules: &'a Rules,
    own: Own,
    choice: &SlotChoice,
    as_of: Timestamp,
) -> Result<Result<Plan<'a>, Reason>, StoreError> {
    plan_with(tx, rules, own, (choice, as_of), without_other_clients).await
}

/// The same for the owner, whom other clients of the same people do not keep from it. Rooms and machines are never overbooked.
pub(super) async fn overbooking_plan<'a>(
    tx: &mut PgConnection,
    rules: &'a Rules,
    own: Own,
    choice: &SlotChoice,
    now: Timestamp,
) -> Result<Result<Plan<'a>, Reason>, StoreError> {
    Ok(plan_with(tx, rules, own, (choice, now), without_other_clients).await?.map(Plan::overbooking))
}

fn without_other_clients(visit: &Visit<'_>, claims: Claims) -> Claims {
    claims.without_clients_of(visit.performers().map(|staff| staff.id))
}

async fn plan_with<'a>(
    tx: &mut PgConnection,
    rules: &'a Rules,
    own: Own,
    (choice, now): (&SlotChoice, Timestamp),
    counting: impl FnOnce(&Visit<'a>, Claims) -> Claims,
) -> Result<Result<Plan<'a>, Reason>, StoreError> {
    let visit = match Visit::of(rules, choice) {
        Ok(visit) => visit,
        Err(reason) => return Ok(Err(reason)),
    };
    let Some(window) = visit.window(rules, choice.start, choice.start) else { return Ok(Err(Reason::TooFar)) };
    let claims = claims::counting(tx, visit.resources(), window, own).await?;
    let claims = counting(&visit, claims);
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
    while let Some(mut chosen) = plan.chosen() {
        if plan.overbooks && !beside_others(tx, &mut chosen).await? {
            return Ok(None);
        }
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

/// Gives each person's time the first lane that is free; false: somebody has none.
async fn beside_others(tx: &mut PgConnection, chosen: &mut Chosen<'_>) -> Result<bool, StoreError> {
    for taken in chosen.people_mut() {
        let Some(lane) = claims::free_lane(tx, taken).await? else { return Ok(false) };
        taken.lane = lane;
    }
    Ok(true)
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
