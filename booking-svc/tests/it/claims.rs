//! What the database refuses by itself, whoever writes.

use booking_svc::booking::{appointment::Wanted, error::Reason};
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, done, refused, salon_staff, with};

const ABSENCE: &str = "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state) \
                       VALUES (gen_random_uuid(), $1, 'staff', $2, tstzrange($3::timestamptz, $4::timestamptz), 'absence')";

impl Salon {
    async fn absence(&self, staff: &str, from: &str, to: &str) -> Result<(), String> {
        let done = sqlx::query(ABSENCE)
            .bind(self.tenant.as_uuid())
            .bind(salon_staff(staff).as_uuid())
            .bind(booking_svc::store::time::SqlTime(crate::support::at(from)))
            .bind(booking_svc::store::time::SqlTime(crate::support::at(to)))
            .execute(&self.pool)
            .await;
        match done {
            Ok(_) => Ok(()),
            Err(error) => Err(error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned()),
        }
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_overlap_by_plain_sql_is_refused(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(with("Massage", "Maria Lopez", TOMORROW_TWO_PM))).await);
    let overlapping = salon.absence("Maria Lopez", "2026-06-11T18:59:00Z", "2026-06-11T20:00:00Z").await;
    assert_eq!(overlapping, Err("23P01".to_owned()));
    assert_eq!(salon.absence("Maria Lopez", "2026-06-11T19:00:00Z", "2026-06-11T20:00:00Z").await, Ok(()));
    assert_eq!(salon.absence("Sam Rivera", "2026-06-11T18:59:00Z", "2026-06-11T20:00:00Z").await, Ok(()));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn holds_buffers_and_absences_are_kept_by_the_database_too(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let refused = || Err("23P01".to_owned());
    done(salon.hold(SessionId::new(), with("Massage", "Sam Rivera", TOMORROW_TWO_PM)).await);
    assert_eq!(salon.absence("Sam Rivera", "2026-06-11T17:00:00Z", "2026-06-11T18:01:00Z").await, refused(), "a hold");
    // A facial takes 45 minutes and keeps 15 more.
    done(salon.book(SessionId::new(), Wanted::Slot(with("Facial", "Dana Kim", TOMORROW_TWO_PM))).await);
    assert_eq!(salon.absence("Dana Kim", "2026-06-11T18:50:00Z", "2026-06-11T19:30:00Z").await, refused(), "a buffer");
    salon.absence("Maria Lopez", TOMORROW_TWO_PM, "2026-06-11T19:00:00Z").await.expect("an hour off");
    assert_eq!(
        salon.absence("Maria Lopez", "2026-06-11T18:30:00Z", "2026-06-11T18:31:00Z").await,
        refused(),
        "an absence"
    );
    // Not by moving what is there either.
    salon.absence("Maria Lopez", "2026-06-11T19:00:00Z", "2026-06-11T20:00:00Z").await.expect("another hour");
    let moved = sqlx::query(
        "UPDATE claims SET during = tstzrange('2026-06-11T18:30:00Z', '2026-06-11T19:30:00Z') \
         WHERE lower(during) = '2026-06-11T19:00:00Z' AND state = 'absence'",
    )
    .execute(&salon.pool)
    .await
    .expect_err("refused");
    assert_eq!(moved.as_database_error().and_then(|e| e.code()).as_deref(), Some("23P01"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_claim_longer_than_a_day_is_refused(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let two_days = salon.absence("Maria Lopez", "2026-06-11T04:00:00Z", "2026-06-13T04:00:00Z").await;
    assert_eq!(two_days, Err("23514".to_owned()), "readers would not find it");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_absence_is_told_from_a_booking(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.absence("Maria Lopez", "2026-06-11T04:00:00Z", "2026-06-12T04:00:00Z").await.expect("a day off");
    let with_maria = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    assert_eq!(refused(salon.hold(SessionId::new(), &with_maria).await).reason, Reason::StaffAway);
    let someone = done(salon.hold(SessionId::new(), anyone("Massage", TOMORROW_TWO_PM)).await);
    assert_eq!(someone.slot.staff_name, "Sam Rivera");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn seeding_twice_changes_nothing(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let count = "SELECT (SELECT count(*) FROM services) + (SELECT count(*) FROM staff) + (SELECT sum(rules_version)::bigint FROM tenants)";
    let before = salon.count(count).await;
    let again = Salon::open(db).await;
    assert_eq!(again.count(count).await, before);
}
