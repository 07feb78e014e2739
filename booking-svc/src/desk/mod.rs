//! The booking desk: what every channel asks for, answered from the rules, the claims and the one way to write.
//! gRPC and REST only translate to and from it.

mod block;
mod book;
mod cancel;
mod claiming;
mod error;
mod lease;
mod place_hold;
mod release;
mod reschedule;
mod settle;

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use proto::{
    PhoneNumber,
    id::{AppointmentId, BlockId, HoldId, SessionId, TenantId},
};
use secrecy::SecretString;
use service_runtime::Clock;
use sqlx::{PgPool, Postgres, pool::PoolConnection};

use crate::{
    booking::{
        alternatives,
        appointment::{Appointment, BookRequest, CancelRequest, FindAppointments, ListAppointments, RescheduleRequest},
        availability::Availability,
        block::{Block, BlockRequest, ListBlocks},
        claim::Own,
        error::{Outcome, Reason, Refusal},
        hold::{Hold, HoldRequest},
        rules::Rules,
        slot::{Slot, SlotChoice},
        visit::Visit,
    },
    store::{
        api_keys,
        appointments::{self, Stored},
        blocks,
        catalog::Catalog,
        claims,
        error::StoreError,
        holds, tenancy, transaction,
    },
};

pub use error::DeskError;
pub use lease::LeaseKey;
use settle::Asked;

/// How much time one list of slots looks over; what lies beyond is for the next question.
const LISTED_MAX: SignedDuration = SignedDuration::from_hours(92 * 24);

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    pool: PgPool,
    catalog: Arc<Catalog>,
    clock: Clock,
    hold_ttl: Duration,
}

/// What is asked of the slot list.
#[derive(Debug, Clone)]
pub struct SlotQuery {
    pub tenant: TenantId,
    /// Its start is the first instant that is asked about.
    pub choice: SlotChoice,
    /// Exclusive.
    pub to: Timestamp,
    pub limit: usize,
    pub own: Own,
}

impl Desk {
    pub fn new(pool: PgPool, clock: Clock, hold_ttl: Duration) -> Self {
        Self { catalog: Arc::new(Catalog::new(pool.clone())), pool, clock, hold_ttl }
    }

    pub async fn rules_of_number(&self, number: &PhoneNumber) -> Result<Arc<Rules>, DeskError> {
        let tenant = self.catalog.tenant_of_number(number).await?.ok_or(DeskError::UnknownNumber)?;
        self.rules(tenant).await
    }

    pub async fn rules(&self, tenant: TenantId) -> Result<Arc<Rules>, DeskError> {
        self.catalog.rules(tenant).await?.ok_or(DeskError::UnknownTenant)
    }

    /// Free slots, earliest first; refused when there is none.
    pub async fn find_slots(&self, query: SlotQuery) -> Result<Outcome<Vec<Slot>>, DeskError> {
        let rules = self.rules(query.tenant).await?;
        let now = self.now();
        let from = query.choice.start.max(now);
        let to = query.to.clamp(from, from.checked_add(LISTED_MAX).unwrap_or(from));
        let asked = Starts { from, to, own: query.own, now };
        let found = match Visit::of(&rules, &query.choice) {
            Ok(visit) => self.over(&rules, &visit, asked, |a| a.slots(from, to, query.limit)).await?,
            Err(reason) => Err(reason),
        };
        match found {
            Ok(slots) => Ok(Outcome::Done(slots)),
            Err(reason) => {
                let asked = Asked { choice: query.choice, own: query.own };
                self.refusal(&rules, reason, Some(asked)).await.map(Outcome::Refused)
            }
        }
    }

    /// The slot at a start, or why there is none.
    pub async fn explain(&self, tenant: TenantId, choice: SlotChoice, own: Own) -> Result<Outcome<Slot>, DeskError> {
        let rules = self.rules(tenant).await?;
        let asked = Starts { from: choice.start, to: choice.start, own, now: self.now() };
        let found = match Visit::of(&rules, &choice) {
            Ok(visit) => self.over(&rules, &visit, asked, |a| a.slot(choice.start)).await?,
            Err(reason) => Err(reason),
        };
        match found {
            Ok(slot) => Ok(Outcome::Done(slot)),
            Err(reason) => self.refusal(&rules, reason, Some(Asked { choice, own })).await.map(Outcome::Refused),
        }
    }

    /// Keeps a slot for the session, instead of what it held before.
    pub async fn place_hold(&self, request: &HoldRequest) -> Result<Outcome<Hold>, DeskError> {
        settle::settle(self, request).await
    }

    /// Makes an appointment of a hold or of a free slot.
    pub async fn book(&self, request: &BookRequest) -> Result<Outcome<Appointment>, DeskError> {
        settle::settle(self, request).await
    }

    /// A client's appointments, earliest first.
    pub async fn find_appointments(&self, wanted: &FindAppointments) -> Result<Vec<Stored>, DeskError> {
        self.rules(wanted.tenant).await?;
        Ok(appointments::matching(&mut *self.reading(wanted.tenant).await?, wanted, self.now()).await?)
    }

    /// A page of the business's appointments, earliest first.
    pub async fn list_appointments(&self, wanted: &ListAppointments) -> Result<Vec<Stored>, DeskError> {
        Ok(appointments::listed(&mut *self.reading(wanted.tenant).await?, wanted).await?)
    }

    /// One appointment, whatever its state.
    pub async fn appointment(&self, tenant: TenantId, id: AppointmentId) -> Result<Option<Stored>, DeskError> {
        Ok(appointments::find(&mut *self.reading(tenant).await?, tenant, id).await?)
    }

    /// Moves an appointment to another start.
    pub async fn reschedule(&self, request: &RescheduleRequest) -> Result<Outcome<Appointment>, DeskError> {
        settle::settle(self, request).await
    }

    /// Cancels an appointment.
    pub async fn cancel(&self, request: &CancelRequest) -> Result<Outcome<Appointment>, DeskError> {
        settle::settle(self, request).await
    }

    /// Takes a person's time out of the calendar.
    pub async fn block(&self, request: &BlockRequest) -> Result<Outcome<Block>, DeskError> {
        settle::settle(self, request).await
    }

    /// Gives the time of a block back; false: there is no such block.
    pub async fn lift(&self, tenant: TenantId, block: BlockId) -> Result<bool, DeskError> {
        Ok(transaction::write(&self.pool, &block::Lift { tenant, block, now: self.now() }).await?)
    }

    /// The blocks that stand.
    pub async fn list_blocks(&self, wanted: &ListBlocks) -> Result<Vec<Block>, DeskError> {
        Ok(blocks::listed(&mut *self.reading(wanted.tenant).await?, wanted).await?)
    }

    /// Gives a session's hold back (or all of them); the number of those that stood.
    pub async fn release(&self, tenant: TenantId, session: SessionId, which: Option<HoldId>) -> Result<u32, DeskError> {
        Ok(transaction::write(&self.pool, &release::Release { tenant, session, which }).await?)
    }

    /// Whose API key this is.
    pub async fn tenant_of_key(&self, key: &SecretString) -> Result<Option<TenantId>, DeskError> {
        Ok(api_keys::tenant_of(&self.pool, key).await?)
    }

    /// Whose hold this is.
    pub async fn session_of_hold(&self, tenant: TenantId, id: HoldId) -> Result<Option<SessionId>, DeskError> {
        Ok(holds::session_of(&mut *self.reading(tenant).await?, tenant, id).await?)
    }

    /// Makes a lease the one that keeps its session's holds.
    pub async fn open_lease(&self, key: LeaseKey) -> Result<(), DeskError> {
        self.rules(key.tenant).await?;
        Ok(transaction::write(&self.pool, &lease::Open(key)).await?)
    }

    /// Renews the live holds of a lease's session, and gives them.
    pub async fn renew(&self, key: LeaseKey) -> Result<Vec<Hold>, DeskError> {
        transaction::write(&self.pool, &lease::Renew { key, ttl_micros: self.ttl_micros() }).await?;
        Ok(holds::live(&mut *self.reading(key.tenant).await?, key.tenant, key.session, self.now()).await?)
    }

    /// Releases what the lease kept, unless a later one keeps it now; the number of holds released.
    pub async fn end_lease(&self, key: LeaseKey) -> Result<u32, DeskError> {
        Ok(transaction::write(&self.pool, &lease::End(key)).await?)
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) async fn reading(&self, tenant: TenantId) -> Result<PoolConnection<Postgres>, StoreError> {
        tenancy::reading(&self.pool, tenant).await
    }

    /// In whole microseconds, as the database keeps it: an answer and its repeat are equal then.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    fn ttl_micros(&self) -> i64 {
        i64::try_from(self.hold_ttl.as_micros()).unwrap_or(i64::MAX)
    }

    /// The nearest starts that can be had instead; of the asked person, else of anyone.
    async fn refusal(&self, rules: &Rules, reason: Reason, asked: Option<Asked>) -> Result<Refusal, DeskError> {
        metrics::counter!("booking_refusals_total", "reason" => reason.label()).increment(1);
        let mut alternatives = Vec::new();
        if let Some(Asked { choice: asked, own }) = asked {
            let now = self.now();
            let had = match own.appointment {
                Some(id) => appointments::find(&mut *self.reading(rules.tenant).await?, rules.tenant, id)
                    .await?
                    .map(|s| s.appointment.slot.start),
                None => None,
            };
            let anyone = asked.names_somebody().then(|| asked.of_anyone());
            'found: for choice in std::iter::once(asked).chain(anyone) {
                let Ok(visit) = Visit::of(rules, &choice) else { continue };
                for window in alternatives::windows(rules, &visit, choice.start, now, had) {
                    let starts = Starts { from: window.from, to: window.to, own, now };
                    let nearest = self.over(rules, &visit, starts, |a| Ok(window.nearest(a))).await?;
                    alternatives = nearest.unwrap_or_default();
                    if !alternatives.is_empty() {
                        break 'found;
                    }
                }
            }
        }
        Ok(Refusal { reason, alternatives })
    }

    /// Reads the claims that the question needs and asks it.
    async fn over<T>(
        &self,
        rules: &Rules,
        visit: &Visit<'_>,
        starts: Starts,
        ask: impl FnOnce(&Availability<'_>) -> Result<T, Reason>,
    ) -> Result<Result<T, Reason>, DeskError> {
        let Some(window) = visit.window(rules, starts.from, starts.to) else { return Ok(Err(Reason::TooFar)) };
        let claims =
            claims::counting(&mut *self.reading(rules.tenant).await?, visit.resources(), window, starts.own).await?;
        Ok(ask(&Availability::new(rules, visit, (starts.from, starts.to), &claims, starts.now)))
    }
}

/// The starts a question is about, and who asks when.
#[derive(Debug, Clone, Copy)]
struct Starts {
    from: Timestamp,
    to: Timestamp,
    own: Own,
    now: Timestamp,
}
