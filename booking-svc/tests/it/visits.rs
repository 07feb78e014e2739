//! Several services in one visit: one after another without a gap, all of them or none.

use std::sync::Arc;

use booking_svc::{
    booking::{
        appointment::{Appointment, Wanted},
        claim::Own,
        error::{Outcome, Reason},
        slot::{Slot, SlotChoice, StaffChoice},
    },
    desk::SlotQuery,
};
use futures::future::join_all;
use jiff::SignedDuration;
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::support::{Salon, TOMORROW_TWO_PM, at, done, fresh_key, refused, salon_service, salon_staff, with};

/// A visit; a service is "Massage" or "Massage with Maria Lopez".
fn visit(services: &[&str], start: &str) -> SlotChoice {
    let chosen = |text: &str| match text.split_once(" with ") {
        Some((service, staff)) => (salon_service(service), StaffChoice::Named(salon_staff(staff))),
        None => (salon_service(text), StaffChoice::Any),
    };
    let (service, staff) = chosen(services[0]);
    let further = services[1..].iter().map(|text| chosen(text)).collect();
    SlotChoice { service, staff, further, start: at(start) }
}

/// Who gives what when, in New York's hours.
fn told(slot: &Slot) -> Vec<String> {
    let local = |at: jiff::Timestamp| (at - SignedDuration::from_hours(4)).strftime("%H:%M").to_string();
    let first_end = slot.further.first().map_or(slot.end, |next| next.start);
    let mut told = vec![format!("{} {}–{}", slot.staff_name, local(slot.start), local(first_end))];
    told.extend(slot.further.iter().map(|s| format!("{} {}–{}", s.staff_name, local(s.start), local(s.end))));
    told
}

impl Salon {
    /// Claimed time, as `position person from to state`.
    async fn claimed(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT c.position || ' ' || s.name || ' ' || to_char(lower(during) AT TIME ZONE 'America/New_York', 'HH24:MI') \
                    || '–' || to_char(upper(during) AT TIME ZONE 'America/New_York', 'HH24:MI') || ' ' || c.state \
             FROM claims c JOIN staff s ON s.id = c.resource_id ORDER BY c.appointment_id, c.position",
        )
        .fetch_all(&self.pool)
        .await
        .expect("the claims")
    }

    async fn segments(&self, appointment: &Appointment) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM appointment_segments WHERE appointment_id = $1")
            .bind(appointment.id.as_uuid())
            .fetch_one(&self.pool)
            .await
            .expect("a count")
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_visit_is_held_and_booked_as_a_whole(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let wanted = visit(&["Facial with Dana Kim", "Massage with Sam Rivera", "Haircut"], TOMORROW_TWO_PM);
    let hold = done(salon.hold(session, &wanted).await);
    // Sam stays for the haircut, which Dana could give as well.
    let plan = ["Dana Kim 14:00–14:45", "Sam Rivera 14:45–15:45", "Sam Rivera 15:45–16:15"];
    assert_eq!(told(&hold.slot), plan);
    assert_eq!(hold.slot.end, at("2026-06-11T20:15:00Z"));
    // The facial's buffer is Dana's; nothing lies between Sam's two services.
    let claimed = |state: &str| {
        ["0 Dana Kim 14:00–15:00", "1 Sam Rivera 14:45–15:45", "2 Sam Rivera 15:45–16:15"]
            .map(|c| format!("{c} {state}"))
    };
    assert_eq!(salon.claimed().await, claimed("hold"));
    let key = booking_svc::desk::LeaseKey::new(salon.tenant, session);
    salon.desk.open_lease(key).await.expect("a lease");
    let renewed = salon.desk.renew(key).await.expect("the holds");
    assert_eq!(renewed.iter().map(|hold| &hold.slot).collect::<Vec<_>>(), [&hold.slot], "one hold");

    let appointment = done(salon.book(session, Wanted::Hold(hold.id)).await);
    assert_eq!(appointment.slot, hold.slot);
    assert_eq!(salon.claimed().await, claimed("booked"));
    assert_eq!(salon.segments(&appointment).await, 3);
    let stored = salon.desk.appointment(salon.tenant, appointment.id).await.expect("an answer").expect("it is there");
    assert_eq!(stored.appointment, appointment);
    assert_eq!(salon.audit(session).await, ["phone hold_placed", "phone appointment_booked"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn one_person_gives_the_whole_visit_when_one_can(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let start = at(TOMORROW_TWO_PM);
    let explained = salon.desk.explain(salon.tenant, visit(&["Massage", "Haircut"], TOMORROW_TWO_PM), Own::default());
    // Maria is first in the business's order, but cuts no hair.
    assert_eq!(told(&done(explained.await.expect("an answer"))), ["Sam Rivera 14:00–15:00", "Sam Rivera 15:00–15:30"]);
    done(salon.book(SessionId::new(), Wanted::Slot(with("Haircut", "Sam Rivera", "2026-06-11T19:00:00Z"))).await);
    let handed_over =
        done(salon.book(SessionId::new(), Wanted::Slot(visit(&["Massage", "Haircut"], TOMORROW_TWO_PM))).await);
    assert_eq!(told(&handed_over.slot), ["Maria Lopez 14:00–15:00", "Dana Kim 15:00–15:30"]);
    assert_eq!(handed_over.slot.start, start);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_buffer_keeps_a_distance_from_others_and_not_inside_the_visit(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let session = SessionId::new();
    let wanted =
        visit(&["Facial with Maria Lopez", "Massage with Maria Lopez", "Facial with Maria Lopez"], TOMORROW_TWO_PM);
    done(salon.book(session, Wanted::Slot(wanted)).await);
    assert_eq!(
        salon.claimed().await,
        ["0 Maria Lopez 14:00–14:45 booked", "1 Maria Lopez 14:45–15:45 booked", "2 Maria Lopez 15:45–16:45 booked"]
    );
    let after = |start| with("Massage", "Maria Lopez", start);
    assert_eq!(
        refused(salon.book(SessionId::new(), Wanted::Slot(after("2026-06-11T20:30:00Z"))).await).reason,
        Reason::Taken
    );
    done(salon.book(SessionId::new(), Wanted::Slot(after("2026-06-11T21:00:00Z"))).await);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_visit_that_cannot_be_had_as_a_whole_is_refused_with_whole_ones(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    // Dana, the only one who does nails, is busy from three to half past.
    done(salon.book(SessionId::new(), Wanted::Slot(with("Haircut", "Dana Kim", "2026-06-11T19:00:00Z"))).await);
    let wanted = visit(&["Massage", "Manicure"], TOMORROW_TWO_PM);
    let refusal = refused(salon.hold(SessionId::new(), &wanted).await);
    assert_eq!(refusal.reason, Reason::Taken);
    let offered: Vec<Vec<String>> = refusal.alternatives.iter().map(told).collect();
    assert_eq!(
        offered,
        [
            ["Maria Lopez 14:30–15:30", "Dana Kim 15:30–16:15"],
            ["Maria Lopez 13:00–14:00", "Dana Kim 14:00–14:45"],
            ["Maria Lopez 15:00–16:00", "Dana Kim 16:00–16:45"],
        ]
    );
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 1, "no part of it stays");

    for (services, reason) in
        [(vec!["Massage", "Manicure with Sam Rivera"], Reason::UnknownStaff), (vec!["Massage"; 6], Reason::Closed)]
    {
        // Six massages from two would end at eight.
        let wanted = visit(&services, TOMORROW_TWO_PM);
        assert_eq!(refused(salon.hold(SessionId::new(), &wanted).await).reason, reason, "{services:?}");
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn the_list_has_the_visits_that_the_check_lets_pass(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    done(salon.book(SessionId::new(), Wanted::Slot(with("Haircut", "Dana Kim", "2026-06-11T19:00:00Z"))).await);
    let choice = visit(&["Massage", "Manicure"], "2026-06-11T13:00:00Z");
    let query = SlotQuery {
        tenant: salon.tenant,
        choice: choice.clone(),
        to: at("2026-06-12T00:00:00Z"),
        limit: 100,
        own: Own::default(),
    };
    let listed = done(salon.desk.find_slots(query).await.expect("an answer"));
    let mut passed = Vec::new();
    for half_hour in 0..22 {
        let choice = SlotChoice { start: choice.start + SignedDuration::from_mins(30 * half_hour), ..choice.clone() };
        if let Outcome::Done(slot) = salon.desk.explain(salon.tenant, choice, Own::default()).await.expect("an answer")
        {
            passed.push(slot);
        }
    }
    assert_eq!(listed, passed);
    assert_eq!(listed.len(), 13, "of fifteen until 16:00, those at 13:30 and 14:00 are lost to Dana's haircut");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_visit_moves_as_a_whole(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let services = ["Facial with Maria Lopez", "Massage with Maria Lopez", "Haircut with Dana Kim"];
    let booked = done(salon.book(SessionId::new(), Wanted::Slot(visit(&services, TOMORROW_TWO_PM))).await);
    // Half an hour on: every segment overlaps its own former time or its neighbour's.
    let request = salon.move_request(SessionId::new(), &booked, "2026-06-11T18:30:00Z");
    let moved = done(salon.reschedule(&request).await);
    assert_eq!(told(&moved.slot), ["Maria Lopez 14:30–15:15", "Maria Lopez 15:15–16:15", "Dana Kim 16:15–16:45"]);
    assert_eq!(
        salon.claimed().await,
        ["0 Maria Lopez 14:30–15:15 booked", "1 Maria Lopez 15:15–16:15 booked", "2 Dana Kim 16:15–16:45 booked"]
    );
    assert_eq!(salon.segments(&moved).await, 3);

    // Sam gives what he can of it; the facial stays with Maria.
    let mut with_sam = salon.move_request(SessionId::new(), &moved, TOMORROW_TWO_PM);
    with_sam.staff = Some(salon_staff("Sam Rivera"));
    let moved = done(salon.reschedule(&with_sam).await);
    assert_eq!(told(&moved.slot), ["Maria Lopez 14:00–14:45", "Sam Rivera 14:45–15:45", "Sam Rivera 15:45–16:15"]);

    // The last part does not fit: all of it stays.
    done(salon.book(SessionId::new(), Wanted::Slot(with("Haircut", "Sam Rivera", "2026-06-11T20:30:00Z"))).await);
    let before = salon.claimed().await;
    let refusal =
        refused(salon.reschedule(&salon.move_request(SessionId::new(), &moved, "2026-06-11T18:30:00Z")).await);
    assert_eq!(refusal.reason, Reason::Taken);
    assert_eq!(salon.claimed().await, before);
    let mut anybody = salon.move_request(SessionId::new(), &moved, "2026-06-11T18:30:00Z");
    (anybody.idempotency_key, anybody.any_staff) = (fresh_key(), true);
    let moved = done(salon.reschedule(&anybody).await);
    assert_eq!(told(&moved.slot), ["Maria Lopez 14:30–15:15", "Sam Rivera 15:15–16:15", "Dana Kim 16:15–16:45"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_expired_visit_leaves_nothing_behind(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let late = SessionId::new();
    let wanted = visit(&["Massage with Sam Rivera", "Manicure"], TOMORROW_TWO_PM);
    let hold = done(salon.hold(late, &wanted).await);
    salon.expire_holds().await;
    // Takes Sam's part only; Dana's goes with it.
    done(salon.hold(SessionId::new(), with("Massage", "Sam Rivera", TOMORROW_TWO_PM)).await);
    assert_eq!(salon.claimed().await, ["0 Sam Rivera 14:00–15:00 hold"]);
    assert_eq!(salon.audit(late).await, ["phone hold_placed", "phone hold_expired"]);
    let refusal = refused(salon.book(late, Wanted::Hold(hold.id)).await);
    assert_eq!((refusal.reason, refusal.alternatives.len()), (Reason::HoldExpired, 3));
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn visits_that_cross_each_other_never_share_time(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    // Half ask for them in one order, half in the other, half an hour apart.
    let one = visit(&["Massage with Maria Lopez", "Haircut with Sam Rivera"], TOMORROW_TWO_PM);
    let other = visit(&["Haircut with Sam Rivera", "Facial with Maria Lopez"], "2026-06-11T18:30:00Z");
    let racers = (0..16).flat_map(|_| [&one, &other]).map(|choice| {
        let salon = Arc::clone(&salon);
        async move { salon.book(SessionId::new(), Wanted::Slot(choice.clone())).await }
    });
    let answers = join_all(racers).await;
    let won = answers.iter().filter(|answer| matches!(answer, Outcome::Done(_))).count();
    // One fits beside the other: Maria 14:00–15:00 and 15:00–16:00, Sam 15:00–15:30 and 14:30–15:00.
    assert_eq!(won, 2);
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 4);
    assert_eq!(salon.count("SELECT count(*) FROM appointment_segments").await, 4);
    for answer in answers {
        if let Outcome::Refused(refusal) = answer {
            assert_eq!((refusal.reason, refusal.alternatives.len()), (Reason::Taken, 3));
        }
    }
}
