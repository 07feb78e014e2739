//! Written dialogues: of each, what the caller says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, civil::DateTime};
use proto::Language;

#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    #[error("reading {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} holds no dialogue (files *.txt with lines \"caller: …\")", path.display())]
    Empty { path: PathBuf },
}

#[derive(Debug)]
pub struct Script {
    pub language: Language,
    pub now: Timestamp,
    pub lines: Vec<String>,
}

impl Script {
    /// `caller: …` and `goes on: …` are turns, `now: …` is the local time of the call; other lines are left alone.
    pub fn parse(text: &str, language: Language) -> Self {
        let field = |name: &str| {
            let name = name.to_owned();
            text.lines().filter_map(move |line| Some(line.strip_prefix(name.as_str())?.trim().to_owned()))
        };
        let now = field("now:").next().and_then(|now| now.parse().ok()).unwrap_or(NOW);
        let said = text.lines().filter_map(|line| line.strip_prefix("caller:").or(line.strip_prefix("goes on:")));
        Self { language, now: super::business::instant(now), lines: said.map(|line| line.trim().to_owned()).collect() }
    }
}

/// When nothing else is written.
const NOW: DateTime = DateTime::constant(2026, 11, 24, 10, 0, 0, 0);

/// The dialogues of a folder and of those in it; what lies in one named `spanish` is Spanish.
pub fn read(dir: &Path) -> Result<Vec<Script>, ScriptError> {
    let mut scripts = Vec::new();
    read_into(dir, Language::English, &mut scripts)?;
    if scripts.is_empty() { Err(ScriptError::Empty { path: dir.into() }) } else { Ok(scripts) }
}

fn read_into(dir: &Path, language: Language, scripts: &mut Vec<Script>) -> Result<(), ScriptError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ScriptError::Unreadable { path, source }
    };
    let entries = fs::read_dir(dir).map_err(unreadable(dir))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(unreadable(dir))?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            let is_spanish = path.file_name().is_some_and(|name| name == "spanish");
            read_into(&path, if is_spanish { Language::Spanish } else { language }, scripts)?;
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            let script = Script::parse(&fs::read_to_string(&path).map_err(unreadable(&path))?, language);
            if !script.lines.is_empty() {
                scripts.push(script);
            }
        }
    }
    Ok(())
}
