//! `bench gateway`

use std::{process::ExitCode, time::Duration};

use crate::{
    benchmark::{
        gateway::{self, LEVELS, Level},
        quantiles::Quantiles,
    },
    evaluation::machine::Machine,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Measures this many calls, and no other number
    #[arg(long, conflicts_with = "up_to")]
    calls: Option<usize>,
    /// Adds calls up to this many: 10, 20, 50, 100, 200, 300, 400, 500, 1000
    #[arg(long, default_value_t = 1_000)]
    up_to: usize,
    /// How long each number of calls is measured
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// One JSON line for each number of calls
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let levels: Vec<usize> = match args.calls {
        Some(calls) => vec![calls],
        None => LEVELS.into_iter().filter(|&level| level <= args.up_to).collect(),
    };
    if !args.json {
        println!("{}; the gateway on one core, the load on another; ms\n", Machine::here());
        println!("{HEADER}");
    }
    let mut written = Ok(());
    gateway::run(&levels, Duration::from_secs(args.seconds), |level| {
        if args.json {
            match serde_json::to_string(level) {
                Ok(line) => println!("{line}"),
                Err(error) => written = Err(error),
            }
        } else {
            print(level);
        }
    })
    .await?;
    written?;
    Ok(ExitCode::SUCCESS)
}

const HEADER: &str = "\
 calls  lost | final → request    | sound → frame      | frame late         | decision | onset → clear | greeting | load late   | CPU s per | gateway  load | KiB a   MiB | stale
             |   p50   p99   max  |   p50   p99   max  |   p50   p99   max  | → clear p99 |  p50    p95 |   p99    |   p99   max | call-min  |  core    core |  call in all| frames
-------------+--------------------+--------------------+--------------------+----------+---------------+----------+-------------+-----------+---------------+-------------+-------";

fn print(level: &Level) {
    let three = |q: &Quantiles| format!("{} {} {}", ms(q.p50), ms(q.p99), ms(q.max));
    println!(
        "{:>6} {:>5} | {}  | {}  | {}  | {:>8} | {:>6} {:>6} | {:>8} | {} {} | {:>9.3} | {:>5.0} % {:>5.0} % | {:>5} {:>5} | {:>5}",
        level.active,
        level.lost,
        three(&level.final_to_request),
        three(&level.sound_to_frame),
        three(&level.frame_lateness),
        ms(level.decision_to_clear_p99),
        whole(level.onset_to_clear.p50),
        whole(level.onset_to_clear.p95),
        whole(level.start_to_greeting.p99),
        ms(level.load_lateness.p99),
        ms(level.load_lateness.max),
        level.cpu_seconds_per_call_minute,
        100.0 * level.core_share,
        100.0 * level.load_core_share,
        level.kib_per_call,
        level.resident_mib,
        level.stale_frames,
    );
    if level.unanswered + level.unheard_interruptions > 0 {
        println!(
            "             | of {} turns, {} were not answered and {} interruptions not heard",
            level.turns, level.unanswered, level.unheard_interruptions
        );
    }
}

fn ms(value: Option<f64>) -> String {
    value.map_or_else(|| format!("{:>5}", "–"), |value| format!("{value:>5.1}"))
}

fn whole(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"))
}
