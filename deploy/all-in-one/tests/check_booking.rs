//! The trial of the bookings, a short one; and its replay finds what is planted in the database that the trial left.

use std::{error::Error, path::Path};

use receptionist::{
    booking_check::{self, DATABASE, Plan},
    stores::Stores,
};
use service_runtime::Env;
use sqlx::{Connection as _, PgConnection};
use system_tests::{bookings::replay::Kind, database};

/// What is wrong, and a statement that makes it so.
const PLANTED: [(Kind, &str); 5] = [
    (
        Kind::Overlap,
        "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, lane, position, during, state, appointment_id) \
         SELECT gen_random_uuid(), tenant_id, resource_kind, resource_id, lane, position, during, state, appointment_id \
         FROM claims WHERE state = 'booked' LIMIT 1",
    ),
    (
        Kind::Lost,
        "DELETE FROM appointments WHERE id = (SELECT id FROM appointments a WHERE status = 'cancelled' \
             AND NOT EXISTS (SELECT FROM holds h WHERE h.appointment_id = a.id) LIMIT 1)",
    ),
    (Kind::Lost, "DELETE FROM claims WHERE id = (SELECT id FROM claims WHERE from_calendar LIMIT 1)"),
    (
        Kind::OrphanHold,
        "INSERT INTO holds (id, tenant_id, session_id, channel, service_id, staff_id, any_staff, starts_at, ends_at, placed_at) \
         SELECT gen_random_uuid(), tenant_id, session_id, channel, service_id, staff_id, false, starts_at, ends_at, now() \
         FROM appointments LIMIT 1",
    ),
    (
        Kind::TwoAnswers,
        "UPDATE idempotency SET answer = jsonb_set(answer, '{done,id}', to_jsonb(gen_random_uuid())) \
         WHERE (tenant_id, key) = (SELECT tenant_id, key FROM idempotency WHERE answer ? 'done' LIMIT 1)",
    ),
];

#[tokio::test]
async fn bookings_stand_whatever_is_killed_and_what_is_planted_is_found() -> Result<(), Box<dyn Error>> {
    let given = Env::of_process().text("DATABASE_URL");
    let stores = if given.is_none() { Some(Stores::start_throwaway().await?) } else { None };
    let server = given.as_deref().or(stores.as_ref().map(Stores::database_url)).ok_or("a PostgreSQL")?;

    let plan = Plan { operations: 1_200, clients: 32, process_kills: 2, seed: 7, journal: None };
    let (report, journal) =
        booking_check::run(&plan, Path::new(env!("CARGO_BIN_EXE_receptionist")), server, |_| {}).await?;
    println!("{report:#?}");
    assert!(report.is_clean());
    assert!(report.connections_killed > 0 && report.processes_killed == 3, "it was a trial");
    let booked = report.actions_replayed.get("appointment_booked").copied().unwrap_or_default();
    assert!(booked > 100, "{booked} were booked");

    let mut connection = PgConnection::connect(&database::named(server, DATABASE)).await?;
    sqlx::query("ALTER TABLE claims DROP CONSTRAINT claims_never_overlap").execute(&mut connection).await?;
    for (kind, plant) in PLANTED {
        let before = booking_check::replay_last(server, &journal).await?.findings.of(kind);
        let planted = sqlx::query(plant).execute(&mut connection).await?.rows_affected();
        assert_eq!(planted, 1, "{kind}: planted");
        let after = booking_check::replay_last(server, &journal).await?.findings.of(kind);
        assert!(after > before, "{kind}: found");
    }
    connection.close().await?;
    if let Some(stores) = stores {
        stores.stop().await;
    }
    Ok(())
}
