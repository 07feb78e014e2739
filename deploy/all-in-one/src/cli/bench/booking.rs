//! `bench booking` and `bench slots`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use service_runtime::Env;

use crate::{
    benchmark::booking::{Row, Stage},
    evaluation::machine::Machine,
    stores::{Durability, Stores},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many there are before
    #[arg(long, default_value_t = 1_000_000)]
    appointments: u32,
    /// Keeps the database in this folder for the next run, where the server of `DATABASE_URL` does not
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// How often each is timed
    #[arg(long, default_value_t = 200)]
    times: usize,
    /// How often many callers want something at the same moment
    #[arg(long, default_value_t = 20)]
    races: usize,
    /// A JSON line for each row
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum Subject {
    Slots,
    Commits,
}

pub async fn run(args: Args, subject: Subject) -> anyhow::Result<ExitCode> {
    let given = Env::of_process().text("DATABASE_URL");
    let passing = tempfile::tempdir()?;
    let folder = args.data_dir.as_deref().unwrap_or(passing.path());
    // With every commit on the disk, as where bookings are kept.
    let stores = if given.is_none() { Some(Stores::start(folder, Durability::Kept).await?) } else { None };
    let server = given.as_deref().or(stores.as_ref().map(Stores::database_url)).context("a PostgreSQL")?;
    let stage = Stage::start(&std::env::current_exe()?, server, args.appointments, |what| eprintln!("{what}")).await?;
    let appointments = stage.appointments();
    let rows = match subject {
        Subject::Slots => stage.slots(args.times).await?,
        Subject::Commits => stage.commits(args.times, args.races).await?,
    };
    stage.stop().await?;
    if let Some(stores) = stores {
        stores.stop().await;
    }
    if args.json {
        for row in &rows {
            println!("{}", serde_json::to_string(row)?);
        }
    } else {
        print(&rows, appointments);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(rows: &[Row], appointments: i64) {
    println!("{}; {appointments} appointments; over gRPC, ms\n", Machine::here());
    println!("                                  | times     p50     p95     p99     max | required p99");
    println!("----------------------------------+---------------------------------------+-------------");
    let ms = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
    for Row { what, required_p99_ms, ms: q } in rows {
        let required = required_p99_ms.map_or_else(String::new, |value| format!("< {value:.0}"));
        println!(
            "{what:<33} | {:>5} {:>7} {:>7} {:>7} {:>7} | {required:>12}",
            q.count,
            ms(q.p50),
            ms(q.p95),
            ms(q.p99),
            ms(q.max)
        );
    }
}
