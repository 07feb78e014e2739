//! Messages to clients about their appointments, over the wire of a mail server and of the carrier's REST API.

mod email;
mod text;

use std::time::Duration;

use booking_svc::{
    booking::{
        appointment::{Appointment, BookRequest, CancelRequest, Client, RescheduleRequest, Wanted},
        error::Outcome,
        hold::{Actor, Channel},
        slot::{SlotChoice, StaffChoice},
    },
    demo,
    desk::Desk,
    jobs::outbox::relay,
    messages::{self, MessageSettings},
};
use jiff::{Timestamp, civil::date};
use proto::{
    Private,
    id::{SessionId, TenantId},
};
use service_runtime::{Clock, Env, lifecycle::Lifecycle};
use sqlx::PgPool;
use system_tests::eventually;
use uuid::Uuid;

const BOUND: Duration = Duration::from_secs(30);
/// A Wednesday, 09:00 in New York.
const NOW: &str = "2026-06-10T13:00:00Z";
const TWO_PM: &str = "2026-06-11T18:00:00Z";
const THREE_PM: &str = "2026-06-11T19:00:00Z";
const CLIENT_PHONE: &str = "+14155550123";

/// A business whose clients are told, until it is dropped.
struct Business {
    pool: PgPool,
    desk: Desk,
    tenant: TenantId,
    slug: &'static str,
    session: SessionId,
    lifecycle: Lifecycle,
}

impl Drop for Business {
    fn drop(&mut self) {
        self.lifecycle.stop();
    }
}

impl Business {
    async fn open(pool: PgPool, slug: &'static str) -> Self {
        service_runtime::install_crypto_provider();
        demo::seed(&pool, date(2026, 6, 10)).await.expect("demo data");
        let desk = Desk::new(pool.clone(), clock(), Duration::from_secs(120));
        let (tenant, session) = (demo::tenant_id(slug), SessionId::new());
        Self { pool, desk, tenant, slug, session, lifecycle: Lifecycle::new() }
    }

    /// Tells clients from now on, as a replica with these variables does.
    fn tell(&self, env: &Env) {
        let settings = MessageSettings::from_env(env);
        env.finish(()).expect("well-formed");
        let listeners = messages::listeners(&self.pool, clock(), &settings).expect("listeners");
        relay(&self.pool, listeners.into(), &self.lifecycle);
    }

    fn actor(&self) -> Actor {
        Actor { tenant: self.tenant, session: self.session, channel: Channel::Phone }
    }

    async fn book(&self, service: &str, staff: &str, client: Client) -> Appointment {
        let choice = SlotChoice {
            service: demo::service_id(self.slug, service),
            staff: StaffChoice::Named(demo::staff_id(self.slug, staff)),
            further: Vec::new(),
            start: at(TWO_PM),
        };
        let request = BookRequest {
            actor: self.actor(),
            idempotency_key: key(),
            wanted: Wanted::Slot(choice),
            client,
            notes: Private::default(),
        };
        done(self.desk.book(&request).await.expect("an answer"))
    }

    async fn massage(&self) -> Appointment {
        self.book("Massage", "Maria Lopez", client("Alex Morrison", "alex@example.com")).await
    }

    async fn reschedule(&self, appointment: &Appointment) -> Appointment {
        let request = RescheduleRequest {
            actor: self.actor(),
            idempotency_key: key(),
            appointment: appointment.id,
            expected_version: appointment.version,
            start: at(THREE_PM),
            staff: None,
            any_staff: false,
        };
        done(self.desk.reschedule(&request).await.expect("an answer"))
    }

    async fn cancel(&self, appointment: &Appointment) -> Appointment {
        let request = CancelRequest {
            actor: self.actor(),
            idempotency_key: key(),
            appointment: appointment.id,
            expected_version: appointment.version,
        };
        done(self.desk.cancel(&request).await.expect("an answer"))
    }

    /// State, reason and attempts of a listener's deliveries, in order.
    async fn deliveries(&self, listener: &str) -> Vec<(String, String, i32)> {
        sqlx::query_as(
            "SELECT state, coalesce(reason, ''), attempts FROM outbox_deliveries WHERE listener = $1 ORDER BY outbox_id",
        )
        .bind(listener)
        .fetch_all(&self.pool)
        .await
        .expect("the deliveries")
    }

    async fn until_settled(&self, listener: &str, count: usize) {
        eventually(BOUND, "all is settled", async || {
            let all = self.deliveries(listener).await;
            all.len() == count && all.iter().all(|(state, ..)| state != "waiting")
        })
        .await;
    }

    async fn until_put_off(&self, listener: &str, why: &str) {
        eventually(BOUND, "it is put off", async || {
            matches!(&self.deliveries(listener).await[..], [(state, reason, _)] if state == "waiting" && reason == why)
        })
        .await;
    }

    /// The pause before the next attempt is over.
    async fn hurry(&self) {
        sqlx::query("UPDATE outbox_deliveries SET available_at = now(), reason = NULL WHERE state = 'waiting'")
            .execute(&self.pool)
            .await
            .expect("an update");
    }

    async fn set(&self, change: &'static str) {
        sqlx::query(change).bind(self.tenant.as_uuid()).execute(&self.pool).await.expect("an update");
    }

    async fn audit(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT action || coalesce(' ' || (details ->> 'listener'), '') FROM audit_log \
             WHERE session_id = $1 AND channel = 'phone' ORDER BY id",
        )
        .bind(self.session.as_uuid())
        .fetch_all(&self.pool)
        .await
        .expect("the audit log")
    }
}

fn client(name: &str, email: &str) -> Client {
    Client {
        name: Private::new(name.to_owned()),
        email: Private::new(email.to_owned()),
        phone: CLIENT_PHONE.parse().ok(),
    }
}

fn clock() -> Clock {
    Clock::starting_at(at(NOW))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

#[track_caller]
fn done<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(done) => done,
        Outcome::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}
