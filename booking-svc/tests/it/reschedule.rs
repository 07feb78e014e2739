//! Moving an appointment: all of it or nothing, once, and under the version that was read.

use std::sync::Arc;

use booking_svc::{
    booking::{
        appointment::{Appointment, RescheduleRequest, Status, Wanted},
        claim::Own,
        error::{Outcome, Reason},
    },
    desk::DeskError,
};
use futures::future::join_all;
use jiff::SignedDuration;
use proto::id::{AppointmentId, SessionId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{NOW, Salon, TOMORROW_TWO_PM, at, done, fresh_key, refused, salon_staff, with};

const THREE_PM: &str = "2026-06-11T19:00:00Z";
const HALF_PAST_TWO: &str = "2026-06-11T18:30:00Z";
/// Claims of an appointment in other places than its row says, buffers aside (a massage has none).
const STRAY_CLAIMS: &str = "SELECT count(*) FROM appointments a FULL JOIN claims c ON c.appointment_id = a.id \
                            WHERE (a.status = 'booked') IS DISTINCT FROM (c.resource_id = a.staff_id \
                              AND c.during = tstzrange(a.starts_at, a.ends_at))";

impl Salon {
    pub async fn massage_with_maria(&self, start: &str) -> Appointment {
        done(self.book(SessionId::new(), Wanted::Slot(with("Massage", "Maria Lopez", start))).await)
    }

    pub fn move_request(&self, session: SessionId, appointment: &Appointment, start: &str) -> RescheduleRequest {
        RescheduleRequest {
            actor: self.actor(session),
            idempotency_key: fresh_key(),
            appointment: appointment.id,
            expected_version: appointment.version,
            start: at(start),
            staff: None,
            any_staff: false,
        }
    }

    pub async fn reschedule(&self, request: &RescheduleRequest) -> Outcome<Appointment> {
        self.desk.reschedule(request).await.expect("an answer")
    }

    async fn assert_claims_fit(&self) {
        assert_eq!(self.count(STRAY_CLAIMS).await, 0, "a claim where no appointment is, or the reverse");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_move_takes_the_new_time_and_frees_the_old(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    assert_eq!((booked.version, booked.status), (1, Status::Booked));
    let session = SessionId::new();
    let moved = done(salon.reschedule(&salon.move_request(session, &booked, THREE_PM)).await);
    assert_eq!((moved.id, moved.version), (booked.id, 2));
    assert_eq!((moved.slot.start, moved.slot.staff_name.as_str()), (at(THREE_PM), "Maria Lopez"));
    let stored = salon.desk.appointment(salon.tenant, booked.id).await.expect("an answer").expect("the appointment");
    assert_eq!(stored.appointment, moved);
    salon.assert_claims_fit().await;
    assert_eq!(salon.audit(session).await, ["phone appointment_rescheduled"]);
    assert_eq!(salon.count("SELECT count(*) FROM outbox WHERE topic = 'appointment_rescheduled'").await, 1);
    let from = "SELECT count(*) FROM audit_log WHERE details->'from'->>'start' = '2026-06-11T18:00:00Z'";
    assert_eq!(salon.count(from).await, 1, "the former slot stays readable");
    salon.massage_with_maria(TOMORROW_TWO_PM).await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_appointment_is_not_in_its_own_way(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let own = Own { session: None, appointment: Some(booked.id) };
    let overlapping = with("Massage", "Maria Lopez", HALF_PAST_TWO);
    let explained = salon.desk.explain(salon.tenant, overlapping, own).await.expect("an answer");
    let moved = done(salon.reschedule(&salon.move_request(SessionId::new(), &booked, HALF_PAST_TWO)).await);
    assert_eq!(done(explained), moved.slot);
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_refused_move_leaves_the_appointment_and_offers_times_that_it_does_not_have(
    _: PgPoolOptions,
    db: PgConnectOptions,
) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    salon.massage_with_maria(THREE_PM).await;
    let request = salon.move_request(SessionId::new(), &booked, THREE_PM);
    let refusal = refused(salon.reschedule(&request).await);
    assert_eq!(refusal.reason, Reason::Taken);
    let starts: Vec<String> = refusal.alternatives.iter().map(|s| s.start.to_string()).collect();
    // 14:00 is what it has; 13:30 overlaps its own hour only.
    assert_eq!(starts, ["2026-06-11T20:00:00Z", "2026-06-11T17:30:00Z", "2026-06-11T20:30:00Z"]);
    let stored = salon.desk.appointment(salon.tenant, booked.id).await.expect("an answer").expect("the appointment");
    assert_eq!(stored.appointment, booked);
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_person_gives_it_only_when_that_is_allowed(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    salon.massage_with_maria(THREE_PM).await;
    let mut request = salon.move_request(SessionId::new(), &booked, THREE_PM);
    assert_eq!(refused(salon.reschedule(&request).await).reason, Reason::Taken);
    (request.idempotency_key, request.any_staff) = (fresh_key(), true);
    let moved = done(salon.reschedule(&request).await);
    assert_eq!(moved.slot.staff_name, "Sam Rivera");
    // Whoever gives it now is asked first, even where somebody else has less to do.
    let mut back = salon.move_request(SessionId::new(), &moved, "2026-06-11T20:00:00Z");
    back.any_staff = true;
    let moved = done(salon.reschedule(&back).await);
    assert_eq!(moved.slot.staff_name, "Sam Rivera");
    let mut to_maria = salon.move_request(SessionId::new(), &moved, "2026-06-11T21:00:00Z");
    to_maria.staff = Some(salon_staff("Maria Lopez"));
    assert_eq!(done(salon.reschedule(&to_maria).await).slot.staff_name, "Maria Lopez");
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_sessions_hold_on_the_new_time_becomes_the_appointments(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let session = SessionId::new();
    // Half past ten is held while an hour's notice is kept, and taken when it no longer is.
    let soon = "2026-06-10T14:30:00Z";
    let hold = done(salon.hold(session, with("Massage", "Maria Lopez", soon)).await);
    let later = Salon::open_at(db, "2026-06-10T14:10:00Z").await;
    let refusal = refused(later.reschedule(&later.move_request(SessionId::new(), &booked, soon)).await);
    assert_eq!(refusal.reason, Reason::TooSoon, "to another session");
    let moved = done(later.reschedule(&later.move_request(session, &booked, soon)).await);
    assert_eq!(moved.slot, hold.slot);
    assert_eq!(salon.count("SELECT count(*) FROM claims WHERE state = 'hold'").await, 0);
    assert_eq!(
        salon.count("SELECT count(*) FROM holds WHERE ended_as = 'booked' AND appointment_id IS NOT NULL").await,
        1
    );
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_repeated_move_has_one_effect_and_one_answer(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    let session = SessionId::new();
    let request = salon.move_request(session, &booked, THREE_PM);
    let twins = join_all((0..8).map(|_| salon.desk.reschedule(&request))).await;
    let first = done(salon.reschedule(&request).await);
    for twin in twins {
        assert_eq!(done(twin.expect("an answer")), first);
    }
    assert_eq!(first.version, 2);
    assert_eq!(salon.audit(session).await.len(), 1);

    let mut other = request.clone();
    other.start = at(HALF_PAST_TWO);
    assert!(matches!(salon.desk.reschedule(&other).await, Err(DeskError::KeyReused)));
    // Under another key, by the same session: it is where it was wanted.
    other = RescheduleRequest { idempotency_key: fresh_key(), ..request.clone() };
    assert_eq!(done(salon.reschedule(&other).await), first);
    assert_eq!(salon.audit(session).await.len(), 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_version_that_is_no_longer_so_is_an_answer(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    done(salon.reschedule(&salon.move_request(SessionId::new(), &booked, THREE_PM)).await);
    let refusal = refused(salon.reschedule(&salon.move_request(SessionId::new(), &booked, HALF_PAST_TWO)).await);
    assert_eq!((refusal.reason, refusal.alternatives.len()), (Reason::ChangedMeanwhile, 0));
    let stranger = Appointment { id: AppointmentId::from_uuid(uuid::Uuid::new_v4()), ..booked };
    let refusal = refused(salon.reschedule(&salon.move_request(SessionId::new(), &stranger, HALF_PAST_TWO)).await);
    assert_eq!(refusal.reason, Reason::UnknownAppointment);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_notice_of_the_business_holds_for_the_time_that_is_given_up(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db.clone()).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    salon.set_change_notice(24 * 60).await;
    let latest = at(TOMORROW_TWO_PM) - SignedDuration::from_hours(24);
    let just_after = Salon::open_at(db.clone(), &(latest + SignedDuration::from_secs(1)).to_string()).await;
    let refusal = refused(just_after.reschedule(&salon.move_request(SessionId::new(), &booked, THREE_PM)).await);
    assert_eq!(refusal.reason, Reason::TooLate { notice_minutes: 1440 });
    // The clock goes on while this runs.
    let in_time = Salon::open_at(db, &(latest - SignedDuration::from_mins(5)).to_string()).await;
    done(in_time.reschedule(&salon.move_request(SessionId::new(), &booked, THREE_PM)).await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn thirty_two_movers_onto_one_slot_and_one_wins(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    let mut movers = Vec::new();
    // Sixteen appointments of Maria's and Sam's on the days after, moved to one hour of Maria's.
    for day in [12, 15, 16, 17, 18, 19, 22, 23] {
        for person in ["Maria Lopez", "Sam Rivera"] {
            let slot = with("Massage", person, &format!("2026-06-{day}T18:00:00Z"));
            let booked = done(salon.book(SessionId::new(), Wanted::Slot(slot.clone())).await);
            for _ in 0..2 {
                let mut request = salon.move_request(SessionId::new(), &booked, TOMORROW_TWO_PM);
                request.staff = Some(salon_staff("Maria Lopez"));
                movers.push(request);
            }
        }
    }
    assert_eq!(movers.len(), 32);
    let answers = join_all(movers.iter().map(|m| salon.reschedule(m))).await;
    let won = answers.iter().filter(|a| matches!(a, Outcome::Done(_))).count();
    assert_eq!(won, 1);
    for answer in answers {
        if let Outcome::Refused(refusal) = answer {
            // The winner's twin finds another version.
            assert!(matches!(refusal.reason, Reason::Taken | Reason::ChangedMeanwhile), "{refusal:?}");
        }
    }
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_move_against_bookings_of_the_same_slot(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    for round in 0..8 {
        let day = at("2026-06-15T14:00:00Z") + SignedDuration::from_hours(24 * (round % 5) + 7 * 24 * (round / 5));
        let (from, to) = (day.to_string(), (day + SignedDuration::from_hours(2)).to_string());
        let booked = salon.massage_with_maria(&from).await;
        let request = salon.move_request(SessionId::new(), &booked, &to);
        let slot = with("Massage", "Maria Lopez", &to);
        let booking = join_all((0..7).map(|_| salon.book(SessionId::new(), Wanted::Slot(slot.clone()))));
        let (moved, bookings) = tokio::join!(salon.reschedule(&request), booking);
        let won = bookings.iter().filter(|a| matches!(a, Outcome::Done(_))).count();
        assert_eq!(won + usize::from(matches!(moved, Outcome::Done(_))), 1, "round {round}");
        salon.assert_claims_fit().await;
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn two_appointments_cannot_change_places_and_neither_is_lost(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (two, three) = (salon.massage_with_maria(TOMORROW_TWO_PM).await, salon.massage_with_maria(THREE_PM).await);
    let (later, earlier) = (
        salon.move_request(SessionId::new(), &two, THREE_PM),
        salon.move_request(SessionId::new(), &three, TOMORROW_TWO_PM),
    );
    let (later, earlier) = tokio::join!(salon.reschedule(&later), salon.reschedule(&earlier));
    assert_eq!(refused(later).reason, Reason::Taken);
    assert_eq!(refused(earlier).reason, Reason::Taken);
    salon.assert_claims_fit().await;
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_move_keeps_the_rules_of_a_booking(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let booked = salon.massage_with_maria(TOMORROW_TWO_PM).await;
    for (start, reason) in [
        ("2026-06-14T18:00:00Z", Reason::Closed),
        (NOW, Reason::TooSoon),
        ("2026-06-11T18:10:00Z", Reason::OffGrid),
        ("2027-06-11T18:00:00Z", Reason::TooFar),
    ] {
        let refusal = refused(salon.reschedule(&salon.move_request(SessionId::new(), &booked, start)).await);
        assert_eq!(refusal.reason, reason, "{start}");
    }
    let mut stranger = salon.move_request(SessionId::new(), &booked, THREE_PM);
    stranger.staff = Some(salon_staff("Dana Kim"));
    assert_eq!(refused(salon.reschedule(&stranger).await).reason, Reason::UnknownStaff, "Dana gives no massages");
}
