//! Makes a person's claims say what the mirror of their calendar says: inside of a transaction that changes either.

use jiff::Timestamp;
use proto::id::{StaffId, TenantId};
use serde_json::json;
use sqlx::{Acquire as _, PgConnection};
use uuid::Uuid;

use super::busy::pieces;
use crate::{
    booking::{plan::Taken, rules::ResourceKind, slot::Span},
    store::{
        audit,
        calendar::{
            busy::{self, Busy, Occupied},
            issues::{Found, Kind},
            links,
        },
        error::{Step as _, StoreError},
        holds,
    },
};

/// The lane of people.
const PERSON: i16 = 0;

/// What stood in a calendar's way.
#[derive(Debug, Default)]
pub struct Landed {
    /// A hold has time that the calendar has too: when it ends, the time has to be claimed.
    pub again_soon: bool,
    /// Appointments at whose time the calendar has something else.
    pub overlaps: Vec<Found>,
}

/// Claims what the calendar has from now on and nobody else has yet, and frees what it no longer has.
pub async fn land(
    tx: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    now: Timestamp,
) -> Result<Landed, StoreError> {
    let mirror = busy::mirrored(tx, staff, now).await?;
    let claimed = busy::claimed(tx, staff).await?;
    if mirror.is_empty() && claimed.is_empty() {
        return Ok(Landed::default());
    }
    let occupied = busy::occupied(tx, staff, now).await?;
    let wanted =
        pieces(mirror.iter().map(|busy| busy.during).collect(), occupied.iter().map(|other| other.during).collect());
    let (kept, superfluous): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|(_, span)| wanted.contains(span));
    let mut change = Change { freed: superfluous.into_iter().map(|(claim, _)| claim).collect(), claimed: Vec::new() };
    busy::free(tx, &change.freed).await?;
    let mut landed = Landed {
        again_soon: occupied.iter().any(|other| other.held && at_once(&mirror, other).next().is_some()),
        overlaps: overlaps(&mirror, &occupied),
    };
    for span in wanted.into_iter().filter(|span| kept.iter().all(|(_, there)| there != span)) {
        match claim(tx, tenant, staff, span).await? {
            Some(claim) => change.claimed.push((claim, span)),
            None => landed.again_soon = true,
        }
    }
    change.record(tx, tenant, staff).await?;
    Ok(landed)
}

/// The same for those of some people who have a calendar, when their appointments left time behind.
pub async fn land_all(
    tx: &mut PgConnection,
    tenant: TenantId,
    people: impl Iterator<Item = StaffId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let people: Vec<StaffId> = people.collect();
    for staff in links::linked(tx, &people).await? {
        land(tx, tenant, staff, now).await?;
    }
    Ok(())
}

/// Frees all that came from a person's calendar.
pub async fn take_off(tx: &mut PgConnection, tenant: TenantId, staff: StaffId) -> Result<(), StoreError> {
    let freed = busy::claimed(tx, staff).await?.into_iter().map(|(claim, _)| claim).collect();
    let change = Change { freed, claimed: Vec::new() };
    busy::free(tx, &change.freed).await?;
    change.record(tx, tenant, staff).await
}

/// What became of a person's time by their calendar.
struct Change {
    freed: Vec<Uuid>,
    claimed: Vec<(Uuid, Span)>,
}

impl Change {
    /// By the ids of the claims, so that the log says at any moment who had whose time.
    async fn record(&self, tx: &mut PgConnection, tenant: TenantId, staff: StaffId) -> Result<(), StoreError> {
        if self.freed.is_empty() && self.claimed.is_empty() {
            return Ok(());
        }
        let claimed = self.claimed.iter().map(|(claim, Span { start, end })| {
            json!({ "claim_id": claim, "start": start.to_string(), "end": end.to_string() })
        });
        let details = json!({ "staff_id": staff, "freed": self.freed, "claimed": claimed.collect::<Vec<_>>() });
        audit::record_of_job(tx, tenant, "calendar_landed", &details).await
    }
}

/// `None`: somebody was quicker, so the time is theirs for now.
async fn claim(
    tx: &mut PgConnection,
    tenant: TenantId,
    staff: StaffId,
    during: Span,
) -> Result<Option<Uuid>, StoreError> {
    let taken = Taken { kind: ResourceKind::Staff, resource: staff.as_uuid(), lane: PERSON, during };
    holds::expire_overlapping(tx, &taken).await?;
    let mut savepoint = tx.begin().await.step("set a savepoint")?;
    match busy::claim(&mut savepoint, tenant, staff, during).await {
        Ok(claim) => savepoint.commit().await.step("release the savepoint").map(|()| Some(claim)),
        Err(error) if error.is_overlap() => {
            savepoint.rollback().await.step("go back to the savepoint")?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn at_once<'a>(mirror: &'a [Busy], other: &'a Occupied) -> impl Iterator<Item = &'a Busy> {
    mirror.iter().filter(|busy| busy.during.overlaps(&other.during))
}

fn overlaps(mirror: &[Busy], occupied: &[Occupied]) -> Vec<Found> {
    let booked = occupied.iter().filter_map(|other| Some((other, other.appointment?)));
    let mut found: Vec<Found> = booked
        .flat_map(|(other, appointment)| {
            let found =
                move |busy: &Busy| Found { appointment, event: busy.event.clone(), kind: Kind::Overlap(busy.during) };
            at_once(mirror, other).map(found).collect::<Vec<_>>()
        })
        .collect();
    // A visit has several claims.
    found.sort_unstable_by(|a, b| (a.appointment, &a.event).cmp(&(b.appointment, &b.event)));
    found.dedup();
    found
}
