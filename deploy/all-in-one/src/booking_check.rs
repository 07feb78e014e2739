//! The trial of the bookings: random clients on the real service and a real PostgreSQL, while connections and the service's
//! process are killed; then the replay of all that came of it ([`system_tests::bookings`]).

mod calendars;
mod report;
pub(crate) mod service;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use booking_svc::{business, store::api_keys};
use jiff::{SignedDuration, tz::TimeZone};
use secrecy::ExposeSecret as _;
use service_runtime::Clock;
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};
use system_tests::{
    bookings::{
        Credentials, Door, Rest,
        business::Business,
        client::{Client, Progress},
        faults,
        journal::{self, Entry, Request},
        replay::{Replayed, replay},
        tables::Tables,
    },
    database,
};
use tokio::{sync::watch, task::JoinSet};

use calendars::Calendars;
use service::Service;

pub use report::Report;

/// It is left on the server for a second look.
pub const DATABASE: &str = "receptionist_check_booking";

/// Several businesses: what one does never reaches the other.
const SLUGS: [&str; 4] = ["trial-one", "trial-two", "trial-three", "trial-four"];
/// Short, so that many holds expire.
const HOLD_TTL: Duration = Duration::from_millis(1_500);
const CONNECTION_DIES_EVERY: Duration = Duration::from_millis(150);
/// Which days are booked: from the day after tomorrow, so that no start passes while the trial runs.
const DAYS: (i64, i64) = (2, 11);
/// Expired holds are cleared every ten seconds, five hundred at a time.
const CLEARED_MAX: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub struct Plan {
    pub operations: usize,
    pub clients: usize,
    /// How often the service's process is killed while clients are at it.
    pub process_kills: usize,
    pub seed: u64,
    /// Where the journal is written down: as soon as the clients are done, so that a trial that fails afterwards leaves it too.
    pub journal: Option<PathBuf>,
}

impl Plan {
    fn keep(&self, journal: &[Entry]) -> anyhow::Result<()> {
        let Some(path) = &self.journal else { return Ok(()) };
        journal::write(path, journal).with_context(|| format!("writing {}", path.display()))
    }
}

/// What the clients kept, and what else was done to the service.
pub struct Trial {
    pub journal: Vec<Entry>,
    pub seconds: f64,
    pub connections_killed: usize,
    pub processes_killed: usize,
}

/// A trial on a database of its own on this server, its replay, and the journal. `program` is this one, which is also the service.
/// How many operations were begun is told each time that the service is killed.
pub async fn run(
    plan: &Plan,
    program: &Path,
    server: &str,
    on_kill: impl Fn(usize),
) -> anyhow::Result<(Report, Vec<Entry>)> {
    service_runtime::install_crypto_provider();
    let database = database::fresh(server, DATABASE).await?;
    let trial = trial(plan, program, &database, on_kill).await?;
    let replayed = read_and_replay(&database, &trial.journal).await?;
    Ok((Report::new(plan, &trial, &replayed), trial.journal))
}

/// A second look at the database of the last trial on this server.
pub async fn replay_last(server: &str, journal: &[Entry]) -> anyhow::Result<Replayed> {
    read_and_replay(&database::named(server, DATABASE), journal).await
}

async fn read_and_replay(database: &str, journal: &[Entry]) -> anyhow::Result<Replayed> {
    let tables = Tables::read(database).await.context("reading the tables")?;
    Ok(replay(&tables, journal))
}

async fn trial(plan: &Plan, program: &Path, database: &str, on_kill: impl Fn(usize)) -> anyhow::Result<Trial> {
    let credentials = open_businesses(database).await?;
    let calendars = Calendars::start().await?;
    let mut service = Service::start(program, database, HOLD_TTL, calendars.settings()).await?;
    let businesses = open(&service, &credentials, &calendars).await?;
    let began = Instant::now();
    let progress = Arc::new(Progress::default());
    let mut clients = clients(plan, &service, &businesses, &progress)?;

    let connections_killed = AtomicUsize::new(0);
    let count = || _ = connections_killed.fetch_add(1, Ordering::Relaxed);
    let mut journal = Vec::new();
    let (over, watch_over) = watch::channel(false);
    let live = async {
        while let Some(lived) = clients.join_next().await {
            journal.extend(lived.context("a client panicked")?);
        }
        // Nobody is left to tell when nobody listens.
        let _ = over.send(true);
        anyhow::Ok(())
    };
    let kill = kill_processes(plan, &mut service, &progress, watch_over, on_kill);
    let (processes_killed, ()) = tokio::select! {
        done = async { tokio::try_join!(kill, live) } => done?,
        Err(error) = faults::kill_connections(database, CONNECTION_DIES_EVERY, count) => {
            return Err(error).context("killing connections");
        }
    };
    let seconds = began.elapsed().as_secs_f64();

    plan.keep(&journal)?;
    // Once more when nobody is there: who held something will not come back for it.
    tokio::time::sleep(HOLD_TTL).await;
    service.kill_and_restart().await?;
    no_hold_is_left(database).await?;
    let shown = look_calendars_up(database, &businesses).await.context("looking at the calendars in the end")?;
    journal.extend(shown);
    plan.keep(&journal)?;
    service.kill().await?;
    let connections_killed = connections_killed.into_inner();
    Ok(Trial { journal, seconds, connections_killed, processes_killed: processes_killed + 1 })
}

async fn open_businesses(database: &str) -> anyhow::Result<Vec<Credentials>> {
    let pool: PgPool = PgPoolOptions::new().max_connections(1).connect(database).await?;
    migrations::run(&pool).await?;
    let today = TimeZone::UTC.to_datetime(Clock::system().now()).date();
    let mut credentials = Vec::new();
    for slug in SLUGS {
        let file = business::read(&include_str!("booking_check/business.yaml").replace("SLUG", slug))?;
        let tenant = business::import(&pool, &file, today).await?.tenant;
        let api_key = api_keys::create(&pool, tenant, "trial").await?.expose_secret().to_owned();
        credentials.push(Credentials { tenant: tenant.as_uuid(), api_key });
    }
    pool.close().await;
    Ok(credentials)
}

/// A business, its REST door, and what opens it.
type Open = (Arc<Business>, Rest, Credentials);

async fn open(service: &Service, credentials: &[Credentials], calendars: &Calendars) -> anyhow::Result<Vec<Open>> {
    let clock = Clock::system();
    let day = |days: i64| {
        let at = clock.now().saturating_add(SignedDuration::from_hours(24 * days));
        at.map(|at| at.as_microsecond())
    };
    let days = (day(DAYS.0)?, day(DAYS.1)?);
    let mut businesses = Vec::new();
    for credentials in credentials {
        let rest = Rest::new(service.http, credentials)?;
        let calendar = calendars.link(&rest, credentials.tenant).await?;
        let business = Business::read(&rest, credentials.tenant, days, calendar).await?;
        businesses.push((Arc::new(business), rest, credentials.clone()));
    }
    Ok(businesses)
}

/// As many in each business, half of these at each door.
fn clients(
    plan: &Plan,
    service: &Service,
    businesses: &[Open],
    progress: &Arc<Progress>,
) -> anyhow::Result<JoinSet<Vec<Entry>>> {
    let mut clients = JoinSet::new();
    for (number, (business, rest, credentials)) in (0..plan.clients).zip(businesses.iter().cycle()) {
        let door = if (number / SLUGS.len()).is_multiple_of(2) {
            Door::grpc(service.grpc, credentials.tenant)?
        } else {
            Door::rest(service.http, credentials)?
        };
        let seed = plan.seed.wrapping_mul(1_000).wrapping_add(number as u64);
        let client = Client::new(door, rest.clone(), Arc::clone(business), Clock::system(), seed);
        clients.spawn(client.live(Arc::clone(progress), plan.operations));
    }
    Ok(clients)
}

/// Kills the service at even shares of the way, as often as it is planned; how often it was.
async fn kill_processes(
    plan: &Plan,
    service: &mut Service,
    progress: &Progress,
    mut over: watch::Receiver<bool>,
    on_kill: impl Fn(usize),
) -> anyhow::Result<usize> {
    const LOOK_EVERY: Duration = Duration::from_millis(20);
    for number in 1..=plan.process_kills {
        let due = plan.operations * number / (plan.process_kills + 1);
        while progress.begun() < due {
            // A timeout is the next look.
            if let Ok(Ok(_)) = tokio::time::timeout(LOOK_EVERY, over.wait_for(|over| *over)).await {
                return Ok(number - 1);
            }
        }
        service.kill_and_restart().await?;
        on_kill(progress.begun());
    }
    Ok(plan.process_kills)
}

/// What each calendar shows in the end.
async fn look_calendars_up(database: &str, businesses: &[Open]) -> anyhow::Result<Vec<Entry>> {
    let mut journal = Vec::new();
    calendars::end_leases(database).await?;
    for (business, rest, _) in businesses {
        let (staff, calendar) = &business.calendar;
        calendars::settle(database, rest, *staff).await?;
        let request = Request::LookUp { staff: *staff };
        let answer = calendar.send(&request);
        journal.push(Entry {
            tenant: business.tenant,
            key: String::new(),
            misuse: false,
            request,
            answered_at: Clock::system().now().as_microsecond(),
            said: answer.said,
            whole: answer.whole,
        });
    }
    Ok(journal)
}

/// Waits until the service has cleared every hold; what it leaves is the replay's to find.
async fn no_hold_is_left(database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    let deadline = Instant::now() + CLEARED_MAX;
    let count = "SELECT count(*) FROM claims WHERE state = 'hold'";
    while sqlx::query_scalar::<_, i64>(count).fetch_one(&mut connection).await? > 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    connection.close().await?;
    Ok(())
}
