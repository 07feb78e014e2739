//! `dev-stores -- COMMAND…`: a throwaway PostgreSQL and Redis around another command, such as a test run.

use std::{ffi::OsString, os::unix::process::ExitStatusExt as _, process::ExitCode};

use anyhow::Context as _;
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

use crate::stores::Stores;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command and its arguments
    #[arg(trailing_var_arg = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Exits as the command did, once the stores have ended too.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let stores = Stores::start_throwaway().await?;
    let code = run_with(&stores, &args.command).await;
    stores.stop().await;
    code
}

async fn run_with(stores: &Stores, command: &[OsString]) -> anyhow::Result<ExitCode> {
    let (program, arguments) = command.split_first().context("a command is needed after --")?;
    // Both signals reach the command through the process group or from whoever sent them to it; we stay to end
    // the stores after it.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", stores.database_url())
        .env("REDIS_URL", stores.redis_url())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("starting {}", program.to_string_lossy()))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            _ = interrupt.recv() => {}
            _ = terminate.recv() => child.start_kill()?,
            server = stores.ended() => anyhow::bail!("{server} ended while the command ran"),
        }
    };
    // As a shell reports a command that a signal ended.
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
