//! What the calendar says of Dana's time, and what becomes of it.

use booking_svc::{
    booking::{
        appointment::CancelRequest,
        block::{BlockRequest, Purpose},
        error::Reason,
        slot::Span,
    },
    store::calendar::{
        issues::Kind,
        links::{State, StoredAccess},
        looks,
    },
};
use proto::id::SessionId;
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use system_tests::fakes::google_calendar::Script;

use super::{CALENDAR, DANA, Linked, dana};
use crate::support::{TOMORROW_TWO_PM, at, done, fresh_key, refused, with};

const LUNCH: (&str, &str) = ("2026-06-11T17:30:00Z", "2026-06-11T18:30:00Z");

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_calendar_is_read_before_anybody_is_free_and_its_events_take_time(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let linked = Linked::open(options).await;
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.put("free", "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z");
    linked.fake.put(CALENDAR, "free", &json!({ "transparency": "transparent" }));
    linked.fake.page_singly();
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::CalendarUnknown);

    let link = linked.look().await;
    assert!(link.fresh && link.state == State::Active, "{link:?}");
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway);
    done(linked.facial("2026-06-11T14:00:00Z").await);
    assert!(linked.fake.tokens_granted() == 1, "one token for all pages");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn later_looks_read_changes_only(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.look().await;
    linked.remove("lunch");
    linked.put("dentist", "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z");
    linked.look().await;
    done(linked.facial(TOMORROW_TWO_PM).await);
    assert_eq!(refused(linked.facial("2026-06-11T14:00:00Z").await).reason, Reason::StaffAway);
    let absences = "SELECT count(*) FROM claims WHERE from_calendar";
    assert_eq!(linked.salon.count(absences).await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_token_that_is_too_old_means_reading_everything(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.look().await;
    // Gone without a trace: only a whole list can tell.
    linked.remove("lunch");
    linked.fake.forget_sync_tokens();
    let link = linked.look().await;
    assert!(link.fresh && link.failures == 0, "{link:?}");
    done(linked.facial(TOMORROW_TWO_PM).await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_long_event_takes_each_of_its_days(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    let days = json!({ "start": { "date": "2026-06-11" }, "end": { "date": "2026-06-15" } });
    linked.fake.put(CALENDAR, "holiday", &days);
    linked.look().await;
    for start in [TOMORROW_TWO_PM, "2026-06-12T18:00:00Z"] {
        assert_eq!(refused(linked.facial(start).await).reason, Reason::StaffAway, "{start}");
    }
    done(linked.facial("2026-06-16T18:00:00Z").await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_over_an_appointment_is_recorded_and_takes_the_time_when_that_is_cancelled(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let booked = linked.book_facial(TOMORROW_TWO_PM).await;
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.look().await;
    let issues = linked.issues().await;
    assert_eq!(issues.len(), 1);
    let found = &issues[0].found;
    assert_eq!((found.appointment, found.event.as_str()), (booked.id, "lunch"));
    assert!(matches!(found.kind, Kind::Overlap(_)));
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 1, "once");

    let cancel = CancelRequest {
        actor: linked.salon.actor(SessionId::new()),
        idempotency_key: fresh_key(),
        appointment: booked.id,
        expected_version: 1,
    };
    done(linked.salon.desk.cancel(&cancel).await.expect("an answer"));
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway, "at once");
    linked.look().await;
    assert_eq!(linked.issues().await.len(), 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn time_that_a_block_gives_back_is_the_calendars_if_it_has_something_there(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let linked = Linked::open(options).await;
    linked.look().await;
    let span = Span { start: at(LUNCH.0), end: at(LUNCH.1) };
    let request = BlockRequest {
        actor: linked.salon.actor(SessionId::new()),
        idempotency_key: fresh_key(),
        staff: dana(),
        span,
        purpose: Purpose::Absence,
    };
    let block = done(linked.salon.desk.block(&request).await.expect("an answer"));
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.look().await;
    assert_eq!(linked.salon.count("SELECT count(*) FROM claims WHERE from_calendar").await, 0);
    assert!(linked.salon.desk.lift(linked.salon.tenant, block.id).await.expect("an answer"));
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway, "at once");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_event_over_a_hold_waits_for_its_end(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    done(linked.salon.hold(SessionId::new(), with("Facial", DANA, TOMORROW_TWO_PM)).await);
    linked.put("lunch", LUNCH.0, LUNCH.1);
    linked.look().await;
    let due = "SELECT count(*) FROM calendar_links WHERE due_at < now() + interval '30 seconds'";
    assert_eq!(linked.salon.count(due).await, 1);
    linked.salon.expire_holds().await;
    linked.look().await;
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway);
    assert_eq!(linked.salon.count(due).await, 0);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_calendar_that_is_emptied_at_once_is_not_believed_until_somebody_says_so(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let linked = Linked::open(options).await;
    for hour in 13..19 {
        linked.put(&format!("event{hour}"), &format!("2026-06-11T{hour}:00:00Z"), &format!("2026-06-11T{hour}:30:00Z"));
    }
    linked.look().await;
    for hour in 13..19 {
        linked.remove(&format!("event{hour}"));
    }
    let link = linked.look().await;
    assert_eq!((link.state, link.problem.as_deref()), (State::Stopped, Some("mass_deletion")));
    assert_eq!(refused(linked.facial(TOMORROW_TWO_PM).await).reason, Reason::StaffAway, "as it was");

    let resumed = looks::resume(&linked.salon.pool, linked.salon.tenant, dana()).await;
    assert!(resumed.expect("an answer"));
    let link = linked.look().await;
    assert_eq!((link.state, link.trusts_deletions), (State::Active, false));
    done(linked.facial(TOMORROW_TWO_PM).await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn errors_put_a_calendar_off_or_end_its_link(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    for (script, problem) in [
        (Script::Refuse(403, "rateLimitExceeded"), None),
        (Script::Refuse(403, "userRateLimitExceeded"), None),
        (Script::Refuse(429, "rateLimitExceeded"), None),
        (Script::Refuse(403, "quotaExceeded"), None),
        (Script::Refuse(403, "dailyLimitExceeded"), None),
        (Script::Refuse(500, "backendError"), None),
        (Script::Refuse(503, "backendError"), None),
        (Script::Refuse(400, "badRequest"), None),
        (Script::LoseAnswer, None),
        (Script::Refuse(403, "forbidden"), Some("forbidden")),
        (Script::Refuse(403, "insufficientPermissions"), Some("insufficient_permissions")),
        (Script::Refuse(404, "notFound"), Some("not_found")),
    ] {
        linked.link(&StoredAccess::ServiceAccount).await;
        linked.fake.record().script(script);
        let link = linked.look().await;
        assert_eq!(link.problem.as_deref(), problem, "{script:?}");
        assert!(!link.fresh, "{script:?}");
        if problem.is_some() {
            assert_eq!(link.state, State::Broken, "{script:?}");
            continue;
        }
        assert_eq!((link.state, link.failures), (State::Active, 1), "{script:?}");
        let link = linked.look().await;
        assert!(link.fresh && link.failures == 0, "the next look succeeds: {script:?} {link:?}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_quota_is_not_asked_again_for_an_hour(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.fake.record().script(Script::Refuse(403, "dailyLimitExceeded"));
    linked.look().await;
    let late = "SELECT count(*) FROM calendar_links WHERE due_at > now() + interval '59 minutes'";
    assert_eq!(linked.salon.count(late).await, 1);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_token_that_is_refused_is_replaced_once(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.look().await;
    linked.fake.expire_access_tokens();
    assert!(linked.look().await.failures == 0);
    assert_eq!(linked.fake.tokens_granted(), 2);
    for _ in 0..2 {
        linked.fake.record().script(Script::Refuse(401, "authError"));
    }
    assert_eq!(linked.look().await.problem.as_deref(), Some("unauthorized"));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_token_endpoint_that_is_busy_is_asked_three_times(_: PgPoolOptions, options: PgConnectOptions) {
    let linked = Linked::open(options).await;
    linked.fake.refuse_tokens([(503, ""), (400, "temporarily_unavailable")]);
    assert!(linked.look().await.fresh);
    linked.fake.expire_access_tokens();
    linked.fake.refuse_tokens([(500, ""); 3]);
    let link = linked.look().await;
    assert_eq!((link.state, link.failures), (State::Active, 1), "put off");
    linked.fake.refuse_tokens([(401, "invalid_client")]);
    assert_eq!(linked.look().await.problem.as_deref(), Some("invalid_client"));
}
