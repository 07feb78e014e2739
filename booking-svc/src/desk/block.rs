//! Taking time out of the calendar, and giving it back. Nobody is put off by it: time that somebody has is refused.

use jiff::Timestamp;
use proto::id::{BlockId, TenantId};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    booking::{
        block::{Block, BlockRequest},
        error::Reason,
        hold::Actor,
        plan::Taken,
        rules::{ResourceKind, Rules},
        slot::Span,
    },
    calendar::{busy, landing},
    store::{
        audit, blocks, catalog, claims,
        error::StoreError,
        holds,
        idempotency::{Fingerprint, Once},
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError,
    settle::{self, Settle, Settled},
};

pub(super) struct Blocking<'a> {
    request: &'a BlockRequest,
    rules: &'a Rules,
    once: &'a Once,
}

impl Settle for BlockRequest {
    type Answer = Block;
    type Write<'a> = Blocking<'a>;

    fn once(&self) -> Once {
        let Self { actor, idempotency_key, staff, span, purpose } = self;
        let fingerprint = Fingerprint::of([
            b"block".as_slice(),
            staff.as_uuid().as_bytes(),
            &span.start.as_microsecond().to_be_bytes(),
            &span.end.as_microsecond().to_be_bytes(),
            purpose.as_str().as_bytes(),
        ]);
        Once { tenant: actor.tenant, key: idempotency_key.clone(), fingerprint }
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    async fn prepare<'a>(&'a self, _: &'a Desk, rules: &'a Rules, once: &'a Once) -> Result<Blocking<'a>, DeskError> {
        Ok(Blocking { request: self, rules, once })
    }
}

impl Write for Blocking<'_> {
    type Answer = Settled<Block>;
    const NAME: &'static str = "block";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.request.actor.tenant)
    }

    fn locks(&self) -> LockKeys {
        let BlockRequest { actor, staff, .. } = self.request;
        let keys = LockKeys::default().idempotency(actor.tenant, &self.once.key);
        keys.resource(actor.tenant, staff.as_uuid())
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Block>>, StoreError> {
        let BlockRequest { actor, staff, span, purpose, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        if !self.rules.staff.iter().any(|known| known.id == *staff) {
            return Ok(refused(Reason::UnknownStaff));
        }
        let pieces = busy::pieces(vec![*span], Vec::new());
        for &during in &pieces {
            let taken = Taken { kind: ResourceKind::Staff, resource: staff.as_uuid(), lane: 0, during };
            holds::expire_overlapping(tx, &taken).await?;
            if claims::is_taken_in_any_lane(tx, &taken).await? {
                return Ok(refused(Reason::Taken));
            }
        }
        let Span { start, end } = *span;
        let id = BlockId::from_uuid(Uuid::new_v4());
        let block = Block { id, staff: *staff, start, end, purpose: *purpose };
        match blocks::insert(tx, actor, &block, &pieces).await {
            Ok(()) => {}
            Err(error) if error.is_overlap() => return Ok(refused(Reason::Taken)),
            Err(error) => return Err(error),
        }
        let details = json!({
            "block_id": block.id, "staff_id": staff, "start": start.to_string(), "end": end.to_string(),
            "purpose": purpose.as_str(),
        });
        audit::record(tx, actor, "block_placed", &details).await?;
        settle::commit(tx, self.once, block).await
    }
}

fn refused(reason: Reason) -> Verdict<Settled<Block>> {
    Verdict::RollBack(Settled::Refused(reason, None))
}

pub(super) struct Lift {
    pub tenant: TenantId,
    pub block: BlockId,
    pub now: Timestamp,
}

impl Write for Lift {
    type Answer = bool;
    const NAME: &'static str = "lift_block";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.tenant)
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default()
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<bool>, StoreError> {
        let lifted = blocks::lift(tx, self.tenant, self.block).await?;
        if lifted && let Some(staff) = blocks::staff_of(&mut *tx, self.tenant, self.block).await? {
            // Their own calendar may have something at that time.
            landing::land_all(tx, self.tenant, std::iter::once(staff), self.now).await?;
        }
        let known = lifted || blocks::exists(&mut *tx, self.tenant, self.block).await?;
        Ok(Verdict::Commit(known))
    }
}
