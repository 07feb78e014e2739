//! Makes a person's claims say what the mirror of their calendar says: inside of a transaction that changes either.

use jiff::Timestamp;
use proto::id::{StaffId, TenantId};
use sqlx::{Acquire as _, PgConnection};

use super::busy::pieces;
use crate::{
    booking::{plan::Taken, rules::ResourceKind, slot::Span},
    store::{
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
    let wanted = pieces(
        mirror.iter().map(|busy| busy.during).collect(),
        occupied.iter().filter(|other| other.in_first_lane).map(|other| other.during).collect(),
    );
    let superfluous = claimed.iter().filter(|(_, span)| !wanted.contains(span)).map(|(id, _)| *id);
    busy::free(tx, &superfluous.collect::<Vec<_>>()).await?;
    let mut landed = Landed {
        again_soon: occupied.iter().any(|other| other.held && at_once(&mirror, other).next().is_some()),
        overlaps: overlaps(&mirror, &occupied),
    };
    for span in wanted.into_iter().filter(|span| claimed.iter().all(|(_, there)| there != span)) {
        landed.again_soon |= !claim(tx, tenant, staff, span).await?;
    }
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

/// False: somebody was quicker, so the time is theirs for now.
async fn claim(tx: &mut PgConnection, tenant: TenantId, staff: StaffId, during: Span) -> Result<bool, StoreError> {
    let taken = Taken { kind: ResourceKind::Staff, resource: staff.as_uuid(), lane: PERSON, during };
    holds::expire_overlapping(tx, &taken).await?;
    let mut savepoint = tx.begin().await.step("set a savepoint")?;
    match busy::claim(&mut savepoint, tenant, staff, during).await {
        Ok(()) => savepoint.commit().await.step("release the savepoint").map(|()| true),
        Err(error) if error.is_overlap() => {
            savepoint.rollback().await.step("go back to the savepoint")?;
            Ok(false)
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
