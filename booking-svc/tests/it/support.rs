//! A migrated, seeded database with a desk before it, at a fixed date.

use std::{borrow::Borrow, time::Duration};

use booking_svc::{
    booking::{
        appointment::{Appointment, BookRequest, Client, Wanted},
        error::{Outcome, Refusal},
        hold::{Actor, Channel, Hold, HoldRequest},
        slot::{SlotChoice, StaffChoice},
    },
    demo,
    desk::Desk,
};
use jiff::{Timestamp, civil::date};
use proto::{
    Private,
    id::{ServiceId, SessionId, StaffId, TenantId},
};
use service_runtime::{Clock, database};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use system_tests::database::Closing;

/// A Wednesday, 09:00 in New York.
pub const NOW: &str = "2026-06-10T13:00:00Z";
/// The Thursday after, 14:00 in New York.
pub const TOMORROW_TWO_PM: &str = "2026-06-11T18:00:00Z";

pub struct Salon {
    pub pool: PgPool,
    pub desk: Desk,
    pub tenant: TenantId,
    pub closing: Closing,
}

impl Salon {
    pub async fn open(options: PgConnectOptions) -> Self {
        Self::open_at(options, NOW).await
    }

    pub async fn open_at(options: PgConnectOptions, now: &str) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(database::limited(options))
            .await
            .expect("a database");
        demo::seed(&pool, date(2026, 6, 10)).await.expect("demo data");
        let desk = Desk::new(pool.clone(), Clock::starting_at(at(now)), Duration::from_secs(120));
        let closing = Closing(vec![pool.clone()]);
        Self { pool, desk, tenant: demo::tenant_id(demo::SALON), closing }
    }

    pub async fn hold(&self, session: SessionId, choice: impl Borrow<SlotChoice>) -> Outcome<Hold> {
        self.desk.place_hold(&self.hold_request(session, choice)).await.expect("an answer")
    }

    pub fn hold_request(&self, session: SessionId, choice: impl Borrow<SlotChoice>) -> HoldRequest {
        HoldRequest { actor: self.actor(session), idempotency_key: fresh_key(), choice: choice.borrow().clone() }
    }

    pub async fn book(&self, session: SessionId, wanted: Wanted) -> Outcome<Appointment> {
        self.desk.book(&self.book_request(session, wanted)).await.expect("an answer")
    }

    pub fn book_request(&self, session: SessionId, wanted: Wanted) -> BookRequest {
        BookRequest {
            actor: self.actor(session),
            idempotency_key: fresh_key(),
            wanted,
            client: Client {
                name: Private::new("Alex Morrison".to_owned()),
                email: Private::new("alex@example.com".to_owned()),
                phone: "+14155550123".parse().ok(),
            },
            notes: Private::default(),
        }
    }

    pub fn actor(&self, session: SessionId) -> Actor {
        Actor { tenant: self.tenant, session, channel: Channel::Phone }
    }

    /// Lets every hold that stands expire now.
    pub async fn expire_holds(&self) {
        sqlx::query("UPDATE claims SET expires_at = now() - interval '1 second' WHERE state = 'hold'")
            .execute(&self.pool)
            .await
            .expect("an update");
    }

    /// How long before its start an appointment may still be changed.
    pub async fn set_change_notice(&self, minutes: i32) {
        sqlx::query("UPDATE tenants SET change_notice_minutes = $2 WHERE id = $1")
            .bind(self.tenant.as_uuid())
            .bind(minutes)
            .execute(&self.pool)
            .await
            .expect("an update");
    }

    pub async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(&self.pool).await.expect("a count")
    }

    pub async fn audit(&self, session: SessionId) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT channel || ' ' || action FROM audit_log WHERE session_id = $1 AND tenant_id = $2 ORDER BY id",
        )
        .bind(session.as_uuid())
        .bind(self.tenant.as_uuid())
        .fetch_all(&self.pool)
        .await
        .expect("audit rows")
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub fn salon_service(name: &str) -> ServiceId {
    demo::service_id(demo::SALON, name)
}

pub fn salon_staff(name: &str) -> StaffId {
    demo::staff_id(demo::SALON, name)
}

/// A start with whoever is free.
pub fn anyone(service: &str, start: &str) -> SlotChoice {
    SlotChoice { service: salon_service(service), staff: StaffChoice::Any, further: Vec::new(), start: at(start) }
}

pub fn with(service: &str, staff: &str, start: &str) -> SlotChoice {
    SlotChoice { staff: StaffChoice::Named(salon_staff(staff)), ..anyone(service, start) }
}

pub fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

#[track_caller]
pub fn done<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(done) => done,
        Outcome::Refused(refusal) => panic!("refused: {refusal:?}"),
    }
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        Outcome::Done(done) => panic!("not refused: {done:?}"),
    }
}
