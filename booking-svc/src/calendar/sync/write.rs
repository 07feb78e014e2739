//! What was read from a calendar, written in one transaction: the mirror, the claims, and what the business has to decide.

use jiff::Timestamp;
use sqlx::PgConnection;

use super::changes::Changes;
use crate::{
    calendar::landing::{self, Landed},
    store::{
        calendar::{
            busy,
            issues::{self, Found, Kind},
            links::Link,
            looks,
        },
        error::StoreError,
        tenancy::Sees,
        transaction::{LockKeys, Verdict, Write},
    },
};

pub struct Mirror<'a> {
    pub link: &'a Link,
    pub changes: &'a Changes,
    pub now: Timestamp,
}

impl Write for Mirror<'_> {
    /// `None`: another look has begun since, and knows more.
    type Answer = Option<Landed>;
    const NAME: &'static str = "mirror_calendar";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.link.tenant)
    }

    /// As whoever books the person.
    fn locks(&self) -> LockKeys {
        LockKeys::default().resource(self.link.tenant, self.link.staff.as_uuid())
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<Option<Landed>>, StoreError> {
        let Link { tenant, staff, .. } = *self.link;
        if !looks::is_leased(tx, self.link).await? {
            return Ok(Verdict::RollBack(None));
        }
        busy::remove(tx, staff, &self.changes.gone, self.now).await?;
        busy::put(tx, tenant, staff, &self.changes.busy).await?;
        let landed = landing::land(tx, tenant, staff, self.now).await?;
        let done = self.done_to_ours();
        for found in landed.overlaps.iter().chain(&done) {
            if issues::record(tx, tenant, staff, found).await? {
                metrics::counter!("booking_calendar_issues_total", "kind" => found.kind.as_str()).increment(1);
            }
        }
        issues::resolve_others(tx, staff, &["overlap"], &landed.overlaps).await?;
        for ours in &self.changes.unchanged {
            issues::resolve_of(tx, ours.appointment, staff).await?;
        }
        Ok(Verdict::Commit(Some(landed)))
    }
}

impl Mirror<'_> {
    fn done_to_ours(&self) -> Vec<Found> {
        let deleted = self.changes.deleted.iter().map(|ours| (ours, Kind::Deleted));
        let moved = self.changes.moved.iter().map(|(ours, during)| (ours, Kind::Moved(*during)));
        let found = deleted.chain(moved);
        found.map(|(ours, kind)| Found { appointment: ours.appointment, event: ours.event.clone(), kind }).collect()
    }
}
