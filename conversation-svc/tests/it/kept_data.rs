//! What the service keeps, for how long, and who sees it.

use conversation_svc::{
    agent::dialogue::Channel,
    retention,
    store::{CallRow, Opened, Store},
};
use jiff::{SignedDuration, Timestamp};
use proto::id::{SessionId, TenantId};
use serde_json::{Value, json};
use service_runtime::{Env, database, retention::Retention};
use sqlx::PgPool;
use system_tests::database::Closing;

use crate::wire::in_role;

const NOW: &str = "2026-11-24T15:00:00Z";
const PHONE: &str = "+14155550123";

struct Kept {
    /// As the service reaches it, in its role.
    store: Store,
    owner: PgPool,
    tenant: TenantId,
    _closing: Closing,
}

impl Kept {
    async fn open(owner: PgPool) -> Self {
        let tenant = TenantId::new();
        sqlx::query(
            "INSERT INTO tenants (id, slug, name, time_zone, greeting) VALUES ($1, 'bloom', 'Bloom', 'UTC', 'Hello')",
        )
        .bind(tenant.as_uuid())
        .execute(&owner)
        .await
        .expect("a tenant");
        let role = in_role(&owner).await;
        Self { store: Store::new(role.clone()), owner, tenant, _closing: Closing(vec![role]) }
    }

    /// A call that many days ago.
    async fn call(&self, days: i64) -> SessionId {
        let session = SessionId::new();
        let opened = Opened {
            session,
            tenant: self.tenant,
            channel: Channel::Phone,
            call: Some(CallRow {
                call_sid: format!("CA{session}"),
                stream_sid: String::new(),
                caller: PHONE.parse().ok(),
                stt_provider: String::new(),
                tts_provider: String::new(),
            }),
            state: json!({ "history": ["a massage, please"] }),
            at: now() - SignedDuration::from_hours(24 * days),
        };
        self.store.open(&opened).await.expect("a session");
        session
    }

    /// The number and the state that a call has left.
    async fn left(&self, session: SessionId) -> (String, Value) {
        sqlx::query_as(
            "SELECT v.phone_number, c.state FROM voice_sessions v JOIN chat_sessions c ON c.id = v.chat_session_id \
             WHERE c.id = $1",
        )
        .bind(session.as_uuid())
        .fetch_one(&self.owner)
        .await
        .expect("a row")
    }
}

fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

fn rule(key: &str) -> Retention {
    Retention::from_env(&Env::from_pairs([("RETENTION_HASH_KEY", key)]))
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn words_and_numbers_are_kept_for_ninety_days(pool: PgPool) {
    let kept = Kept::open(pool).await;
    let (fresh, old) = (kept.call(89).await, kept.call(91).await);
    let older = kept.call(300).await;
    let rule = rule("0123456789abcdef");
    // By two replicas at once, and again.
    let (one, other) =
        tokio::join!(retention::round(&kept.store, &rule, now()), retention::round(&kept.store, &rule, now()));
    one.and(other).expect("two rounds");
    let (number, state) = kept.left(old).await;
    assert!(number.starts_with("sha256:") && number.len() == 71, "{number}");
    assert_eq!(state, json!({}));
    retention::round(&kept.store, &rule, now()).await.expect("a round");
    assert_eq!(kept.left(old).await, (number.clone(), json!({})), "what is hashed is not hashed again");
    assert_eq!(kept.left(older).await.0, number, "the same caller is known for one under one key");
    assert_eq!(kept.left(fresh).await, (PHONE.to_owned(), json!({ "history": ["a massage, please"] })));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_key_makes_another_hash(pool: PgPool) {
    let kept = Kept::open(pool).await;
    let first = kept.call(91).await;
    retention::round(&kept.store, &rule("0123456789abcdef"), now()).await.expect("a round");
    let second = kept.call(91).await;
    retention::round(&kept.store, &rule("another key of ours"), now()).await.expect("a round");
    assert_ne!(kept.left(first).await.0, kept.left(second).await.0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_tenants_conversations_are_not_there(pool: PgPool) {
    let kept = Kept::open(pool).await;
    let session = kept.call(0).await;
    assert!(kept.store.load(kept.tenant, session).await.expect("an answer").is_some());
    let role = in_role(&kept.owner).await;
    for (tenant, count) in [(kept.tenant.to_string(), 1), (TenantId::new().to_string(), 0), (String::new(), 0)] {
        for table in ["SELECT count(*) FROM chat_sessions", "SELECT count(*) FROM voice_sessions"] {
            let mut connection = database::of_tenant(&role, &tenant).await.expect("a connection");
            let seen: i64 = sqlx::query_scalar(table).fetch_one(&mut *connection).await.expect("a count");
            assert_eq!(seen, count, "{tenant:?}: {table}");
        }
    }
    let mut connection = database::of_tenant(&role, &kept.tenant.to_string()).await.expect("a connection");
    let denied = sqlx::query("SELECT FROM appointments").execute(&mut *connection).await.expect_err("not its table");
    assert_eq!(denied.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"));
}
