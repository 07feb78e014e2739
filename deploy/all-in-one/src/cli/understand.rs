//! `understand`: what the agent's engine makes of an utterance, for whoever shows or scores it.

use std::{
    io::{BufRead as _, Write as _, stdin, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use jiff::{Timestamp, tz::TimeZone};
use proto::Language;

use super::clock;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The moment the utterances are said at; now by default
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,
    /// What the utterances are said in, by a BCP 47 tag
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: Language,
    /// The zone of the business
    #[arg(long, value_name = "IANA", default_value = "America/New_York")]
    tz: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let zone = TimeZone::get(&args.tz).with_context(|| format!("--tz {}: no such IANA time zone", args.tz))?;
    let now = clock(args.now).now();
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let understood = conversation_svc::understand_json(&line?, args.language, now, &zone);
        if args.json {
            writeln!(out, "{understood}")?;
        } else {
            writeln!(out, "{understood:#}")?;
        }
        // A program may be waiting for the answer to this line.
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}
