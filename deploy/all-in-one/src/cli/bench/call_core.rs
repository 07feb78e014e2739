//! `bench call-core`

use std::process::ExitCode;

use super::row;
use crate::benchmark::call_core;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many calls of twelve turns
    #[arg(long, default_value_t = 5_000)]
    calls: usize,
    /// The figures as one JSON line
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let figures = call_core::run(args.calls);
    if args.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}; the core of a call on one thread\n", figures.machine);
    row("calls", figures.calls.to_string());
    row("events", figures.events.to_string());
    row("actions", figures.actions.to_string());
    row("deadlines", figures.deadlines.to_string());
    row("events a second", format!("{:.0}", figures.events_per_second));
    row("actions a second", format!("{:.0}", figures.actions_per_second));
    row("calls a second", format!("{:.0}", figures.calls_per_second));
    row("of real time", format!("{:.0} times", figures.times_real_time));
    row("bytes a call", figures.bytes_per_call.map_or_else(|| "–".to_owned(), |bytes| bytes.to_string()));
    Ok(ExitCode::SUCCESS)
}
