//! Linking a calendar: with the installation's account, or with its owner's consent.

use booking_svc::store::calendar::links::State;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{CALENDAR, DANA, Linked};
use crate::{
    rest::{Api, answer},
    support::{TOMORROW_TWO_PM, done, salon_staff},
};

fn path(rest: &str) -> String {
    format!("/staff/{}/calendar{rest}", salon_staff(DANA))
}

async fn ask_owner(api: &Api) -> String {
    let wanted = json!({ "google_calendar_id": CALENDAR, "shows_clients": true });
    let (status, asked) = api.post(&path("/authorization"), "unused", &wanted).await;
    assert_eq!(status.as_u16(), 201, "{asked}");
    let url: Url = asked["url"].as_str().expect("a URL").parse().expect("a URL");
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let of = |name: &str| query.iter().find(|(key, _)| key == name).expect(name).1.clone();
    assert_eq!(
        (of("access_type"), of("prompt"), of("response_type")),
        ("offline".into(), "consent".into(), "code".into())
    );
    assert_eq!(of("redirect_uri"), format!("{}/api/v1/google-calendar/callback", api.base));
    of("state")
}

/// The owner's browser comes back.
async fn come_back(api: &Api, state: &str, code: &str) -> u16 {
    let url = format!("{}/api/v1/google-calendar/callback?state={state}&code={code}", api.base);
    api.client.get(url).send().await.expect("an answer").status().as_u16()
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_shared_calendar_is_linked_read_and_unlinked(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let put = |body: Value| answer(api.request(Method::PUT, &path("")).json(&body));
    let (status, link) = put(json!({ "google_calendar_id": CALENDAR })).await;
    assert_eq!(status.as_u16(), 200, "{link}");
    assert_eq!(
        (&link["state"], &link["fresh"], &link["access"]),
        (&json!("active"), &json!(false), &json!("service_account"))
    );
    linked.put("lunch", "2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");
    linked.look().await;
    let (_, link) = api.get(&path("")).await;
    assert_eq!((&link["fresh"], &link["announces_changes"]), (&json!(true), &json!(true)));

    for wrong in ["", "two words", &"x".repeat(255)] {
        assert_eq!(put(json!({ "google_calendar_id": wrong })).await.0.as_u16(), 400, "{wrong}");
    }
    let nobody = format!("/staff/{}/calendar", uuid::Uuid::new_v4());
    let request = api.request(Method::PUT, &nobody).json(&json!({ "google_calendar_id": CALENDAR }));
    assert_eq!(answer(request).await.0.as_u16(), 404);

    let delete = async || api.request(Method::DELETE, &path("")).send().await.expect("an answer").status().as_u16();
    assert_eq!((delete().await, delete().await), (204, 404));
    assert_eq!(linked.fake.channels(), [], "its channel is stopped");
    done(linked.facial(TOMORROW_TWO_PM).await);
    assert_eq!(api.get(&path("")).await.0.as_u16(), 404);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_is_not_set_up_is_said(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let wanted = json!({ "google_calendar_id": CALENDAR });
    let (status, problem) = answer(api.request(Method::PUT, &path("")).json(&wanted)).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("not_set_up")));
    assert_eq!(api.post(&path("/authorization"), "unused", &wanted).await.0.as_u16(), 409);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_account_is_linked_with_its_owners_consent(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let state = ask_owner(&api).await;
    linked.fake.give_code("the-code", "1//first");
    assert_eq!(come_back(&api, &state, "the-code").await, 200);
    let (_, link) = api.get(&path("")).await;
    assert_eq!((&link["access"], &link["shows_clients"]), (&json!("oauth"), &json!(true)));
    assert_eq!(come_back(&api, &state, "the-code").await, 404, "a state is good once");
    assert!(linked.look().await.fresh);

    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    linked.look().await;
    let id = booking_svc::calendar::publish::event_id(linked.salon.tenant, booked.id, super::dana());
    assert_eq!(linked.fake.event(CALENDAR, &id).expect("an event")["summary"], "Facial – Alex Morrison");

    let stored: Vec<u8> = sqlx::query_scalar("SELECT refresh_token FROM calendar_links")
        .fetch_one(&linked.salon.pool)
        .await
        .expect("a token");
    assert!(!String::from_utf8_lossy(&stored).contains("first"), "sealed");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_consent_that_is_taken_back_breaks_the_link_until_it_is_given_again(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let (linked, api) = Linked::serve(options).await;
    let state = ask_owner(&api).await;
    linked.fake.give_code("the-code", "1//first");
    assert_eq!(come_back(&api, &state, "the-code").await, 200);

    linked.fake.rotate("1//second");
    assert!(linked.look().await.fresh);
    linked.fake.expire_access_tokens();
    assert_eq!(linked.look().await.state, State::Active, "the new refresh token was kept");

    linked.fake.expire_access_tokens();
    linked.fake.refuse_tokens([(400, "invalid_grant")]);
    let link = linked.look().await;
    assert_eq!((link.state, link.problem.as_deref()), (State::Broken, Some("access_revoked")));

    let state = ask_owner(&api).await;
    linked.fake.give_code("another", "1//third");
    assert_eq!(come_back(&api, &state, "another").await, 200);
    assert!(linked.look().await.fresh);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_browser_that_brings_nothing_of_ours_links_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let (linked, api) = Linked::serve(options).await;
    let state = ask_owner(&api).await;
    let tenant = linked.salon.tenant;
    for wrong in ["x", "ca_0", &format!("{tenant}.ca_0"), &format!("{}.ca_0", uuid::Uuid::new_v4())] {
        assert_eq!(come_back(&api, wrong, "the-code").await, 404, "{wrong}");
    }
    let denied = format!("{}/api/v1/google-calendar/callback?error=access_denied&state={state}", api.base);
    assert_eq!(api.client.get(denied).send().await.expect("an answer").status(), 200);
    assert_eq!(come_back(&api, &state, "a-wrong-code").await, 502);
    let (_, link) = api.get(&path("")).await;
    assert_eq!(link["access"], "service_account", "as it was");
}
