//! One look at one calendar: what changed there, since the last look or in all, becomes claims and questions to the
//! business; what it lacks of our appointments is written into it.
//!
//! Nothing here is in a caller's way. [`changes`] says what an answer means, [`write`] puts it down.

mod changes;
mod write;

use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};

use super::{
    Calendars,
    google::{Access, Changes as Answer, Google, GoogleError},
    publish::{self, PublishError},
};
use crate::{
    booking::{rules::Rules, slot::Span},
    desk::DeskError,
    store::{
        calendar::{
            busy,
            links::{self, Link, State},
            looks::{self, Synced},
            written,
        },
        error::StoreError,
        transaction::{self, WriteError},
    },
};
use changes::{Changes, Known};

/// The mirror reaches so many days further than anybody can book, so that it is seldom read whole.
const BEYOND_HORIZON_DAYS: i64 = 32;
/// After a hold that has time which the calendar has too.
const HELD_AGAIN: Duration = Duration::from_secs(20);
/// Appointments written in one look; the others wait for the next one.
const WRITTEN_MAX: u32 = 50;
/// No quota is waited for in vain.
const QUOTA_AGAIN: Duration = Duration::from_secs(3_600);
const BACKOFF_MAX: Duration = Duration::from_secs(64);

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Google(#[from] GoogleError),
    #[error("so much was deleted at once that nothing of it is believed")]
    MassDeletion,
    #[error("the stored access cannot be opened")]
    Sealed,
    #[error("another look has begun since")]
    Overtaken,
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Looks at a calendar and writes down how it went. Only a database that is away is an error.
pub async fn look(calendars: &Calendars, google: &Google, link: &Link) -> Result<(), StoreError> {
    let pool = calendars.desk.pool();
    let looked = sync(calendars, google, link).await;
    if let Some(rotated) = google.take_rotated(link.staff) {
        match calendars.sealing.as_ref().and_then(|key| key.seal(link.staff, &rotated).ok()) {
            Some(sealed) => links::set_refresh_token(pool, link, sealed).await?,
            None => tracing::warn!(staff = %link.staff, "a new refresh token could not be sealed"),
        }
    }
    let error = match looked {
        Ok(synced) => {
            metrics::counter!("booking_calendar_syncs_total", "outcome" => "done").increment(1);
            return looks::synced(pool, link, &synced).await;
        }
        Err(SyncError::Overtaken) => {
            metrics::counter!("booking_calendar_syncs_total", "outcome" => "overtaken").increment(1);
            return Ok(());
        }
        Err(error) => error,
    };
    let verdict = Verdict::of(&error, link.failures);
    metrics::counter!("booking_calendar_syncs_total", "outcome" => verdict.label()).increment(1);
    match verdict {
        Verdict::Later(after) => {
            tracing::warn!(%error, tenant = %link.tenant, staff = %link.staff, "a calendar was not read");
            looks::failed(pool, link, after).await
        }
        Verdict::Suspend(state, problem) => {
            tracing::error!(%error, tenant = %link.tenant, staff = %link.staff, problem, "a calendar is not read any more");
            looks::suspend(pool, link, state, problem).await
        }
    }
}

/// What becomes of a link whose calendar was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Later(Duration),
    Suspend(State, &'static str),
}

impl Verdict {
    fn of(error: &SyncError, failures: u32) -> Self {
        match error {
            SyncError::Google(GoogleError::QuotaSpent(_)) => Self::Later(QUOTA_AGAIN),
            SyncError::Google(error @ (GoogleError::Revoked | GoogleError::Refused(_) | GoogleError::NotFound)) => {
                Self::Suspend(State::Broken, error.label())
            }
            SyncError::MassDeletion => Self::Suspend(State::Stopped, "mass_deletion"),
            SyncError::Sealed => Self::Suspend(State::Broken, "sealed"),
            _ => Self::Later(backoff(failures)),
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Later(_) => "later",
            Self::Suspend(_, problem) => problem,
        }
    }
}

/// Truncated and exponential, with up to a second at random.
fn backoff(failures: u32) -> Duration {
    let doubled = Duration::from_secs(2_u64.saturating_pow(failures));
    (doubled + Duration::from_millis(rand::random_range(0..1_000))).min(BACKOFF_MAX)
}

async fn sync(calendars: &Calendars, google: &Google, link: &Link) -> Result<Synced, SyncError> {
    let desk = &calendars.desk;
    let (rules, now) = (desk.rules(link.tenant).await?, desk.now());
    let access = calendars.access(link).map_err(|_| SyncError::Sealed)?;
    let read = read(google, link, &access, &rules, now).await?;
    let known = {
        let mut db = desk.reading(link.tenant).await?;
        Known {
            tenant: link.tenant,
            staff: link.staff,
            busy: busy::mirrored(&mut db, link.staff, now).await?,
            written: written::standing(&mut db, link.staff, now).await?,
        }
    };
    let zone = read.answer.zone.as_ref().unwrap_or(&rules.zone);
    let mut changes = changes::read(&known, &read.answer.events, read.whole, zone, now);
    if !link.trusts_deletions && changes::is_mass_deletion(&known, &changes) {
        return Err(SyncError::MassDeletion);
    }
    confirm_deletions(google, &access, link, &mut changes).await?;
    let landed = transaction::write(desk.pool(), &write::Mirror { link, changes: &changes, now })
        .await?
        .ok_or(SyncError::Overtaken)?;
    let complete = catch_up(calendars, link, now).await?;
    calendars.keep_channel(google, &access, link).await?;
    let again = if landed.again_soon || !complete { HELD_AGAIN } else { calendars.sweep };
    Ok(Synced {
        sync_token: read.answer.next_sync_token,
        mirrored_to: read.mirrored_to,
        believed: calendars.mirror_age_max,
        again,
    })
}

struct Read {
    answer: Answer,
    whole: bool,
    mirrored_to: Timestamp,
}

/// What changed since the last look; everything, where that cannot be had or does not reach far enough.
async fn read(
    google: &Google,
    link: &Link,
    access: &Access,
    rules: &Rules,
    now: Timestamp,
) -> Result<Read, GoogleError> {
    let horizon_days = rules.services.iter().map(|service| i64::from(service.horizon_days)).max().unwrap_or(0);
    let day = |days: i64| now.checked_add((days * 24).hours()).unwrap_or(now);
    if let (Some(token), Some(mirrored_to)) = (&link.sync_token, link.mirrored_to)
        // The last bookable day is a whole one.
        && mirrored_to > day(horizon_days + 2)
    {
        match google.changes(access, &link.calendar, token).await {
            Ok(answer) => return Ok(Read { answer, whole: false, mirrored_to }),
            Err(GoogleError::FullSyncRequired) => {
                metrics::counter!("booking_calendar_full_syncs_total").increment(1);
            }
            Err(error) => return Err(error),
        }
    }
    let window = Span { start: now, end: day(horizon_days + BEYOND_HORIZON_DAYS) };
    let answer = google.list(access, &link.calendar, window).await?;
    Ok(Read { answer, whole: true, mirrored_to: window.end })
}

/// A deletion is believed when the event itself says so.
async fn confirm_deletions(
    google: &Google,
    access: &Access,
    link: &Link,
    changes: &mut Changes,
) -> Result<(), GoogleError> {
    for ours in std::mem::take(&mut changes.deleted) {
        match google.get(access, &link.calendar, &ours.event).await {
            Ok(event) if !event.is_cancelled() => {}
            Ok(_) | Err(GoogleError::NotFound | GoogleError::Deleted) => changes.deleted.push(ours),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes what the calendar lacks: after a repair, or when the outbox gave up. False: there is more.
async fn catch_up(calendars: &Calendars, link: &Link, now: Timestamp) -> Result<bool, SyncError> {
    let lagging = {
        let mut db = calendars.desk.reading(link.tenant).await?;
        written::lagging(&mut db, link.tenant, link.staff, now, WRITTEN_MAX).await?
    };
    for appointment in &lagging {
        match publish::publish(calendars, link.tenant, *appointment).await {
            Ok(_) => {}
            // One event that cannot be written must not keep the calendar from being read.
            Err(PublishError::Google(error @ GoogleError::Malformed(_))) => {
                metrics::counter!("booking_calendar_events_refused_total", "reason" => error.label()).increment(1);
                tracing::error!(%error, %appointment, "an appointment cannot be written into a calendar");
            }
            Err(PublishError::Google(error)) => return Err(error.into()),
            Err(PublishError::Desk(error)) => return Err(error.into()),
            Err(PublishError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(u32::try_from(lagging.len()).unwrap_or(u32::MAX) < WRITTEN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        for (failures, least, most) in [(0, 1, 2), (3, 8, 9), (6, 64, 64), (u32::MAX, 64, 64)] {
            let pause = backoff(failures);
            assert!(pause >= Duration::from_secs(least) && pause <= Duration::from_secs(most), "{failures}: {pause:?}");
        }
    }

    #[test]
    fn only_what_no_repeat_helps_ends_a_link() {
        let of = |error: GoogleError| Verdict::of(&SyncError::Google(error), 0);
        assert_eq!(of(GoogleError::QuotaSpent("quota_exceeded")), Verdict::Later(QUOTA_AGAIN));
        assert_eq!(of(GoogleError::Revoked), Verdict::Suspend(State::Broken, "access_revoked"));
        assert_eq!(of(GoogleError::Refused("forbidden")), Verdict::Suspend(State::Broken, "forbidden"));
        assert_eq!(of(GoogleError::NotFound), Verdict::Suspend(State::Broken, "not_found"));
        assert!(matches!(of(GoogleError::Busy("rate_limit")), Verdict::Later(_)));
        assert!(matches!(of(GoogleError::Malformed("answer")), Verdict::Later(_)));
        assert_eq!(Verdict::of(&SyncError::MassDeletion, 0), Verdict::Suspend(State::Stopped, "mass_deletion"));
    }
}
