//! Placing a hold: the session's former one ends, the best free people are chosen, their time is claimed, all in
//! one transaction.

use jiff::Timestamp;
use proto::id::HoldId;
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    booking::{
        error::Reason,
        hold::{Actor, Hold, HoldRequest},
        rules::Rules,
        slot::{Slot, SlotChoice, StaffChoice},
    },
    store::{
        audit, catalog,
        claims::{self, Holder},
        error::StoreError,
        holds::{self, Ended, Held, HeldSegment},
        idempotency::{Fingerprint, Once},
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError, claiming,
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

    fn sees(&self) -> Sees {
        Sees::Tenant(self.request.actor.tenant)
    }

    fn locks(&self) -> LockKeys {
        let HoldRequest { actor, choice, .. } = self.request;
        let keys = LockKeys::default().session(actor.tenant, actor.session).idempotency(actor.tenant, &self.once.key);
        claiming::locks(keys, self.rules, choice)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Hold>>, StoreError> {
        let HoldRequest { actor, choice, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        holds::end(tx, actor.tenant, actor.session, None, Ended::Replaced).await?;
        let plan = match claiming::plan(tx, self.rules, actor.session.into(), choice, self.now).await? {
            Ok(plan) => plan,
            Err(reason) => return Ok(self.refused(reason)),
        };
        let id = HoldId::new();
        let holder = Holder::Hold { id, session: actor.session, ttl_micros: self.ttl_micros };
        let Some(chosen) = claiming::claim(tx, actor.tenant, holder, plan).await? else {
            return Ok(self.refused(Reason::Taken));
        };
        let slot = chosen.slot();
        holds::insert(tx, actor, &self.held(id, &slot)).await?;
        let details = json!({
            "hold_id": id, "service_id": choice.service, "staff_id": slot.staff, "start": slot.start.to_string(),
        });
        audit::record(tx, actor, "hold_placed", &details).await?;
        let expires_at = claims::expiry(self.now, self.ttl_micros);
        let hold = Hold { id, service: choice.service, slot, expires_at };
        settle::commit(tx, self.once, hold).await
    }
}

impl PlaceHold<'_> {
    fn held(&self, id: HoldId, slot: &Slot) -> Held {
        let choice = &self.request.choice;
        let any = |staff: StaffChoice| staff == StaffChoice::Any;
        let further = slot.further.iter().zip(&choice.further);
        Held {
            id,
            service: choice.service,
            staff: slot.staff,
            any_staff: any(choice.staff),
            further: further
                .map(|(segment, (_, asked))| HeldSegment { segment: segment.clone(), any_staff: any(*asked) })
                .collect(),
            start: slot.start,
            end: slot.end,
            placed_at: self.now,
            rules_version: self.rules.version,
            appointment: None,
            live: true,
        }
    }

    fn refused(&self, reason: Reason) -> Verdict<Settled<Hold>> {
        let HoldRequest { actor, choice, .. } = self.request;
        let asked = Asked { choice: choice.clone(), own: actor.session.into() };
        Verdict::RollBack(Settled::Refused(reason, Some(asked)))
    }
}

/// All of a choice, for a fingerprint.
pub(super) fn choice_bytes(choice: &SlotChoice) -> Vec<u8> {
    let mut bytes = choice.start.as_microsecond().to_be_bytes().to_vec();
    for (service, staff) in choice.services() {
        let staff = match staff {
            StaffChoice::Any => uuid::Uuid::nil(),
            StaffChoice::Named(staff) => staff.as_uuid(),
        };
        bytes.extend(service.as_uuid().as_bytes());
        bytes.extend(staff.as_bytes());
    }
    bytes
}
