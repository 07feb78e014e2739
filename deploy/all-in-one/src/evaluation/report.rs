//! What was heard of each recording, and the sums of each group.

use std::{collections::BTreeMap, path::Path};

use call::Expectation;
use media_gateway::speech::Engine;

use super::{
    chain::{self, ChainError, Pace, Transcript},
    figures::Times,
    manifest::{Recording, Use},
    score::{WordErrors, compare, compare_digits},
    wav::{self, WavError},
};

#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    #[error(transparent)]
    Wav(#[from] WavError),
    #[error("hearing {file}")]
    Chain { file: String, source: ChainError },
}

/// One recording.
#[derive(Debug)]
pub struct Outcome {
    pub seconds: f64,
    pub heard: String,
    /// Absent without a reference.
    pub errors: Option<WordErrors>,
    pub to_text: Times,
}

impl Outcome {
    /// Every word right; nothing heard where nothing was said.
    pub fn is_exact(&self) -> Option<bool> {
        self.errors.map(WordErrors::is_exact)
    }
}

/// Hears a recording; `None` if the engine has no model of its language.
pub async fn evaluate(
    engine: &Engine,
    dir: &Path,
    recording: &Recording,
    terms: &[String],
) -> Result<Option<Outcome>, EvaluationError> {
    if recording.usable_for() == Use::OtherLanguage {
        return Ok(None);
    }
    let sound = wav::read_telephone(&dir.join(&recording.file))?;
    let expects = if recording.is_digits() { Expectation::Phone } else { Expectation::Open };
    let Transcript { text, to_text } = chain::hear(engine, &sound, expects, terms, Pace::Condensed)
        .await
        .map_err(|source| EvaluationError::Chain { file: recording.file.display().to_string(), source })?;
    let errors = match recording.usable_for() {
        Use::Words(said) if recording.is_digits() => Some(compare_digits(said, &text)),
        Use::Words(said) => Some(compare(said, &text)),
        Use::Silence => Some(compare("", &text)),
        Use::NoReference | Use::OtherLanguage => None,
    };
    let mut times = Times::default();
    to_text.into_iter().for_each(|time| times.push(time));
    Ok(Some(Outcome { seconds: sound.len() as f64 / 8_000.0, heard: text, errors, to_text: times }))
}

/// Sums over recordings.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    pub files: usize,
    /// Of them, those with a reference.
    pub scored: usize,
    pub exact: usize,
    /// Not heard: another language.
    pub skipped: usize,
    pub seconds: f64,
    pub errors: WordErrors,
    pub to_text: Times,
}

impl Sums {
    fn add(&mut self, outcome: Option<&Outcome>) {
        self.files += 1;
        let Some(outcome) = outcome else {
            self.skipped += 1;
            return;
        };
        self.seconds += outcome.seconds;
        self.to_text.extend(&outcome.to_text);
        if let Some(errors) = outcome.errors {
            self.scored += 1;
            self.exact += usize::from(errors.is_exact());
            self.errors += errors;
        }
    }

    /// Exact ones among the scored, 0 … 1.
    pub fn exact_share(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.exact as f64 / self.scored as f64)
    }
}

/// The groups in the order of their names, and all together.
#[derive(Debug, Default)]
pub struct Report {
    pub groups: BTreeMap<String, Sums>,
    pub total: Sums,
}

impl Report {
    pub fn add(&mut self, recording: &Recording, outcome: Option<&Outcome>) {
        self.groups.entry(recording.group()).or_default().add(outcome);
        self.total.add(outcome);
    }
}
