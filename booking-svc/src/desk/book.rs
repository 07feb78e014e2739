//! Booking: a live hold becomes the appointment in place; an expired one, or a bare slot, is taken if it is
//! still free.

use jiff::Timestamp;
use proto::id::{AppointmentId, HoldId};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    booking::{
        announcement::Topic,
        appointment::{Appointment, BookRequest, Wanted},
        error::Reason,
        hold::Actor,
        plan::Chosen,
        rules::Rules,
        slot::SlotChoice,
    },
    store::{
        appointments, audit, catalog,
        claims::{self, Holder},
        error::StoreError,
        holds::{self, Ended, Held},
        idempotency::{Fingerprint, Once},
        outbox,
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError, claiming,
    place_hold::choice_bytes,
    settle::{self, Asked, Settle, Settled},
};

pub(super) struct Book<'a> {
    request: &'a BookRequest,
    rules: &'a Rules,
    once: &'a Once,
    now: Timestamp,
    /// What the locks are for: read before the transaction, which reads the hold again.
    expected: Option<SlotChoice>,
}

impl Settle for BookRequest {
    type Answer = Appointment;
    type Write<'a> = Book<'a>;

    fn once(&self) -> Once {
        let BookRequest { actor, idempotency_key, wanted, client, notes } = self;
        let wanted = match wanted {
            Wanted::Hold(id) => id.as_uuid().as_bytes().to_vec(),
            Wanted::Slot(choice) => choice_bytes(choice),
            Wanted::Overbooked(choice) => [b"overbooked".as_slice(), &choice_bytes(choice)].concat(),
        };
        let fingerprint = Fingerprint::of([
            b"book".as_slice(),
            actor.session.as_uuid().as_bytes(),
            &wanted,
            client.name.reveal().as_bytes(),
            client.email.reveal().as_bytes(),
            client.phone.as_ref().map_or(b"".as_slice(), |phone| phone.reveal().as_bytes()),
            notes.reveal().as_bytes(),
        ]);
        Once { tenant: actor.tenant, key: idempotency_key.clone(), fingerprint }
    }

    fn actor(&self) -> &Actor {
        &self.actor
    }

    async fn prepare<'a>(&'a self, desk: &'a Desk, rules: &'a Rules, once: &'a Once) -> Result<Book<'a>, DeskError> {
        let Actor { tenant, session, .. } = self.actor;
        let expected = match &self.wanted {
            Wanted::Slot(choice) | Wanted::Overbooked(choice) => Some(choice.clone()),
            Wanted::Hold(id) => {
                let held = holds::find(&mut *desk.reading(tenant).await?, tenant, session, *id).await?;
                held.map(|held| held.in_place())
            }
        };
        Ok(Book { request: self, rules, once, now: desk.now(), expected })
    }
}

impl Write for Book<'_> {
    type Answer = Settled<Appointment>;
    const NAME: &'static str = "book";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.request.actor.tenant)
    }

    fn locks(&self) -> LockKeys {
        let Actor { tenant, session, .. } = self.request.actor;
        let keys = LockKeys::default().session(tenant, session).idempotency(tenant, &self.once.key);
        match &self.expected {
            Some(choice) => claiming::locks(keys, self.rules, choice),
            None => keys,
        }
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Settled<Appointment>>, StoreError> {
        let BookRequest { actor, wanted, .. } = self.request;
        if catalog::version(&mut *tx, actor.tenant).await? != Some(self.rules.version) {
            return Ok(Verdict::RollBack(Settled::StartAgain));
        }
        let made = match wanted {
            Wanted::Slot(choice) => self.take(tx, choice, None, self.now).await?,
            Wanted::Overbooked(choice) => self.overbook(tx, choice).await?,
            Wanted::Hold(id) => match holds::find(&mut *tx, actor.tenant, actor.session, *id).await? {
                None => Err((Reason::HoldExpired, None)),
                Some(held) => self.confirm(tx, &held).await?,
            },
        };
        match made {
            Ok(appointment) => settle::commit(tx, self.once, appointment).await,
            Err((reason, choice)) => {
                let asked = choice.map(|choice| Asked { choice, own: actor.session.into() });
                Ok(Verdict::RollBack(Settled::Refused(reason, asked)))
            }
        }
    }
}

/// An appointment, or the rule that refuses it with the slot that was asked for.
type Made = Result<Appointment, (Reason, Option<SlotChoice>)>;

impl Book<'_> {
    async fn confirm(&self, tx: &mut PgConnection, held: &Held) -> Result<Made, StoreError> {
        let actor = &self.request.actor;
        if let Some(id) = held.appointment {
            // Confirmed before, under another key: what the session wanted is so.
            let own = appointments::find(tx, actor.tenant, id).await?;
            return Ok(own.map(|stored| stored.appointment).ok_or((Reason::HoldExpired, None)));
        }
        if held.start <= self.now {
            return Ok(Err((Reason::TooSoon, Some(held.in_place()))));
        }
        // The notice period was kept when the hold was placed; the slot must not run away while names are spelled.
        let as_of = held.placed_at.min(self.now);
        if !held.live {
            let made = self.take(tx, &held.as_asked(), Some(held), as_of).await?;
            return Ok(made.map_err(|(reason, asked)| match reason {
                Reason::Taken => (Reason::HoldExpired, asked),
                other => (other, asked),
            }));
        }
        let choice = held.in_place();
        if held.rules_version != self.rules.version {
            // What the visit takes may be more now, or other time.
            return self.take(tx, &choice, None, as_of).await;
        }
        let plan = match claiming::kept_plan(tx, self.rules, actor.session.into(), &choice, as_of).await? {
            Ok(plan) => plan,
            Err(reason) => return Ok(Err((reason, Some(choice)))),
        };
        let Some(chosen) = plan.chosen() else { return Ok(Err((Reason::StaffAway, Some(choice)))) };
        let id = appointments::new_id();
        claims::convert_hold(tx, held.id, id).await?;
        let appointment = self.write(tx, id, &chosen, false, Some(held.id)).await?;
        holds::mark_booked(tx, held.id, id).await?;
        Ok(Ok(appointment))
    }

    /// Takes a free slot; the people of a former hold are tried first.
    async fn take(
        &self,
        tx: &mut PgConnection,
        choice: &SlotChoice,
        former: Option<&Held>,
        as_of: Timestamp,
    ) -> Result<Made, StoreError> {
        let actor = &self.request.actor;
        let mut plan = match claiming::plan(tx, self.rules, actor.session.into(), choice, as_of).await? {
            Ok(plan) => plan,
            Err(Reason::Taken) => {
                let own = appointments::own(tx, actor, choice).await?;
                return Ok(own.ok_or((Reason::Taken, Some(choice.clone()))));
            }
            Err(reason) => return Ok(Err((reason, Some(choice.clone())))),
        };
        if let Some(former) = former {
            plan = plan.preferring(former.people());
        }
        // The session's own hold does not count against it, so it must be out of the constraint's way.
        holds::end(tx, actor.tenant, actor.session, None, Ended::Replaced).await?;
        let id = appointments::new_id();
        match claiming::claim(tx, actor.tenant, Holder::Appointment(id), plan).await? {
            Some(chosen) => self.write(tx, id, &chosen, false, None).await.map(Ok),
            None => Ok(Err((Reason::Taken, Some(choice.clone())))),
        }
    }

    /// Takes a slot beside whomever its people serve then.
    async fn overbook(&self, tx: &mut PgConnection, choice: &SlotChoice) -> Result<Made, StoreError> {
        let actor = &self.request.actor;
        let plan = claiming::overbooking_plan(tx, self.rules, actor.session.into(), choice, self.now).await?;
        let plan = match plan {
            Ok(plan) => plan,
            Err(reason) => return Ok(Err((reason, Some(choice.clone())))),
        };
        let id = appointments::new_id();
        match claiming::claim(tx, actor.tenant, Holder::Appointment(id), plan).await? {
            Some(chosen) => {
                // The ordinary lane may be free and another not.
                let overbooked = claims::are_beside_others(tx, id).await?;
                self.write(tx, id, &chosen, overbooked, None).await.map(Ok)
            }
            None => Ok(Err((Reason::Taken, Some(choice.clone())))),
        }
    }

    /// Writes the appointment whose time is claimed.
    async fn write(
        &self,
        tx: &mut PgConnection,
        id: AppointmentId,
        chosen: &Chosen<'_>,
        overbooked: bool,
        hold: Option<HoldId>,
    ) -> Result<Appointment, StoreError> {
        let appointment = appointments::new(self.rules, id, chosen);
        let client = appointments::client(tx, self.request.actor.tenant, &self.request.client).await?;
        appointments::insert(tx, self.request, client, &appointment).await?;
        self.tell(tx, &appointment, overbooked, hold).await?;
        Ok(appointment)
    }

    async fn tell(
        &self,
        tx: &mut PgConnection,
        appointment: &Appointment,
        overbooked: bool,
        hold: Option<HoldId>,
    ) -> Result<(), StoreError> {
        let details = json!({
            "appointment_id": appointment.id,
            "service_id": appointment.service,
            "staff_id": appointment.slot.staff,
            "start": appointment.slot.start.to_string(),
            "hold_id": hold,
            "overbooked": overbooked,
        });
        audit::record(tx, &self.request.actor, Topic::Booked.as_str(), &details).await?;
        outbox::announce(tx, self.request.actor.tenant, Topic::Booked, appointment).await
    }
}
