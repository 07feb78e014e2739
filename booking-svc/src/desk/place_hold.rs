//! Placing a hold: the session's former one ends, the best free person is chosen, their time is claimed, all in
//! one transaction.

use jiff::Timestamp;
use proto::id::HoldId;
use serde_json::json;
use sqlx::{Acquire as _, PgConnection};

use crate::{
    booking::{
        availability::Availability,
        claim::Own,
        error::Reason,
        hold::{Actor, Hold, HoldRequest},
        rules::{Rules, Staff},
        slot::{Slot, SlotChoice, Span, StaffChoice},
    },
    store::{
        audit, catalog, claims,
        error::{Step as _, StoreError},
        holds::{self, Ended, Held},
        idempotency::{Fingerprint, Once},
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError, Scope,
    settle::{self, Asked, Settle, Settled},
};

pub(super) struct PlaceHold<'a> {
    request: &'a HoldRequest,
    rules: &'a Rules,
    once: &'a Once,
    now: Timestamp,
    ttl_micros: i64,
}

impl Settle for HoldRequest {
    type Answer = Hold;
    type Write<'a> = PlaceHold<'a>;

    fn once(&self) -> Once {
        let HoldRequest { actor, idempotency_key, choice } = self;
        let choice = choice_bytes(choice);
        Once {
            tenant: actor.tenant,
            key: idempotency_key.clone(),
            fingerprint: Fingerprint::of([b"hold".as_slice(), actor.session.as_uuid().as_bytes(), &choice]),
        }
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    async fn prepare<'a>(
        &'a self,
        desk: &'a Desk,
        rules: &'a Rules,
        once: &'a Once,
    ) -> Result<PlaceHold<'a>, DeskError> {
        let (now, ttl_micros) = (desk.now(), desk.ttl_micros());
        Ok(PlaceHold { request: self, rules, once, now, ttl_micros })
    }
}

impl Write for PlaceHold<'_> {
    type Answer = Settled<Hold>;
    const NAME: &'static str = "place_hold";

    fn locks(&self) -> LockKeys {
        let HoldRequest { actor, choice, .. } = self.request;
        let keys = LockKeys::default().session(actor.tenant, actor.session).idempotency(actor.tenant, &self.once.key);
        staff_locks(keys, self.rules, choice)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Hold>>, StoreError> {
        let HoldRequest { actor, choice, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        holds::end(tx, actor.tenant, actor.session, None, Ended::Replaced).await?;
        let free = match free_staff(tx, self.rules, actor.session.into(), choice, self.now).await? {
            Ok(free) => free,
            Err(reason) => return Ok(refused(reason, self.request)),
        };
        let Some((held, slot)) = self.claim(tx, &free).await? else {
            return Ok(refused(Reason::Taken, self.request));
        };
        let details = json!({
            "hold_id": held.id, "service_id": held.service, "staff_id": held.staff, "start": held.start.to_string(),
        });
        audit::record(tx, actor, "hold_placed", &details).await?;
        let expires_at = claims::expiry(self.now, self.ttl_micros);
        let hold = Hold { id: held.id, service: held.service, slot, expires_at };
        settle::commit(tx, self.once, hold).await
    }
}

impl PlaceHold<'_> {
    /// Claims the time of the first of these people whom the constraint grants; `None`: all were just taken.
    async fn claim(&self, tx: &mut PgConnection, free: &[Free<'_>]) -> Result<Option<(Held, Slot)>, StoreError> {
        let HoldRequest { actor, choice, .. } = self.request;
        for free in free {
            let Free { staff, time, blocked } = free;
            let held = Held {
                id: HoldId::new(),
                service: choice.service,
                staff: staff.id,
                any_staff: choice.staff == StaffChoice::Any,
                start: time.start,
                end: time.end,
                placed_at: self.now,
                appointment: None,
                live: true,
            };
            let mut savepoint = tx.begin().await.step("set a savepoint")?;
            holds::expire_overlapping(&mut savepoint, staff.id, *blocked).await?;
            match holds::insert(&mut savepoint, actor, &held, *blocked, self.ttl_micros).await {
                Ok(()) => {
                    savepoint.commit().await.step("release the savepoint")?;
                    return Ok(Some((held, free.slot())));
                }
                Err(error) if error.is_overlap() => {
                    savepoint.rollback().await.step("go back to the savepoint")?;
                    metrics::counter!("booking_overlaps_refused_total").increment(1);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// Somebody who can give the service, the time of it, and the time that it blocks.
pub(super) struct Free<'a> {
    pub staff: &'a Staff,
    pub time: Span,
    pub blocked: Span,
}

impl Free<'_> {
    pub fn slot(&self) -> Slot {
        let (start, end) = (self.time.start, self.time.end);
        Slot { start, end, staff: self.staff.id, staff_name: self.staff.name.clone() }
    }
}

/// Reads the claims inside the transaction and applies the rules to them.
pub(super) async fn free_staff<'a>(
    tx: &mut PgConnection,
    rules: &'a Rules,
    own: Own,
    choice: &SlotChoice,
    now: Timestamp,
) -> Result<Result<Vec<Free<'a>>, Reason>, StoreError> {
    let scope = match Scope::of(rules, choice, choice.start, choice.start) {
        Ok(scope) => scope,
        Err(reason) => return Ok(Err(reason)),
    };
    let claims = claims::counting(tx, &scope.staff, scope.window, own).await?;
    let starts = (choice.start, choice.start);
    Ok(Availability::new(rules, scope.service, choice.staff, starts, &claims, now).and_then(|availability| {
        let staff = availability.check(choice.start)?;
        let time = scope.service.span(choice.start).ok_or(Reason::TooFar)?;
        let blocked = scope.service.blocked(&time).ok_or(Reason::TooFar)?;
        Ok(staff.into_iter().map(|staff| Free { staff, time, blocked }).collect())
    }))
}

pub(super) fn staff_locks(keys: LockKeys, rules: &Rules, choice: &SlotChoice) -> LockKeys {
    let performers = rules.service(choice.service).and_then(|service| rules.performers(service, choice.staff));
    performers.unwrap_or_default().iter().fold(keys, |keys, staff| keys.resource(rules.tenant, staff.id.as_uuid()))
}

pub(super) fn choice_bytes(choice: &SlotChoice) -> Vec<u8> {
    let staff = match choice.staff {
        StaffChoice::Any => uuid::Uuid::nil(),
        StaffChoice::Named(staff) => staff.as_uuid(),
    };
    let start = choice.start.as_microsecond().to_be_bytes();
    [choice.service.as_uuid().as_bytes().as_slice(), staff.as_bytes(), &start].concat()
}

fn refused<T>(reason: Reason, request: &HoldRequest) -> Verdict<Settled<T>> {
    let asked = Asked { choice: request.choice, own: request.actor.session.into() };
    Verdict::RollBack(Settled::Refused(reason, Some(asked)))
}
