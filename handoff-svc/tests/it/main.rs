//! The handoff service against a real PostgreSQL: `DATABASE_URL` must point at a server on which databases may be
//! made. Each test has a database of its own.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode},
};
use handoff_svc::{GRPC_NAME, HandoffSvc, handoff::Delivering};
use proto::handoff::v1::{self as wire, handoff_service_client::HandoffServiceClient};
use serde_json::{Value, json};
use service_runtime::{Clock, database, grpc, lifecycle::Lifecycle};
use sqlx::{PgPool, postgres::PgPoolOptions};
use system_tests::database::Closing;
use tokio::net::TcpListener;
use tonic::{Code, service::RoutesBuilder, transport::Channel};
use tower::ServiceExt as _;
use uuid::Uuid;

const CALLER: &str = "+14155550123";

/// The same database, in the role that the service takes.
async fn in_role(pool: &PgPool) -> PgPool {
    let options = database::in_role(pool.connect_options().as_ref().clone(), "receptionist_handoff");
    PgPoolOptions::new().max_connections(4).connect_with(options).await.expect("the role")
}

struct Served {
    pool: PgPool,
    http: axum::Router,
    grpc: HandoffServiceClient<Channel>,
    tenant: Uuid,
    call: Uuid,
    _lifecycle: Lifecycle,
    _closing: Closing,
}

impl Served {
    async fn open(pool: PgPool) -> Self {
        let (tenant, chat, call) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
        sqlx::query(
            "INSERT INTO tenants (id, slug, name, time_zone, greeting) VALUES ($1, 'shop', 'Shop', 'UTC', 'Hello.')",
        )
        .bind(tenant)
        .execute(&pool)
        .await
        .expect("a tenant");
        sqlx::query("INSERT INTO chat_sessions (id, tenant_id, channel) VALUES ($1, $2, 'phone')")
            .bind(chat)
            .bind(tenant)
            .execute(&pool)
            .await
            .expect("a session");
        sqlx::query("INSERT INTO voice_sessions (id, tenant_id, chat_session_id, call_sid) VALUES ($1, $2, $3, 'CA1')")
            .bind(call)
            .bind(tenant)
            .bind(chat)
            .execute(&pool)
            .await
            .expect("a call");
        let lifecycle = Lifecycle::new();
        let ttl = Duration::from_secs(900);
        let role = in_role(&pool).await;
        let service = HandoffSvc::start_on(role.clone(), ttl, Delivering::new(None, None), Clock::system(), &lifecycle)
            .await
            .expect("a service");
        let mut routes = RoutesBuilder::default();
        service.add_grpc(&mut routes);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = grpc::uri_of(listener.local_addr().expect("an address"));
        let stop = lifecycle.soft().clone();
        lifecycle.spawn("grpc", grpc::serve(listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop));
        let grpc = HandoffServiceClient::new(grpc::channel(&uri).expect("a channel"));
        Self { pool, http: service.http(), grpc, tenant, call, _lifecycle: lifecycle, _closing: Closing(vec![role]) }
    }

    fn start_request(&self) -> wire::StartRequest {
        wire::StartRequest {
            tenant_id: self.tenant.to_string(),
            voice_session_id: self.call.to_string(),
            phone_number: CALLER.to_owned(),
            reason: wire::HandoffReason::EmailInput.into(),
            conversation_snapshot_json: r#"[{"who":"caller","text":"a massage, please"}]"#.to_owned(),
            booking_state_json: r#"{"service":"Massage"}"#.to_owned(),
        }
    }

    /// What the service's role sees in the name of a tenant.
    async fn seen_by(&self, tenant: &str, statement: &'static str) -> Result<i64, sqlx::Error> {
        let mut connection = database::of_tenant(&in_role(&self.pool).await, tenant).await?;
        sqlx::query_scalar(statement).fetch_one(&mut *connection).await
    }

    async fn start(&self) -> String {
        let started = self.grpc.clone().start(self.start_request()).await.expect("a handoff").into_inner();
        assert_eq!(started.token.len(), 43);
        started.token
    }

    async fn ask(&self, method: Method, token: &str) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(format!("/api/v1/handoff/{token}"));
        let response =
            self.http.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("a response");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let status = response.status();
        let body = to_bytes(response.into_body(), 100_000).await.expect("a body");
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn expire(&self) {
        sqlx::query("UPDATE voice_handoff_sessions SET expires_at = now() - interval '1 second'")
            .execute(&self.pool)
            .await
            .expect("an update");
    }

    async fn audit(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT channel || ' ' || action FROM audit_log WHERE session_id IS NOT NULL ORDER BY id")
            .fetch_all(&self.pool)
            .await
            .expect("audit rows")
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn handoff_lifecycle(pool: PgPool) {
    let served = Served::open(pool).await;
    let token = served.start().await;
    let looked = served.grpc.clone().get(wire::GetRequest { token: token.clone() }).await.expect("open").into_inner();
    assert_eq!(looked.booking_state_json, r#"{"service":"Massage"}"#);
    let (status, body) = served.ask(Method::GET, &token).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["tenant_id"], json!(served.tenant));
    assert_eq!(body["voice_session_id"], json!(served.call));
    assert_eq!(body["reason"], "email_input");
    assert_eq!(body["conversation"][0]["text"], "a massage, please");
    assert_eq!(body["booking_state"], json!({ "service": "Massage" }));
    assert_eq!(served.audit().await, ["phone handoff_started", "phone handoff_message", "web handoff_claimed"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn double_claim_is_409(pool: PgPool) {
    let served = Served::open(pool).await;
    let token = served.start().await;
    let claims = futures::future::join_all((0..8).map(|_| served.ask(Method::GET, &token))).await;
    let statuses: Vec<StatusCode> = claims.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == StatusCode::OK).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == StatusCode::CONFLICT).count(), 7, "{statuses:?}");
    let (_, body) = served.ask(Method::GET, &token).await;
    assert_eq!(body["error"], "claimed");
    let status = served.grpc.clone().claim(wire::ClaimRequest { token }).await.expect_err("claimed");
    assert_eq!(status.code(), Code::AlreadyExists);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn expiry_is_410(pool: PgPool) {
    let served = Served::open(pool).await;
    let token = served.start().await;
    served.expire().await;
    let (status, body) = served.ask(Method::GET, &token).await;
    assert_eq!((status, body["error"].as_str()), (StatusCode::GONE, Some("expired")));
    let status = served.grpc.clone().claim(wire::ClaimRequest { token }).await.expect_err("expired");
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(served.audit().await, ["phone handoff_started", "phone handoff_message"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_unknown_token_is_404(pool: PgPool) {
    let served = Served::open(pool).await;
    for token in ["x", "%00", &"A".repeat(43)] {
        assert_eq!(served.ask(Method::GET, token).await.0, StatusCode::NOT_FOUND, "{token}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_look_does_not_claim(pool: PgPool) {
    let served = Served::open(pool).await;
    let token = served.start().await;
    assert_eq!(served.ask(Method::HEAD, &token).await.0, StatusCode::OK);
    assert_eq!(served.ask(Method::GET, &token).await.0, StatusCode::OK);
    assert_eq!(served.ask(Method::HEAD, &token).await.0, StatusCode::CONFLICT);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_handoff_loses_what_is_personal_and_then_itself(pool: PgPool) {
    let served = Served::open(pool).await;
    let (old, open) = (served.start().await, served.start().await);
    sqlx::query("UPDATE voice_handoff_sessions SET expires_at = now() - interval '1 second' WHERE token = $1")
        .bind(&old)
        .execute(&served.pool)
        .await
        .expect("an update");
    assert_eq!(handoff_svc::store::forget(&served.pool).await.expect("a round"), 1);
    let row: String = sqlx::query_scalar("SELECT h::text FROM voice_handoff_sessions h WHERE token = $1")
        .bind(&old)
        .fetch_one(&served.pool)
        .await
        .expect("the row");
    assert!(!row.contains(CALLER) && !row.contains("massage") && !row.contains("Massage"), "{row}");
    assert_eq!(served.ask(Method::GET, &old).await.0, StatusCode::GONE);
    assert_eq!(served.ask(Method::GET, &open).await.0, StatusCode::OK, "the other is untouched");
    sqlx::query("UPDATE voice_handoff_sessions SET expires_at = now() - interval '2 days'")
        .execute(&served.pool)
        .await
        .expect("an update");
    handoff_svc::store::forget(&served.pool).await.expect("a round");
    assert_eq!(served.ask(Method::GET, &old).await.0, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_start_that_cannot_be_meant_is_refused_by_name(pool: PgPool) {
    let served = Served::open(pool).await;
    let good = served.start_request();
    let cases = [
        (wire::StartRequest { voice_session_id: Uuid::new_v4().to_string(), ..good.clone() }, Code::NotFound),
        (wire::StartRequest { tenant_id: Uuid::new_v4().to_string(), ..good.clone() }, Code::NotFound),
        (wire::StartRequest { voice_session_id: "CA1".to_owned(), ..good.clone() }, Code::InvalidArgument),
        (wire::StartRequest { phone_number: "anonymous".to_owned(), ..good.clone() }, Code::InvalidArgument),
        (wire::StartRequest { reason: 0, ..good.clone() }, Code::InvalidArgument),
        (wire::StartRequest { booking_state_json: "{".to_owned(), ..good.clone() }, Code::InvalidArgument),
        (wire::StartRequest { conversation_snapshot_json: r#""\u0000""#.to_owned(), ..good }, Code::InvalidArgument),
    ];
    for (request, code) in cases {
        let status = served.grpc.clone().start(request).await.expect_err("refused");
        assert_eq!(status.code(), code, "{status:?}");
        assert!(!status.message().contains("anonymous"), "no value is repeated");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_tenants_handoffs_are_not_there(pool: PgPool) {
    let served = Served::open(pool).await;
    served.start().await;
    let handoffs = "SELECT count(*) FROM voice_handoff_sessions";
    for (tenant, count) in [(served.tenant.to_string(), 1), (Uuid::new_v4().to_string(), 0), (String::new(), 0)] {
        assert_eq!(served.seen_by(&tenant, handoffs).await.expect("a count"), count, "{tenant:?}");
    }
    let clients = served.seen_by(&served.tenant.to_string(), "SELECT count(*) FROM clients").await;
    let code = clients.expect_err("not its table").as_database_error().and_then(|e| e.code()).map(|c| c.into_owned());
    assert_eq!(code.as_deref(), Some("42501"));
}
