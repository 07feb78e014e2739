//! A business of a hundred people whose days have been full for a year and a half, and are in part for the month to come.

use anyhow::Context as _;
use booking_svc::business;
use jiff::{Timestamp, tz::TimeZone};
use service_runtime::Clock;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, postgres::PgPoolOptions};
use system_tests::database;
use uuid::Uuid;

use super::Free;

const DATABASE: &str = "receptionist_bench_booking";
const SLUG: &str = "many-people";
const PEOPLE: u32 = 100;
/// Half hours from nine to six.
const STARTS_A_DAY: u32 = 18;

pub struct Filled {
    pub url: String,
    pub tenant: Uuid,
    /// Both take half an hour.
    pub service_of_ten: Uuid,
    pub service_of_all: Uuid,
    pub appointments: i64,
}

/// Three fifths of the month to come are taken, the same in every run.
const FILL: [&str; 4] = [
    "CREATE TEMPORARY TABLE taken AS \
     SELECT gen_random_uuid() AS id, f.id AS staff, \
            (current_date + d + time '09:00' + n * interval '30 minutes') AT TIME ZONE 'America/New_York' AS start \
     FROM staff f, generate_series(-DAYS, 31) d, generate_series(0, 17) n \
     WHERE d < 0 OR (d > 0 AND abs(hashtext(f.id::text || ' ' || d || ' ' || n)::bigint) % 5 < 3)",
    "INSERT INTO appointments (id, tenant_id, service_id, staff_id, client_id, session_id, channel, starts_at, ends_at, time_zone, client_name) \
     SELECT id, 'TENANT', 'SERVICE', staff, 'CLIENT', gen_random_uuid(), 'phone', start, start + interval '30 minutes', \
            'America/New_York', 'A Client' FROM taken",
    "INSERT INTO appointment_segments (appointment_id, position, tenant_id, service_id, staff_id, starts_at, ends_at) \
     SELECT id, 0, 'TENANT', 'SERVICE', staff, start, start + interval '30 minutes' FROM taken",
    "INSERT INTO claims (id, tenant_id, resource_kind, resource_id, during, state, appointment_id) \
     SELECT gen_random_uuid(), 'TENANT', 'staff', staff, tstzrange(start, start + interval '30 minutes'), 'booked', id FROM taken",
];

/// The database as an earlier run left it on this server, or a new one.
pub async fn open(server: &str, appointments: u32, clock: Clock, tell: impl FnOnce(&str)) -> anyhow::Result<Filled> {
    let url = database::named(server, DATABASE);
    let count = match still_good(&url, appointments).await {
        Some(count) => {
            // It may have been filled by an older version.
            let pool = PgPoolOptions::new().max_connections(1).connect(&url).await?;
            migrations::run(&pool).await?;
            pool.close().await;
            count
        }
        None => {
            tell("filling the database; this takes some minutes");
            database::fresh(server, DATABASE).await?;
            fill(&url, appointments, clock).await.context("filling the database")?
        }
    };
    Ok(Filled {
        url,
        tenant: business::id(SLUG, "tenant", ""),
        service_of_ten: business::id(SLUG, "service", "Shave"),
        service_of_all: business::id(SLUG, "service", "Trim"),
        appointments: count,
    })
}

/// How many there are, if they are as many as wanted and the next month is among them.
async fn still_good(url: &str, appointments: u32) -> Option<i64> {
    let mut connection = PgConnection::connect(url).await.ok()?;
    let (count, reaches): (i64, bool) =
        sqlx::query_as("SELECT count(*), max(starts_at) > now() + interval '30 days' FROM appointments")
            .fetch_one(&mut connection)
            .await
            .ok()?;
    (reaches && count >= i64::from(appointments)).then_some(count)
}

async fn fill(url: &str, appointments: u32, clock: Clock) -> anyhow::Result<i64> {
    let pool: PgPool = PgPoolOptions::new().max_connections(1).connect(url).await?;
    migrations::run(&pool).await?;
    let file = business::read(&file())?;
    let today = TimeZone::UTC.to_datetime(clock.now()).date();
    let tenant = business::import(&pool, &file, today).await?.tenant;
    let client = Uuid::new_v4();
    let mut connection = pool.acquire().await?;
    sqlx::query("INSERT INTO clients (id, tenant_id, name) VALUES ($1, $2, 'A Client')")
        .bind(client)
        .bind(tenant.as_uuid())
        .execute(&mut *connection)
        .await?;
    let days = appointments.div_ceil(PEOPLE * STARTS_A_DAY);
    for statement in FILL {
        let statement = statement
            .replace("DAYS", &days.to_string())
            .replace("TENANT", &tenant.to_string())
            .replace("SERVICE", &business::id(SLUG, "service", "Trim").to_string())
            .replace("CLIENT", &client.to_string());
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    // As the server itself does it in time.
    connection.execute("VACUUM (ANALYZE)").await?;
    let count = sqlx::query_scalar("SELECT count(*) FROM appointments").fetch_one(&mut *connection).await?;
    drop(connection);
    pool.close().await;
    Ok(count)
}

/// Everybody trims; ten of them shave as well.
fn file() -> String {
    let people: Vec<String> = (0..PEOPLE).map(|n| format!("Person {n}")).collect();
    let staff: String = people.iter().map(|name| format!("  - name: {name}\n")).collect();
    format!(
        "slug: {SLUG}\nname: Many People\ntime_zone: America/New_York\ngreeting: Hello.\n\
         hours:\n  monday-sunday: 9:00-18:00\n\
         staff:\n{staff}\
         services:\n  - {{ name: Trim, minutes: 30, staff: [{}] }}\n  - {{ name: Shave, minutes: 30, staff: [{}] }}\n",
        people.join(", "),
        people[..10].join(", "),
    )
}

impl Filled {
    /// Free times of the weeks to come, in no order.
    pub async fn free(&self, count: usize) -> anyhow::Result<Vec<Free>> {
        let mut connection = PgConnection::connect(&self.url).await?;
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "SELECT f.id, extract(epoch FROM s)::bigint FROM staff f, generate_series(2, 28) d, generate_series(0, 17) n, \
                    LATERAL (SELECT (current_date + d + time '09:00' + n * interval '30 minutes') AT TIME ZONE 'America/New_York' AS s) t \
             WHERE NOT EXISTS (SELECT FROM claims c WHERE c.resource_id = f.id AND c.starts_at = s) ORDER BY random() LIMIT $1",
        )
        .bind(i64::try_from(count)?)
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        anyhow::ensure!(rows.len() == count, "too few free times are left: drop the database {DATABASE}");
        rows.into_iter().map(|(staff, start)| Ok(Free { staff, start: Timestamp::from_second(start)? })).collect()
    }
}
