//! Phone numbers are kept for ninety days after they were last needed, announcements for a week.

use booking_svc::{booking::appointment::Wanted, jobs::retention_round};
use jiff::{SignedDuration, Timestamp};
use proto::id::SessionId;
use service_runtime::{Env, database, retention::Retention};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, at, done};

const PHONE: &str = "+14155550123";
const ALEX: &str = "SELECT coalesce(phone, '') FROM clients WHERE email = 'alex@example.com'";

fn rule() -> Retention {
    Retention::from_env(&Env::from_pairs([("RETENTION_HASH_KEY", "0123456789abcdef")]))
}

fn days(after: i64) -> Timestamp {
    at(TOMORROW_TWO_PM) + SignedDuration::from_hours(24 * after)
}

impl Salon {
    async fn texts(&self, what: &'static str) -> Vec<String> {
        sqlx::query_scalar(what).fetch_all(&self.pool).await.expect("rows")
    }

    async fn run(&self, what: &'static str) {
        sqlx::query(what).execute(&self.pool).await.expect("an update");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_number_is_hashed_once_nobody_needs_it(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM))).await);
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Massage", "2026-07-16T18:00:00Z"))).await);
    salon.run("UPDATE clients SET created_at = timestamptz '2026-06-10'").await;
    let phones = "SELECT client_phone FROM appointments ORDER BY starts_at";
    // As the service does it, in its role.
    let options = database::in_role(database::limited(db), "receptionist_booking");
    let role = PgPoolOptions::new().max_connections(4).connect_with(options).await.expect("a database");

    retention_round(&role, &rule(), days(89)).await.expect("a round");
    assert_eq!(salon.texts(phones).await, [PHONE, PHONE]);
    // Two replicas at once.
    let (rule_a, rule_b) = (rule(), rule());
    let (one, other) =
        tokio::join!(retention_round(&role, &rule_a, days(91)), retention_round(&role, &rule_b, days(91)));
    one.and(other).expect("two rounds");
    let hashed = salon.texts(phones).await;
    assert!(hashed[0].starts_with("sha256:") && hashed[0].len() == 71, "{hashed:?}");
    assert_eq!(
        (hashed[1].as_str(), salon.texts(ALEX).await),
        (PHONE, vec![PHONE.to_owned()]),
        "one is still to come back for"
    );

    retention_round(&role, &rule(), days(35 + 91)).await.expect("a round");
    let all = salon.texts(phones).await;
    assert_eq!(all, [hashed[0].clone(), hashed[0].clone()], "the same number, the same hash");
    assert_eq!(salon.texts(ALEX).await, [hashed[0].clone()]);
    retention_round(&role, &rule(), days(400)).await.expect("a round");
    assert_eq!(salon.texts(phones).await, all, "what is hashed is not hashed again");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn more_than_a_batch_is_done_in_one_round(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon
        .run(
            "INSERT INTO clients (id, tenant_id, name, phone, created_at) \
             SELECT gen_random_uuid(), (SELECT id FROM tenants ORDER BY slug LIMIT 1), 'n' || n, '+1415555' || 1000 + n, \
                    timestamptz '2026-01-01' FROM generate_series(1, 1100) n",
        )
        .await;
    retention_round(&salon.pool, &rule(), days(0)).await.expect("a round");
    assert_eq!(salon.count("SELECT count(*) FROM clients WHERE phone LIKE '+%'").await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn announcements_that_all_have_heard_are_deleted(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    for (id, state, age) in [(1, "done", 8), (2, "waiting", 8), (3, "dead", 8), (4, "dead", 91), (5, "done", 6)] {
        sqlx::query(
            "WITH said AS (INSERT INTO outbox (tenant_id, topic, payload, done_at) \
                           SELECT $1, 'appointment_booked', jsonb_build_object('n', $2::int), now() - $4 * interval '1 day' \
                           RETURNING id) \
             INSERT INTO outbox_deliveries (outbox_id, tenant_id, listener, subject, state, settled_at) \
             SELECT id, $1, 'one', $2::text, $3, CASE WHEN $3 = 'waiting' THEN NULL ELSE now() - $4 * interval '1 day' END \
             FROM said",
        )
        .bind(salon.tenant.as_uuid())
        .bind(id)
        .bind(state)
        .bind(age)
        .execute(&salon.pool)
        .await
        .expect("an announcement");
    }
    retention_round(&salon.pool, &rule(), days(0)).await.expect("a round");
    assert_eq!(salon.texts("SELECT payload ->> 'n' FROM outbox ORDER BY id").await, ["2", "3", "5"]);
}
