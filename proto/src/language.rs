//! The languages that a tenant's agent can speak with callers.

use std::{fmt, str::FromStr};

/// A language the whole system speaks: the agent's words, its understanding of callers, and its fixed phrases.
///
/// Tenants name theirs by a BCP 47 tag with a region (`es-US`); the region matters to speech vendors only, so it is kept
/// where they are asked and is not part of this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    Spanish,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the language {0:?} is not spoken here: expected a BCP 47 tag of English (en, en-US …) or Spanish (es, es-US …)"
)]
pub struct NotSpoken(String);

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The primary subtag of BCP 47: `en`, `es`.
    pub const fn subtag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language of a tenant by its tag. A tenant without one, or with one that is not spoken here, is answered in
    /// English: its callers are better served so than not at all.
    pub fn of_tenant(tag: &str) -> Self {
        tag.parse().unwrap_or_default()
    }
}

/// From a BCP 47 tag; case and region do not matter.
impl FromStr for Language {
    type Err = NotSpoken;

    fn from_str(tag: &str) -> Result<Self, NotSpoken> {
        let subtag = tag.split(['-', '_']).next().unwrap_or(tag);
        let spoken = Self::ALL.into_iter().find(|language| language.subtag().eq_ignore_ascii_case(subtag));
        spoken.ok_or_else(|| NotSpoken(tag.to_owned()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.subtag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_and_the_case_do_not_matter() {
        for tag in ["es", "es-US", "ES-mx", "es_419"] {
            assert_eq!(tag.parse(), Ok(Language::Spanish), "{tag}");
        }
        assert_eq!("en-GB".parse(), Ok(Language::English));
        assert_eq!(Language::of_tenant("es-US"), Language::Spanish);
        assert_eq!(Language::of_tenant("tlh"), Language::English);
    }

    #[test]
    fn another_language_is_refused_by_name() {
        for tag in ["", "est", "de-DE", "español"] {
            let error = tag.parse::<Language>().expect_err("not spoken");
            assert!(error.to_string().contains(&format!("{tag:?}")), "{error}");
        }
    }
}
