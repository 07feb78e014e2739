//! `tenant add`: a new business, from its file or from the least that makes one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use booking_svc::business::{self, File};
use proto::Language;
use serde_json::{Map, Value, json};
use sqlx::PgPool;

use super::{import, today};
use crate::directory;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its file; `docs/business.example.yaml` is one. Without it: the least that makes a business, from the options
    #[arg(conflicts_with_all = ["name", "time_zone", "hours", "staff", "services", "slug", "number", "language"])]
    file: Option<PathBuf>,
    #[command(flatten)]
    least: Least,
}

#[derive(Debug, clap::Args)]
struct Least {
    /// What it is called
    #[arg(long, required_unless_present = "file")]
    name: Option<String>,
    /// IANA, such as America/New_York
    #[arg(long, value_name = "ZONE", required_unless_present = "file")]
    time_zone: Option<String>,
    /// When it is open, such as monday-friday=9:00-18:00; may be given again
    #[arg(long, value_name = "DAYS=TIMES", required_unless_present = "file", value_parser = pair)]
    hours: Vec<(String, String)>,
    /// Who works there, and performs every service; may be given again
    #[arg(long, value_name = "NAME", required_unless_present = "file")]
    staff: Vec<String>,
    /// What can be booked, and its minutes, such as Haircut=30; may be given again
    #[arg(long = "service", value_name = "NAME=MINUTES", required_unless_present = "file", value_parser = pair)]
    services: Vec<(String, String)>,
    /// Its name in commands and addresses [default: made of its name]
    #[arg(long)]
    slug: Option<String>,
    /// One that is called, E.164; may be given again
    #[arg(long)]
    number: Vec<String>,
    /// BCP 47, of English or Spanish
    #[arg(long, value_name = "TAG", default_value = "en-US")]
    language: String,
}

pub async fn add(pool: &PgPool, args: &Args) -> anyhow::Result<()> {
    let (file, named) = match &args.file {
        Some(path) => (read(path)?, path.display().to_string()),
        // Through the same door as a file, so that the same is checked.
        None => (business::read(&args.least.as_file())?, "the options".to_owned()),
    };
    let there = directory::businesses(pool).await?;
    if there.iter().any(|business| business.slug == file.slug.0) {
        bail!("{named}: a business called {} is there already; `tenant import` changes one", file.slug.0);
    }
    let imported = business::import(pool, &file, today()).await.context(named)?;
    println!("added {} ({}), id {}", file.name, file.slug.0, imported.tenant);
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<File> {
    import::read(path)
}

impl Least {
    /// JSON, which is YAML too.
    fn as_file(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        let hours: Map<String, Value> =
            self.hours.iter().map(|(days, times)| (days.clone(), Value::from(times.as_str()))).collect();
        let staff: Vec<Value> = self.staff.iter().map(|name| json!({ "name": name })).collect();
        let service = |(name, minutes): &(String, String)| {
            // A malformed number is the file's reader's to explain.
            let minutes = minutes.trim().parse::<i64>().map_or_else(|_| Value::from(minutes.as_str()), Value::from);
            json!({ "name": name, "minutes": minutes, "staff": self.staff })
        };
        let file = json!({
            "slug": self.slug.clone().unwrap_or_else(|| slug_of(name)),
            "name": name,
            "phone_numbers": self.number,
            "time_zone": self.time_zone,
            "language": self.language,
            "greeting": greeting(name, Language::of_tenant(&self.language)),
            "hours": hours,
            "staff": staff,
            "services": self.services.iter().map(service).collect::<Vec<_>>(),
        });
        format!("{file:#}")
    }
}

fn greeting(name: &str, language: Language) -> String {
    match language {
        Language::English => format!("Thank you for calling {name}. How can I help you today?"),
        Language::Spanish => format!("Gracias por llamar a {name}. ¿En qué puedo ayudarle?"),
    }
}

/// Small letters and digits with single hyphens between them; other letters are left out.
fn slug_of(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    name.chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join("-")
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.rsplit_once('=').ok_or("expected two values with = between them")?;
    Ok((left.trim().to_owned(), right.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    fn least(more: &[&str]) -> Result<File, String> {
        let words = [
            "add",
            "--name",
            "Corner Studio",
            "--time-zone",
            "America/Denver",
            "--hours",
            "monday-friday=9:00-12:00, 13:00-17:00",
            "--staff",
            "Ana Ruiz",
            "--service",
            "Consultation=30",
        ];
        let parsed = Command::try_parse_from(words.iter().chain(more)).map_err(|error| error.to_string())?;
        business::read(&parsed.args.least.as_file()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_least_makes_a_business() {
        let file = least(&["--number", "+14155550166", "--language", "es-MX", "--service", "Cut = 45"]).expect("whole");
        assert_eq!((file.slug.0.as_str(), file.services.len(), file.phone_numbers.len()), ("corner-studio", 2, 1));
        assert_eq!(file.greeting.0, "Gracias por llamar a Corner Studio. ¿En qué puedo ayudarle?");
    }

    #[test]
    fn what_is_malformed_is_said_as_for_a_file() {
        for (more, what) in [
            (["--service", "Cut=soon"], "soon"),
            (["--number", "555-0166"], "a number in quotes with its country"),
            (["--language", "tlh"], "a language of the receptionist's"),
            (["--slug", "Corner Studio"], "small letters"),
            (["--service", "Consultation=60"], "a service of this name is above"),
            (["--hours", "monday"], "two values"),
        ] {
            let error = least(&more).expect_err("malformed");
            assert!(error.contains(what), "{more:?}: {error}");
        }
    }

    #[test]
    fn a_file_and_options_do_not_go_together() {
        assert!(Command::try_parse_from(["add"]).is_err());
        assert!(Command::try_parse_from(["add", "a.yaml", "--name", "A"]).is_err());
        assert!(Command::try_parse_from(["add", "a.yaml"]).is_ok());
    }

    #[test]
    fn a_slug_is_made_of_any_name() {
        assert_eq!(slug_of("  Zoë & Max's  Salon "), "zo-max-s-salon");
    }
}
