//! Configuration from environment variables, parsed once at start-up.
//!
//! The source is a value, so tests supply their own. Every malformed variable is collected and named, so that
//! one start shows all of them.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Mutex};

use secrecy::SecretString;

/// A set of variables, and the errors met while they were read.
#[derive(Debug, Default)]
pub struct Env {
    variables: BTreeMap<String, SecretString>,
    errors: Mutex<Vec<String>>,
}

/// Every malformed or missing variable, by name. Values are not shown: they may be keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvErrors(pub Vec<String>);

impl fmt::Display for EnvErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("configuration: ")?;
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for EnvErrors {}

impl Clone for Env {
    /// The variables; errors stay with the one that met them.
    fn clone(&self) -> Self {
        Self { variables: self.variables.clone(), errors: Mutex::default() }
    }
}

impl Env {
    /// The process's own variables.
    pub fn of_process() -> Self {
        // A variable that is not Unicode cannot be one of ours.
        let pairs =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_pairs(pairs)
    }

    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables =
            pairs.into_iter().map(|(name, value)| (name.into(), SecretString::from(value.into()))).collect();
        Self { variables, errors: Mutex::default() }
    }

    /// Sets a variable, as a process that starts others does.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.insert(name.to_owned(), SecretString::from(value.into()));
        self
    }

    /// A key or password. Empty counts as unset, as everywhere here.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        use secrecy::ExposeSecret as _;
        self.variables.get(name).filter(|v| !v.expose_secret().trim().is_empty()).cloned()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        use secrecy::ExposeSecret as _;
        self.secret(name).map(|v| v.expose_secret().trim().to_owned())
    }

    /// Whether a variable is set, be it to nothing: for those of which an empty value switches something off.
    pub fn is_set(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// A variable parsed by its type; malformed is recorded and the default stands in until [`Env::finish`].
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &str) -> Option<T> {
        let text = self.text(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => {
                self.reject(name, expected);
                None
            }
        }
    }

    /// `true`, `false`, `1` or `0`, in any case.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        match self.text(name).map(|t| t.to_ascii_lowercase()).as_deref() {
            None => default,
            Some("true" | "1" | "yes" | "on") => true,
            Some("false" | "0" | "no" | "off") => false,
            Some(_) => {
                self.reject(name, "true or false");
                default
            }
        }
    }

    /// Records that a variable is malformed, for checks that a type cannot express.
    pub fn reject(&self, name: &str, expected: &str) {
        self.record(format!("{name} is malformed: expected {expected}"));
    }

    /// Records that a variable is not set, and what to do about it.
    pub fn missing(&self, name: &str, remedy: &str) {
        self.record(format!("{name} is not set: {remedy}"));
    }

    fn record(&self, error: String) {
        self.errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(error);
    }

    /// The configuration that was read, if every variable was well-formed.
    pub fn finish<T>(&self, config: T) -> Result<T, EnvErrors> {
        let mut errors = self.errors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if errors.is_empty() { Ok(config) } else { Err(EnvErrors(std::mem::take(&mut errors))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_malformed_variable_is_named_and_no_value_is_shown() {
        let env = Env::from_pairs([("A_MS", "soon"), ("B_ON", "perhaps"), ("C", "7")]);
        let read =
            (env.parsed::<u64>("A_MS", "milliseconds"), env.flag("B_ON", true), env.parsed::<u8>("C", "a number"));
        assert_eq!(read, (None, true, Some(7)));
        let errors = env.finish(()).expect_err("two are malformed");
        assert_eq!(
            errors.to_string(),
            "configuration: A_MS is malformed: expected milliseconds; B_ON is malformed: expected true or false"
        );
    }

    #[test]
    fn empty_counts_as_unset() {
        let env = Env::from_pairs([("KEY", "  ")]);
        assert!(env.secret("KEY").is_none());
    }

    #[test]
    fn debug_output_hides_values() {
        let env = Env::from_pairs([("TWILIO_AUTH_TOKEN", "hush")]);
        assert!(!format!("{env:?}").contains("hush"));
    }
}
