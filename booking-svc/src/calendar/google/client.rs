//! The requests, each with a token; one whose token is refused is sent once more with a new one.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use proto::id::StaffId;
use reqwest::{RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use service_runtime::Clock;
use uuid::Uuid;

use super::{
    error::{self, GoogleError},
    event::{Event, NewEvent},
    settings::GoogleSettings,
    token::{Access, Tokens},
};
use crate::booking::slot::Span;

const CONNECT_MAX: Duration = Duration::from_secs(5);
pub const REQUEST_MAX: Duration = Duration::from_secs(20);
/// A page of 250 events has some hundred kilobytes.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
const PAGE_EVENTS: u32 = 250;
/// A calendar with more in its window is not a person's.
const PAGES_MAX: usize = 200;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Google {
    settings: Arc<GoogleSettings>,
    http: reqwest::Client,
    tokens: Arc<Tokens>,
}

/// What was changed, or everything there is in a window.
#[derive(Debug)]
pub struct Changes {
    pub events: Vec<Event>,
    /// The calendar's own.
    pub zone: Option<TimeZone>,
    pub next_sync_token: String,
}

/// A channel over which a calendar's changes are announced.
#[derive(Debug)]
pub struct NewChannel<'a> {
    pub id: Uuid,
    pub token: &'a SecretString,
    pub address: &'a str,
    pub expires_at: Timestamp,
}

#[derive(Debug)]
pub struct Channel {
    pub id: Uuid,
    pub resource: String,
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Vec<Event>,
    next_page_token: Option<String>,
    next_sync_token: Option<String>,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    resource_id: String,
    /// Milliseconds, in quotes.
    expiration: String,
}

impl Google {
    pub fn new(settings: GoogleSettings, clock: Clock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .timeout(REQUEST_MAX)
            // Nobody else is to see a token.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let settings = Arc::new(settings);
        let tokens = Arc::new(Tokens::new(Arc::clone(&settings), http.clone(), clock));
        Ok(Self { settings, http, tokens })
    }

    pub fn settings(&self) -> &GoogleSettings {
        &self.settings
    }

    /// A refresh token that replaces the stored one.
    pub fn take_rotated(&self, of: StaffId) -> Option<SecretString> {
        self.tokens.take_rotated(of)
    }

    /// The refresh token of an account whose owner has just let us in.
    pub async fn let_in(&self, code: &SecretString, redirect_uri: &str) -> Result<SecretString, GoogleError> {
        let granted = self.tokens.exchange(code, redirect_uri).await?;
        granted.refresh_token.ok_or(GoogleError::Refused("no_refresh_token"))
    }

    /// Every event that touches a window.
    pub async fn list(&self, access: &Access, calendar: &str, window: Span) -> Result<Changes, GoogleError> {
        let first = [("timeMin", window.start.to_string()), ("timeMax", window.end.to_string())];
        self.pages(access, calendar, &first).await
    }

    /// What was changed since a list was read, cancelled events too.
    pub async fn changes(&self, access: &Access, calendar: &str, token: &str) -> Result<Changes, GoogleError> {
        self.pages(access, calendar, &[("syncToken", token.to_owned())]).await
    }

    pub async fn get(&self, access: &Access, calendar: &str, event: &str) -> Result<Event, GoogleError> {
        let url = self.event_url(calendar, event);
        parsed(&self.send(access, || self.http.get(&url)).await?)
    }

    pub async fn insert(&self, access: &Access, calendar: &str, event: &NewEvent) -> Result<Event, GoogleError> {
        let url = with(&self.events_url(calendar), [SILENTLY]);
        parsed(&self.send(access, || self.http.post(&url).json(event)).await?)
    }

    /// Changes an event, as long as it is what was read; without `etag` whatever it is.
    pub async fn patch(
        &self,
        access: &Access,
        calendar: &str,
        id: &str,
        event: &NewEvent,
        etag: Option<&str>,
    ) -> Result<Event, GoogleError> {
        let url = with(&self.event_url(calendar, id), [SILENTLY]);
        let request = || {
            let request = self.http.patch(&url).json(event);
            match etag {
                Some(etag) => request.header(header::IF_MATCH, etag),
                None => request,
            }
        };
        parsed(&self.send(access, request).await?)
    }

    pub async fn delete(&self, access: &Access, calendar: &str, event: &str) -> Result<(), GoogleError> {
        let url = with(&self.event_url(calendar, event), [SILENTLY]);
        self.send(access, || self.http.delete(&url)).await?;
        Ok(())
    }

    pub async fn watch(
        &self,
        access: &Access,
        calendar: &str,
        channel: &NewChannel<'_>,
    ) -> Result<Channel, GoogleError> {
        let url = format!("{}/watch", self.events_url(calendar));
        let body = json!({
            "id": channel.id, "type": "web_hook", "address": channel.address,
            "token": channel.token.expose_secret(), "expiration": channel.expires_at.as_millisecond(),
        });
        let opened: Opened = parsed(&self.send(access, || self.http.post(&url).json(&body)).await?)?;
        let expires_at = opened.expiration.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let expires_at = expires_at.ok_or(GoogleError::Malformed("channel_answer"))?;
        Ok(Channel { id: channel.id, resource: opened.resource_id, expires_at })
    }

    pub async fn stop(&self, access: &Access, channel: Uuid, resource: &str) -> Result<(), GoogleError> {
        let url = format!("{}/channels/stop", self.settings.calendar_url);
        let body = json!({ "id": channel, "resourceId": resource });
        self.send(access, || self.http.post(&url).json(&body)).await?;
        Ok(())
    }

    async fn pages(&self, access: &Access, calendar: &str, first: &[(&str, String)]) -> Result<Changes, GoogleError> {
        let url = self.events_url(calendar);
        let page_size = PAGE_EVENTS.to_string();
        // The same on every page, or the token of the next page is refused.
        let mut asked = vec![("singleEvents", "true"), ("maxResults", page_size.as_str())];
        asked.extend(first.iter().map(|(name, value)| (*name, value.as_str())));
        let mut changes = Changes { events: Vec::new(), zone: None, next_sync_token: String::new() };
        let mut page_token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let next = page_token.as_deref().map(|token| ("pageToken", token));
            let url = with(&url, asked.iter().copied().chain(next));
            let request = || self.http.get(&url);
            let page: Page = parsed(&self.send(access, request).await?)?;
            changes.events.extend(page.items);
            changes.zone = page.time_zone.and_then(|name| TimeZone::get(&name).ok()).or(changes.zone);
            match (page.next_page_token, page.next_sync_token) {
                (Some(token), _) => page_token = Some(token),
                (None, Some(token)) => return Ok(Changes { next_sync_token: token, ..changes }),
                (None, None) => return Err(GoogleError::Malformed("list_without_end")),
            }
        }
        Err(GoogleError::Refused("too_many_events"))
    }

    async fn send(&self, access: &Access, request: impl Fn() -> RequestBuilder) -> Result<Vec<u8>, GoogleError> {
        let mut token = self.tokens.get(access).await?;
        for last in [false, true] {
            let response = request().bearer_auth(token.expose_secret()).send().await;
            let response = response
                .map_err(|error| GoogleError::Busy(if error.is_timeout() { "timeout" } else { "not_reached" }))?;
            let status = response.status();
            let body = read(response).await?;
            if status.is_success() {
                return Ok(body);
            }
            if status != StatusCode::UNAUTHORIZED || last {
                return Err(error::of_calendar(status, &body));
            }
            self.tokens.refused(access, &token).await;
            token = self.tokens.get(access).await?;
        }
        Err(GoogleError::Refused("unauthorized"))
    }

    fn events_url(&self, calendar: &str) -> String {
        format!("{}/calendars/{}/events", self.settings.calendar_url, encoded(calendar))
    }

    fn event_url(&self, calendar: &str, event: &str) -> String {
        format!("{}/{}", self.events_url(calendar), encoded(event))
    }
}

/// Clients hear of their appointments from us.
const SILENTLY: (&str, &str) = ("sendUpdates", "none");

fn with<'a>(url: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    format!("{url}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
}

/// For a segment of a path.
fn encoded(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect()
}

fn parsed<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, GoogleError> {
    serde_json::from_slice(body).map_err(|_| GoogleError::Malformed("answer"))
}

/// An answer, as long as it has an end.
pub(super) async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, GoogleError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() > ANSWER_BYTES_MAX => {
                return Err(GoogleError::Malformed("answer_too_long"));
            }
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) => return Ok(body),
            Err(_) => return Err(GoogleError::Busy("broken_off")),
        }
    }
}
