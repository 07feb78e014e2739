//! Rooms, machines and seats: places that a service takes beside a person.

use std::sync::Arc;

use booking_svc::{
    booking::{
        appointment::Wanted,
        claim::Own,
        error::{Outcome, Reason},
        slot::{SlotChoice, StaffChoice},
    },
    store::time::SqlTime,
};
use futures::future::join_all;
use proto::id::SessionId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

use crate::support::{Salon, TOMORROW_TWO_PM, at, done, refused, salon_service, with};

const ROOM: Uuid = uuid::uuid!("7f5e3f0a-0000-4000-8000-000000000001");

impl Salon {
    /// Treatment rooms, all alike, that these services need.
    pub async fn add_rooms(&self, places: i16, services: &[&str]) {
        sqlx::query(
            "INSERT INTO resources (id, tenant_id, kind, name, places) VALUES ($1, $2, 'room', 'Treatment room', $3)",
        )
        .bind(ROOM)
        .bind(self.tenant.as_uuid())
        .bind(places)
        .execute(&self.pool)
        .await
        .expect("a resource");
        for service in services {
            sqlx::query("INSERT INTO service_resources (tenant_id, service_id, resource_id) VALUES ($1, $2, $3)")
                .bind(self.tenant.as_uuid())
                .bind(salon_service(service).as_uuid())
                .bind(ROOM)
                .execute(&self.pool)
                .await
                .expect("a need");
        }
    }

    async fn book_now(&self, choice: &SlotChoice) -> Outcome<booking_svc::booking::appointment::Appointment> {
        let explained = self.desk.explain(self.tenant, choice.clone(), Own::default()).await.expect("an answer");
        let booked = self.book(SessionId::new(), Wanted::Slot(choice.clone())).await;
        assert_eq!(
            matches!(explained, Outcome::Done(_)),
            matches!(booked, Outcome::Done(_)),
            "{explained:?} but {booked:?}"
        );
        booked
    }

    /// Puts a claim on a place past the service; the error's SQLSTATE.
    async fn occupy(&self, lane: i16, from: &str, to: &str) -> Result<(), String> {
        let done = sqlx::query(
            "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, lane, during, state) \
             VALUES (gen_random_uuid(), $1, 'room', $2, $3, tstzrange($4, $5), 'absence')",
        )
        .bind(self.tenant.as_uuid())
        .bind(ROOM)
        .bind(lane)
        .bind(SqlTime(at(from)))
        .bind(SqlTime(at(to)))
        .execute(&self.pool)
        .await;
        let code =
            |error: sqlx::Error| error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
        done.map(|_| ()).map_err(code)
    }

    async fn rooms(&self) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT position || ' in ' || lane || ' ' || to_char(lower(during) AT TIME ZONE 'America/New_York', 'HH24:MI') || '–' \
                    || to_char(upper(during) AT TIME ZONE 'America/New_York', 'HH24:MI') \
             FROM claims WHERE resource_kind = 'room' ORDER BY appointment_id, position",
        )
        .fetch_all(&self.pool)
        .await
        .expect("the claims")
    }
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn one_room_serves_one_client_whoever_is_free(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.add_rooms(1, &["Massage", "Facial"]).await;
    let first = done(salon.book_now(&with("Facial", "Dana Kim", TOMORROW_TWO_PM)).await);
    assert_eq!(salon.rooms().await, ["0 in 0 14:00–15:00"], "cleaning after a facial is the room's too");
    let refusal = refused(salon.book_now(&with("Massage", "Maria Lopez", "2026-06-11T18:30:00Z")).await);
    assert_eq!(refusal.reason, Reason::Taken);
    let starts: Vec<String> = refusal.alternatives.iter().map(|slot| slot.start.to_string()).collect();
    assert_eq!(starts, ["2026-06-11T19:00:00Z", "2026-06-11T19:30:00Z", "2026-06-11T17:00:00Z"]);
    done(salon.book_now(&with("Haircut", "Sam Rivera", TOMORROW_TWO_PM)).await);
    // It moves, and takes its room along.
    let moved = salon.move_request(SessionId::new(), &first, "2026-06-11T20:00:00Z");
    done(salon.reschedule(&moved).await);
    done(salon.book_now(&with("Massage", "Maria Lopez", "2026-06-11T18:30:00Z")).await);
    assert_eq!(salon.rooms().await.len(), 2);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn as_many_seats_as_there_are_and_no_more(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.add_rooms(2, &["Massage", "Facial", "Haircut"]).await;
    done(salon.book_now(&with("Massage", "Maria Lopez", TOMORROW_TWO_PM)).await);
    done(salon.book_now(&with("Haircut", "Dana Kim", TOMORROW_TWO_PM)).await);
    assert_eq!(refused(salon.book_now(&with("Massage", "Sam Rivera", TOMORROW_TWO_PM)).await).reason, Reason::Taken);
    // Past the service: neither an occupied seat nor one that is not there.
    assert_eq!(salon.occupy(0, "2026-06-11T18:30:00Z", "2026-06-11T19:30:00Z").await, Err("23P01".to_owned()));
    assert_eq!(salon.occupy(2, TOMORROW_TWO_PM, "2026-06-11T19:00:00Z").await, Err("23514".to_owned()));
    salon.occupy(1, "2026-06-11T19:00:00Z", "2026-06-11T23:00:00Z").await.expect("a seat that is broken");
    done(salon.book_now(&with("Massage", "Sam Rivera", "2026-06-11T19:00:00Z")).await);
    assert_eq!(
        refused(salon.book_now(&with("Facial", "Dana Kim", "2026-06-11T19:00:00Z")).await).reason,
        Reason::Taken
    );
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_visit_stays_in_its_room(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    salon.add_rooms(2, &["Massage", "Facial"]).await;
    // The first room is taken later, so that the first choice at three would be another.
    salon.occupy(0, TOMORROW_TWO_PM, "2026-06-11T18:30:00Z").await.expect("a free room");
    let massage = (salon_service("Massage"), StaffChoice::Any);
    let visit = SlotChoice { further: vec![massage], ..with("Facial", "Maria Lopez", TOMORROW_TWO_PM) };
    let booked = done(salon.book_now(&visit).await);
    assert_eq!(salon.rooms().await[..2], ["0 in 1 14:00–14:45", "1 in 1 14:45–15:45"]);
    let mut later = salon.move_request(SessionId::new(), &booked, "2026-06-11T18:30:00Z");
    later.any_staff = true;
    done(salon.reschedule(&later).await);
    assert_eq!(salon.rooms().await[..2], ["0 in 0 14:30–15:15", "1 in 0 15:15–16:15"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn sixteen_race_for_one_room_with_three_people(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Arc::new(Salon::open(db).await);
    salon.add_rooms(1, &["Massage", "Facial", "Haircut"]).await;
    let wanted = [
        with("Massage", "Maria Lopez", TOMORROW_TWO_PM),
        with("Haircut", "Dana Kim", TOMORROW_TWO_PM),
        with("Massage", "Sam Rivera", TOMORROW_TWO_PM),
    ];
    let racers = (0..16).zip(wanted.iter().cycle());
    let answers = join_all(racers.map(|(_, choice)| salon.book(SessionId::new(), Wanted::Slot(choice.clone())))).await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Outcome::Done(_))).count(), 1);
    assert_eq!(salon.count("SELECT count(*) FROM claims").await, 2, "a person and a room");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_need_that_came_after_the_hold_is_met_by_the_booking(_: PgPoolOptions, db: PgConnectOptions) {
    let salon = Salon::open(db).await;
    let (early, late) = (SessionId::new(), SessionId::new());
    let maria = done(salon.hold(early, with("Massage", "Maria Lopez", TOMORROW_TWO_PM)).await);
    let sam = done(salon.hold(late, with("Massage", "Sam Rivera", TOMORROW_TWO_PM)).await);
    salon.add_rooms(1, &["Massage"]).await;
    assert_eq!(done(salon.book(early, Wanted::Hold(maria.id)).await).slot, maria.slot);
    assert_eq!(salon.rooms().await, ["0 in 0 14:00–15:00"]);
    assert_eq!(refused(salon.book(late, Wanted::Hold(sam.id)).await).reason, Reason::Taken);
}
