//! Cancelling: once, in time, and what comes after it.

use booking_svc::booking::{
    appointment::{Appointment, CancelRequest, Status, Wanted},
    error::{Outcome, Reason},
};
use futures::future::join_all;
use jiff::SignedDuration;
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, at, done, fresh_key, refused, with};

const THREE_PM: &str = "2026-06-11T19:00:00Z";

impl Salon {
    fn cancel_request(&self, session: SessionId, appointment: &Appointment) -> CancelRequest {
        CancelRequest {
            actor: self.actor(session),
            idempotency_key: fresh_key(),
            appointment: appointment.id,
            expected_version: appointment.version,
        }
    }

    async fn cancel(&self, request: &CancelRequest) -> Outcome<Appointment> {
        self.desk.cancel(request).await.expect("an answer")
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_cancelled_appointment_gives_its_time_back(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let session = SessionId::new();
    let cancelled = done(salon.cancel(&salon.cancel_request(session, &booked)).await);
    assert_eq!(cancelled, Appointment { status: Status::Cancelled, version: 2, ..booked });
    assert_eq!(salon.audit(session).await, ["phone appointment_cancelled"]);
    assert_eq!(salon.count("SELECT count(*) FROM outbox WHERE topic = 'appointment_cancelled'").await, 1);
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 0);
    salon.massage_with_maria(TOMORROW_TWO_PM).await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn cancelling_twice_has_one_effect(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let session = SessionId::new();
    let request = salon.cancel_request(session, &booked);
    let twins = join_all((0..8).map(|_| salon.cancel(&request))).await;
    let first = done(salon.cancel(&request).await);
    for twin in twins {
        assert_eq!(done(twin), first);
    }
    assert_eq!(done(salon.cancel(&salon.cancel_request(session, &booked)).await), first, "by its own, another key");
    let refusal = refused(salon.cancel(&salon.cancel_request(SessionId::new(), &booked)).await);
    assert_eq!(refusal.reason, Reason::AlreadyCancelled, "by somebody else");
    assert_eq!(salon.audit(session).await.len(), 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn strangers_at_once_cancel_once(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let requests: Vec<_> = (0..16).map(|_| salon.cancel_request(SessionId::new(), &booked)).collect();
    let answers = join_all(requests.iter().map(|r| salon.cancel(r))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| matches!(a, Outcome::Done(_)));
    assert_eq!(won.len(), 1);
    for answer in lost {
        assert_eq!(refused(answer).reason, Reason::AlreadyCancelled);
    }
    assert_eq!(salon.count("SELECT count(*) FROM outbox WHERE topic = 'appointment_cancelled'").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_cancelled_appointment_cannot_be_moved_nor_a_moved_one_cancelled_unread(
    _: PgPoolOptions,
    db: PgConnectOptions,
) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let moved = done(salon.reschedule(&salon.move_request(SessionId::new(), &booked, THREE_PM)).await);
    let unread = refused(salon.cancel(&salon.cancel_request(SessionId::new(), &booked)).await);
    assert_eq!(unread.reason, Reason::ChangedMeanwhile);
    let cancelled = done(salon.cancel(&salon.cancel_request(SessionId::new(), &moved)).await);
    let refusal = refused(salon.reschedule(&salon.move_request(SessionId::new(), &cancelled, TOMORROW_TWO_PM)).await);
    assert_eq!(refusal.reason, Reason::AlreadyCancelled);
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_move_and_a_cancellation_at_once_leave_one_story(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    for hour in 13..20 {
        let start = format!("2026-06-15T{hour}:00:00Z");
        let booked = salon.massage_with_maria(&start).await;
        let moving = salon.move_request(SessionId::new(), &booked, "2026-06-16T18:00:00Z");
        let cancelling = salon.cancel_request(SessionId::new(), &booked);
        let (moved, cancelled) = tokio::join!(salon.reschedule(&moving), salon.cancel(&cancelling));
        match (moved, cancelled) {
            (Outcome::Done(moved), Outcome::Refused(no)) => {
                assert_eq!(no.reason, Reason::ChangedMeanwhile);
                done(salon.cancel(&salon.cancel_request(SessionId::new(), &moved)).await);
            }
            (Outcome::Refused(no), Outcome::Done(_)) => assert_eq!(no.reason, Reason::AlreadyCancelled),
            both => panic!("{both:?}"),
        }
        assert_eq!(salon.count("SELECT count(*) FROM claims").await, 0);
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_notice_of_the_business_is_kept_and_told(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let start = at(TOMORROW_TWO_PM);
    let open_at = async |at: jiff::Timestamp| Salon::open_at(db.clone(), &at.to_string()).await;
    let begun = open_at(start).await;
    let refusal = refused(begun.cancel(&salon.cancel_request(SessionId::new(), &booked)).await);
    assert_eq!(refusal.reason, Reason::TooLate { notice_minutes: 0 });
    salon.set_change_notice(240).await;
    let latest = start - SignedDuration::from_hours(4);
    let late = open_at(latest + SignedDuration::from_secs(1)).await;
    let refusal = refused(late.cancel(&salon.cancel_request(SessionId::new(), &booked)).await);
    assert_eq!((refusal.reason, refusal.alternatives.len()), (Reason::TooLate { notice_minutes: 240 }, 0));
    // The clock goes on while this runs.
    done(
        open_at(latest - SignedDuration::from_mins(5))
            .await
            .cancel(&salon.cancel_request(SessionId::new(), &booked))
            .await,
    );
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_booking_of_a_time_that_is_being_cancelled(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let request = salon.cancel_request(SessionId::new(), &booked);
    let slot = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let bookings = join_all((0..7).map(|_| salon.book(SessionId::new(), Wanted::Slot(slot.clone()))));
    let (cancelled, bookings) = tokio::join!(salon.cancel(&request), bookings);
    done(cancelled);
    let won = bookings.iter().filter(|a| matches!(a, Outcome::Done(_))).count();
    assert!(won <= 1, "{won}");
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, i64::try_from(won).expect("a small number"));
}
