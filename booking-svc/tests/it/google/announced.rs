//! Channels: opened with the first look, replaced before they end, and heard by whoever knows their token.

use std::time::Duration;

use booking_svc::jobs;
use service_runtime::lifecycle::Lifecycle;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::fakes::google_calendar::Script;
use uuid::Uuid;

use super::{CALENDAR, Linked};
use crate::{
    rest::Api,
    support::{TOMORROW_TWO_PM, refused},
};

const DUE: &str = "SELECT count(*) FROM calendar_links WHERE due_at <= now()";

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_change_is_announced_and_looked_at_next(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, _api) = Linked::serve(options).await;
    linked.look().await;
    assert_eq!((linked.fake.channels().len(), linked.salon.count(DUE).await), (1, 0));
    linked.look().await;
    assert_eq!(linked.fake.channels().len(), 1, "one is enough");
    assert_eq!(linked.fake.announce(CALENDAR).await, [204]);
    assert_eq!(linked.salon.count(DUE).await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_channel_that_ends_soon_is_replaced(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, _api) = Linked::serve(options).await;
    linked.look().await;
    let first = linked.fake.channels();
    // The salon's clock stands at 2026-06-10T13:00:00Z.
    let soon = "UPDATE calendar_links SET channel_expires_at = '2026-06-11T12:00:00Z'";
    sqlx::query(soon).execute(&linked.salon.pool).await.expect("an update");
    linked.look().await;
    let second = linked.fake.channels();
    assert_eq!(second.len(), 1, "the old one is stopped");
    assert_ne!(first[0].id, second[0].id);
    assert_eq!(linked.fake.announce(CALENDAR).await, [204]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn without_a_channel_a_calendar_is_read_all_the_same(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, _api) = Linked::serve(options).await;
    linked.fake.record().script(Script::Serve);
    linked.fake.record().script(Script::Refuse(403, "forbidden"));
    let link = linked.look().await;
    assert!(link.fresh && link.channel.is_none(), "{link:?}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn nobody_else_is_heard(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    linked.look().await;
    let channel = linked.fake.channels().remove(0);
    let unknown = Uuid::new_v4().to_string();
    for (id, token) in [
        (Some(channel.id.as_str()), Some("guess")),
        (Some(unknown.as_str()), Some(channel.token.as_str())),
        (None, None),
    ] {
        let mut request = api.client.post(&channel.address);
        for (name, value) in [("X-Goog-Channel-ID", id), ("X-Goog-Channel-Token", token)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        assert_eq!(request.send().await.expect("an answer").status(), 403);
    }
    assert_eq!(linked.salon.count(DUE).await, 0);
    // Of another business the channel is not known either.
    let elsewhere = channel.address.replace(&linked.salon.tenant.to_string(), &Uuid::new_v4().to_string());
    let request = api.client.post(elsewhere).header("X-Goog-Channel-ID", &channel.id);
    let answer = request.header("X-Goog-Channel-Token", &channel.token).send().await.expect("an answer");
    assert_eq!(answer.status(), 403);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_job_looks_when_it_is_announced(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, _api): (Linked, Api) = Linked::serve(options).await;
    let lifecycle = Lifecycle::new();
    let google = linked.calendars.google.clone().expect("a client");
    let job = jobs::sync_calendars(linked.calendars.clone(), google, lifecycle.soft().clone());
    lifecycle.spawn("sync calendars", job);
    linked.until("SELECT count(*) FROM calendar_links WHERE fresh_until > now() AND channel_id IS NOT NULL").await;
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    assert_eq!(linked.fake.announce(CALENDAR).await, [204]);
    linked.until("SELECT count(*) FROM claims WHERE from_calendar").await;
    refused(linked.facial(TOMORROW_TWO_PM).await);
    lifecycle.stop();
}

impl Linked {
    async fn until(&self, one: &'static str) {
        let so = async {
            while self.salon.count(one).await != 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), so).await.expect("it becomes so");
    }
}
