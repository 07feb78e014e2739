//! `understand`: what the agent's engine makes of an utterance, for whoever shows or scores it.

use std::{
    io::{BufRead, Read as _, Write as _, stdin, stdout},
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
    let mut input = stdin().lock();
    while let Some(line) = next_line(&mut input)? {
        let understood = conversation_svc::understand_json(&line, args.language, now, &zone);
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

/// Bytes of a line that are read; nobody says more in one breath.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// The next line, of bounded length, whatever its bytes are; `None` at the end.
fn next_line(input: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else {
        input.skip_until(b'\n')?;
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whatever_is_in_them() {
        let mut input = Vec::from(&b"two\r\n\n\xff\xfe pm\n"[..]);
        input.extend(vec![b'a'; 100_000]);
        input.extend(b"\nlast");
        let mut input = input.as_slice();
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut input).expect("memory is readable") {
            lines.push(line);
        }
        assert_eq!((lines.len(), lines[0].as_str(), lines[1].as_str()), (5, "two", ""));
        assert!(lines[2].ends_with(" pm") && lines[3].len() == 64 * 1024);
        assert_eq!(lines[4], "last");
    }
}
