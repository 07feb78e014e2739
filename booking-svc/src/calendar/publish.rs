//! Appointments into their people's calendars: as they are now, whatever was announced, so that a repeat changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proto::id::{AppointmentId, StaffId, TenantId};
use sha2::{Digest as _, Sha256};

use super::{
    Calendars,
    google::{
        Access, Google, GoogleError, REQUEST_MAX,
        event::{Event, NewEvent, NewProperties, NewWhen},
    },
};
use crate::{
    booking::{announcement::Announcement, appointment::Status, rules::Rules, slot::Span},
    desk::DeskError,
    jobs::outbox::{Listener, Told, Untold},
    store::{
        appointments::{self, Stored},
        calendar::{
            issues,
            links::{self, Link, State},
            written::{self, Written},
        },
        error::StoreError,
        tenancy::{self, Sees},
    },
};

/// The mark of our events: whose appointment it is.
pub const APPOINTMENT: &str = "appointmentId";
/// A day's quota is not back sooner.
const QUOTA_AGAIN: Duration = Duration::from_secs(3_600);
/// Of one event: an insert, a look, a patch, and a token for each.
const WRITING_MAX: Duration = REQUEST_MAX.saturating_mul(6);

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Google(#[from] GoogleError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The id of an appointment's event in a person's calendar: always the same, so that a second event cannot come to be.
/// Google takes the digits of base 32 (0–9, a–v).
pub fn event_id(tenant: TenantId, appointment: AppointmentId, staff: StaffId) -> String {
    let mut hash = Sha256::new();
    for id in [tenant.as_uuid(), appointment.as_uuid(), staff.as_uuid()] {
        hash.update(id.as_bytes());
    }
    let digest = hash.finalize();
    digest[..16].iter().fold(String::from("bk"), |id, byte| id + &format!("{byte:02x}"))
}

/// Makes every linked calendar say what an appointment is. False: none had to be told.
pub async fn publish(calendars: &Calendars, tenant: TenantId, id: AppointmentId) -> Result<bool, PublishError> {
    let desk = &calendars.desk;
    let Some(google) = &calendars.google else { return Ok(false) };
    let rules = desk.rules(tenant).await?;
    let (stored, there) = {
        let mut db = desk.reading(tenant).await?;
        (appointments::find(&mut *db, tenant, id).await?, written::of_appointment(&mut db, id).await?)
    };
    let Some(stored) = stored else { return Ok(false) };
    let wanted = times(&stored);
    let mut there: BTreeMap<StaffId, Written> = there.into_iter().map(|one| (one.staff, one)).collect();
    let mut told = false;
    for staff in wanted.keys().copied().chain(there.keys().copied().collect::<Vec<_>>()).collect::<BTreeSet<_>>() {
        let link = links::find(&mut *desk.reading(tenant).await?, tenant, staff).await?;
        // A link that is suspended catches up when it is looked at again.
        let Some(link) = link.filter(|link| link.state == State::Active) else { continue };
        let access = calendars.access(&link).map_err(|_| GoogleError::Refused("sealed"))?;
        let calendar = Calendar { calendars, google, link: &link, access: &access };
        told |= match (wanted.get(&staff), there.remove(&staff)) {
            // What is over is nobody's plan any more.
            (Some(during), _) if during.end <= desk.now() => false,
            (Some(_), Some(written)) if written.version == stored.appointment.version => false,
            (Some(during), written) => calendar.put(&rules, &stored, *during, written).await.map(|()| true)?,
            (None, Some(written)) => calendar.remove(&written).await.map(|()| true)?,
            (None, None) => false,
        };
    }
    Ok(told)
}

/// When each of its people gives it, from their first service to their last; nobody does when it is cancelled.
fn times(stored: &Stored) -> BTreeMap<StaffId, Span> {
    let (slot, mut times) = (&stored.appointment.slot, BTreeMap::new());
    if stored.appointment.status == Status::Cancelled {
        return times;
    }
    let first_end = slot.further.first().map_or(slot.end, |next| next.start);
    let first = (slot.staff, Span { start: slot.start, end: first_end });
    let further = slot.further.iter().map(|one| (one.staff, Span { start: one.start, end: one.end }));
    for (staff, during) in std::iter::once(first).chain(further) {
        let whole: &mut Span = times.entry(staff).or_insert(during);
        *whole = Span { start: whole.start.min(during.start), end: whole.end.max(during.end) };
    }
    times
}

/// One calendar that an appointment is written into.
struct Calendar<'a> {
    calendars: &'a Calendars,
    google: &'a Google,
    link: &'a Link,
    access: &'a Access,
}

impl Calendar<'_> {
    async fn put(
        &self,
        rules: &Rules,
        stored: &Stored,
        during: Span,
        written: Option<Written>,
    ) -> Result<(), PublishError> {
        let Link { tenant, staff, ref calendar, .. } = *self.link;
        let appointment = stored.appointment.id;
        let id = event_id(tenant, appointment, staff);
        let event = self.event(rules, stored, during);
        let there = match written.and_then(|written| written.etag) {
            Some(etag) => {
                match self.google.patch(self.access, calendar, &id, &event, Some(&etag)).await {
                    // Somebody changed it there; what we change is ours to say, the rest of it stays theirs.
                    Err(GoogleError::Changed) => {
                        let present = self.google.get(self.access, calendar, &id).await?;
                        self.google.patch(self.access, calendar, &id, &event, Some(&present.etag)).await?
                    }
                    Err(GoogleError::NotFound | GoogleError::Deleted) => {
                        self.insert(&id, event, appointment, during).await?
                    }
                    patched => patched?,
                }
            }
            None => self.insert(&id, event, appointment, during).await?,
        };
        let version = stored.appointment.version;
        let written = Written { appointment, staff, event: id, etag: Some(there.etag), version, during };
        let mut tx = tenancy::writing(self.calendars.desk.pool(), Sees::Tenant(tenant)).await?;
        written::put(&mut tx, tenant, &written).await?;
        issues::resolve_of(&mut tx, appointment, staff).await?;
        tx.commit().await.map_err(|source| StoreError { step: "commit", source })?;
        Ok(())
    }

    /// A new event, which is written down before. That its id is taken says that it was written before, and the answer was lost,
    /// or that somebody deleted it: a deleted event keeps its id.
    async fn insert(
        &self,
        id: &str,
        event: NewEvent,
        appointment: AppointmentId,
        during: Span,
    ) -> Result<Event, PublishError> {
        let Link { tenant, staff, ref calendar, .. } = *self.link;
        let mut tx = tenancy::writing(self.calendars.desk.pool(), Sees::Tenant(tenant)).await?;
        written::intend(&mut tx, tenant, (appointment, staff), id, during).await?;
        tx.commit().await.map_err(|source| StoreError { step: "commit", source })?;

        let new = NewEvent { id: Some(id.to_owned()), ..event.clone() };
        match self.google.insert(self.access, calendar, &new).await {
            Err(GoogleError::Duplicate) => {}
            inserted => return Ok(inserted?),
        }
        let present = self.google.get(self.access, calendar, id).await?;
        let mark = present.extended_properties.private.get(APPOINTMENT);
        if mark.is_some_and(|mark| *mark != appointment.to_string()) {
            return Err(GoogleError::Malformed("foreign_event").into());
        }
        Ok(self.google.patch(self.access, calendar, id, &event, Some(&present.etag)).await?)
    }

    async fn remove(&self, written: &Written) -> Result<(), PublishError> {
        match self.google.delete(self.access, &self.link.calendar, &written.event).await {
            // It is not there, which is what was wanted.
            Ok(()) | Err(GoogleError::Deleted | GoogleError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        let mut tx = tenancy::writing(self.calendars.desk.pool(), Sees::Tenant(self.link.tenant)).await?;
        written::remove(&mut tx, written.appointment, written.staff, WRITING_MAX).await?;
        issues::resolve_of(&mut tx, written.appointment, written.staff).await?;
        tx.commit().await.map_err(|source| StoreError { step: "commit", source })?;
        Ok(())
    }

    fn event(&self, rules: &Rules, stored: &Stored, during: Span) -> NewEvent {
        let staff = self.link.staff;
        let slot = &stored.appointment.slot;
        let first = (slot.staff == staff).then_some(&stored.appointment.service_name);
        let further = slot.further.iter().filter(|one| one.staff == staff).map(|one| &one.service_name);
        let mut summary = first.into_iter().chain(further).cloned().collect::<Vec<_>>().join(", ");
        if self.link.shows_clients {
            summary = format!("{summary} – {}", stored.client_name.reveal());
        }
        let zone = &rules.profile.time_zone;
        NewEvent {
            id: None,
            status: "confirmed",
            summary,
            location: rules.profile.address.clone(),
            start: NewWhen::new(during.start, &rules.zone, zone),
            end: NewWhen::new(during.end, &rules.zone, zone),
            extended_properties: NewProperties {
                private: BTreeMap::from([(APPOINTMENT, stored.appointment.id.to_string())]),
            },
        }
    }
}

/// Hears of changes of appointments from the outbox.
#[tonic::async_trait]
impl Listener for Calendars {
    fn name(&self) -> &'static str {
        "google-calendar"
    }

    async fn tell(&self, announcement: &Announcement) -> Result<Told, Untold> {
        let error = match publish(self, announcement.tenant, announcement.appointment).await {
            Ok(true) => return Ok(Told::Done),
            Ok(false) => return Ok(Told::Skipped("no_calendar")),
            Err(PublishError::Store(error)) => return Err(error.into()),
            Err(PublishError::Desk(error)) => {
                tracing::warn!(%error, "telling a calendar failed");
                return Err(Untold::Later { reason: "database", after: None });
            }
            Err(PublishError::Google(error)) => error,
        };
        let appointment = announcement.appointment;
        tracing::warn!(%error, %appointment, "an appointment was not written into a calendar");
        match error {
            GoogleError::QuotaSpent(reason) => Err(Untold::Later { reason, after: Some(QUOTA_AGAIN) }),
            // The next look at the calendar finds what is wrong with it; the one after the repair writes the appointment.
            GoogleError::Revoked | GoogleError::Refused(_) | GoogleError::NotFound => Ok(Told::Skipped(error.label())),
            GoogleError::Malformed(reason) => Err(Untold::Never { reason }),
            other => Err(Untold::Later { reason: other.label(), after: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_id_of_the_letters_that_google_takes() {
        let (tenant, appointment, staff) = (TenantId::new(), AppointmentId::new(), StaffId::new());
        let id = event_id(tenant, appointment, staff);
        assert_eq!(id, event_id(tenant, appointment, staff));
        assert!(id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'v').contains(&b)), "{id}");
        assert_eq!(id.len(), 34);
        assert_ne!(id, event_id(tenant, appointment, StaffId::new()), "two people may share a calendar");
        assert_ne!(id, event_id(TenantId::new(), appointment, staff));
    }
}
