//! `bench churn`

use std::{process::ExitCode, time::Duration};

use crate::{
    benchmark::churn::{self, Plan},
    evaluation::machine::Machine,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// Calls of a round
    #[arg(long, default_value_t = 500)]
    calls: usize,
    /// Calls that are up at the same time
    #[arg(long, default_value_t = 100)]
    at_once: usize,
    /// How long a caller stays
    #[arg(long, default_value_t = 6_000)]
    life_ms: u64,
    /// A JSON line for each round, and one for the slope
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        rounds: args.rounds.max(1),
        calls_per_round: args.calls,
        at_once: args.at_once.max(1),
        life: Duration::from_millis(args.life_ms),
    };
    if !args.json {
        println!("{}; {} calls at a time, {} ms each\n", Machine::here(), plan.at_once, args.life_ms);
        println!("  calls   lost | MiB held with no call\n---------------+----------------------");
    }
    let mut written = Ok(());
    let slope = churn::run(plan, |round| {
        if args.json {
            match serde_json::to_string(&round) {
                Ok(line) => println!("{line}"),
                Err(error) => written = Err(error),
            }
        } else {
            println!("{:>7} {:>6} | {:>8.1}", round.calls, round.lost, round.resident_kib as f64 / 1_024.0);
        }
    })
    .await?;
    written?;
    match slope {
        Some(slope) if args.json => println!("{}", serde_json::to_string(&slope)?),
        Some(slope) => {
            println!("\n{:+.0} bytes a call; {:+.1} % in all", slope.bytes_per_call, slope.growth_percent);
        }
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}
