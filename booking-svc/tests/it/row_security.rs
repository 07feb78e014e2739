//! What the booking service's own role may see and do: all of its work for one tenant, and nothing of another's.

use std::time::Duration;

use booking_svc::{
    booking::{
        appointment::{CancelRequest, Wanted},
        claim::Own,
        error::Outcome,
    },
    demo,
    desk::{Desk, LeaseKey},
};
use proto::id::SessionId;
use service_runtime::{Clock, database, lifecycle::Lifecycle};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use system_tests::eventually;

use crate::support::{NOW, Salon, TOMORROW_TWO_PM, anyone, at, done, fresh_key, with};

const ROLE: &str = "receptionist_booking";

async fn pool_of_role(db: PgConnectOptions, role: &str) -> PgPool {
    let options = database::in_role(database::limited(db), role);
    PgPoolOptions::new().max_connections(4).connect_with(options).await.expect("a database")
}

impl Salon {
    /// The desk works in its role; the tests' own statements do not.
    pub async fn open_in_role(db: PgConnectOptions) -> Self {
        let mut salon = Self::open(db.clone()).await;
        let pool = pool_of_role(db, ROLE).await;
        salon.closing.0.push(pool.clone());
        salon.desk = Desk::new(pool, Clock::starting_at(at(NOW)), Duration::from_secs(120));
        salon
    }
}

async fn code_of(pool: &PgPool, tenant: &str, statement: &'static str) -> Result<i64, String> {
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::query("SELECT set_config('receptionist.tenant', $1, false)")
        .bind(tenant)
        .execute(&mut *connection)
        .await
        .expect("a setting");
    let rows = sqlx::query_scalar(statement).fetch_one(&mut *connection).await;
    rows.map_err(|error| error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned())
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_service_does_all_of_its_work_in_its_role(_: PgPoolOptions, db: PgConnectOptions) {
    let mut salon = Salon::open_in_role(db.clone()).await;
    salon.add_rooms(1, &["Massage"]).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    let key = LeaseKey::new(salon.tenant, session);
    salon.desk.open_lease(key).await.expect("a lease");
    assert_eq!(salon.desk.renew(key).await.expect("the holds").len(), 1);
    let booked = done(salon.book(session, Wanted::Hold(hold.id)).await);
    let moved = done(salon.reschedule(&salon.move_request(session, &booked, "2026-06-11T19:00:00Z")).await);
    let cancel = CancelRequest {
        actor: salon.actor(session),
        idempotency_key: fresh_key(),
        appointment: moved.id,
        expected_version: moved.version,
    };
    done(salon.desk.cancel(&cancel).await.expect("an answer"));
    done(salon.desk.cancel(&cancel).await.expect("the same answer"));
    salon.desk.end_lease(key).await.expect("an end");

    let late = SessionId::new();
    done(salon.hold(late, with("Facial", "Dana Kim", TOMORROW_TWO_PM)).await);
    salon.expire_holds().await;
    let lifecycle = Lifecycle::new();
    let pool = pool_of_role(db, ROLE).await;
    salon.closing.0.push(pool.clone());
    let clock = Clock::starting_at(at(NOW));
    booking_svc::BookingSvc::start_on(pool, Duration::from_secs(120), Vec::new(), clock, &lifecycle)
        .await
        .expect("the service");
    let claims = "SELECT count(*) FROM claims";
    let within = Duration::from_secs(15);
    eventually(within, "every tenant's expired holds are cleared", async || salon.count(claims).await == 0).await;
    assert_eq!(salon.audit(late).await, ["phone hold_placed", "phone hold_expired"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_tenants_rows_are_not_there(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open_in_role(db.clone()).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    let pool = pool_of_role(db, ROLE).await;
    let (own, other) = (salon.tenant.to_string(), demo::tenant_id(demo::GARAGE).to_string());
    for table in [
        "SELECT count(*) FROM appointments",
        "SELECT count(*) FROM appointment_segments",
        "SELECT count(*) FROM clients",
        "SELECT count(*) FROM claims",
        "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM idempotency",
    ] {
        assert_eq!(code_of(&pool, &own, table).await, Ok(1), "{table}");
        assert_eq!(code_of(&pool, &other, table).await, Ok(0), "{table}");
        assert_eq!(code_of(&pool, "", table).await, Ok(0), "{table}: nobody's, when none is named");
    }
    // Not into another tenant's rows either.
    let theirs = "INSERT INTO clients (id, tenant_id, name) SELECT gen_random_uuid(), id, 'x' FROM (VALUES \
                  ('00000000-0000-4000-8000-000000000009'::uuid)) t (id) RETURNING 1::bigint";
    assert_eq!(code_of(&pool, &own, theirs).await, Err("42501".to_owned()));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn each_role_touches_its_own_tables_only(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let tenant = salon.tenant.to_string();
    for (role, allowed, denied) in [
        (ROLE, "SELECT count(*) FROM claims", "SELECT count(*) FROM chat_sessions"),
        (
            ROLE,
            "SELECT count(*) FROM services",
            "WITH x AS (UPDATE services SET name = name RETURNING 1) SELECT count(*) FROM x",
        ),
        (ROLE, "SELECT count(*) FROM outbox", "SELECT count(*) FROM audit_log"),
        ("receptionist_conversation", "SELECT count(*) FROM chat_sessions", "SELECT count(*) FROM appointments"),
        ("receptionist_handoff", "SELECT count(*) FROM voice_handoff_sessions", "SELECT count(*) FROM clients"),
    ] {
        let pool = pool_of_role(db.clone(), role).await;
        assert!(code_of(&pool, &tenant, allowed).await.is_ok(), "{role}: {allowed}");
        assert_eq!(code_of(&pool, &tenant, denied).await, Err("42501".to_owned()), "{role}: {denied}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn free_time_is_read_through_the_index_in_the_role_too(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open_in_role(db.clone()).await;
    let explained = salon.desk.explain(salon.tenant, anyone("Massage", TOMORROW_TWO_PM), Own::default()).await;
    assert!(matches!(explained, Ok(Outcome::Done(_))));
    let mut connection = pool_of_role(db, ROLE).await.acquire().await.expect("a connection");
    for setting in ["SET enable_seqscan = off", "SET enable_bitmapscan = off"] {
        sqlx::query(setting).execute(&mut *connection).await.expect("a setting");
    }
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT lower(during) FROM claims WHERE resource_id = ANY('{7f5e3f0a-0000-4000-8000-000000000001}'::uuid[]) \
         AND starts_at > timestamptz '2026-06-01' AND starts_at < timestamptz '2026-07-01'",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("a plan");
    let plan = plan.join("\n");
    let condition = plan.lines().find(|line| line.contains("Index Cond")).unwrap_or_default();
    assert!(plan.contains("claims_by_start") && condition.contains("starts_at"), "{plan}");
}
