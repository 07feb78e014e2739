//! What Dana's calendar says of her appointments, and what is done to it there.

use booking_svc::{
    booking::{
        announcement::{Announcement, Topic},
        appointment::{Appointment, CancelRequest, RescheduleRequest},
    },
    calendar::publish::event_id,
    jobs::outbox::{Listener as _, Told, Untold},
    store::calendar::{issues::Kind, links::State},
};
use proto::id::SessionId;
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::fakes::google_calendar::Script;

use super::{CALENDAR, Linked, dana, during};
use crate::support::{TOMORROW_TWO_PM, done, fresh_key};

const AT_THREE: &str = "2026-06-11T19:00:00Z";

impl Linked {
    async fn tell(&self, appointment: &Appointment) -> Result<Told, Untold> {
        let announcement = Announcement {
            tenant: self.salon.tenant,
            topic: Topic::Booked,
            appointment: appointment.id,
            version: appointment.version,
        };
        self.calendars.tell(&announcement).await
    }

    fn id_of(&self, appointment: &Appointment) -> String {
        event_id(self.salon.tenant, appointment.id, dana())
    }

    fn event_of(&self, appointment: &Appointment) -> Value {
        self.fake.event(CALENDAR, &self.id_of(appointment)).expect("an event")
    }

    async fn move_to(&self, appointment: &Appointment, start: &str) -> Appointment {
        let request = RescheduleRequest {
            actor: self.salon.actor(SessionId::new()),
            idempotency_key: fresh_key(),
            appointment: appointment.id,
            expected_version: appointment.version,
            start: crate::support::at(start),
            staff: None,
            any_staff: false,
        };
        done(self.salon.desk.reschedule(&request).await.expect("an answer"))
    }

    async fn cancel(&self, appointment: &Appointment) -> Appointment {
        let request = CancelRequest {
            actor: self.salon.actor(SessionId::new()),
            idempotency_key: fresh_key(),
            appointment: appointment.id,
            expected_version: appointment.version,
        };
        done(self.salon.desk.cancel(&request).await.expect("an answer"))
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_appointment_is_written_moved_and_taken_out(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
    let event = linked.event_of(&booked);
    assert_eq!(event["summary"], "Facial", "no client");
    assert_eq!(event["start"], json!({ "dateTime": "2026-06-11T14:00:00-04:00", "timeZone": "America/New_York" }));
    assert_eq!(linked.tell(&booked).await, Ok(Told::Skipped("no_calendar")), "once");

    let moved = linked.move_to(&booked, AT_THREE).await;
    assert_eq!(linked.tell(&moved).await, Ok(Told::Done));
    assert_eq!(linked.event_of(&booked)["start"]["dateTime"], "2026-06-11T15:00:00-04:00");

    let cancelled = linked.cancel(&moved).await;
    assert_eq!(linked.tell(&cancelled).await, Ok(Told::Done));
    assert_eq!(linked.event_of(&booked)["status"], "cancelled");
    assert_eq!(linked.fake.events(CALENDAR).len(), 0);
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0, "what we do ourselves is no question");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_answer_that_is_lost_makes_no_second_event(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    linked.fake.record().script(Script::LoseAnswer);
    assert!(matches!(linked.tell(&booked).await, Err(Untold::Later { .. })));
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0, "its own event is not in its way");
    assert_eq!(linked.fake.events(CALENDAR).len(), 1);
    assert_eq!(linked.tell(&booked).await, Ok(Told::Skipped("no_calendar")), "the look has found it");

    let other = linked.book_facial(AT_THREE).await;
    linked.fake.record().script(Script::LoseAnswer);
    assert!(matches!(linked.tell(&other).await, Err(Untold::Later { .. })));
    assert_eq!(linked.tell(&other).await, Ok(Told::Done), "409 is a success");
    assert_eq!(linked.fake.events(CALENDAR).len(), 2);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_whose_answer_was_lost_goes_with_its_appointment(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    for by_outbox in [true, false] {
        let booked = linked.book_facial(TOMORROW_TWO_PM).await;
        linked.fake.record().script(Script::LoseAnswer);
        assert!(matches!(linked.tell(&booked).await, Err(Untold::Later { .. })));
        assert_eq!(linked.fake.events(CALENDAR).len(), 1, "it is there");
        let cancelled = linked.cancel(&booked).await;
        if by_outbox {
            assert_eq!(linked.tell(&cancelled).await, Ok(Told::Done));
        } else {
            linked.look().await;
        }
        assert_eq!(linked.fake.events(CALENDAR).len(), 0, "by the outbox: {by_outbox}");
    }
}

/// Whoever was told of the booking is slow: what they write comes after the cancellation was told, and they die of it.
#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_that_is_written_after_it_was_taken_out_goes_all_the_same(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    const KEPT: &str = "SELECT count(*) FROM calendar_written";
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    linked.fake.record().script(Script::LoseAnswer);
    assert!(matches!(linked.tell(&booked).await, Err(Untold::Later { .. })));
    let late = linked.event_of(&booked);
    let cancelled = linked.cancel(&booked).await;
    assert_eq!(linked.tell(&cancelled).await, Ok(Told::Done));
    assert_eq!(linked.fake.events(CALENDAR).len(), 0);

    linked.fake.put(CALENDAR, &linked.id_of(&booked), &late);
    linked.look().await;
    assert_eq!(linked.fake.events(CALENDAR).len(), 0, "written late, and taken out again");
    assert_eq!(linked.salon.count(KEPT).await, 1, "they may still be at it");

    let later = "UPDATE calendar_written SET intended_at = intended_at - interval '1 hour'";
    sqlx::query(later).execute(&linked.salon.pool).await.expect("the database");
    linked.look().await;
    assert_eq!(linked.salon.count(KEPT).await, 0, "nobody is at it any more");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn each_error_has_its_answer(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    for (script, answer) in [
        (Script::Refuse(403, "rateLimitExceeded"), Err(Untold::Later { reason: "busy", after: None })),
        (Script::Refuse(403, "userRateLimitExceeded"), Err(Untold::Later { reason: "busy", after: None })),
        (Script::Refuse(429, "rateLimitExceeded"), Err(Untold::Later { reason: "busy", after: None })),
        (Script::Refuse(503, "backendError"), Err(Untold::Later { reason: "busy", after: None })),
        (
            Script::Refuse(403, "quotaExceeded"),
            Err(Untold::Later { reason: "quota_exceeded", after: Some(std::time::Duration::from_secs(3_600)) }),
        ),
        (Script::Refuse(403, "forbidden"), Ok(Told::Skipped("forbidden"))),
        (Script::Refuse(403, "forbiddenForNonOrganizer"), Ok(Told::Skipped("forbidden_for_non_organizer"))),
        (Script::Refuse(403, "forbiddenForServiceAccounts"), Ok(Told::Skipped("forbidden_for_service_accounts"))),
        (Script::Refuse(404, "notFound"), Ok(Told::Skipped("not_found"))),
        (Script::Refuse(400, "invalid"), Err(Untold::Never { reason: "bad_request" })),
        (Script::Refuse(400, "timeRangeEmpty"), Err(Untold::Never { reason: "time_range_empty" })),
    ] {
        linked.fake.record().script(script);
        assert_eq!(linked.tell(&booked).await, answer, "{script:?}");
    }
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_its_owner_changed_in_an_event_stays(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
    // Another entity tag: the next patch meets a 412.
    linked.fake.put(CALENDAR, &linked.id_of(&booked), &json!({ "description": "bring the new lamp" }));
    let moved = linked.move_to(&booked, AT_THREE).await;
    assert_eq!(linked.tell(&moved).await, Ok(Told::Done));
    let event = linked.event_of(&booked);
    assert_eq!(event["description"], "bring the new lamp");
    assert_eq!(event["start"]["dateTime"], "2026-06-11T15:00:00-04:00");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_that_is_deleted_there_is_a_question_and_no_cancellation(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
    linked.look().await;
    linked.remove(&linked.id_of(&booked));
    linked.look().await;
    let issues = linked.issues().await;
    assert_eq!((issues.len(), &issues[0].found.kind), (1, &Kind::Deleted));
    assert_eq!(linked.salon.count("SELECT count(*) FROM appointments WHERE status = 'booked'").await, 1);

    // The client moves it: there is something new to say, which answers the question.
    let moved = linked.move_to(&booked, AT_THREE).await;
    assert_eq!(linked.tell(&moved).await, Ok(Told::Done));
    assert_eq!(linked.event_of(&booked)["status"], "confirmed");
    assert_eq!(linked.issues().await.len(), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_that_is_deleted_twice_is_taken_out_once(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
    linked.remove(&linked.id_of(&booked));
    let cancelled = linked.cancel(&booked).await;
    assert_eq!(linked.tell(&cancelled).await, Ok(Told::Done), "410 is a success");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_that_is_moved_there_is_a_question_until_it_is_moved_back(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    assert_eq!(linked.tell(&booked).await, Ok(Told::Done));
    let times = linked.event_of(&booked);
    linked.fake.put(CALENDAR, &linked.id_of(&booked), &during(AT_THREE, "2026-06-11T20:00:00Z"));
    linked.look().await;
    assert!(matches!(linked.issues().await.as_slice(), [one] if matches!(one.found.kind, Kind::Moved(_))));
    let back = json!({ "start": times["start"], "end": times["end"] });
    linked.fake.put(CALENDAR, &linked.id_of(&booked), &back);
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn appointments_that_were_not_written_are_caught_up_with(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    let booked = linked.book_before_the_link().await;
    let link = linked.look().await;
    assert_eq!(link.state, State::Active);
    assert_eq!(linked.event_of(&booked)["summary"], "Facial");
}

impl Linked {
    /// Booked as if before there was a calendar.
    async fn book_before_the_link(&self) -> Appointment {
        let fresh = "UPDATE calendar_links SET fresh_until = now() + interval '1 hour', mirrored_to = '2027-01-01'";
        sqlx::query(fresh).execute(&self.salon.pool).await.expect("an update");
        let booked = self.book_facial(TOMORROW_TWO_PM).await;
        let unknown = "UPDATE calendar_links SET fresh_until = NULL, mirrored_to = NULL";
        sqlx::query(unknown).execute(&self.salon.pool).await.expect("an update");
        booked
    }
}
