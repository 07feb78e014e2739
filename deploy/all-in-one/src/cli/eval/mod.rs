//! `eval`: what the parts of the agent make of material whose right answers are known.

mod datetime;
mod itn;
mod sgd;
mod speech;

use std::process::ExitCode;

use crate::evaluation::corpus::tally::Tally;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, clap::Subcommand)]
enum Subject {
    /// Hears recordings through the chain of a call and counts the wrong words
    Speech(speech::Args),
    /// Reads date and time expressions and counts those that are understood
    Datetime(datetime::Args),
    /// Reads spoken forms of numbers, money, telephones and addresses and counts those that are understood
    Itn(itn::Args),
    /// Hears written dialogues and counts the intents, slots and bookings that are understood
    Sgd(sgd::Args),
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.subject {
        Subject::Speech(args) => speech::run(args).await,
        Subject::Datetime(args) => datetime::run(&args),
        Subject::Itn(args) => itn::run(&args),
        Subject::Sgd(args) => sgd::run(&args),
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

fn print_tally(title: &str, tally: &Tally) {
    println!("{title}\n\n  {:<26} {:>6} {:>6} {:>8}", "group", "rows", "right", "share");
    let groups = tally.groups.iter().map(|(name, count)| (name.as_str(), count));
    for (name, count) in groups.chain([("all", &tally.total)]) {
        println!("  {name:<26} {:>6} {:>6} {:>8}", count.rows, count.right, percent(count.share()));
    }
}

/// The figures of a tally, as the last line of `--json`.
fn figures(tally: &Tally) -> serde_json::Value {
    let count = |count: &crate::evaluation::corpus::tally::Count| serde_json::json!({ "rows": count.rows, "right": count.right, "share": count.share() });
    let groups: serde_json::Map<_, _> = tally.groups.iter().map(|(name, of)| (name.clone(), count(of))).collect();
    serde_json::json!({ "groups": groups, "total": count(&tally.total) })
}
