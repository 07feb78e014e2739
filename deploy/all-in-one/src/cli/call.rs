//! `call`: the simulated caller against any gateway.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use serde_json::json;
use service_runtime::Env;
use system_tests::caller::{self, DialConfig, Ears, Line, Said};

use super::exit_code;
use crate::up::read_token;

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("speech").required(true).args(["say", "wav"])))]
pub struct Args {
    /// The gateway, e.g. http://127.0.0.1:8080; without a path its /voice is called
    #[arg(long, value_name = "URL")]
    to: String,
    /// What to say, each after the agent has finished
    #[arg(long, num_args = 1.., value_name = "TEXT")]
    say: Vec<String>,
    /// Recordings to play instead (mono WAV, 16 bit)
    #[arg(long, num_args = 1.., value_name = "FILE")]
    wav: Vec<PathBuf>,
    /// The caller's number
    #[arg(long, default_value = system_tests::caller::CALLER_NUMBER, value_name = "E164")]
    from: String,
    /// The number that is called; by default the first demonstration business's
    #[arg(long, default_value = booking_svc::demo::SALON_NUMBER, value_name = "E164")]
    called: String,
    /// What the carrier signs with; by default TWILIO_AUTH_TOKEN, or what `up` on --data-dir keeps for local calls
    #[arg(long, value_name = "TOKEN")]
    auth_token: Option<String>,
    /// The gateway's PUBLIC_URL, when it has one and is called behind it
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The data folder of a local `up`
    #[arg(long, default_value = ".data", value_name = "DIR")]
    data_dir: PathBuf,
    /// The report as one JSON line
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let env = Env::of_process();
    let mut config = DialConfig::new(voice_url(&args.to), auth_token(&args, &env)?, args.called);
    config.public_url = args.public_url.map(|url| url.trim_end_matches('/').to_owned());
    config.from = args.from;
    let lines = lines(args.say, &args.wav)?;
    let ears = Ears::load(&media_gateway::speech::models_dir(|name| env.text(name)))?;

    let call = caller::dial(config).await?;
    let mut heard = Vec::new();
    let hung_up = caller::recite(&call, Some(&ears), lines, |said| {
        if !args.json {
            println!("{}", shown(&said));
        }
        if let Said::Agent { heard: words, .. } = said {
            heard.push(words);
        }
    })
    .await?;
    let call_sid = call.call_sid().to_owned();
    let report = if hung_up { call.wait_for_report(caller::END_MAX).await? } else { call.hang_up().await? };
    let good = report.malformed.is_empty();
    if args.json {
        println!("{}", json!({ "call_sid": call_sid, "heard": heard, "report": report }));
    } else {
        println!("\n{}", serde_json::to_string_pretty(&report)?);
    }
    Ok(exit_code(good))
}

/// One side's words, for a terminal.
pub fn shown(said: &Said) -> String {
    match said {
        Said::Caller { text } => format!("  caller              {text}"),
        Said::Agent { heard, latency_ms: Some(ms) } => format!("  agent   {:>8}    {heard}", format!("+{ms} ms")),
        Said::Agent { heard, latency_ms: None } => format!("  agent               {heard}"),
    }
}

fn voice_url(to: &str) -> String {
    let to = to.trim_end_matches('/');
    let has_path = to.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if has_path { to.to_owned() } else { format!("{to}/voice") }
}

fn auth_token(args: &Args, env: &Env) -> anyhow::Result<String> {
    args.auth_token
        .clone()
        .or_else(|| env.text("TWILIO_AUTH_TOKEN"))
        .or_else(|| read_token(&args.data_dir))
        .with_context(|| {
            format!(
                "no token to sign with: give --auth-token, set TWILIO_AUTH_TOKEN, or name the --data-dir of a local `up` ({} has none)",
                args.data_dir.display()
            )
        })
}

fn lines(say: Vec<String>, wav: &[PathBuf]) -> anyhow::Result<Vec<Line>> {
    if !say.is_empty() {
        return Ok(say.into_iter().map(|text| Line { text, samples: None }).collect());
    }
    let line = |path: &PathBuf| {
        let samples = caller::read_wav(path)?;
        Ok(Line { text: file_name(path), samples: Some(samples) })
    };
    wav.iter().map(line).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_means_its_voice_webhook() {
        assert_eq!(voice_url("http://127.0.0.1:8080"), "http://127.0.0.1:8080/voice");
        assert_eq!(voice_url("http://127.0.0.1:8080/"), "http://127.0.0.1:8080/voice");
        assert_eq!(voice_url("https://v.example.com/hooks/voice"), "https://v.example.com/hooks/voice");
    }
}
