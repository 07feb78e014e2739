//! The command line: one file a subcommand, each with its arguments and a `run`.

mod bench;
mod call;
mod chat;
mod check_booking;
mod demo;
mod dev_stores;
mod eval;
mod media_gateway;
mod migrate;
mod replay;
mod tenant;
mod understand;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use service_runtime::{Clock, telemetry};

/// An AI phone receptionist: answers calls, talks, and books appointments.
#[derive(Debug, Parser)]
#[command(name = "receptionist", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs everything in one process, until Ctrl-C
    Up(up::Args),
    /// Runs everything on a fresh folder and books an appointment by one spoken call
    Demo(demo::Args),
    /// Calls a gateway as the carrier would, and speaks
    Call(call::Args),
    /// Talks to the agent in text: a turn a line on standard input
    Chat(chat::Args),
    /// Shows what the agent understands: an utterance a line on standard input
    Understand(understand::Args),
    /// Runs a recorded call through the core and prints the differences
    Replay(replay::Args),
    /// Scores recorded material
    Eval(eval::Args),
    /// Times the parts of the agent on this machine
    Bench(bench::Args),
    /// Lets random clients book while connections and the service are killed, and checks all that came of it
    CheckBooking(check_booking::Args),
    /// Lists, shows, adds and changes businesses, makes keys to their REST API
    Tenant(tenant::Args),
    /// Brings the database of `DATABASE_URL` up to date
    Migrate,
    /// Runs a command with a throwaway PostgreSQL and Redis (`DATABASE_URL`, `REDIS_URL`)
    #[command(hide = true)]
    DevStores(dev_stores::Args),
    /// Runs the media gateway alone
    #[command(hide = true)]
    MediaGateway,
    /// Runs the booking service alone
    #[command(hide = true)]
    BookingSvc,
}

/// Parses the arguments and runs what they ask for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // Where standard output is the product, only warnings go beside it.
    telemetry::init(!matches!(cli.command, Command::Up(_)));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("receptionist: starting the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(dispatch(cli.command)).unwrap_or_else(|error| {
        // `{:#}` joins the causes in one line.
        eprintln!("receptionist: {error:#}");
        ExitCode::FAILURE
    })
}

async fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(args) => up::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Call(args) => call::run(args).await,
        Command::Chat(args) => chat::run(args).await,
        Command::Understand(args) => understand::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Eval(args) => eval::run(args).await,
        Command::Bench(args) => bench::run(args).await,
        Command::CheckBooking(args) => check_booking::run(args).await,
        Command::Tenant(args) => tenant::run(args).await,
        Command::Migrate => migrate::run().await,
        Command::DevStores(args) => dev_stores::run(args).await,
        Command::MediaGateway => media_gateway::run().await,
        Command::BookingSvc => booking_svc::process::run().await,
    }
}

fn exit_code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The system's clock, or one that starts at `--now`.
fn clock(now: Option<Timestamp>) -> Clock {
    now.map_or_else(Clock::system, Clock::starting_at)
}
