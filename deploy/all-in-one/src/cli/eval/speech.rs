//! `eval speech`: what the embedded engine hears in recordings.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::{Value, json};

use crate::evaluation::{
    manifest::{self, Recording},
    one_core::OneCore,
    report::{self, Outcome, Report, Sums},
};

use super::percent;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the recordings and their manifest.jsonl
    dir: PathBuf,
    /// A name of a service or of staff, as the business has it; may be given more than once
    #[arg(long = "term")]
    terms: Vec<String>,
    /// One JSON object a recording, then one for all
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let recordings = manifest::read(&args.dir)?;
    let measured = OneCore::load()?;
    let mut report = Report::default();
    for recording in &recordings {
        let outcome = report::evaluate(&measured.engine, &args.dir, recording, &args.terms).await?;
        if args.json {
            println!("{}", line(recording, outcome.as_ref()));
        }
        report.add(recording, outcome.as_ref());
    }
    measured.check()?;
    if args.json {
        println!("{}", summary(&report));
    } else {
        println!("{}; all threads on core {}", measured.machine, measured.pin.core());
        print_table(&args.dir, &report);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(recording: &Recording, outcome: Option<&Outcome>) -> Value {
    let heard = |part: fn(&Outcome) -> Value| outcome.map_or(Value::Null, part);
    json!({
        "file": recording.file,
        "group": recording.group(),
        "said": recording.text,
        "heard": heard(|outcome| json!(outcome.heard)),
        "wer": heard(|outcome| json!(outcome.errors.and_then(|errors| errors.rate()))),
        "exact": heard(|outcome| json!(outcome.is_exact())),
        "to_text_ms": heard(|outcome| json!(outcome.to_text.percentile(1.0))),
        "skipped": outcome.is_none().then_some("no model for the language"),
    })
}

fn summary(report: &Report) -> Value {
    let groups: serde_json::Map<String, Value> =
        report.groups.iter().map(|(name, sums)| (name.clone(), figures(sums))).collect();
    json!({ "groups": groups, "total": figures(&report.total) })
}

fn figures(sums: &Sums) -> Value {
    json!({
        "files": sums.files,
        "scored": sums.scored,
        "skipped": sums.skipped,
        "seconds": sums.seconds,
        "wer": sums.errors.rate(),
        "words": sums.errors.said,
        "word_errors": sums.errors.errors,
        "exact": sums.exact_share(),
        "to_text_p50_ms": sums.to_text.percentile(0.5),
        "to_text_p95_ms": sums.to_text.percentile(0.95),
    })
}

fn print_table(dir: &Path, report: &Report) {
    println!("{} through 8 kHz μ-law and the call's own chain\n", dir.display());
    println!("  {:<22} {:>6} {:>7} {:>8} {:>8} {:>16}", "group", "files", "scored", "WER", "exact", "end → text, ms");
    println!("  {:<22} {:>6} {:>7} {:>8} {:>8} {:>16}", "", "", "", "", "", "p50 / p95");
    for (name, sums) in &report.groups {
        print_row(name, sums);
    }
    print_row("all", &report.total);
    if report.total.skipped > 0 {
        println!("\n  {} not heard: the engine has no model for their language", report.total.skipped);
    }
}

fn print_row(name: &str, sums: &Sums) {
    println!(
        "  {name:<22} {:>6} {:>7} {:>8} {:>8} {:>16}",
        sums.files,
        sums.scored,
        percent(sums.errors.rate()),
        percent(sums.exact_share()),
        sums.to_text.p50_p95()
    );
}
