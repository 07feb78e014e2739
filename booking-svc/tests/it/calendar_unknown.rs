//! Somebody whose calendar was not heard of lately is not free: nobody knows.

use booking_svc::booking::{appointment::Wanted, claim::Own, error::Reason};
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, done, refused, salon_staff, with};

impl Salon {
    /// Links a person to a calendar that is known up to a time, and believed for so many seconds.
    pub async fn link_calendar(&self, staff: &str, mirrored_to: Option<&str>, fresh_seconds: i32) {
        sqlx::query(
            "INSERT INTO calendar_links (staff_id, tenant_id, calendar_id, access, mirrored_to, fresh_until) \
             VALUES ($1, $2, 'primary', 'service_account', $3::text::timestamptz, now() + $4 * interval '1 second') \
             ON CONFLICT (staff_id) DO UPDATE SET mirrored_to = excluded.mirrored_to, fresh_until = excluded.fresh_until",
        )
        .bind(salon_staff(staff).as_uuid())
        .bind(self.tenant.as_uuid())
        .bind(mirrored_to)
        .bind(fresh_seconds)
        .execute(&self.pool)
        .await
        .expect("a link");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn unknown_is_not_free_and_is_said_to_be_unknown(_: PgPoolOptions, options: PgConnectOptions) {
    let salon = Salon::open(options).await;
    let choice = with("Facial", "Dana Kim", TOMORROW_TWO_PM);
    let explained = async || salon.desk.explain(salon.tenant, choice.clone(), Own::default()).await.expect("an answer");
    done(explained().await);

    for (mirrored_to, fresh_seconds) in
        [(None, 3_600), (Some("2026-07-01T00:00:00Z"), -1), (Some("2026-06-11T18:10:00Z"), 3_600)]
    {
        salon.link_calendar("Dana Kim", mirrored_to, fresh_seconds).await;
        assert_eq!(refused(explained().await).reason, Reason::CalendarUnknown, "{mirrored_to:?} {fresh_seconds}");
        let hold = salon.hold(SessionId::new(), &choice).await;
        assert_eq!(refused(hold).reason, Reason::CalendarUnknown, "the commit knows it too");
        let booked = salon.book(SessionId::new(), Wanted::Slot(choice.clone())).await;
        assert_eq!(refused(booked).reason, Reason::CalendarUnknown);
    }

    salon.link_calendar("Dana Kim", Some("2026-07-01T00:00:00Z"), 3_600).await;
    done(explained().await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn others_are_free_as_before(_: PgPoolOptions, options: PgConnectOptions) {
    let salon = Salon::open(options).await;
    salon.link_calendar("Dana Kim", None, 0).await;
    let slot = done(
        salon.desk.explain(salon.tenant, anyone("Massage", TOMORROW_TWO_PM), Own::default()).await.expect("an answer"),
    );
    assert_ne!(slot.staff, salon_staff("Dana Kim"));
}
