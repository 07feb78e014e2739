//! Booking: a live hold becomes the appointment in place; an expired one, or a bare slot, is taken if it is
//! still free.

use jiff::Timestamp;
use proto::id::{HoldId, ServiceId, StaffId};
use serde_json::json;
use sqlx::{Acquire as _, PgConnection};
use uuid::Uuid;

use crate::{
    booking::{
        appointment::{Appointment, BookRequest, Wanted},
        error::Reason,
        hold::Actor,
        rules::Rules,
        slot::{SlotChoice, StaffChoice},
    },
    store::{
        appointments, audit, catalog, claims,
        error::{Step as _, StoreError},
        holds::{self, Ended, Held},
        idempotency::{Fingerprint, Once},
        transaction::{LockKeys, Verdict, Write},
    },
};

use super::{
    Desk, DeskError,
    place_hold::{Free, choice_bytes, free_staff, staff_locks},
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
        let expected = match self.wanted {
            Wanted::Slot(choice) => Some(choice),
            Wanted::Hold(id) => holds::find(&desk.pool, tenant, session, id).await?.map(|held| in_place(&held)),
        };
        Ok(Book { request: self, rules, once, now: desk.now(), expected })
    }
}

impl Write for Book<'_> {
    type Answer = Settled<Appointment>;
    const NAME: &'static str = "book";

    fn locks(&self) -> LockKeys {
        let Actor { tenant, session, .. } = self.request.actor;
        let keys = LockKeys::default().session(tenant, session).idempotency(tenant, &self.once.key);
        match &self.expected {
            Some(choice) => staff_locks(keys, self.rules, choice),
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
            return Ok(Err((Reason::TooSoon, Some(in_place(held)))));
        }
        // The notice period was kept when the hold was placed; the slot must not run away while names are spelled.
        let as_of = held.placed_at.min(self.now);
        if !held.live {
            let made = self.take(tx, &as_asked(held), Some(held.staff), as_of).await?;
            return Ok(made.map_err(|(reason, asked)| match reason {
                Reason::Taken => (Reason::HoldExpired, asked),
                other => (other, asked),
            }));
        }
        let choice = in_place(held);
        let free = match free_staff(tx, self.rules, actor.session.into(), &choice, as_of).await? {
            Ok(free) => free,
            Err(reason) => return Ok(Err((reason, Some(choice)))),
        };
        let Some(free) = free.first() else { return Ok(Err((Reason::StaffAway, Some(choice)))) };
        let client = appointments::client(tx, actor.tenant, &self.request.client).await?;
        let Some(appointment) = self.appointment(choice.service, free) else {
            return Ok(Err((Reason::UnknownService, None)));
        };
        appointments::insert(tx, self.request, client, &appointment).await?;
        claims::convert_hold(tx, held.id, appointment.id).await?;
        holds::mark_booked(tx, held.id, appointment.id).await?;
        self.tell(tx, &appointment, Some(held.id)).await?;
        Ok(Ok(appointment))
    }

    /// Takes a free slot; the person of a former hold is tried first.
    async fn take(
        &self,
        tx: &mut PgConnection,
        choice: &SlotChoice,
        preferred: Option<StaffId>,
        as_of: Timestamp,
    ) -> Result<Made, StoreError> {
        let actor = &self.request.actor;
        let mut free = match free_staff(tx, self.rules, actor.session.into(), choice, as_of).await? {
            Ok(free) => free,
            Err(Reason::Taken) => {
                let own = appointments::own(tx, actor, choice).await?;
                return Ok(own.ok_or((Reason::Taken, Some(*choice))));
            }
            Err(reason) => return Ok(Err((reason, Some(*choice)))),
        };
        free.sort_by_key(|f| Some(f.staff.id) != preferred);
        // The session's own hold does not count against it, so it must be out of the constraint's way.
        holds::end(tx, actor.tenant, actor.session, None, Ended::Replaced).await?;
        let client = appointments::client(tx, actor.tenant, &self.request.client).await?;
        for free in &free {
            if let Some(appointment) = self.claim(tx, choice.service, client, free).await? {
                self.tell(tx, &appointment, None).await?;
                return Ok(Ok(appointment));
            }
        }
        Ok(Err((Reason::Taken, Some(*choice))))
    }

    /// Appointment and claim with one person; `None`: the constraint says that they were just taken.
    async fn claim(
        &self,
        tx: &mut PgConnection,
        service: ServiceId,
        client: Uuid,
        free: &Free<'_>,
    ) -> Result<Option<Appointment>, StoreError> {
        let Some(appointment) = self.appointment(service, free) else { return Ok(None) };
        let (tenant, staff) = (self.request.actor.tenant, free.staff.id);
        let mut savepoint = tx.begin().await.step("set a savepoint")?;
        holds::expire_overlapping(&mut savepoint, staff, free.blocked).await?;
        appointments::insert(&mut savepoint, self.request, client, &appointment).await?;
        match claims::insert_booked(&mut savepoint, tenant, staff, free.blocked, appointment.id).await {
            Ok(()) => {
                savepoint.commit().await.step("release the savepoint")?;
                Ok(Some(appointment))
            }
            Err(error) if error.is_overlap() => {
                savepoint.rollback().await.step("go back to the savepoint")?;
                metrics::counter!("booking_overlaps_refused_total").increment(1);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn appointment(&self, service: ServiceId, free: &Free<'_>) -> Option<Appointment> {
        let service = self.rules.service(service).ok()?;
        Some(appointments::new(self.rules, service, free.slot()))
    }

    async fn tell(
        &self,
        tx: &mut PgConnection,
        appointment: &Appointment,
        hold: Option<HoldId>,
    ) -> Result<(), StoreError> {
        let details = json!({
            "appointment_id": appointment.id,
            "service_id": appointment.service,
            "staff_id": appointment.slot.staff,
            "start": appointment.slot.start.to_string(),
            "hold_id": hold,
        });
        audit::record(tx, &self.request.actor, "appointment_booked", &details).await?;
        let payload = json!({ "appointment_id": appointment.id });
        audit::announce(tx, &self.request.actor, "appointment_booked", &payload).await
    }
}

/// The hold's own slot, with its person.
fn in_place(held: &Held) -> SlotChoice {
    SlotChoice { service: held.service, staff: StaffChoice::Named(held.staff), start: held.start }
}

/// What the caller asked for when the hold was placed.
fn as_asked(held: &Held) -> SlotChoice {
    let staff = if held.any_staff { StaffChoice::Any } else { StaffChoice::Named(held.staff) };
    SlotChoice { service: held.service, staff, start: held.start }
}
