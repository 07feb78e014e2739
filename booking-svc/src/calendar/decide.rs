//! The business decides what a calendar and the appointments disagree on. Accepting goes the way of every other change of an
//! appointment, so that it may be refused; dismissing has the calendar say again what the appointment is.

use jiff::Timestamp;
use proto::id::{SessionId, TenantId};
use uuid::Uuid;

use super::Calendars;
use crate::{
    booking::{
        appointment::{Appointment, CancelRequest, RescheduleRequest, Status},
        error::{Outcome, Refusal},
        hold::{Actor, Channel},
    },
    desk::DeskError,
    store::{
        appointments,
        calendar::{
            issues::{self, Issue, Kind, Settled},
            looks, written,
        },
        error::Step as _,
        tenancy::{self, Sees},
    },
};

/// How a decision went.
#[derive(Debug)]
pub enum Decided {
    Done,
    /// There is no such issue.
    Unknown,
    /// It was decided, or is no longer so.
    Settled,
    /// Another event is at the appointment's time: there is nothing to accept.
    NothingToAccept,
    /// The rules refuse the change.
    Refused(Refusal),
}

impl Calendars {
    pub async fn issues(&self, tenant: TenantId, open_only: bool, limit: u32) -> Result<Vec<Issue>, DeskError> {
        Ok(issues::listed(&mut *self.desk.reading(tenant).await?, tenant, open_only, limit).await?)
    }

    /// Does to the appointment what was done to its event.
    pub async fn accept(&self, tenant: TenantId, id: Uuid) -> Result<Decided, DeskError> {
        let Some(issue) = self.find(tenant, id).await? else { return Ok(Decided::Unknown) };
        if issue.state != "open" {
            return Ok(Decided::Settled);
        }
        let change = match issue.found.kind {
            Kind::Deleted => None,
            Kind::Moved(to) => Some(to.start),
            Kind::Overlap(_) => return Ok(Decided::NothingToAccept),
        };
        let stored =
            appointments::find(&mut *self.desk.reading(tenant).await?, tenant, issue.found.appointment).await?;
        let standing = stored.map(|stored| stored.appointment).filter(|one| one.status == Status::Booked);
        let Some(appointment) = standing else { return self.settle(tenant, &issue, Settled::Resolved).await };
        match self.change(tenant, &issue, &appointment, change).await? {
            Outcome::Done(_) => self.settle(tenant, &issue, Settled::Accepted).await,
            Outcome::Refused(refusal) => Ok(Decided::Refused(refusal)),
        }
    }

    /// Leaves the appointment as it is, and writes its event again.
    pub async fn dismiss(&self, tenant: TenantId, id: Uuid) -> Result<Decided, DeskError> {
        let Some(issue) = self.find(tenant, id).await? else { return Ok(Decided::Unknown) };
        if issue.state != "open" {
            return Ok(Decided::Settled);
        }
        if !matches!(issue.found.kind, Kind::Overlap(_)) {
            let mut tx = tenancy::writing(self.desk.pool(), Sees::Tenant(tenant)).await?;
            written::outdate(&mut tx, issue.found.appointment, issue.staff).await?;
            tx.commit().await.step("commit")?;
        }
        let decided = self.settle(tenant, &issue, Settled::Dismissed).await?;
        looks::hurry(self.desk.pool(), tenant, issue.staff).await?;
        Ok(decided)
    }

    async fn find(&self, tenant: TenantId, id: Uuid) -> Result<Option<Issue>, DeskError> {
        Ok(issues::find(&mut *self.desk.reading(tenant).await?, tenant, id).await?)
    }

    /// To another start, or away.
    async fn change(
        &self,
        tenant: TenantId,
        issue: &Issue,
        appointment: &Appointment,
        to: Option<Timestamp>,
    ) -> Result<Outcome<Appointment>, DeskError> {
        // One session for all tries of a decision, so that a second one finds done what it wants. Each try has a key of its own:
        // what was refused once may be possible now.
        let actor = Actor { tenant, session: SessionId::from_uuid(issue.id), channel: Channel::Web };
        let idempotency_key = Uuid::new_v4().to_string();
        let (appointment, expected_version) = (appointment.id, appointment.version);
        match to {
            None => self.desk.cancel(&CancelRequest { actor, idempotency_key, appointment, expected_version }).await,
            Some(start) => {
                let request = RescheduleRequest {
                    actor,
                    idempotency_key,
                    appointment,
                    expected_version,
                    start,
                    staff: None,
                    any_staff: false,
                };
                self.desk.reschedule(&request).await
            }
        }
    }

    async fn settle(&self, tenant: TenantId, issue: &Issue, how: Settled) -> Result<Decided, DeskError> {
        let mut tx = tenancy::writing(self.desk.pool(), Sees::Tenant(tenant)).await?;
        let settled = issues::settle(&mut tx, tenant, issue, how).await?;
        tx.commit().await.step("commit")?;
        Ok(if settled && how != Settled::Resolved { Decided::Done } else { Decided::Settled })
    }
}
