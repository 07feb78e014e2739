//! One person's own calendar in each business, at a Google that speaks its protocol.

use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Deserialize;
use service_runtime::Clock;
use sqlx::{Connection as _, PgConnection};
use system_tests::{
    bookings::{
        Calendar, Rest,
        business::Business,
        journal::{Request, Said},
    },
    fakes::google_calendar::{GoogleCalendar, SERVICE_ACCOUNT},
};
use tempfile::NamedTempFile;
use uuid::Uuid;

/// A calendar that announces nothing is read this often.
const SWEEP: Duration = Duration::from_secs(1);
const ASK_EVERY: Duration = Duration::from_millis(50);
/// Of a look, or until the outbox is empty: what a killed service was at is taken up when its lease is over.
const WAIT_MAX: Duration = Duration::from_secs(120);

pub struct Calendars {
    google: Arc<GoogleCalendar>,
    service_account: NamedTempFile,
}

#[derive(Deserialize)]
struct Linked {
    synced_at: Option<Timestamp>,
    fresh: bool,
}

impl Calendars {
    pub async fn start() -> anyhow::Result<Self> {
        let mut service_account = NamedTempFile::new()?;
        service_account.write_all(SERVICE_ACCOUNT.as_bytes())?;
        Ok(Self { google: Arc::new(GoogleCalendar::start().await?), service_account })
    }

    /// The service's variables for it.
    pub fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("GOOGLE_CALENDAR_BASE_URL", self.google.calendar_url()),
            ("GOOGLE_TOKEN_URL", self.google.token_url()),
            ("GOOGLE_SERVICE_ACCOUNT_FILE", self.service_account.path().display().to_string()),
            ("CALENDAR_SWEEP_MS", SWEEP.as_millis().to_string()),
        ]
    }

    /// Links somebody of a business to a new calendar, and waits until they are free for others again.
    pub async fn link(&self, rest: &Rest, tenant: Uuid) -> anyhow::Result<(Uuid, Calendar)> {
        let offers = Business::offers(rest).await?;
        let staff = offers.iter().flat_map(|offer| &offer.staff_ids).min().copied().context("nobody works here")?;
        let calendar = Calendar::new(Arc::clone(&self.google), format!("{tenant}@calendars.example"));
        rest.link_calendar(staff, calendar.id()).await?;
        looked_at(rest, staff, Timestamp::UNIX_EPOCH).await?;
        Ok((staff, calendar))
    }
}

/// Lets the leases end of what the killed services were at: a minute's waiting, otherwise.
pub async fn end_leases(database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    sqlx::query("UPDATE outbox_deliveries SET available_at = now() WHERE state = 'waiting' AND available_at > now()")
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

/// Waits until everything that was announced was told, and the calendar was read once more, whole.
pub async fn settle(database: &str, rest: &Rest, staff: Uuid) -> anyhow::Result<()> {
    all_is_told(database).await?;
    let (asked_at, began) = (Clock::system().now(), Instant::now());
    loop {
        let resumed = rest.send("", &Request::Resume { staff }).await;
        if resumed.said == Said::Resumed {
            return looked_at(rest, staff, asked_at).await;
        }
        anyhow::ensure!(began.elapsed() < WAIT_MAX, "a calendar was not resumed: {}", resumed.whole);
        tokio::time::sleep(ASK_EVERY).await;
    }
}

async fn all_is_told(database: &str) -> anyhow::Result<()> {
    const UNTOLD: &str = "SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL) \
                          + (SELECT count(*) FROM outbox_deliveries WHERE state = 'waiting')";
    let mut connection = PgConnection::connect(database).await?;
    let began = Instant::now();
    while sqlx::query_scalar::<_, i64>(UNTOLD).fetch_one(&mut connection).await? > 0 {
        anyhow::ensure!(began.elapsed() < WAIT_MAX, "the outbox is not told");
        tokio::time::sleep(ASK_EVERY).await;
    }
    Ok(connection.close().await?)
}

async fn looked_at(rest: &Rest, staff: Uuid, after: Timestamp) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        // The service has just begun, and may say "later".
        let answer = rest.get(&format!("/staff/{staff}/calendar")).await;
        if let Ok(linked) = &answer {
            let linked = Linked::deserialize(linked)?;
            if linked.fresh && linked.synced_at.is_some_and(|at| at > after) {
                return Ok(());
            }
        }
        anyhow::ensure!(began.elapsed() < WAIT_MAX, "a calendar is not read: {answer:?}");
        tokio::time::sleep(ASK_EVERY).await;
    }
}
