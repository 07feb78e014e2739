//! Holds: whom they keep out, whom they do not, and how they end.

use booking_svc::{
    booking::{appointment::Wanted, error::Reason},
    desk::{DeskError, SlotQuery},
};
use jiff::SignedDuration;
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, anyone, at, done, refused, with};

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_held_slot_is_taken_for_another_session_and_alternatives_are_near(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let wanted = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    done(salon.hold(SessionId::new(), &wanted).await);
    let refusal = refused(salon.hold(SessionId::new(), &wanted).await);
    assert_eq!(refusal.reason, Reason::Taken);
    let starts: Vec<String> = refusal.alternatives.iter().map(|s| s.start.to_string()).collect();
    // Maria's 13:30 and 14:30 overlap the held hour, so the nearest are an hour off.
    assert_eq!(starts, ["2026-06-11T17:00:00Z", "2026-06-11T19:00:00Z", "2026-06-11T16:30:00Z"]);
    assert!(refusal.alternatives.iter().all(|s| s.staff_name == "Maria Lopez"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn when_the_asked_person_has_nothing_others_are_offered_at_the_asked_time(
    _: PgPoolOptions,
    db: PgConnectOptions,
) {
    let salon = Salon::open(db).await;
    sqlx::query(
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state) \
         SELECT gen_random_uuid(), $1, 'staff', $2, tstzrange(day, day + interval '1 day'), 'absence' \
         FROM generate_series(timestamptz '2026-06-01', timestamptz '2026-10-01', interval '1 day') AS day",
    )
    .bind(salon.tenant.as_uuid())
    .bind(crate::support::salon_staff("Maria Lopez").as_uuid())
    .execute(&salon.pool)
    .await
    .expect("a long leave");
    let refusal = refused(salon.hold(SessionId::new(), with("Massage", "Maria Lopez", TOMORROW_TWO_PM)).await);
    assert_eq!(refusal.reason, Reason::StaffAway);
    let nearest = &refusal.alternatives[0];
    assert_eq!((nearest.staff_name.as_str(), nearest.start), ("Sam Rivera", at(TOMORROW_TWO_PM)));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_own_hold_does_not_hide_its_slot(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (mine, other) = (SessionId::new(), SessionId::new());
    let wanted = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    done(salon.hold(mine, &wanted).await);
    let query = |session: SessionId| SlotQuery {
        tenant: salon.tenant,
        choice: wanted.clone(),
        to: wanted.start + SignedDuration::from_mins(30),
        limit: 10,
        own: session.into(),
    };
    assert_eq!(done(salon.desk.find_slots(query(mine)).await.expect("an answer")).len(), 1);
    let nothing = refused(salon.desk.find_slots(query(other)).await.expect("an answer"));
    assert_eq!(nothing.reason, Reason::Taken);
    assert_eq!(
        done(salon.desk.explain(salon.tenant, wanted.clone(), mine.into()).await.expect("an answer")).start,
        wanted.start
    );
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_new_hold_replaces_the_sessions_former_one(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let first = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    done(salon.hold(session, &first).await);
    // Overlaps its own former hold, which must not be in the way.
    done(salon.hold(session, with("Massage", "Maria Lopez", "2026-06-11T18:30:00Z")).await);
    assert_eq!(salon.count("SELECT count(*) FROM claims WHERE state = 'hold'").await, 1);
    done(salon.hold(SessionId::new(), with("Massage", "Maria Lopez", "2026-06-11T17:30:00Z")).await);
    assert_eq!(salon.audit(session).await, ["phone hold_placed", "phone hold_released", "phone hold_placed"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_refused_hold_leaves_the_former_one(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let hold = done(salon.hold(session, anyone("Massage", TOMORROW_TWO_PM)).await);
    let closed = anyone("Massage", "2026-06-14T18:00:00Z");
    assert_eq!(refused(salon.hold(session, &closed).await).reason, Reason::Closed);
    let appointment = done(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(appointment.slot, hold.slot);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_released_hold_frees_its_slot(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let wanted = with("Massage", "Sam Rivera", TOMORROW_TWO_PM);
    let hold = done(salon.hold(session, &wanted).await);
    assert_eq!(salon.desk.release(salon.tenant, SessionId::new(), Some(hold.id)).await.expect("an answer"), 0);
    assert_eq!(salon.desk.release(salon.tenant, session, Some(hold.id)).await.expect("an answer"), 1);
    done(salon.hold(SessionId::new(), &wanted).await);
    assert_eq!(salon.audit(session).await, ["phone hold_placed", "phone hold_released"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_hold_does_not_block(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (late, quick) = (SessionId::new(), SessionId::new());
    let wanted = with("Massage", "Maria Lopez", TOMORROW_TWO_PM);
    done(salon.hold(late, &wanted).await);
    salon.expire_holds().await;
    done(salon.hold(quick, &wanted).await);
    assert_eq!(salon.audit(late).await, ["phone hold_placed", "phone hold_expired"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_repeated_hold_is_the_same_hold(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let request = salon.hold_request(SessionId::new(), anyone("Massage", TOMORROW_TWO_PM));
    let first = salon.desk.place_hold(&request).await.expect("an answer");
    assert_eq!(salon.desk.place_hold(&request).await.expect("an answer"), first);
    assert_eq!(salon.count("SELECT count(*) FROM holds").await, 1);
    let mut other = request.clone();
    other.choice.start = at("2026-06-11T19:00:00Z");
    assert!(matches!(salon.desk.place_hold(&other).await, Err(DeskError::KeyReused)));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn any_staff_falls_to_the_next_person(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let wanted = anyone("Massage", TOMORROW_TWO_PM);
    let mut names = Vec::new();
    for _ in 0..2 {
        names.push(done(salon.hold(SessionId::new(), &wanted).await).slot.staff_name);
    }
    names.sort();
    assert_eq!(names, ["Maria Lopez", "Sam Rivera"], "both who do massages, and nobody twice");
    assert_eq!(refused(salon.hold(SessionId::new(), &wanted).await).reason, Reason::Taken);
}
