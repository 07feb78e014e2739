//! What clients know of a business: what it offers, and when it might be had.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    door::{self, Calendar, Rest},
    journal::{Micros, Told},
};

pub struct Business {
    pub tenant: Uuid,
    pub offers: Vec<Offer>,
    /// All starts that could be had when nothing was booked, earliest first.
    pub starts: Vec<Micros>,
    /// Somebody's own calendar, and whose it is.
    pub calendar: (Uuid, Calendar),
    standing: Mutex<HashMap<Uuid, u32>>,
}

/// A service with who performs it.
#[derive(Debug, Deserialize)]
pub struct Offer {
    pub id: Uuid,
    pub staff_ids: Vec<Uuid>,
}

#[derive(Deserialize)]
struct Catalog {
    services: Vec<Offer>,
}

#[derive(Deserialize)]
struct Slots {
    slots: Vec<Slot>,
}

#[derive(Deserialize)]
struct Slot {
    start: String,
}

impl Business {
    /// Reads what it offers in a window.
    pub async fn read(
        rest: &Rest,
        tenant: Uuid,
        (from, to): (Micros, Micros),
        calendar: (Uuid, Calendar),
    ) -> anyhow::Result<Self> {
        let offers = Self::offers(rest).await?;
        let mut starts = BTreeSet::new();
        for offer in &offers {
            let (from, to) = (door::instant(from), door::instant(to));
            let path = format!("/availability?service_id={}&from={from}&to={to}&limit=500", offer.id);
            let Slots { slots } = serde_json::from_value(rest.get(&path).await?)?;
            for slot in slots {
                starts.insert(door::time(&slot.start).context("a start that is no time")?);
            }
        }
        anyhow::ensure!(!starts.is_empty(), "the business has no free start");
        Ok(Self { tenant, offers, starts: starts.into_iter().collect(), calendar, standing: Mutex::default() })
    }

    pub async fn offers(rest: &Rest) -> anyhow::Result<Vec<Offer>> {
        let Catalog { services } = serde_json::from_value(rest.get("/services").await?)?;
        Ok(services)
    }

    /// Takes note of an appointment's latest version that any client was told.
    pub fn note(&self, told: &Told) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if told.cancelled {
            standing.remove(&told.appointment);
        } else {
            let version = standing.entry(told.appointment).or_default();
            *version = told.version.max(*version);
        }
    }

    pub fn forget(&self, appointment: Uuid) {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).remove(&appointment);
    }

    /// The appointments that stand, as far as clients know, with their versions.
    pub fn standing(&self) -> Vec<(Uuid, u32)> {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.iter().map(|(id, version)| (*id, *version)).collect()
    }
}
