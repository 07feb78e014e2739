//! Channels over which a calendar announces that something changed: opened, replaced before they end, and heard.
//!
//! An announcement carries nothing but the channel's id and token, and may get lost: it only brings the next look forward.

use jiff::SignedDuration;
use proto::id::TenantId;
use secrecy::SecretString;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{
    Calendars,
    google::{Access, Google, GoogleError, NewChannel},
};
use crate::{
    desk::DeskError,
    store::{
        calendar::{
            links::{self, Link, StoredChannel},
            looks,
        },
        error::StoreError,
        token,
    },
};

/// Before the id of the business.
pub const NOTIFICATIONS_PATH: &str = "/api/v1/google-calendar/notifications";
/// How long a channel is asked for.
const LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// One that ends within this is replaced.
const RENEW: SignedDuration = SignedDuration::from_hours(24);

impl Calendars {
    /// Sees to it that a calendar has a channel. Without one it is read now and then: no failure is a reason to stop.
    pub(super) async fn keep_channel(&self, google: &Google, access: &Access, link: &Link) -> Result<(), StoreError> {
        let Some(base) = &self.public_url else { return Ok(()) };
        let now = self.desk.now();
        let lasts = |channel: &StoredChannel| channel.expires_at.duration_since(now) > RENEW;
        if link.channel.as_ref().is_some_and(lasts) {
            return Ok(());
        }
        let secret = token::create("ch_");
        let wanted = NewChannel {
            id: Uuid::new_v4(),
            token: &secret,
            address: &format!("{base}{NOTIFICATIONS_PATH}/{}", link.tenant),
            expires_at: now.checked_add(LIVES).unwrap_or(now),
        };
        let opened = match google.watch(access, &link.calendar, &wanted).await {
            Ok(opened) => opened,
            Err(error) => {
                metrics::counter!("booking_calendar_channel_failures_total", "reason" => error.label()).increment(1);
                tracing::warn!(%error, staff = %link.staff, "a calendar announces no changes: it is read now and then");
                return Ok(());
            }
        };
        let channel = StoredChannel { id: opened.id, resource: opened.resource, expires_at: opened.expires_at };
        links::set_channel(self.desk.pool(), link, &channel, token::hash(&secret)).await?;
        if let Some(old) = &link.channel {
            self.stop(google, access, old).await;
        }
        Ok(())
    }

    /// What is announced over a channel that nobody knows any more is not heard, so this may fail.
    async fn stop(&self, google: &Google, access: &Access, channel: &StoredChannel) {
        match google.stop(access, channel.id, &channel.resource).await {
            Ok(()) | Err(GoogleError::NotFound) => {}
            Err(error) => tracing::info!(%error, "an old channel was not stopped: it ends by itself"),
        }
    }

    /// Before a link is taken away.
    pub async fn stop_channel_of(&self, link: &Link) {
        if let (Some(google), Some(channel), Ok(access)) = (&self.google, &link.channel, self.access(link)) {
            self.stop(google, &access, channel).await;
        }
    }

    /// Hears an announcement; false: it is not from the calendar that it names.
    pub async fn announced(&self, tenant: TenantId, channel: Uuid, given: &SecretString) -> Result<bool, DeskError> {
        let known = links::of_channel(&mut *self.desk.reading(tenant).await?, tenant, channel).await?;
        let Some((staff, hash)) = known else { return Ok(false) };
        if !bool::from(hash.ct_eq(&token::hash(given))) {
            return Ok(false);
        }
        looks::hurry(self.desk.pool(), tenant, staff).await?;
        Ok(true)
    }
}
