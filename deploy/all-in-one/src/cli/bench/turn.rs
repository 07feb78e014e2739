//! `bench turn`

use std::{path::PathBuf, process::ExitCode};

use super::row;
use crate::benchmark::turn;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of written dialogues: files *.txt with lines "caller: …"
    #[arg(default_value = "conversation-svc/tests/dialogues")]
    dialogues: PathBuf,
    /// How often each is played; the first time is not counted where there are more
    #[arg(long, default_value_t = 4)]
    rounds: usize,
    /// The figures as one JSON line
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let scripts = turn::read(&args.dialogues)?;
    let figures = turn::run(&scripts, args.rounds);
    if args.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(ExitCode::SUCCESS);
    }
    let ms = |time: Option<f64>| time.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.2} ms"));
    println!("{}; a turn of the agent's own engine, tools in memory\n", figures.machine);
    row("dialogues", figures.dialogues.to_string());
    row("turns", figures.turns.to_string());
    row("p50", ms(figures.p50_ms));
    row("p99", ms(figures.p99_ms));
    row("max", ms(figures.max_ms));
    println!("\n  slowest: {}", figures.slowest);
    Ok(ExitCode::SUCCESS)
}
