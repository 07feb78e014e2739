//! `replay`: a recorded call through the core of today.

use std::{fs::File, io::BufReader, path::PathBuf, process::ExitCode};

use anyhow::Context as _;

use super::exit_code;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A trace, as the gateway writes them under VOICE_TRACE_DIR
    trace: PathBuf,
}

/// Exits with 0 when the core decides now as it did then.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let shown = args.trace.display();
    let file = File::open(&args.trace).with_context(|| format!("opening {shown}"))?;
    let differences = call::trace::replay(BufReader::new(file)).with_context(|| format!("replaying {shown}"))?;
    for difference in &differences {
        println!("{difference}");
    }
    if differences.is_empty() {
        println!("{shown}: no differences");
    }
    Ok(exit_code(differences.is_empty()))
}
