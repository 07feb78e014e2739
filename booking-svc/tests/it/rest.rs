//! REST as a client's software uses it, over a real socket.

use axum::http::StatusCode;
use booking_svc::{calendar::Calendars, demo, rest, store::api_keys};
use reqwest::{Client, Method, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::support::{Salon, TOMORROW_TWO_PM};

/// A client with a key of the salon.
pub struct Api {
    pub salon: Salon,
    pub base: String,
    key: SecretString,
    pub client: Client,
}

impl Api {
    pub async fn start(options: PgConnectOptions) -> Self {
        service_runtime::install_crypto_provider();
        let salon = Salon::open(options).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let calendars = Calendars::none(salon.desk.clone());
        Self::serve(salon, calendars, listener).await
    }

    pub async fn serve(salon: Salon, calendars: Calendars, listener: TcpListener) -> Self {
        let key = api_keys::create(&salon.pool, salon.tenant, "tests").await.expect("a key");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, rest::routes(calendars)).await });
        Self { salon, base, key, client: Client::new() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/tenants/{}{path}", self.base, self.salon.tenant);
        self.client.request(method, url).bearer_auth(self.key.expose_secret())
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    async fn massage(&self) -> String {
        let (_, catalog) = self.get("/services").await;
        let services = catalog["services"].as_array().expect("services");
        let massage = services.iter().find(|service| service["name"] == "Massage").expect("a massage");
        massage["id"].as_str().expect("an id").to_owned()
    }
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let text = response.text().await.expect("text");
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") };
    (StatusCode::from_u16(status.as_u16()).expect("a status"), body)
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_key_opens_its_own_business_only(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let (status, catalog) = api.get("/services").await;
    assert_eq!((status, catalog["name"].as_str()), (StatusCode::OK, Some("Harmony Wellness")));
    assert!(catalog["opening_hours"].as_array().is_some_and(|days| !days.is_empty()));

    let other = format!("{}/api/v1/tenants/{}/services", api.base, demo::tenant_id(demo::GARAGE));
    let foreign = api.client.get(&other).bearer_auth(api.key.expose_secret());
    for (request, status, code) in [
        (foreign, StatusCode::FORBIDDEN, "forbidden"),
        (api.client.get(&other).bearer_auth("rk_guess"), StatusCode::UNAUTHORIZED, "unauthorized"),
        (api.client.get(&other), StatusCode::UNAUTHORIZED, "unauthorized"),
    ] {
        let (answered, problem) = answer(request).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)));
    }

    sqlx::query("UPDATE api_keys SET revoked_at = now()").execute(&api.salon.pool).await.expect("revoked");
    assert_eq!(api.get("/services").await.0, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn pages_of_slots_join_without_gap_or_repeat(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let list = async |from: &str, limit: u32| {
        let path = format!("/availability?service_id={massage}&from={from}&to=2026-06-13T00:00:00Z&limit={limit}");
        let (status, slots) = api.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{slots}");
        slots
    };
    let whole = list("2026-06-10T00:00:00Z", 500).await;
    assert!(whole["next_from"].is_null());
    let (mut from, mut paged) = ("2026-06-10T00:00:00Z".to_owned(), Vec::new());
    loop {
        let page = list(&from, 4).await;
        paged.extend(page["slots"].as_array().expect("slots").clone());
        match page["next_from"].as_str() {
            Some(next) => next.clone_into(&mut from),
            None => break,
        }
    }
    assert!(paged.len() > 8);
    assert_eq!(&paged, whole["slots"].as_array().expect("slots"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_refused_start_says_why_and_what_can_be_had(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let (_, free) = api.get(&format!("/explain?service_id={massage}&start={TOMORROW_TWO_PM}")).await;
    assert_eq!((free["free"].as_bool(), free["slot"]["start"].as_str()), (Some(true), Some(TOMORROW_TWO_PM)));
    // Three in the morning in New York.
    let (_, closed) = api.get(&format!("/explain?service_id={massage}&start=2026-06-11T03:00:00-04:00")).await;
    assert_eq!(closed["refusal"]["reason"], "closed");
    assert_eq!(closed["refusal"]["alternatives"].as_array().map(Vec::len), Some(3));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_repeated_hold_is_the_same_hold_and_a_second_one_meets_it(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let wanted = json!({ "slot": { "service_id": api.massage().await, "start": TOMORROW_TWO_PM } });
    let (status, first) = api.post("/holds", "one", &wanted).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert_eq!(api.post("/holds", "one", &wanted).await, (StatusCode::CREATED, first.clone()));

    let mut other = wanted.clone();
    other["slot"]["start"] = json!("2026-06-11T19:00:00Z");
    let (status, problem) = api.post("/holds", "one", &other).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("idempotency_key_reused")));

    let mut same_person = wanted.clone();
    same_person["slot"]["staff_id"] = first["slot"]["staff_id"].clone();
    let (status, problem) = api.post("/holds", "two", &same_person).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("taken")));
    assert_eq!(problem["alternatives"].as_array().map(Vec::len), Some(3));

    let hold = format!("/holds/{}", first["id"].as_str().expect("an id"));
    for _ in 0..2 {
        assert_eq!(api.request(Method::DELETE, &hold).send().await.expect("an answer").status(), 204);
    }
    assert_eq!(api.post("/holds", "three", &same_person).await.0, StatusCode::CREATED);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_is_malformed_is_named(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let hold = json!({ "slot": { "service_id": massage, "start": "tomorrow at two" } });
    let unknown = json!({ "slot": { "service_id": massage, "start": TOMORROW_TWO_PM, "colour": "red" } });
    let (fresh, post) = (Uuid::new_v4().to_string(), Method::POST);
    for (request, status, word) in [
        (api.request(Method::GET, "/availability?from=x"), 400, "from: expected a time"),
        (api.request(Method::GET, "/explain?service_id=7&start=2026-06-11T18:00:00Z"), 400, "service_id"),
        (api.request(post.clone(), "/holds").json(&unknown), 400, "Idempotency-Key"),
        (api.request(post.clone(), "/holds").header("Idempotency-Key", &fresh).json(&hold), 400, "expected a time"),
        (api.request(post.clone(), "/holds").header("Idempotency-Key", &fresh).json(&unknown), 400, "colour"),
        (api.request(post.clone(), "/holds").header("Idempotency-Key", &fresh).body("{"), 415, "Content-Type"),
        (
            api.request(post.clone(), "/holds").header("Idempotency-Key", &fresh).json(&json!("x".repeat(70_000))),
            413,
            "limit",
        ),
        (api.request(Method::DELETE, "/holds/first"), 404, ""),
        (api.request(Method::DELETE, &format!("/holds/{fresh}")), 404, "no such hold"),
        (api.request(Method::PUT, "/holds"), 405, "openapi"),
    ] {
        let shown = format!("{request:?}");
        let (answered, problem) = answer(request).await;
        assert_eq!(answered.as_u16(), status, "{shown}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(word)), "{shown}: {problem}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_document_describes_every_route(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let document = api.client.get(format!("{}/api/v1/openapi.json", api.base));
    let (status, document) = answer(document).await;
    assert_eq!(status, StatusCode::OK);
    let paths: Vec<&str> = document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    let tenant = "/api/v1/tenants/{tenant_id}";
    let expected = [
        "/appointments",
        "/appointments/{appointment_id}",
        "/availability",
        "/blocks",
        "/blocks/{block_id}",
        "/calendar-issues",
        "/calendar-issues/{issue_id}/accept",
        "/calendar-issues/{issue_id}/dismiss",
        "/explain",
        "/holds",
        "/holds/{hold_id}",
        "/services",
        "/staff/{staff_id}/calendar",
        "/staff/{staff_id}/calendar-feed",
        "/staff/{staff_id}/calendar/authorization",
        "/staff/{staff_id}/calendar/resume",
    ];
    let expected = expected.map(|path| format!("{tenant}{path}"));
    assert_eq!(paths, expected);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_appointment_is_booked_read_moved_and_cancelled(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let (_, hold) =
        api.post("/holds", "hold", &json!({ "slot": { "service_id": massage, "start": TOMORROW_TWO_PM } })).await;
    let client = json!({ "name": "Alex Morrison", "email": "Alex@Example.com", "phone": "+14155550123" });
    let new = json!({ "hold_id": hold["id"], "client": client, "notes": "by the door" });
    let book = async || {
        let request = api.request(Method::POST, "/appointments").header("Idempotency-Key", "book");
        request.json(&new).send().await.expect("an answer")
    };
    let response = book().await;
    assert_eq!(response.status(), 201);
    let location = response.headers()["location"].to_str().expect("text").to_owned();
    let booked: Value = response.json().await.expect("JSON");
    assert_eq!((&booked["status"], &booked["client"]["email"]), (&json!("booked"), &json!("alex@example.com")));
    assert_eq!(book().await.json::<Value>().await.expect("JSON"), booked, "one effect and one answer");

    let read = api.client.get(format!("{}{location}", api.base)).bearer_auth(api.key.expose_secret());
    let response = read.send().await.expect("an answer");
    assert_eq!(response.headers()["etag"], "\"1\"");
    assert_eq!(response.json::<Value>().await.expect("JSON"), booked);

    let path = format!("/appointments/{}", booked["id"].as_str().expect("an id"));
    let change = async |method: Method, key: &str, tag: Option<&str>, body: Option<&Value>| {
        let mut request = api.request(method, &path).header("Idempotency-Key", key);
        if let Some(tag) = tag {
            request = request.header("If-Match", tag);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    };
    let (later, closed) = (json!({ "start": "2026-06-11T19:00:00Z" }), json!({ "start": "2026-06-11T07:00:00Z" }));
    let (status, problem) = change(Method::PATCH, "move", None, Some(&later)).await;
    assert_eq!((status.as_u16(), &problem["code"]), (428, &json!("if_match_missing")));
    let (status, problem) = change(Method::PATCH, "stale", Some("\"7\""), Some(&later)).await;
    assert_eq!((status.as_u16(), &problem["code"]), (412, &json!("changed_meanwhile")));
    let (status, moved) = change(Method::PATCH, "move", Some("\"1\""), Some(&later)).await;
    assert_eq!((status.as_u16(), &moved["version"], &moved["slot"]["start"]), (200, &json!(2), &later["start"]));
    let (status, problem) = change(Method::PATCH, "again", Some("\"2\""), Some(&closed)).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("closed")));

    let (status, cancelled) = change(Method::DELETE, "cancel", Some("\"2\""), None).await;
    assert_eq!((status.as_u16(), &cancelled["status"], &cancelled["version"]), (200, &json!("cancelled"), &json!(3)));
    let repeated = change(Method::DELETE, "cancel", Some("\"2\""), None).await;
    assert_eq!(repeated, (StatusCode::OK, cancelled), "the same answer");
    let repeated = change(Method::PATCH, "move", Some("\"1\""), Some(&later)).await;
    assert_eq!(repeated, (StatusCode::OK, moved), "the same answer, whatever came of it since");
    let (status, problem) = change(Method::DELETE, "later", Some("\"3\""), None).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("already_cancelled")));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn appointments_are_listed_in_pages(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    for hour in [14, 15, 16, 17, 18] {
        let slot = json!({ "service_id": massage, "start": format!("2026-06-11T{hour}:00:00Z") });
        let new = json!({ "slot": slot, "client": { "name": "Alex Morrison" } });
        let (status, booked) = api.post("/appointments", &format!("at {hour}"), &new).await;
        assert_eq!(status, StatusCode::CREATED, "{booked}");
    }
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = api.get(&format!("/appointments?limit=2{cursor}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let starts = page["appointments"].as_array().expect("a list").iter();
        listed.extend(starts.map(|one| one["slot"]["start"].as_str().expect("a time").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed, [14, 15, 16, 17, 18].map(|hour| format!("2026-06-11T{hour}:00:00Z")));
    let (_, some) = api.get("/appointments?from=2026-06-11T15:00:00Z&to=2026-06-11T17:00:00Z&status=booked").await;
    assert_eq!(some["appointments"].as_array().map(Vec::len), Some(2));
    let (_, none) = api.get("/appointments?status=cancelled").await;
    assert_eq!(none["appointments"].as_array().map(Vec::len), Some(0));
    for wrong in ["limit=0", "limit=501", "cursor=2", "status=lost"] {
        assert_eq!(api.get(&format!("/appointments?{wrong}")).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn two_bookings_of_one_slot_are_one_appointment(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let (_, free) = api.get(&format!("/explain?service_id={massage}&start={TOMORROW_TWO_PM}")).await;
    let slot = json!({ "service_id": massage, "start": TOMORROW_TWO_PM, "staff_id": free["slot"]["staff_id"] });
    let new = json!({ "slot": slot, "client": { "name": "Alex Morrison" } });
    let (one, other) = tokio::join!(api.post("/appointments", "one", &new), api.post("/appointments", "other", &new));
    let mut statuses = [one.0.as_u16(), other.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let lost = if one.0 == StatusCode::CONFLICT { one.1 } else { other.1 };
    assert_eq!((&lost["code"], lost["alternatives"].as_array().map(Vec::len)), (&json!("taken"), Some(3)));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_business_blocks_time_and_overbooks(_: PgPoolOptions, options: PgConnectOptions) {
    let api = Api::start(options).await;
    let massage = api.massage().await;
    let (_, catalog) = api.get("/services").await;
    let sam =
        &catalog["staff"].as_array().expect("staff").iter().find(|one| one["name"] == "Sam Rivera").expect("Sam")["id"];
    let span = json!({ "staff_id": sam, "start": "2026-06-12T14:00:00Z", "end": "2026-06-13T02:00:00Z", "purpose": "absence" });
    let (status, block) = api.post("/blocks", "block", &span).await;
    assert_eq!((status, &block["staff_id"]), (StatusCode::CREATED, sam));
    let (status, problem) = api.post("/blocks", "again", &span).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("taken")));
    assert_eq!(api.get("/blocks?from=2026-06-13T00:00:00Z").await.1["blocks"], json!([block]));
    let path = format!("/blocks/{}", block["id"].as_str().expect("an id"));
    for _ in 0..2 {
        assert_eq!(answer(api.request(Method::DELETE, &path)).await.0, StatusCode::NO_CONTENT);
    }
    assert_eq!(api.get("/blocks").await.1["blocks"], json!([]));
    let (status, _) = api
        .post(
            "/blocks",
            "backwards",
            &json!({ "staff_id": sam, "start": span["end"], "end": span["start"], "purpose": "walk_ins" }),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let mut new = json!({
        "slot": { "service_id": massage, "staff_id": sam, "start": TOMORROW_TWO_PM }, "client": { "name": "Alex Morrison" },
    });
    assert_eq!(api.post("/appointments", "first", &new).await.0, StatusCode::CREATED);
    assert_eq!(api.post("/appointments", "second", &new).await.0, StatusCode::CONFLICT);
    new["overbook"] = json!(true);
    assert_eq!(api.post("/appointments", "third", &new).await.0, StatusCode::CREATED);
}
