//! Feeds of people's appointments, as a calendar reads them.

use axum::http::StatusCode;
use booking_svc::booking::appointment::{CancelRequest, Wanted};
use proto::id::SessionId;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::{
    rest::Api,
    support::{TOMORROW_TWO_PM, done, fresh_key, salon_staff, with},
};

/// Status, entity tag and text.
async fn read(api: &Api, path: &str, known: Option<&str>) -> (u16, String, String) {
    let mut request = api.client.get(format!("{}{path}", api.base));
    if let Some(tag) = known {
        request = request.header("If-None-Match", tag);
    }
    let response = request.send().await.expect("an answer");
    let tag = response.headers().get("etag").map(|tag| tag.to_str().expect("text").to_owned());
    (response.status().as_u16(), tag.unwrap_or_default(), response.text().await.expect("text"))
}

async fn open(api: &Api, staff: &str, wanted: Value) -> String {
    let path = format!("/staff/{}/calendar-feed", salon_staff(staff));
    let (status, made) = api.post(&path, "unused", &wanted).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["path"].as_str().expect("a path").to_owned()
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_feed_has_one_persons_appointments_and_no_client(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let session = SessionId::new();
    let booked = done(api.salon.book(session, Wanted::Slot(with("Facial", "Dana Kim", TOMORROW_TWO_PM))).await);
    let path = open(&api, "Dana Kim", json!({})).await;
    let (status, tag, text) = read(&api, &path, None).await;
    assert_eq!(status, 200, "{text}");
    for line in [
        "X-WR-CALNAME:Dana Kim – Harmony Wellness".to_owned(),
        format!("UID:{}-0", booked.id),
        "SUMMARY:Facial".to_owned(),
        "DTSTART:20260611T180000Z".to_owned(),
        "SEQUENCE:0".to_owned(),
    ] {
        assert!(text.split("\r\n").any(|l| l == line), "{line} in {text}");
    }
    for personal in ["Morrison", "alex@example.com", "4155550123"] {
        assert!(!text.contains(personal), "{personal}");
    }
    assert_eq!(read(&api, &path, Some(&format!("\"x\", W/{tag}"))).await, (304, tag.clone(), String::new()));

    let cancel = CancelRequest {
        actor: api.salon.actor(session),
        idempotency_key: fresh_key(),
        appointment: booked.id,
        expected_version: booked.version,
    };
    done(api.salon.desk.cancel(&cancel).await.expect("an answer"));
    let (status, _, text) = read(&api, &path, Some(&tag)).await;
    assert!(status == 200 && !text.contains("VEVENT"), "{status} {text}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn clients_names_stand_in_a_feed_that_shall_show_them(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    done(api.salon.book(SessionId::new(), Wanted::Slot(with("Facial", "Dana Kim", TOMORROW_TWO_PM))).await);
    let path = open(&api, "Dana Kim", json!({ "shows_clients": true })).await;
    let (_, _, text) = read(&api, &path, None).await;
    assert!(text.contains("SUMMARY:Facial – Alex Morrison\r\n"), "{text}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_address_ends_with_its_successor_and_with_its_feed(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let first = open(&api, "Dana Kim", json!({})).await;
    let second = open(&api, "Dana Kim", json!({})).await;
    assert_eq!((read(&api, &first, None).await.0, read(&api, &second, None).await.0), (404, 200));
    assert_eq!(read(&api, second.trim_end_matches(".ics"), None).await.0, 404);

    let feed = format!("/staff/{}/calendar-feed", salon_staff("Dana Kim"));
    let delete = async || api.request(Method::DELETE, &feed).send().await.expect("an answer").status().as_u16();
    assert_eq!((delete().await, delete().await), (204, 404));
    assert_eq!(read(&api, &second, None).await.0, 404);

    let nobody = format!("/staff/{}/calendar-feed", uuid::Uuid::new_v4());
    assert_eq!(api.post(&nobody, "unused", &json!({})).await.0, StatusCode::NOT_FOUND);
}
