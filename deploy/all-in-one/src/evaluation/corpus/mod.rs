//! How well the engine understands what people write and say: corpora with known values, one JSON object a line.

pub mod datetime;
pub mod itn;
pub mod sgd;
pub mod tally;

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    #[error("reading {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} line {line}: {reason}", path.display())]
    Malformed { path: PathBuf, line: usize, reason: String },
    #[error("{} has no row", path.display())]
    Empty { path: PathBuf },
}

/// The rows of a corpus file. Fields beyond those of `T` are left alone; empty lines too.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, CorpusError> {
    let unreadable = |source| CorpusError::Unreadable { path: path.into(), source };
    let mut rows = Vec::new();
    for (index, line) in BufReader::new(File::open(path).map_err(unreadable)?).lines().enumerate() {
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        // The parser calls each text line 1.
        let row = serde_json::from_str(&line).map_err(|error| CorpusError::Malformed {
            path: path.into(),
            line: index + 1,
            reason: error.to_string().replace("line 1 column", "column"),
        })?;
        rows.push(row);
    }
    if rows.is_empty() { Err(CorpusError::Empty { path: path.into() }) } else { Ok(rows) }
}
