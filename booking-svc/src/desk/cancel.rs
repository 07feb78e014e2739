//! Cancelling: the appointment's time is free again, and its row says so.

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    booking::{
        announcement::Topic,
        appointment::{Appointment, CancelRequest, Status},
        error::Reason,
        hold::Actor,
        rules::Rules,
    },
    calendar::landing,
    store::{
        appointments, audit, catalog, claims,
        error::StoreError,
        idempotency::{Fingerprint, Once},
        outbox,
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError,
    settle::{self, Settle, Settled},
};

pub(super) struct Cancel<'a> {
    request: &'a CancelRequest,
    rules: &'a Rules,
    once: &'a Once,
    now: Timestamp,
}

impl Settle for CancelRequest {
    type Answer = Appointment;
    type Write<'a> = Cancel<'a>;

    fn once(&self) -> Once {
        let CancelRequest { actor, idempotency_key, appointment, expected_version } = self;
        let fingerprint = Fingerprint::of([
            b"cancel".as_slice(),
            actor.session.as_uuid().as_bytes(),
            appointment.as_uuid().as_bytes(),
            &expected_version.to_be_bytes(),
        ]);
        Once { tenant: actor.tenant, key: idempotency_key.clone(), fingerprint }
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    async fn prepare<'a>(&'a self, desk: &'a Desk, rules: &'a Rules, once: &'a Once) -> Result<Cancel<'a>, DeskError> {
        Ok(Cancel { request: self, rules, once, now: desk.now() })
    }
}

impl Write for Cancel<'_> {
    type Answer = Settled<Appointment>;
    const NAME: &'static str = "cancel";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.request.actor.tenant)
    }

    fn locks(&self) -> LockKeys {
        let Actor { tenant, session, .. } = self.request.actor;
        let keys = LockKeys::default().session(tenant, session).idempotency(tenant, &self.once.key);
        keys.appointment(tenant, self.request.appointment)
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Appointment>>, StoreError> {
        let CancelRequest { actor, appointment, expected_version, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        let Some(stored) = appointments::find(&mut *tx, actor.tenant, *appointment).await? else {
            return Ok(refused(Reason::UnknownAppointment));
        };
        let present = stored.appointment;
        if present.status == Status::Cancelled {
            // Cancelled by this session under another key: what it wanted is so.
            let own = stored.changed_by == Some(actor.session);
            return if own {
                settle::commit(tx, self.once, present).await
            } else {
                Ok(refused(Reason::AlreadyCancelled))
            };
        }
        if present.version != *expected_version {
            return Ok(refused(Reason::ChangedMeanwhile));
        }
        if let Err(too_late) = self.rules.changeable(present.slot.start, self.now) {
            return Ok(refused(too_late));
        }
        let cancelled = Appointment { status: Status::Cancelled, version: present.version + 1, ..present };
        claims::free(tx, cancelled.id).await?;
        appointments::cancel(tx, actor.tenant, actor.session, &cancelled).await?;
        let details = json!({ "appointment_id": cancelled.id, "version": cancelled.version });
        audit::record(tx, actor, Topic::Cancelled.as_str(), &details).await?;
        landing::land_all(tx, actor.tenant, cancelled.slot.people(), self.now).await?;
        outbox::announce(tx, actor.tenant, Topic::Cancelled, &cancelled).await?;
        settle::commit(tx, self.once, cancelled).await
    }
}

fn refused(reason: Reason) -> Verdict<Settled<Appointment>> {
    Verdict::RollBack(Settled::Refused(reason, None))
}
