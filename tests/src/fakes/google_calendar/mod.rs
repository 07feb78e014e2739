//! Google Calendar: the token endpoint, events with their sync tokens, and channels that announce changes.
//!
//! What it is sent is checked as Google does: tokens, a service account's signature, ids, entity tags.

mod channels;
mod events;
mod store;
mod tokens;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::served::{Record, Served};
pub use channels::Channel;
use store::Calendars;
use tokens::Tokens;

/// A service account's key file, as Google gives it out. The key was made for these tests and opens nothing.
pub const SERVICE_ACCOUNT: &str = include_str!("service_account.json");
pub const CLIENT_ID: &str = "the-client";
pub const CLIENT_SECRET: &str = "the-client-secret";

/// What becomes of a request of the calendar's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// A status, and Google's reason for it.
    Refuse(u16, &'static str),
    /// It is done, and the answer breaks off.
    LoseAnswer,
    /// As usual; for a request before one that is not.
    Serve,
}

struct Shared {
    calendars: Mutex<Calendars>,
    tokens: Mutex<Tokens>,
    channels: Mutex<Vec<Channel>>,
    record: Record<Script, String>,
}

/// The running fake.
pub struct GoogleCalendar {
    served: Served,
    shared: Arc<Shared>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl GoogleCalendar {
    pub async fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            calendars: Mutex::default(),
            tokens: Mutex::default(),
            channels: Mutex::default(),
            record: Record::default(),
        });
        let calendar = Router::new()
            .route("/calendars/{calendar}/events", get(events::list).post(events::insert))
            .route("/calendars/{calendar}/events/watch", post(channels::watch))
            .route("/calendars/{calendar}/events/{event}", get(events::get).patch(events::patch).delete(events::delete))
            .route("/channels/stop", post(channels::stop))
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), admit));
        let routes = Router::new()
            .nest("/calendar/v3", calendar)
            .route("/token", post(tokens::grant))
            .with_state(Arc::clone(&shared));
        Ok(Self { served: Served::start(routes).await?, shared })
    }

    pub fn calendar_url(&self) -> String {
        format!("{}/calendar/v3", self.served.url())
    }

    pub fn token_url(&self) -> String {
        format!("{}/token", self.served.url())
    }

    /// The calendar's requests, such as `GET /calendars/dana/events`, and what is to become of the next ones.
    pub fn record(&self) -> &Record<Script, String> {
        &self.shared.record
    }

    /// Shares a calendar with whoever asks.
    pub fn share(&self, calendar: &str) {
        lock(&self.shared.calendars).share(calendar);
    }

    /// What the calendar's owner enters, or changes: fields of an event.
    pub fn put(&self, calendar: &str, event: &str, fields: &Value) {
        lock(&self.shared.calendars).put(calendar, event, fields);
    }

    /// An event as it is; cancelled ones too.
    pub fn event(&self, calendar: &str, event: &str) -> Option<Value> {
        lock(&self.shared.calendars).event(calendar, event)
    }

    /// All that are not cancelled.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        lock(&self.shared.calendars).standing(calendar)
    }

    /// No sync token that was given out is valid any more.
    pub fn forget_sync_tokens(&self) {
        lock(&self.shared.calendars).forget_sync_tokens();
    }

    /// An event to a page, so that a list has several.
    pub fn page_singly(&self) {
        lock(&self.shared.calendars).page_events_max = 1;
    }

    pub fn expire_access_tokens(&self) {
        lock(&self.shared.tokens).valid.clear();
    }

    /// The next requests for a token are answered so: a status, and an error word.
    pub fn refuse_tokens(&self, refusals: impl IntoIterator<Item = (u16, &'static str)>) {
        lock(&self.shared.tokens).refusals.extend(refusals);
    }

    /// An account's owner lets us in.
    pub fn allow(&self, refresh_token: &str) {
        lock(&self.shared.tokens).refresh.insert(refresh_token.to_owned());
    }

    /// A code that a browser brings back, for a refresh token.
    pub fn give_code(&self, code: &str, refresh_token: &str) {
        lock(&self.shared.tokens).codes.insert(code.to_owned(), refresh_token.to_owned());
    }

    /// Along with the next access token comes a new refresh token in place of the old one.
    pub fn rotate(&self, refresh_token: &str) {
        lock(&self.shared.tokens).rotate = Some(refresh_token.to_owned());
    }

    pub fn tokens_granted(&self) -> usize {
        lock(&self.shared.tokens).granted
    }

    /// Open channels, the oldest first.
    pub fn channels(&self) -> Vec<Channel> {
        lock(&self.shared.channels).clone()
    }

    /// Announces a change over each channel of a calendar; what was answered.
    pub async fn announce(&self, calendar: &str) -> Vec<u16> {
        let channels: Vec<Channel> = self.channels().into_iter().filter(|one| one.calendar == calendar).collect();
        channels::announce(&channels).await
    }
}

/// Checks the token, and does what a script says.
async fn admit(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let bearer =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let path = request.uri().path().to_owned();
    shared.record.note(peer, format!("{} {path}", request.method()));
    if !bearer.is_some_and(|token| lock(&shared.tokens).valid.contains(token)) {
        return fault(401, "authError");
    }
    match shared.record.take_script().unwrap_or(Script::Serve) {
        Script::Refuse(status, reason) => fault(status, reason),
        Script::Serve => next.run(request).await,
        Script::LoseAnswer => {
            next.run(request).await;
            super::served::broken_off()
        }
    }
}

fn fault(status: u16, reason: &str) -> Response {
    let domain = if status == 403 || status == 429 { "usageLimits" } else { "global" };
    let errors = [json!({ "domain": domain, "reason": reason, "message": reason })];
    let answer = json!({ "error": { "errors": errors, "code": status, "message": reason } });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(answer)).into_response()
}
