//! From hold to appointment, repeats, and what is written beside it.

use booking_svc::{
    booking::{
        appointment::Wanted,
        error::{Outcome, Reason},
    },
    desk::DeskError,
};
use proto::{
    Private,
    id::{HoldId, SessionId},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, done, refused, with};

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_hold_becomes_the_appointment_in_place(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    let claim: uuid::Uuid = sqlx::query_scalar("SELECT id FROM claims").fetch_one(&salon.pool).await.expect("a claim");
    let appointment = done(salon.book(session, Wanted::Hold(hold.id)).await);

    assert_eq!(appointment.slot, hold.slot);
    assert_eq!(appointment.service_name, "Massage");
    let row: (String, String, String, String, String) = sqlx::query_as(
        "SELECT client_name, client_email, client_phone, time_zone, status FROM appointments WHERE id = $1",
    )
    .bind(appointment.id.as_uuid())
    .fetch_one(&salon.pool)
    .await
    .expect("the appointment");
    let row = (row.0.as_str(), row.1.as_str(), row.2.as_str(), row.3.as_str(), row.4.as_str());
    assert_eq!(row, ("Alex Morrison", "alex@example.com", "+14155550123", "America/New_York", "booked"));
    let now: (uuid::Uuid, String) =
        sqlx::query_as("SELECT id, state FROM claims").fetch_one(&salon.pool).await.expect("a claim");
    assert_eq!(now, (claim, "booked".to_owned()), "the same row");
    assert_eq!(salon.audit(session).await, ["phone hold_placed", "phone appointment_booked"]);
    assert_eq!(salon.count("SELECT count(*) FROM outbox WHERE topic = 'appointment_booked'").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn no_personal_data_outside_of_clients_and_appointments(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(anyone("Facial", TOMORROW_TWO_PM))).await);
    for table in [
        "SELECT coalesce(string_agg(t::text, ' '), '') FROM audit_log t",
        "SELECT coalesce(string_agg(t::text, ' '), '') FROM outbox t",
        "SELECT coalesce(string_agg(t::text, ' '), '') FROM idempotency t",
        "SELECT coalesce(string_agg(t::text, ' '), '') FROM claims t",
    ] {
        let text: String = sqlx::query_scalar(table).fetch_one(&salon.pool).await.expect("the rows");
        assert!(text.len() > 20, "{table} has rows");
        assert!(!text.contains("Morrison") && !text.contains("alex@") && !text.contains("5550123"), "{text}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_repeated_booking_is_one_row_and_one_answer(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    let request = salon.book_request(session, Wanted::Hold(hold.id));
    let first = done(salon.desk.book(&request).await.expect("an answer"));
    let again = done(salon.desk.book(&request).await.expect("an answer"));
    assert_eq!(again, first);
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 1);

    let mut other = request.clone();
    other.client.name = Private::new("Someone Else".to_owned());
    assert!(matches!(salon.desk.book(&other).await, Err(DeskError::KeyReused)));
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn twins_under_one_key_at_once_book_once(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let request = salon.book_request(SessionId::new(), Wanted::Slot(anyone("Massage", TOMORROW_TWO_PM)));
    let twins = (0..8).map(|_| salon.desk.book(&request));
    let answers = futures::future::join_all(twins).await;
    let ids: Vec<_> = answers.into_iter().map(|a| done(a.expect("an answer")).id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_refusal_is_repeated_too(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let taken = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let holder = SessionId::new();
    done(salon.hold(holder, &taken).await);
    let request = salon.book_request(SessionId::new(), Wanted::Slot(taken.clone()));
    let first = salon.desk.book(&request).await.expect("an answer");
    assert!(matches!(first, Outcome::Refused(_)));
    salon.desk.release(salon.tenant, holder, None).await.expect("an answer");
    assert_eq!(salon.desk.book(&request).await.expect("an answer"), first, "one answer, though the slot is free now");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn confirming_twice_under_two_keys_is_a_success(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let wanted = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let hold = done(salon.hold(session, &wanted).await);
    let first = done(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(done(salon.book(session, Wanted::Hold(hold.id)).await), first);
    assert_eq!(
        done(salon.book(session, Wanted::Slot(wanted.clone())).await),
        first,
        "its own appointment is in the way"
    );
    assert_eq!(refused(salon.book(SessionId::new(), Wanted::Slot(wanted.clone())).await).reason, Reason::Taken);
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_hold_is_retaken_while_its_slot_is_free(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    salon.expire_holds().await;
    assert_eq!(done(salon.book(session, Wanted::Hold(hold.id)).await).slot, hold.slot);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_hold_of_anyone_falls_to_whoever_is_free(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    salon.expire_holds().await;
    let quick = with("Massage", &hold.slot.staff_name, TOMORROW_TWO_PM);
    done(salon.hold(SessionId::new(), &quick).await);
    let appointment = done(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(appointment.slot.start, hold.slot.start);
    assert_ne!(appointment.slot.staff, hold.slot.staff);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_hold_whose_slot_was_taken_is_refused_with_alternatives(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let wanted = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    let hold = done(salon.hold(session, &wanted).await);
    salon.expire_holds().await;
    done(salon.book(SessionId::new(), Wanted::Slot(wanted.clone())).await);
    let refusal = refused(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(refusal.reason, Reason::HoldExpired);
    assert_eq!(refusal.alternatives.len(), 3);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_strangers_hold_cannot_be_booked(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let hold = done(salon.hold(SessionId::new(), anyone("Massage", TOMORROW_TWO_PM)).await);
    for id in [hold.id, HoldId::new()] {
        let refusal = refused(salon.book(SessionId::new(), Wanted::Hold(id)).await);
        assert_eq!((refusal.reason, refusal.alternatives.len()), (Reason::HoldExpired, 0));
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_live_hold_outlives_the_notice_period_but_not_its_start(_: PgPoolOptions, db: PgConnectOptions) {
    // The salon wants an hour's notice: 10:00 is held at 09:00 sharp, and confirmed later.
    let salon = Salon::open(db.clone()).await;
    let session = SessionId::new();
    let ten = with("Massage", "Maria Lopez", "2026-06-10T14:30:00Z");
    let hold = done(salon.hold(session, &ten).await);
    let after_start = Salon::open_at(db.clone(), "2026-06-10T14:30:01Z").await;
    let refusal = refused(after_start.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(refusal.reason, Reason::TooSoon);
    let inside_notice = Salon::open_at(db, "2026-06-10T14:10:00Z").await;
    done(inside_notice.book(session, Wanted::Hold(hold.id)).await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_change_of_the_rules_counts_at_once(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    sqlx::query("INSERT INTO date_exceptions (tenant_id, date, reason) VALUES ($1, '2026-06-11', 'flooded')")
        .bind(salon.tenant.as_uuid())
        .execute(&salon.pool)
        .await
        .expect("an exception");
    let refusal = refused(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(refusal.reason, Reason::Closed);
    assert_eq!(salon.count("SELECT count(*) FROM appointments").await, 0);
}
