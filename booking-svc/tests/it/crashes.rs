//! Random sessions at once on a narrow book, with requests that are dropped half-way, repeated, and connections that
//! the server kills; then a checker that trusts neither the constraint nor the claims looks at what is left.

use std::{sync::Arc, time::Duration};

use booking_svc::booking::{appointment::Wanted, error::Outcome, slot::SlotChoice, slot::StaffChoice};
use jiff::SignedDuration;
use proto::id::SessionId;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::task::JoinSet;

use crate::support::{Salon, TOMORROW_TWO_PM, at, salon_service, salon_staff};

const SESSIONS: u64 = 48;
const STEPS: usize = 12;

/// A few hours of a few open days, so that sessions meet.
fn choice(random: &mut StdRng) -> SlotChoice {
    let service = ["Massage", "Facial", "Haircut"].choose(random).expect("a service");
    let staff = match ["Maria Lopez", "Sam Rivera", "Dana Kim"].get(random.random_range(0..5)) {
        Some(name) => StaffChoice::Named(salon_staff(name)),
        None => StaffChoice::Any,
    };
    let (days, half_hours) = ([0, 1, 4, 5].choose(random).expect("a day"), random.random_range(0..6));
    let start = at(TOMORROW_TWO_PM) + SignedDuration::from_mins(days * 1440 + half_hours * 30);
    let further = match random.random_range(0..4) {
        0 => vec![(salon_service("Haircut"), StaffChoice::Any)],
        1 => vec![(salon_service("Facial"), StaffChoice::Any), (salon_service("Haircut"), StaffChoice::Any)],
        _ => Vec::new(),
    };
    SlotChoice { service: salon_service(service), staff, further, start }
}

/// One session's random life. Errors are part of it: what counts is what the tables say afterwards.
async fn live(salon: Arc<Salon>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let session = SessionId::new();
    let mut held = None;
    for _ in 0..STEPS {
        let patience = Duration::from_micros(random.random_range(200..40_000));
        match random.random_range(0..10) {
            0..=3 => {
                let request = salon.hold_request(session, choice(&mut random));
                if let Ok(Ok(Outcome::Done(hold))) =
                    tokio::time::timeout(patience, salon.desk.place_hold(&request)).await
                {
                    held = Some(hold.id);
                }
            }
            4..=7 => {
                let wanted = match held.take() {
                    Some(hold) if random.random_bool(0.8) => Wanted::Hold(hold),
                    _ => Wanted::Slot(choice(&mut random)),
                };
                let request = salon.book_request(session, wanted);
                // Given up half-way, then sent again under the same key, as a gateway does.
                let _ = tokio::time::timeout(patience, salon.desk.book(&request)).await;
                let _ = salon.desk.book(&request).await;
            }
            8 => {
                let _ = salon.desk.release(salon.tenant, session, None).await;
            }
            _ => {
                let _ = sqlx::query("UPDATE claims SET expires_at = now() WHERE session_id = $1 AND state = 'hold'")
                    .bind(session.as_uuid())
                    .execute(&salon.pool)
                    .await;
            }
        }
    }
}

/// Kills one of our connections after another, until it is aborted.
async fn kill_connections(options: PgConnectOptions) {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.expect("a connection");
    let mut ticks = tokio::time::interval(Duration::from_millis(25));
    loop {
        ticks.tick().await;
        let _ = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'booking-svc' AND datname = current_database() AND state <> 'idle' LIMIT 1",
        )
        .execute(&pool)
        .await;
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn whatever_is_dropped_repeated_or_killed_nobody_is_booked_twice(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db.clone()).await);
    salon.add_rooms(2, &["Massage", "Facial"]).await;
    let killer = tokio::spawn(kill_connections(db));
    let sessions: JoinSet<()> = (0..SESSIONS).map(|seed| live(Arc::clone(&salon), seed)).collect();
    sessions.join_all().await;
    killer.abort();
    let _ = killer.await;

    let booked = salon.count("SELECT count(*) FROM appointments").await;
    assert!(booked > 20, "the book filled: {booked}");
    for (what, breaches) in [
        (
            "two clients with one person, buffers included, overlap",
            "SELECT count(*) FROM appointment_segments a JOIN services v ON v.id = a.service_id \
             JOIN appointment_segments b ON b.staff_id = a.staff_id AND b.appointment_id > a.appointment_id \
             JOIN services w ON w.id = b.service_id \
             WHERE a.starts_at - v.buffer_before_minutes * interval '1 minute' < b.ends_at + w.buffer_after_minutes * interval '1 minute' \
               AND b.starts_at - w.buffer_before_minutes * interval '1 minute' < a.ends_at + v.buffer_after_minutes * interval '1 minute'",
        ),
        (
            "a service of an appointment without exactly one claim on its time",
            "SELECT count(*) FROM appointment_segments a JOIN services v ON v.id = a.service_id WHERE 1 <> \
               (SELECT count(*) FROM claims c WHERE c.appointment_id = a.appointment_id AND c.resource_id = a.staff_id \
                  AND c.position = a.position AND c.resource_kind = 'staff' AND c.during @> tstzrange(a.starts_at, a.ends_at) AND c.during <@ \
                  tstzrange(a.starts_at - v.buffer_before_minutes * interval '1 minute', a.ends_at + v.buffer_after_minutes * interval '1 minute'))",
        ),
        (
            "a visit with a gap, or with other time than its appointment's",
            "SELECT count(*) FROM appointments a WHERE (a.starts_at, a.ends_at) IS DISTINCT FROM \
               (SELECT (min(s.starts_at), max(s.ends_at)) FROM appointment_segments s WHERE s.appointment_id = a.id) \
               OR a.ends_at - a.starts_at <> (SELECT sum(s.ends_at - s.starts_at) FROM appointment_segments s WHERE s.appointment_id = a.id)",
        ),
        (
            "a service without its room",
            "SELECT count(*) FROM appointment_segments s JOIN service_resources n USING (service_id) WHERE 1 <> \
               (SELECT count(*) FROM claims c WHERE c.appointment_id = s.appointment_id AND c.position = s.position \
                  AND c.resource_id = n.resource_id AND c.during @> tstzrange(s.starts_at, s.ends_at))",
        ),
        (
            "more in the two rooms than two",
            "SELECT count(*) FROM claims c WHERE c.resource_kind = 'room' AND 2 < \
               (SELECT count(*) FROM claims d WHERE d.resource_id = c.resource_id AND d.during @> lower(c.during))",
        ),
        (
            "a claim of an appointment that has no such service",
            "SELECT count(*) FROM claims c LEFT JOIN appointment_segments s USING (appointment_id, position) \
             WHERE c.state = 'booked' AND s.appointment_id IS NULL",
        ),
        (
            "a claim of a hold that has ended",
            "SELECT count(*) FROM claims c JOIN holds h ON h.id = c.hold_id WHERE h.ended_as IS NOT NULL",
        ),
        (
            "a hold that stands without a claim",
            "SELECT count(*) FROM holds h WHERE h.ended_as IS NULL AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.hold_id = h.id)",
        ),
        (
            "a session with two holds",
            "SELECT count(*) FROM (SELECT 1 FROM claims WHERE state = 'hold' GROUP BY session_id HAVING count(DISTINCT hold_id) > 1) t",
        ),
        (
            "an appointment without exactly one audit row and one message",
            "SELECT count(*) FROM appointments a \
             WHERE 1 <> (SELECT count(*) FROM audit_log l WHERE l.action = 'appointment_booked' AND l.details->>'appointment_id' = a.id::text) \
                OR 1 <> (SELECT count(*) FROM outbox o WHERE o.payload->>'appointment_id' = a.id::text)",
        ),
        (
            "an appointment that no answer tells of",
            "SELECT count(*) FROM appointments a WHERE NOT EXISTS \
               (SELECT 1 FROM idempotency i WHERE i.answer->'done'->>'id' = a.id::text)",
        ),
    ] {
        assert_eq!(salon.count(breaches).await, 0, "{what}");
    }
}
