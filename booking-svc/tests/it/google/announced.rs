//! Channels: opened with the first look, replaced before they end, and heard by whoever knows their token.

use std::time::Duration;

use booking_svc::{
    calendar::{Decided, sync},
    jobs,
    store::calendar::links::StoredAccess,
};
use secrecy::SecretString;
use service_runtime::lifecycle::Lifecycle;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::{eventually, fakes::google_calendar::Script};
use uuid::Uuid;

use super::{CALENDAR, Linked};
use crate::{
    rest::Api,
    support::{Salon, TOMORROW_TWO_PM, refused},
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

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_announcement_during_a_look_brings_another_one(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, _api) = Linked::serve(options).await;
    let link = linked.look().await;
    assert_eq!(linked.fake.announce(CALENDAR).await, [204]);
    // The link was read before: this look has begun earlier than the announcement came.
    let google = linked.calendars.google.as_ref().expect("a client");
    sync::look(&linked.calendars, google, &link).await.expect("a database");
    assert_eq!(linked.salon.count(DUE).await, 1);
    linked.look().await;
    assert_eq!(linked.salon.count(DUE).await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn all_of_it_is_done_in_the_services_own_role(_: PgPoolOptions, options: PgConnectOptions) {
    service_runtime::install_crypto_provider();
    let salon = Salon::open_in_role(options).await;
    let linked = Linked::of(salon, Some("http://127.0.0.1:9"), &StoredAccess::ServiceAccount).await;
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    let lifecycle = Lifecycle::new();
    let google = linked.calendars.google.clone().expect("a client");
    let job = jobs::sync_calendars(linked.calendars.clone(), google, lifecycle.soft().clone());
    lifecycle.spawn("sync calendars", job);
    linked.until("SELECT count(*) FROM calendar_links WHERE fresh_until > now()").await;
    lifecycle.stop();
    refused(linked.facial(TOMORROW_TWO_PM).await);

    linked.book_facial("2026-06-11T19:00:00Z").await;
    linked.look().await;
    assert_eq!(linked.salon.count("SELECT count(*) FROM calendar_written").await, 1);
    linked.put("lunch", "2026-06-11T19:30:00Z", "2026-06-11T20:00:00Z");
    linked.look().await;
    let tenant = linked.salon.tenant;
    let issue = linked.calendars.issues(tenant, true, 10).await.expect("issues").remove(0);
    assert!(matches!(linked.calendars.dismiss(tenant, issue.id).await, Ok(Decided::Done)));
    let channel = linked.fake.channels().remove(0);
    let (id, token) = (channel.id.parse().expect("an id"), SecretString::from(channel.token));
    assert!(linked.calendars.announced(tenant, id, &token).await.expect("an answer"));
    assert!(linked.calendars.unlink(tenant, super::dana()).await.expect("an answer"));
    assert_eq!(linked.salon.count("SELECT count(*) FROM claims WHERE from_calendar").await, 0);
}

impl Linked {
    async fn until(&self, one: &'static str) {
        eventually(Duration::from_secs(30), one, async || self.salon.count(one).await == 1).await;
    }
}
