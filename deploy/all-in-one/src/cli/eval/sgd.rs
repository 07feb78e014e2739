//! `eval sgd`: what our engine makes of dialogues that people had with another agent.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use serde_json::{Value, json};

use super::percent;
use crate::evaluation::corpus::{
    self,
    sgd::{
        Dialogue, Domain,
        score::{Measures, play},
    },
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON lines, a dialogue each: `id`, `calls` and `turns`
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// One JSON object a turn and a booking, then one for all
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut dialogues: Vec<Dialogue> = Vec::new();
    for file in &args.files {
        dialogues.extend(corpus::read(file)?);
    }
    let domains = Domain::of(&dialogues);
    let mut sums: BTreeMap<String, Measures> = BTreeMap::new();
    for dialogue in &dialogues {
        for row in play(dialogue, &domains, &mut sums) {
            if args.json {
                println!(
                    "{}",
                    json!({ "id": row.id, "text": row.text, "gold": row.gold, "predicted": row.predicted, "ok": row.is_right() })
                );
            }
        }
    }
    if args.json {
        let all: serde_json::Map<String, Value> =
            sums.iter().map(|(service, of)| (service.clone(), figures(of))).collect();
        println!("{}", json!({ "services": all }));
    } else {
        print_table(&sums);
    }
    Ok(ExitCode::SUCCESS)
}

fn figures(of: &Measures) -> Value {
    json!({
        "dialogues": of.dialogues,
        "turns": of.intent.rows,
        "intent_accuracy": of.intent.share(),
        "slot_f1": of.slots.f1(),
        "booking_slot_f1": of.booking_slots.f1(),
        "joint_state_accuracy": of.joint.share(),
        "booking_joint_state_accuracy": of.booking_joint.share(),
        "bookings": of.booked.rows,
        "final_booking_exact": of.booked.share(),
        "nothing_booked": of.unbooked.rows,
        "nothing_booked_right": of.unbooked.share(),
    })
}

fn print_table(sums: &BTreeMap<String, Measures>) {
    println!(
        "  {:<18} {:>9} {:>8} {:>8} {:>15} {:>17} {:>17} {:>17}",
        "service", "dialogues", "turns", "intent", "slot F1", "joint state", "booking exact", "none made"
    );
    println!(
        "  {:<18} {:>9} {:>8} {:>8} {:>15} {:>17} {:>17} {:>17}",
        "", "", "", "", "all / booking", "all / booking", "", ""
    );
    for (service, of) in sums {
        println!(
            "  {service:<18} {:>9} {:>8} {:>8} {:>15} {:>17} {:>17} {:>17}",
            of.dialogues,
            of.intent.rows,
            percent(of.intent.share()),
            format!("{} / {}", f1(of.slots.f1()), f1(of.booking_slots.f1())),
            format!("{} / {}", percent(of.joint.share()), percent(of.booking_joint.share())),
            format!("{} of {}", percent(of.booked.share()), of.booked.rows),
            format!("{} of {}", percent(of.unbooked.share()), of.unbooked.rows),
        );
    }
}

fn f1(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
}
