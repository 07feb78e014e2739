//! Calendars that are not ours: appointments written as iCalendar text ([`ics`]), feeds of them to subscribe to ([`feed`]),
//! and people's calendars at Google.
//!
//! Such a calendar is mirrored ([`sync`]): what it says of somebody's time becomes claims ([`landing`]), under the constraint
//! that keeps all claims apart. Appointments are written into it ([`publish`]). Nobody on the phone ever waits for it.

pub mod busy;
mod channel;
mod decide;
pub mod feed;
pub mod google;
pub mod ics;
pub mod landing;
mod link;
pub mod publish;
pub mod seal;
mod settings;
pub mod sync;

use std::time::Duration;

use seal::{Sealed, SealingKey};

use crate::{
    desk::Desk,
    store::calendar::links::{Link, StoredAccess},
};
use google::{Access, Google};

pub use channel::NOTIFICATIONS_PATH;
pub use decide::Decided;
pub use link::{CALLBACK_PATH, Connecting, LinkError};
pub use settings::CalendarSettings;

/// Everything that people's calendars need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Calendars {
    pub desk: Desk,
    /// `None`: no calendar can be linked.
    pub google: Option<Google>,
    pub sealing: Option<SealingKey>,
    pub public_url: Option<String>,
    pub mirror_age_max: Duration,
    pub sweep: Duration,
}

impl Calendars {
    pub fn new(settings: CalendarSettings, desk: Desk) -> Result<Self, reqwest::Error> {
        let CalendarSettings { google, sealing, public_url, mirror_age_max, sweep } = settings;
        let google = google.map(|settings| Google::new(settings, desk.clock())).transpose()?;
        Ok(Self { desk, google, sealing, public_url, mirror_age_max, sweep })
    }

    /// Where no calendar can be linked.
    pub fn none(desk: Desk) -> Self {
        let CalendarSettings { sealing, public_url, mirror_age_max, sweep, .. } = CalendarSettings::default();
        Self { desk, google: None, sealing, public_url, mirror_age_max, sweep }
    }

    /// As whom a link's calendar is used.
    pub fn access(&self, link: &Link) -> Result<Access, Sealed> {
        match &link.access {
            StoredAccess::ServiceAccount => Ok(Access::ServiceAccount),
            StoredAccess::Account(sealed) => {
                let refresh_token = self.sealing.as_ref().ok_or(Sealed)?.open(link.staff, sealed)?;
                Ok(Access::Account { of: link.staff, refresh_token })
            }
        }
    }
}
