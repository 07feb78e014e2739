//! Looks at people's calendars when they are due. Any number of replicas may run it: a calendar belongs to whoever claimed it
//! until its lease is over.

use std::{convert::Infallible, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    calendar::{Calendars, google::Google, sync},
    store::{
        calendar::{links::Link, looks},
        error::StoreError,
    },
};

const PERIOD: Duration = Duration::from_secs(1);
/// Calendars that are looked at at once here; the others wait in the table.
const PARALLEL: usize = 4;
/// A look that takes longer is given up, and tried again when its lease is over.
const LOOK_MAX: Duration = Duration::from_secs(240);
/// Longer than `LOOK_MAX`, so that no two replicas are at one calendar.
const LEASE: Duration = Duration::from_secs(300);

/// Runs until `stop`.
pub async fn sync_calendars(calendars: Calendars, google: Google, stop: CancellationToken) -> Result<(), Infallible> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut looks = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            Some(_) = looks.join_next() => {}
            _ = ticks.tick() => {
                for link in due(&calendars, PARALLEL.saturating_sub(looks.len())).await {
                    looks.spawn(look(calendars.clone(), google.clone(), link));
                }
            }
        }
    }
}

async fn due(calendars: &Calendars, limit: usize) -> Vec<Link> {
    if limit == 0 {
        return Vec::new();
    }
    looks::claim_due(calendars.desk.pool(), limit, LEASE).await.unwrap_or_else(|error| {
        failed(&error);
        Vec::new()
    })
}

async fn look(calendars: Calendars, google: Google, link: Link) {
    match tokio::time::timeout(LOOK_MAX, sync::look(&calendars, &google, &link)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => failed(&error),
        Err(_) => {
            metrics::counter!("booking_job_failures_total", "job" => "sync_calendars").increment(1);
            tracing::warn!(staff = %link.staff, "a calendar took too long, trying again later");
        }
    }
}

/// Counted and logged; the lease's end makes up for it.
fn failed(error: &StoreError) {
    metrics::counter!("booking_job_failures_total", "job" => "sync_calendars").increment(1);
    tracing::warn!(%error, "looking at calendars failed, trying again later");
}
