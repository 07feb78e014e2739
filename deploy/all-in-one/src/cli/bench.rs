//! `bench`: how fast the parts of the agent are on this machine.

mod booking;
mod call_core;
mod churn;
mod gateway;
mod turn;

use std::process::ExitCode;

use crate::evaluation::{
    bench::{self, Figures},
    failover,
    one_core::OneCore,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, clap::Subcommand)]
enum Subject {
    /// Times the embedded speech engine on one core: the process is pinned to it
    Speech {
        /// The figures as one JSON line
        #[arg(long)]
        json: bool,
    },
    /// Lets voices die in the middle of calls, and times the silence that the caller hears
    Failover {
        #[arg(long, default_value_t = 4)]
        calls: usize,
        #[arg(long, default_value_t = 6)]
        deaths_per_call: usize,
        /// The figures as one JSON line
        #[arg(long)]
        json: bool,
    },
    /// Times the pure core of a call on one thread
    CallCore(call_core::Args),
    /// Times a turn of the agent's own engine, in written dialogues
    Turn(turn::Args),
    /// Puts calls on the media gateway, on one core, until it is slow
    Gateway(gateway::Args),
    /// Times holds and bookings among a million appointments, alone and against each other
    Booking(booking::Args),
    /// Times the list of free slots among a million appointments
    Slots(booking::Args),
    /// Lets calls come and go on the media gateway, and watches what it keeps of them
    Churn(churn::Args),
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.subject {
        Subject::CallCore(args) => return call_core::run(&args),
        Subject::Turn(args) => return turn::run(&args),
        Subject::Gateway(args) => return gateway::run(args).await,
        Subject::Booking(args) => return booking::run(args, booking::Subject::Commits).await,
        Subject::Slots(args) => return booking::run(args, booking::Subject::Slots).await,
        Subject::Churn(args) => return churn::run(args).await,
        Subject::Speech { json } => {
            let figures = bench::run(OneCore::load()?).await?;
            if json {
                println!("{}", serde_json::to_string(&figures)?);
            } else {
                print(&figures);
            }
        }
        Subject::Failover { calls, deaths_per_call, json } => {
            let figures = failover::run(calls, deaths_per_call).await?;
            if json {
                println!("{}", serde_json::to_string(&figures)?);
            } else {
                print_failover(&figures);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_failover(figures: &failover::Figures) {
    println!("{}; {} deaths of a voice\n", figures.machine, figures.silences.len());
    for silence in &figures.silences {
        row(&format!("{}, after {} bytes", silence.fault, silence.after_bytes), format!("{:.0} ms", silence.ms));
    }
    println!();
    row("silence, p50 / p95", pair(figures.silence_p50, figures.silence_p95));
    row("silence, longest", figures.silence_max.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.0} ms")));
}

fn print(figures: &Figures) {
    println!("{}; all threads on core {}\n", figures.machine, figures.core);
    row("recognition, of real time", format!("{:.3}", figures.recognition));
    row("synthesis, of real time", format!("{:.3}", figures.synthesis));
    row("voice activity, of real time", format!("{:.3}", figures.voice_activity));
    row("end → text, p50 / p95", pair(figures.end_to_text_p50, figures.end_to_text_p95));
    row("text → first audio, p50 / p95", pair(figures.text_to_audio_p50, figures.text_to_audio_p95));
    row("resident memory", figures.resident_mib.map_or_else(|| "–".to_owned(), |mib| format!("{mib} MiB")));
    row("a call's share of the core", format!("{:.1} %", 100.0 * figures.call_share));
    row("calls a core, about", format!("{:.1}", figures.calls_per_core));
}

fn row(name: &str, value: String) {
    println!("  {name:<32} {value:>14}");
}

fn pair(p50: Option<f64>, p95: Option<f64>) -> String {
    match (p50, p95) {
        (Some(p50), Some(p95)) => format!("{p50:.0} / {p95:.0} ms"),
        _ => "–".to_owned(),
    }
}
