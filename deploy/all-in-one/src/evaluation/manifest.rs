//! The list of recordings to be heard: `manifest.jsonl`, one JSON object a line. Fields beyond those of [`Recording`]
//! are left alone, so that origin and licence can stand beside each file.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;

const NAME: &str = "manifest.jsonl";
/// A megabyte a line is no manifest.
const BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("reading {}: give the folder that holds it", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is longer than {} MiB", path.display(), BYTES_MAX >> 20)]
    TooLong { path: PathBuf },
    #[error("{} line {line}: {reason}", path.display())]
    Malformed { path: PathBuf, line: usize, reason: String },
    #[error("{} lists no recording", path.display())]
    Empty { path: PathBuf },
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Recording {
    /// Relative to the manifest's folder, and within it.
    pub file: PathBuf,
    /// What is recorded, e.g. `digit`, `read-speech`, `noise`: the group in the report.
    pub kind: String,
    /// Two letters of ISO 639.
    pub lang: String,
    /// What is said; absent where nobody wrote it down, empty where nothing is said.
    pub text: Option<String>,
}

/// What a recording can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use<'a> {
    /// The words are known.
    Words(&'a str),
    /// Nobody speaks: every word is one too many.
    Silence,
    /// Speech whose words nobody wrote down.
    NoReference,
    /// The engine has no model of the language.
    OtherLanguage,
}

impl Recording {
    pub fn usable_for(&self) -> Use<'_> {
        match self.text.as_deref().map(str::trim) {
            _ if matches!(self.kind.as_str(), "noise" | "room-impulse" | "silence") => Use::Silence,
            _ if self.lang != "en" => Use::OtherLanguage,
            Some("") => Use::Silence,
            Some(words) => Use::Words(words),
            None => Use::NoReference,
        }
    }

    /// Whether the caller was asked for digits, as for a phone number.
    pub fn is_digits(&self) -> bool {
        matches!(self.kind.as_str(), "digit" | "digits" | "digit-string")
    }

    /// The kind, and the language unless it is English.
    pub fn group(&self) -> String {
        if self.lang == "en" { self.kind.clone() } else { format!("{} ({})", self.kind, self.lang) }
    }
}

pub fn read(dir: &Path) -> Result<Vec<Recording>, ManifestError> {
    let path = dir.join(NAME);
    let unreadable = |source| ManifestError::Unreadable { path: path.clone(), source };
    if fs::metadata(&path).map_err(unreadable)?.len() > BYTES_MAX {
        return Err(ManifestError::TooLong { path });
    }
    parse(&path, &fs::read_to_string(&path).map_err(unreadable)?)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Recording>, ManifestError> {
    let mut recordings = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let malformed = |reason: String| ManifestError::Malformed { path: path.into(), line: index + 1, reason };
        // The parser calls each text line 1.
        let recording: Recording = serde_json::from_str(line)
            .map_err(|error| malformed(error.to_string().replace("line 1 column", "column")))?;
        if !recording.file.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(malformed("`file` must be a path within the manifest's folder".to_owned()));
        }
        recordings.push(recording);
    }
    if recordings.is_empty() { Err(ManifestError::Empty { path: path.into() }) } else { Ok(recordings) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn parsed(text: &str) -> Result<Vec<Recording>, String> {
        parse(Path::new("m"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn each_line_is_a_recording_and_other_fields_are_left_alone() {
        let text = "{\"file\":\"a/b.wav\",\"kind\":\"digit\",\"lang\":\"en\",\"text\":\"two\",\"licence\":\"X\"}\n\n\
                    {\"file\":\"c.wav\",\"kind\":\"read-speech\",\"lang\":\"es\",\"text\":null}";
        let recordings = parsed(text).expect("a manifest");
        assert_eq!(recordings.len(), 2);
        assert_eq!((recordings[0].usable_for(), recordings[0].is_digits()), (Use::Words("two"), true));
        assert_eq!(recordings[1].group(), "read-speech (es)");
    }

    #[rstest]
    #[case::cut("{\"file\":\"a.wav\"", "m line 2: ")]
    #[case::no_kind("{\"file\":\"a.wav\",\"lang\":\"en\"}", "m line 2: missing field `kind`")]
    #[case::wrong_type("{\"file\":3,\"kind\":\"x\",\"lang\":\"en\"}", "m line 2: invalid type")]
    #[case::outside("{\"file\":\"../a.wav\",\"kind\":\"x\",\"lang\":\"en\"}", "m line 2: `file` must be")]
    #[case::absolute("{\"file\":\"/a.wav\",\"kind\":\"x\",\"lang\":\"en\"}", "m line 2: `file` must be")]
    fn a_malformed_line_is_named(#[case] line: &str, #[case] begins: &str) {
        let good = "{\"file\":\"a.wav\",\"kind\":\"x\",\"lang\":\"en\"}";
        let error = parsed(&format!("{good}\n{line}\n")).expect_err("malformed");
        assert!(error.starts_with(begins), "{error}");
    }

    #[test]
    fn nothing_to_hear_is_an_error() {
        assert_eq!(parsed("\n"), Err("m lists no recording".to_owned()));
    }

    #[rstest]
    #[case("noise", "en", None, Use::Silence)]
    #[case("room-impulse", "en", None, Use::Silence)]
    #[case("phrase", "en", Some(""), Use::Silence)]
    #[case("vad", "en", None, Use::NoReference)]
    #[case("read-speech", "de", Some("der"), Use::OtherLanguage)]
    fn a_recording_shows_what_its_line_allows(
        #[case] kind: &str,
        #[case] lang: &str,
        #[case] text: Option<&str>,
        #[case] expected: Use<'_>,
    ) {
        let recording =
            Recording { file: "a".into(), kind: kind.into(), lang: lang.into(), text: text.map(str::to_owned) };
        assert_eq!(recording.usable_for(), expected);
    }
}
