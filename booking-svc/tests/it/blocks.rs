//! What the business itself does to its calendar: time that is taken out of it, and clients beside clients.

use booking_svc::booking::{
    appointment::{Appointment, CancelRequest, Wanted},
    block::{Block, BlockRequest, Purpose},
    error::{Outcome, Reason},
    slot::{SlotChoice, Span},
};
use jiff::SignedDuration;
use proto::id::{BlockId, SessionId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, at, done, fresh_key, refused, salon_staff, with};

const NOON: &str = "2026-06-11T16:00:00Z";
const FOUR_PM: &str = "2026-06-11T20:00:00Z";

impl Salon {
    async fn block(&self, staff: &str, start: &str, length: SignedDuration) -> Outcome<Block> {
        let request = BlockRequest {
            actor: self.actor(SessionId::new()),
            idempotency_key: fresh_key(),
            staff: salon_staff(staff),
            span: Span::starting(at(start), length).expect("a span"),
            purpose: Purpose::WalkIns,
        };
        let first = self.desk.block(&request).await.expect("an answer");
        assert_eq!(self.desk.block(&request).await.expect("an answer"), first, "one effect and one answer");
        first
    }

    async fn give_up(&self, appointment: &Appointment) {
        let cancel = CancelRequest {
            actor: self.actor(SessionId::new()),
            idempotency_key: fresh_key(),
            appointment: appointment.id,
            expected_version: appointment.version,
        };
        done(self.desk.cancel(&cancel).await.expect("an answer"));
    }

    /// Why a start cannot be had.
    async fn why_not(&self, choice: &SlotChoice) -> Option<Reason> {
        match self.desk.explain(self.tenant, choice.clone(), SessionId::new().into()).await.expect("an answer") {
            Outcome::Done(_) => None,
            Outcome::Refused(refusal) => Some(refusal.reason),
        }
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn blocked_time_is_nobodys_until_it_is_given_back(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let two_hours = SignedDuration::from_hours(2);
    let block = done(salon.block("Sam Rivera", TOMORROW_TWO_PM, two_hours).await);
    let choice = with("Massage", "Sam Rivera", TOMORROW_TWO_PM);
    assert_eq!(salon.why_not(&choice).await, Some(Reason::StaffAway));
    let booked = salon.book(SessionId::new(), Wanted::Slot(choice.clone())).await;
    assert_eq!(refused(booked).reason, Reason::StaffAway);
    let overbooked = salon.book(SessionId::new(), Wanted::Overbooked(choice.clone())).await;
    assert_eq!(refused(overbooked).reason, Reason::StaffAway, "not for the owner either");
    assert_eq!(refused(salon.block("Sam Rivera", TOMORROW_TWO_PM, two_hours).await).reason, Reason::Taken);

    for known in [true, true] {
        assert_eq!(salon.desk.lift(salon.tenant, block.id).await.expect("an answer"), known);
    }
    assert!(!salon.desk.lift(salon.tenant, BlockId::new()).await.expect("an answer"));
    assert_eq!(salon.why_not(&choice).await, None);
    let lifted = "SELECT count(*) FROM audit_log WHERE action = 'block_lifted' AND session_id IS NOT NULL";
    assert_eq!(salon.count(lifted).await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_block_puts_nobody_off(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let choice = with("Massage", "Sam Rivera", TOMORROW_TWO_PM);
    done(salon.hold(SessionId::new(), &choice).await);
    let week = SignedDuration::from_hours(7 * 24);
    assert_eq!(refused(salon.block("Sam Rivera", "2026-06-10T14:00:00Z", week).await).reason, Reason::Taken);
    salon.expire_holds().await;
    done(salon.block("Sam Rivera", "2026-06-10T14:00:00Z", week).await);
    // Its last day, though it began a week before.
    let last = with("Massage", "Sam Rivera", "2026-06-17T13:00:00Z");
    assert_eq!(salon.why_not(&last).await, Some(Reason::StaffAway));
    assert_eq!(salon.why_not(&with("Massage", "Sam Rivera", "2026-06-17T14:00:00Z")).await, None);
    assert_eq!(salon.count("SELECT count(*) FROM claims WHERE state = 'hold'").await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_owner_overbooks_and_it_is_seen(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let choice = with("Massage", "Sam Rivera", TOMORROW_TWO_PM);
    let first = done(salon.book(SessionId::new(), Wanted::Slot(choice.clone())).await);
    for _ in 0..2 {
        done(salon.book(SessionId::new(), Wanted::Overbooked(choice.clone())).await);
    }
    let lanes: Vec<i16> =
        sqlx::query_scalar("SELECT lane FROM claims ORDER BY lane").fetch_all(&salon.pool).await.expect("claims");
    assert_eq!(lanes, [0, 1, 2]);
    let recorded =
        "SELECT count(*) FROM audit_log WHERE action = 'appointment_booked' AND details->'overbooked' = 'true'";
    assert_eq!(salon.count(recorded).await, 2);

    // When the first client goes, the person is still busy, to everybody but the owner.
    salon.give_up(&first).await;
    assert_eq!(salon.why_not(&choice).await, Some(Reason::Taken));
    let booked = salon.book(SessionId::new(), Wanted::Slot(choice.clone())).await;
    assert_eq!(refused(booked).reason, Reason::Taken);
    let hour = SignedDuration::from_hours(1);
    assert_eq!(refused(salon.block("Sam Rivera", TOMORROW_TWO_PM, hour).await).reason, Reason::Taken);
    done(salon.book(SessionId::new(), Wanted::Overbooked(choice)).await);
    assert_eq!(salon.count(recorded).await, 3, "in the ordinary lane, too");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn held_time_is_kept_whomever_the_owner_books_beside_it(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (caller, mover) = (SessionId::new(), SessionId::new());
    let (two, four) = (with("Massage", "Sam Rivera", TOMORROW_TWO_PM), with("Massage", "Sam Rivera", FOUR_PM));
    let present = done(salon.book(mover, Wanted::Slot(with("Massage", "Sam Rivera", NOON))).await);
    let hold = done(salon.hold(caller, &two).await);
    done(salon.hold(mover, &four).await);
    for choice in [&two, &four] {
        done(salon.book(SessionId::new(), Wanted::Overbooked(choice.clone())).await);
    }
    done(salon.book(caller, Wanted::Hold(hold.id)).await);
    let moved = done(salon.reschedule(&salon.move_request(mover, &present, FOUR_PM)).await);
    assert_eq!(moved.slot.start, at(FOUR_PM));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn rooms_are_not_overbooked(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.add_rooms(1, &["Massage"]).await;
    let choice = with("Massage", "Sam Rivera", TOMORROW_TWO_PM);
    done(salon.book(SessionId::new(), Wanted::Overbooked(choice.clone())).await);
    let second = salon.book(SessionId::new(), Wanted::Overbooked(choice)).await;
    assert_eq!(refused(second).reason, Reason::Taken);
}
