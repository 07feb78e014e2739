//! What there is to tell a client, read when it is told: an announcement has ids only.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use proto::Language;
use service_runtime::Clock;
use sqlx::PgPool;

use crate::{
    booking::{
        announcement::{Announcement, Topic},
        rules::Profile,
        rules::Rules,
    },
    store::{
        appointments::{self, Stored},
        catalog::Catalog,
        error::{StoreError, unreadable},
        tenancy,
    },
};

use super::wording::Facts;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reader {
    pool: PgPool,
    catalog: Arc<Catalog>,
    clock: Clock,
}

/// An appointment that changed, and whose it is.
#[derive(Debug)]
pub struct Occasion {
    pub topic: Topic,
    pub stored: Stored,
    pub now: Timestamp,
    rules: Arc<Rules>,
    zone: TimeZone,
}

/// There is nothing to tell, and why.
pub type Nothing = &'static str;

impl Reader {
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self { catalog: Arc::new(Catalog::new(pool.clone())), pool, clock }
    }

    pub async fn read(&self, announcement: &Announcement) -> Result<Result<Occasion, Nothing>, StoreError> {
        let Announcement { tenant, topic, appointment, version } = *announcement;
        let Some(rules) = self.catalog.rules(tenant).await? else { return Ok(Err("no_business")) };
        let mut connection = tenancy::reading(&self.pool, tenant).await?;
        let Some(stored) = appointments::find(&mut *connection, tenant, appointment).await? else {
            return Ok(Err("no_appointment"));
        };
        let now = self.clock.now();
        if stored.appointment.version != version {
            // The later change is announced as well, and what was true before it would only confuse.
            return Ok(Err("superseded"));
        }
        if stored.appointment.slot.start <= now {
            return Ok(Err("past"));
        }
        let zone = TimeZone::get(&stored.appointment.time_zone)
            .map_err(|error| unreadable("read the appointment's time zone", error))?;
        Ok(Ok(Occasion { topic, stored, now, rules, zone }))
    }
}

impl Occasion {
    pub fn business(&self) -> &Profile {
        &self.rules.profile
    }

    pub fn language(&self) -> Language {
        Language::of_tenant(&self.business().language)
    }

    /// What the client is told, on the clock of the business.
    pub fn facts(&self) -> Facts<'_> {
        let (business, appointment) = (self.business(), &self.stored.appointment);
        let slot = &appointment.slot;
        let first = (appointment.service_name.as_str(), slot.staff_name.as_str());
        let further = slot.further.iter().map(|one| (one.service_name.as_str(), one.staff_name.as_str()));
        Facts {
            business: &business.name,
            address: &business.address,
            phone: business.phone_numbers.first().map(String::as_str),
            client: self.stored.client_name.reveal(),
            services: std::iter::once(first).chain(further).collect(),
            start: slot.start.to_zoned_datetime(self.zone.clone()),
            end: slot.end.to_zoned_datetime(self.zone.clone()),
        }
    }
}
