//! A feed of a person's appointments, for any calendar that can subscribe to an address.
//!
//! Whoever has the address can read the feed, so the address cannot be guessed, can be replaced, and shows no client unless
//! the business wants it to.

use jiff::{SignedDuration, Timestamp};
use proto::{
    Private,
    id::{StaffId, TenantId},
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::ics;
use crate::{
    booking::slot::Span,
    desk::{Desk, DeskError},
    store::calendar::feeds::{self, Feed},
};

/// Before the path of a feed comes the address of the installation.
pub const PATH: &str = "/api/v1/calendar-feeds";
/// What lies further back is of no use in a calendar.
const PAST: SignedDuration = SignedDuration::from_hours(31 * 24);
const FUTURE: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Somebody with more has no use for a calendar; the earliest are kept.
const EVENTS_MAX: u32 = 5_000;

/// A feed as it is now.
#[derive(Debug, Clone)]
pub struct Contents {
    pub text: Private<String>,
    /// Changes with the text.
    pub tag: String,
}

/// The path of a new feed of this person; the address before it ends. `None`: the business has no such person.
pub async fn open(desk: &Desk, feed: Feed) -> Result<Option<SecretString>, DeskError> {
    if desk.rules(feed.tenant).await?.staff.iter().all(|person| person.id != feed.staff) {
        return Ok(None);
    }
    let token = feeds::replace(&mut *desk.reading(feed.tenant).await?, feed).await?;
    Ok(Some(SecretString::from(format!("{PATH}/{}.ics", token.expose_secret()))))
}

/// False: there was none.
pub async fn close(desk: &Desk, tenant: TenantId, staff: StaffId) -> Result<bool, DeskError> {
    Ok(feeds::end(&mut *desk.reading(tenant).await?, tenant, staff).await?)
}

/// `None`: no feed has this token.
pub async fn read(desk: &Desk, token: &SecretString) -> Result<Option<Contents>, DeskError> {
    let Some(feed) = feeds::of_token(desk.pool(), token).await? else { return Ok(None) };
    let rules = desk.rules(feed.tenant).await?;
    let window = window(desk.now());
    let segments = feeds::segments(&mut *desk.reading(feed.tenant).await?, feed, window, EVENTS_MAX).await?;
    let person = rules.staff.iter().find(|person| person.id == feed.staff).map_or("", |person| person.name.as_str());
    let text = ics::feed(person, &rules.profile.name, &segments, feed.shows_clients);
    let tag = format!("\"{:x}\"", Sha256::digest(text.reveal().as_bytes()));
    Ok(Some(Contents { text, tag }))
}

fn window(now: Timestamp) -> Span {
    Span { start: now.checked_sub(PAST).unwrap_or(now), end: now.checked_add(FUTURE).unwrap_or(now) }
}
