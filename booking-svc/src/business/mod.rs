//! A whole business in one file: who it is, when it is open, who works there, and what can be booked.
//!
//! [`file`] has the shapes, [`values`] what single values may be, [`checks`] what has to fit together; [`import`] makes the
//! database say the same, and [`to_yaml`] writes the file that the database's rules would come from. An error points at its line.

mod checks;
mod export;
mod file;
mod import;
mod values;

pub use export::to_yaml;
pub use file::File;
pub use import::{ImportError, Imported, id, import};

/// What is wrong with a file, with the line it is on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

/// Reads a business's YAML file.
pub fn read(text: &str) -> Result<File, Malformed> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| Malformed(error.to_string()))?;
    checks::check(&file)?;
    Ok(file)
}

#[cfg(test)]
mod tests;
