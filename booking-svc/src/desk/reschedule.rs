//! Moving an appointment: one transaction gives it the new time and frees the old, or leaves it where it is.

use jiff::Timestamp;
use proto::id::{HoldId, ServiceId, StaffId};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    booking::{
        announcement::Topic,
        appointment::{Appointment, RescheduleRequest, Status},
        claim::Own,
        error::Reason,
        hold::Actor,
        rules::Rules,
        slot::{Slot, SlotChoice, StaffChoice},
    },
    calendar::landing,
    store::{
        appointments::{self, Stored},
        audit, catalog,
        claims::{self, Holder},
        error::StoreError,
        holds::{self, Ended},
        idempotency::{Fingerprint, Once},
        outbox,
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError, claiming,
    settle::{self, Asked, Settle, Settled},
};

pub(super) struct Reschedule<'a> {
    request: &'a RescheduleRequest,
    rules: &'a Rules,
    once: &'a Once,
    now: Timestamp,
    /// What the locks are for: read before the transaction, which reads the appointment again.
    expected: Option<Stored>,
}

impl Settle for RescheduleRequest {
    type Answer = Appointment;
    type Write<'a> = Reschedule<'a>;

    fn once(&self) -> Once {
        let Self { actor, idempotency_key, appointment, expected_version, start, staff, any_staff } = self;
        let fingerprint = Fingerprint::of([
            b"reschedule".as_slice(),
            actor.session.as_uuid().as_bytes(),
            appointment.as_uuid().as_bytes(),
            &expected_version.to_be_bytes(),
            &start.as_microsecond().to_be_bytes(),
            staff.map(|s| s.as_uuid()).unwrap_or_default().as_bytes(),
            &[u8::from(*any_staff)],
        ]);
        Once { tenant: actor.tenant, key: idempotency_key.clone(), fingerprint }
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    async fn prepare<'a>(
        &'a self,
        desk: &'a Desk,
        rules: &'a Rules,
        once: &'a Once,
    ) -> Result<Reschedule<'a>, DeskError> {
        let tenant = self.actor.tenant;
        let expected = appointments::find(&mut *desk.reading(tenant).await?, tenant, self.appointment).await?;
        Ok(Reschedule { request: self, rules, once, now: desk.now(), expected })
    }
}

impl Write for Reschedule<'_> {
    type Answer = Settled<Appointment>;
    const NAME: &'static str = "reschedule";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.request.actor.tenant)
    }

    fn locks(&self) -> LockKeys {
        let Actor { tenant, session, .. } = self.request.actor;
        let keys = LockKeys::default().session(tenant, session).idempotency(tenant, &self.once.key);
        let keys = keys.appointment(tenant, self.request.appointment);
        match &self.expected {
            Some(stored) => claiming::locks(keys, self.rules, &self.choice(&stored.appointment)),
            None => keys,
        }
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Appointment>>, StoreError> {
        let RescheduleRequest { actor, appointment, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        let Some(stored) = appointments::find(&mut *tx, actor.tenant, *appointment).await? else {
            return Ok(refused(Reason::UnknownAppointment));
        };
        if self.is_as_wanted(&stored) {
            return settle::commit(tx, self.once, stored.appointment).await;
        }
        let present = stored.appointment;
        if let Err(reason) = self.may_change(&present) {
            return Ok(refused(reason));
        }
        match self.relocate(tx, &present).await? {
            Ok(moved) => settle::commit(tx, self.once, moved).await,
            Err(reason) => {
                let asked = Asked { choice: self.choice(&present), own: self.own(&present) };
                Ok(Verdict::RollBack(Settled::Refused(reason, Some(asked))))
            }
        }
    }
}

impl Reschedule<'_> {
    /// Who is asked first for each service: whom the request names, where they perform it, else who gives it now.
    fn preferred(&self, present: &Appointment) -> Vec<StaffId> {
        let Some(named) = self.request.staff else { return present.slot.people().collect() };
        let performs =
            |service: ServiceId| self.rules.service(service).is_ok_and(|service| service.staff.contains(&named));
        // Whoever performs none of them is named for all, and refused.
        let none = !present.services().any(performs);
        let given = present.services().zip(present.slot.people());
        given.map(|(service, now)| if none || performs(service) { named } else { now }).collect()
    }

    fn choice(&self, present: &Appointment) -> SlotChoice {
        let any = self.request.any_staff;
        let asked = self
            .preferred(present)
            .into_iter()
            .map(|staff| if any { StaffChoice::Any } else { StaffChoice::Named(staff) });
        let mut services = present.services().zip(asked);
        let (service, staff) = services.next().unwrap_or((present.service, StaffChoice::Any));
        SlotChoice { service, staff, further: services.collect(), start: self.request.start }
    }

    /// Moved there by this session before, under another key.
    fn is_as_wanted(&self, stored: &Stored) -> bool {
        let RescheduleRequest { actor, start, staff, any_staff, expected_version, .. } = self.request;
        let Appointment { slot, status, version, .. } = &stored.appointment;
        stored.changed_by == Some(actor.session)
            && *status == Status::Booked
            && *version == expected_version.saturating_add(1)
            && slot.start == *start
            && (*any_staff || staff.is_none_or(|wanted| slot.people().any(|gives| gives == wanted)))
    }

    fn may_change(&self, present: &Appointment) -> Result<(), Reason> {
        if present.status == Status::Cancelled {
            return Err(Reason::AlreadyCancelled);
        }
        if present.version != self.request.expected_version {
            return Err(Reason::ChangedMeanwhile);
        }
        self.rules.changeable(present.slot.start, self.now)
    }

    async fn relocate(
        &self,
        tx: &mut PgConnection,
        present: &Appointment,
    ) -> Result<Result<Appointment, Reason>, StoreError> {
        let actor = &self.request.actor;
        let choice = self.choice(present);
        let held = holds::on(tx, actor, &choice).await?;
        if choice.start <= self.now {
            return Ok(Err(Reason::TooSoon));
        }
        // The notice period was kept when the new time was held.
        let as_of = held.as_ref().map_or(self.now, |held| held.placed_at.min(self.now));
        let plan = match &held {
            // By other rules it would take other time.
            Some(held) if held.rules_version == self.rules.version => {
                claiming::kept_plan(tx, self.rules, self.own(present), &held.in_place(), as_of).await?
            }
            _ => claiming::plan(tx, self.rules, self.own(present), &choice, as_of).await?,
        };
        let plan = match plan {
            Ok(plan) => plan,
            Err(reason) => return Ok(Err(reason)),
        };
        let plan = match &held {
            Some(held) => plan.preferring(held.people()),
            None => plan.preferring(self.preferred(present)),
        };
        // What is the session's own does not count against it, so it must be out of the constraint's way.
        if let Some(held) = &held {
            holds::hand_over(tx, held.id, present.id).await?;
        }
        holds::end(tx, actor.tenant, actor.session, None, Ended::Replaced).await?;
        claims::free(tx, present.id).await?;
        let Some(chosen) = claiming::claim(tx, actor.tenant, Holder::Appointment(present.id), plan).await? else {
            return Ok(Err(Reason::Taken));
        };
        let time_zone = self.rules.profile.time_zone.clone();
        let moved = Appointment { slot: chosen.slot(), time_zone, version: present.version + 1, ..present.clone() };
        appointments::reschedule(tx, actor.tenant, actor.session, &moved).await?;
        self.tell(tx, (present, &moved), held.map(|held| held.id)).await?;
        landing::land_all(tx, actor.tenant, present.slot.people(), self.now).await?;
        Ok(Ok(moved))
    }

    fn own(&self, present: &Appointment) -> Own {
        Own { session: Some(self.request.actor.session), appointment: Some(present.id) }
    }

    /// The former slot stays readable in the audit log.
    async fn tell(
        &self,
        tx: &mut PgConnection,
        (from, to): (&Appointment, &Appointment),
        hold: Option<HoldId>,
    ) -> Result<(), StoreError> {
        let slot =
            |slot: &Slot| json!({ "staff_ids": slot.people().collect::<Vec<_>>(), "start": slot.start.to_string() });
        let details = json!({
            "appointment_id": to.id, "version": to.version, "from": slot(&from.slot), "to": slot(&to.slot),
            "hold_id": hold,
        });
        audit::record(tx, &self.request.actor, Topic::Rescheduled.as_str(), &details).await?;
        outbox::announce(tx, self.request.actor.tenant, Topic::Rescheduled, to).await
    }
}

fn refused(reason: Reason) -> Verdict<Settled<Appointment>> {
    Verdict::RollBack(Settled::Refused(reason, None))
}
