//! What the business decides, where its calendars and its appointments disagree.

use booking_svc::booking::appointment::Appointment;
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{CALENDAR, Linked, dana, during};
use crate::{rest::Api, support::TOMORROW_TWO_PM};

/// A facial that was written into Dana's calendar, and its event's id.
async fn written(linked: &Linked) -> (Appointment, String) {
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    linked.look().await;
    let id = booking_svc::calendar::publish::event_id(linked.salon.tenant, booked.id, dana());
    assert!(linked.fake.event(CALENDAR, &id).is_some());
    (booked, id)
}

async fn only_issue(api: &Api) -> Value {
    let (_, listed) = api.get("/calendar-issues").await;
    let issues = listed["issues"].as_array().expect("issues");
    assert_eq!(issues.len(), 1, "{listed}");
    issues[0].clone()
}

async fn decide(api: &Api, issue: &Value, how: &str) -> (u16, Value) {
    let path = format!("/calendar-issues/{}/{how}", issue["id"].as_str().expect("an id"));
    let (status, body) = api.post(&path, "unused", &json!({})).await;
    (status.as_u16(), body["code"].clone())
}

async fn status(api: &Api, booked: &Appointment) -> (Value, Value) {
    let (_, read) = api.get(&format!("/appointments/{}", booked.id)).await;
    (read["status"].clone(), read["slot"]["start"].clone())
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_deletion_that_is_accepted_cancels(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let (booked, event) = written(&linked).await;
    linked.remove(&event);
    linked.look().await;
    let issue = only_issue(&api).await;
    assert_eq!((&issue["kind"], &issue["appointment_id"]), (&json!("deleted"), &json!(booked.id)));
    assert_eq!(status(&api, &booked).await.0, "booked");
    assert_eq!(decide(&api, &issue, "accept").await.0, 204);
    assert_eq!(status(&api, &booked).await.0, "cancelled");
    assert_eq!(decide(&api, &issue, "accept").await, (409, json!("settled")));
    linked.look().await;
    let (_, all) = api.get("/calendar-issues?settled_too=true").await;
    assert_eq!(all["issues"][0]["state"], "accepted");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_deletion_that_is_dismissed_is_undone(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let (booked, event) = written(&linked).await;
    linked.remove(&event);
    linked.look().await;
    let issue = only_issue(&api).await;
    assert_eq!(decide(&api, &issue, "dismiss").await.0, 204);
    linked.look().await;
    assert_eq!(linked.fake.event(CALENDAR, &event).expect("an event")["status"], "confirmed");
    assert_eq!(status(&api, &booked).await.0, "booked");
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_move_that_is_accepted_moves_as_far_as_the_rules_allow(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let (booked, event) = written(&linked).await;
    // Three in the morning in New York.
    linked.fake.put(CALENDAR, &event, &during("2026-06-11T07:00:00Z", "2026-06-11T07:45:00Z"));
    linked.look().await;
    assert_eq!(decide(&api, &only_issue(&api).await, "accept").await, (409, json!("closed")));
    linked.fake.put(CALENDAR, &event, &during("2026-06-11T19:00:00Z", "2026-06-11T19:45:00Z"));
    linked.look().await;
    let issue = only_issue(&api).await;
    assert_eq!((&issue["kind"], &issue["start"]), (&json!("moved"), &json!("2026-06-11T19:00:00Z")));
    assert_eq!(decide(&api, &issue, "accept").await.0, 204);
    assert_eq!(status(&api, &booked).await, (json!("booked"), json!("2026-06-11T19:00:00Z")));
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_overlap_that_is_dismissed_is_not_brought_up_again(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    written(&linked).await;
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    linked.look().await;
    let issue = only_issue(&api).await;
    assert_eq!(decide(&api, &issue, "accept").await, (409, json!("nothing_to_accept")));
    assert_eq!(decide(&api, &issue, "dismiss").await.0, 204);
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0);
    // Until it is another overlap.
    linked.put("lunch", "2026-06-11T18:15:00Z", "2026-06-11T19:15:00Z");
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 1);
    let unknown = json!({ "id": uuid::Uuid::new_v4() });
    assert_eq!(decide(&api, &unknown, "dismiss").await.0, 404);
}
