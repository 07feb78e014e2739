//! `eval datetime`: how many date and time expressions are understood as their sources understand them.

use std::{path::PathBuf, process::ExitCode};

use jiff::tz::TimeZone;
use proto::Language;
use serde_json::{Value, json};

use super::{figures, print_tally};
use crate::evaluation::corpus::{self, datetime::Row, tally::Tally};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON lines: `id`, `ref`, `text`, `kind` and the value
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// One JSON object a row, then one for all
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (mut kinds, mut sources) = (Tally::default(), Tally::default());
    for file in &args.files {
        for row in corpus::read::<Row>(file)? {
            let understood = conversation_svc::understand_json(&row.text, Language::English, row.now(), &TimeZone::UTC);
            let dates = understood.get("dates").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let right = row.is_met_by(dates);
            kinds.add(&row.group(), right);
            if row.booking {
                sources.add(&row.src, right);
            }
            if args.json {
                let gold = json!({ "kind": row.kind, "start": row.start, "end": row.end, "end_excl": row.end_excl, "dir": row.dir });
                println!(
                    "{}",
                    json!({ "id": row.id, "text": row.text, "gold": gold, "predicted": dates, "ok": right })
                );
            }
        }
    }
    if args.json {
        println!("{}", json!({ "kinds": figures(&kinds), "sources": figures(&sources) }));
    } else {
        print_tally("Expressions understood, by kind", &kinds);
        println!();
        print_tally("Those of booking, by source", &sources);
    }
    Ok(ExitCode::SUCCESS)
}
