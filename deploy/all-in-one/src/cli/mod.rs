//! The command line: one file a subcommand, each with its arguments and a `run`.

mod dev_stores;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An AI phone receptionist: answers calls, talks, and books appointments.
#[derive(Debug, Parser)]
#[command(name = "receptionist", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs a command with a throwaway PostgreSQL and Redis (`DATABASE_URL`, `REDIS_URL`)
    #[command(hide = true)]
    DevStores(dev_stores::Args),
}

/// Parses the arguments and runs what they ask for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
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
        Command::DevStores(args) => dev_stores::run(args).await,
    }
}
