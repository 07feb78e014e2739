//! People's calendars at Google: the real client against a fake that speaks the protocol.

mod announced;
mod linking;
mod looks;
mod mirror;
mod publish;
mod questions;

use booking_svc::{
    booking::{appointment::Wanted, claim::Own, error::Outcome, slot::Slot},
    calendar::{
        CalendarSettings, Calendars,
        google::{GoogleSettings, OauthClient, ServiceAccount},
        seal::SealingKey,
        sync,
    },
    desk::DeskError,
    store::calendar::{
        issues::{self, Issue},
        links::{self, Link, NewLink, StoredAccess},
    },
};
use proto::id::{SessionId, StaffId};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use std::{sync::Arc, time::Duration};
use system_tests::{
    database::Closing,
    fakes::google_calendar::{CLIENT_ID, CLIENT_SECRET, GoogleCalendar, SERVICE_ACCOUNT},
};
use tokio::net::TcpListener;

use crate::rest::Api;
use crate::support::{Salon, done, salon_staff, with};

/// The calendar that Dana's is linked to.
pub const CALENDAR: &str = "dana@harmony.example";
pub const DANA: &str = "Dana Kim";

/// The salon, with Dana's calendar linked to the fake's; nothing of it is read yet.
pub struct Linked {
    pub salon: Salon,
    pub calendars: Calendars,
    pub fake: GoogleCalendar,
}

pub fn settings(fake: &GoogleCalendar, public_url: Option<&str>) -> CalendarSettings {
    CalendarSettings {
        google: Some(GoogleSettings {
            calendar_url: fake.calendar_url(),
            token_url: fake.token_url(),
            token_pause: Duration::from_millis(1),
            service_account: ServiceAccount::read(SERVICE_ACCOUNT.as_bytes()).map(Arc::new),
            oauth: Some(OauthClient { id: CLIENT_ID.to_owned(), secret: SecretString::from(CLIENT_SECRET) }),
        }),
        sealing: SealingKey::read(&SecretString::from("5".repeat(64))),
        public_url: public_url.map(str::to_owned),
        ..CalendarSettings::default()
    }
}

impl Linked {
    pub async fn open(options: PgConnectOptions) -> Self {
        Self::open_with(options, None, &StoredAccess::ServiceAccount).await
    }

    pub async fn open_with(options: PgConnectOptions, public_url: Option<&str>, access: &StoredAccess) -> Self {
        service_runtime::install_crypto_provider();
        let salon = Salon::open(options).await;
        Self::of(salon, public_url, access).await
    }

    async fn of(salon: Salon, public_url: Option<&str>, access: &StoredAccess) -> Self {
        let fake = GoogleCalendar::start().await.expect("a fake");
        fake.share(CALENDAR);
        let calendars = Calendars::new(settings(&fake, public_url), salon.desk.clone()).expect("a client");
        let linked = Self { salon, calendars, fake };
        linked.link(access).await;
        linked
    }

    /// The same behind the REST API, which calendars reach too.
    pub async fn serve(options: PgConnectOptions) -> (Self, Api) {
        service_runtime::install_crypto_provider();
        let salon = Salon::open(options.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let linked = Self::of(salon, Some(&base), &StoredAccess::ServiceAccount).await;
        let salon = Salon {
            pool: linked.salon.pool.clone(),
            desk: linked.salon.desk.clone(),
            tenant: linked.salon.tenant,
            closing: Closing::default(),
        };
        let api = Api::serve(salon, linked.calendars.clone(), listener).await;
        (linked, api)
    }

    pub async fn link(&self, access: &StoredAccess) {
        let (tenant, staff) = (self.salon.tenant, salon_staff(DANA));
        let new = NewLink { tenant, staff, calendar: CALENDAR, access, shows_clients: false };
        links::connect(&self.salon.pool, &new).await.expect("a link");
    }

    /// Looks at the calendar once, whether it is due or not.
    pub async fn look(&self) -> Link {
        let google = self.calendars.google.as_ref().expect("a client");
        let link = self.stored().await;
        sync::look(&self.calendars, google, &link).await.expect("a database");
        self.stored().await
    }

    pub async fn stored(&self) -> Link {
        let mut db = self.salon.pool.acquire().await.expect("a connection");
        links::find(&mut db, self.salon.tenant, dana()).await.expect("an answer").expect("a link")
    }

    pub async fn issues(&self) -> Vec<Issue> {
        let mut db = self.salon.pool.acquire().await.expect("a connection");
        issues::listed(&mut db, self.salon.tenant, true, 100).await.expect("issues")
    }

    /// An event of Dana's own.
    pub fn put(&self, id: &str, start: &str, end: &str) {
        self.fake.put(CALENDAR, id, &during(start, end));
    }

    pub fn remove(&self, id: &str) {
        self.fake.put(CALENDAR, id, &json!({ "status": "cancelled" }));
    }

    /// Whether Dana can give a facial then, or why not.
    pub async fn facial(&self, start: &str) -> Outcome<Slot> {
        self.try_facial(start).await.expect("an answer")
    }

    async fn try_facial(&self, start: &str) -> Result<Outcome<Slot>, DeskError> {
        self.salon.desk.explain(self.salon.tenant, with("Facial", DANA, start), Own::default()).await
    }

    pub async fn book_facial(&self, start: &str) -> booking_svc::booking::appointment::Appointment {
        done(self.salon.book(SessionId::new(), Wanted::Slot(with("Facial", DANA, start))).await)
    }
}

pub fn during(start: &str, end: &str) -> Value {
    json!({ "start": { "dateTime": start }, "end": { "dateTime": end } })
}

pub fn dana() -> StaffId {
    salon_staff(DANA)
}
