//! `check-booking`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use service_runtime::Env;
use system_tests::bookings::{
    journal,
    replay::{Kind, Replayed},
};

use super::exit_code;
use crate::{
    booking_check::{self, Plan, Report},
    stores::Stores,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 200_000)]
    operations: usize,
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// How often the service's process is killed
    #[arg(long, default_value_t = 10)]
    process_kills: usize,
    /// The same number makes the clients want the same
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes down here what the clients asked and were told
    #[arg(long)]
    journal: Option<PathBuf>,
    /// Only replays: a journal, against the database that the last trial left on the server of `DATABASE_URL`
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["operations", "clients", "process_kills", "seed", "journal"])]
    replay: Option<PathBuf>,
    /// The figures as one JSON line
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let given = Env::of_process().text("DATABASE_URL");
    if let Some(path) = args.replay {
        let server = given.context("DATABASE_URL is not set")?;
        let replayed = booking_check::replay_last(&server, &journal::read(&path)?).await?;
        print_findings(&replayed);
        return Ok(exit_code(replayed.findings.is_empty()));
    }
    let Args { operations, clients, process_kills, seed, journal, .. } = args;
    let plan = Plan { operations, clients: clients.max(1), process_kills, seed, journal };
    let stores = if given.is_none() { Some(Stores::start_throwaway().await?) } else { None };
    let server = given.as_deref().or(stores.as_ref().map(Stores::database_url)).context("a PostgreSQL")?;
    let on_kill = |begun| eprintln!("{begun} of {operations} operations; the service was killed and started again");
    let (report, _) = booking_check::run(&plan, &std::env::current_exe()?, server, on_kill).await?;
    if let Some(stores) = stores {
        stores.stop().await;
    }
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(exit_code(report.is_clean()))
}

fn print(report: &Report) {
    println!("{}; {} operations of {} clients\n", report.machine, report.operations, report.clients);
    println!("  request           |    done  refused\n  ------------------+------------------");
    for (name, outcomes) in &report.requests {
        println!("  {name:<17} | {:>7} {:>8}", outcomes.done, outcomes.refused);
    }
    println!();
    let row = |name: &str, value: String| println!("  {name:<36} {value:>10}");
    row("operations a second", format!("{:.0}", report.operations as f64 / report.seconds));
    row("sendings", report.sendings.to_string());
    row("of them without an answer", report.sendings_without_answer.to_string());
    row("connections killed", report.connections_killed.to_string());
    row("processes killed", report.processes_killed.to_string());
    row("actions replayed", report.actions_replayed.values().sum::<usize>().to_string());
    for (action, count) in &report.actions_replayed {
        row(&format!("  {action}"), count.to_string());
    }
    println!();
    for (kind, count) in &report.findings {
        row(kind, count.to_string());
    }
    for finding in &report.shown {
        println!("  {}: {}", finding.kind, finding.what);
    }
}

fn print_findings(replayed: &Replayed) {
    for kind in Kind::ALL {
        println!("  {kind:<36} {:>10}", replayed.findings.of(kind));
    }
    for finding in replayed.findings.shown() {
        println!("  {}: {}", finding.kind, finding.what);
    }
}
