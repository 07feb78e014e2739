//! The one receptionist that these tests call. Loading the speech models takes a moment, so they share it, and its
//! runtime, which outlives each test's own.

use std::{net::SocketAddr, sync::LazyLock};

use jiff::tz::TimeZone;
use receptionist::{
    demonstration::{self, Demonstrated, Plan, Wish},
    up::{Data, Running, UpConfig},
};
use service_runtime::{Clock, Env};
use system_tests::{
    caller::{Ears, Said},
    database,
};
use tokio::{
    runtime::Runtime,
    sync::{OnceCell, Semaphore},
};

use crate::log;

/// The carrier believes to call this; the upgrade's signature is over its `wss` form.
const PUBLIC_URL: &str = "https://receptionist.example";

/// Plays and deletes recordings.
pub const RECORDING_KEY: &str = "recordings-of-the-tests";

pub struct Whole {
    pub running: Running,
    pub ears: Ears,
    pub clock: Clock,
    pub recordings: tempfile::TempDir,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static WHOLE: OnceCell<Whole> = OnceCell::const_new();
/// Tests that call at a time. A call is mostly waiting, but when it understands or speaks it has a core for itself.
const LINES: u32 = 4;
static FREE_LINES: Semaphore = Semaphore::const_new(LINES as usize);

/// Runs a test on the shared receptionist, beside others.
pub fn with_whole(test: impl AsyncFnOnce(&Whole)) {
    on_lines(1, test);
}

/// The same while nobody else calls: for what counts the calls of all, changes the business of others, or measures.
pub fn alone_with_whole(test: impl AsyncFnOnce(&Whole)) {
    on_lines(LINES, test);
}

fn on_lines(lines: u32, test: impl AsyncFnOnce(&Whole)) {
    RUNTIME.block_on(async {
        let whole = WHOLE.get_or_init(start).await;
        let _lines = FREE_LINES.acquire_many(lines).await.expect("never closed");
        test(whole).await;
    });
}

impl Whole {
    /// A wish on the first day, from tomorrow and past `skip_days`, on which its hour is free.
    pub async fn plan(&self, wish: Wish<'_>, skip_days: i32) -> Plan {
        let zone = self.zone(wish.tenant).await;
        Plan::of(&self.running, wish, &zone, self.clock, skip_days).await.expect("a free slot")
    }

    /// Makes the call. A caller who gave up because neither side understood the other calls again, once, as people do. A
    /// call that booked anything is never repeated: what it booked must be right.
    pub async fn book(&self, plan: &Plan) -> Demonstrated {
        let first = self.call(plan).await;
        let gave_up_empty_handed = !first.agent_hung_up && first.appointments.is_empty();
        println!("calls again: {}", if gave_up_empty_handed { "yes, nothing was booked" } else { "no" });
        if gave_up_empty_handed { self.call(plan).await } else { first }
    }

    async fn call(&self, plan: &Plan) -> Demonstrated {
        let mut conversation = Vec::new();
        let made = demonstration::make_call(&self.running, plan, &self.ears, |said| conversation.push(said)).await;
        // Shown when the test fails.
        for said in conversation {
            match said {
                Said::Caller { text } => println!("caller: {text}"),
                Said::Agent { heard, latency_ms } => println!("agent:  {heard} ({latency_ms:?} ms)"),
            }
        }
        made.expect("the call is made")
    }

    /// A figure of `/metrics`; 0 while it has no value. With its labels, as the page writes it.
    pub async fn metric(&self, name: &str) -> f64 {
        let address = self.running.http_addr.expect("voice is on");
        let page = reqwest::get(format!("http://{address}/metrics")).await.expect("an answer");
        let page = page.text().await.expect("text");
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().expect("a number"))
    }

    pub async fn zone(&self, slug: &str) -> TimeZone {
        let businesses = receptionist::directory::businesses(self.running.pool()).await.expect("the businesses");
        let business = businesses.iter().find(|business| business.slug == slug).expect("a demonstration business");
        TimeZone::get(&business.time_zone).expect("an IANA zone")
    }
}

async fn start() -> Whole {
    service_runtime::install_crypto_provider();
    log::keep();
    let clock = Clock::system();
    let recordings = tempfile::tempdir().expect("a folder");
    let mut env = Env::of_process()
        .with("PUBLIC_URL", PUBLIC_URL)
        .with("TWILIO_AUTH_TOKEN", "")
        .with("VOICE_RECORDING_DIR", recordings.path().display().to_string())
        .with("VOICE_RECORDING_KEY", RECORDING_KEY);
    if let Some(server) = env.text("DATABASE_URL") {
        let database = database::fresh_for(&server, "whole").await.expect("a fresh database");
        env = env.with("DATABASE_URL", database);
    }
    let http = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = UpConfig { data: Data::Throwaway, http, clock, env, voice: true };
    let running = Running::start(config).await.expect("everything starts");
    let ears = Ears::load(running.models_dir.as_deref().expect("voice is on")).expect("the speech models");
    Whole { running, ears, clock, recordings }
}
