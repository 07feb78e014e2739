//! `eval itn`: how many spoken forms (numbers, money, telephones, addresses, yes and no) are understood as what they stand for.

use std::{path::PathBuf, process::ExitCode};

use jiff::{Timestamp, tz::TimeZone};
use proto::Language;
use serde_json::json;

use super::{figures, print_tally};
use crate::evaluation::corpus::{self, itn::Row, tally::Tally};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON lines: `id`, `class`, `spoken` and `written`
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The moment the forms are said at
    #[arg(long, value_name = "RFC3339", default_value = "2026-03-04T10:00:00Z")]
    now: Timestamp,
    /// One JSON object a row, then one for all
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut classes = Tally::default();
    for file in &args.files {
        for row in corpus::read::<Row>(file)? {
            let understood =
                conversation_svc::understand_json(&row.spoken, Language::English, args.now, &TimeZone::UTC);
            let reading = row.read(&understood);
            classes.add(&row.group(), reading.right);
            if args.json {
                println!(
                    "{}",
                    json!({
                        "id": row.id, "class": row.class, "spoken": row.spoken, "gold": row.written,
                        "predicted": reading.predicted, "ok": reading.right,
                    })
                );
            }
        }
    }
    if args.json {
        println!("{}", json!({ "classes": figures(&classes) }));
    } else {
        print_tally("Spoken forms understood, by class", &classes);
    }
    Ok(ExitCode::SUCCESS)
}
