//! Who of an installation's providers serves the calls of one tenant, by its own chain and its language. Pure. A mistake
//! in a tenant's settings is named and never costs a call: what is left of its chain serves, then the installation's.

use std::fmt;

use proto::Language;

use super::{Offer, Offers};

/// The chain of a tenant's calls, and what is wrong with the one that it asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// First choice first; empty when nobody can serve.
    pub chain: Vec<&'static str>,
    pub faults: Vec<Fault>,
}

/// Why a provider that a tenant asked for is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Unknown { name: String, known: Vec<&'static str> },
    NoKey { name: &'static str, key: &'static str },
    NotInLanguage { name: &'static str, language: Language },
}

impl Offers {
    /// The providers that a tenant `wanted`, by name and in its order; the installation's when it wanted none. A provider
    /// that does not know the language is in neither.
    pub fn choose(&self, wanted: &[String], language: Language) -> Choice {
        let mut choice = Choice::default();
        for name in wanted {
            match self.usable(name, language) {
                Ok(name) => choice.add(name),
                Err(fault) => choice.faults.push(fault),
            }
        }
        if wanted.is_empty() || !choice.faults.is_empty() {
            let installation = self.order.iter().filter(|name| self.usable(name, language).is_ok());
            installation.for_each(|name| choice.add(name));
        }
        choice
    }

    fn usable(&self, name: &str, language: Language) -> Result<&'static str, Fault> {
        match self.offers.iter().find(|offer| offer.name.eq_ignore_ascii_case(name.trim())) {
            None => {
                let known = self.offers.iter().map(|offer| offer.name).collect();
                Err(Fault::Unknown { name: name.to_owned(), known })
            }
            Some(&Offer { name, key, is_set_up: false, .. }) => Err(Fault::NoKey { name, key }),
            Some(offer) if !offer.languages.contains(&language) => {
                Err(Fault::NotInLanguage { name: offer.name, language })
            }
            Some(offer) => Ok(offer.name),
        }
    }
}

impl Choice {
    /// A name that comes twice counts where it came first.
    fn add(&mut self, name: &'static str) {
        if !self.chain.contains(&name) {
            self.chain.push(name);
        }
    }
}

impl Fault {
    /// In metrics.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_provider",
            Self::NoKey { .. } => "no_key",
            Self::NotInLanguage { .. } => "not_in_language",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, known } => write!(f, "no provider {name:?}: expected some of {}", known.join(", ")),
            Self::NoKey { name, key } => write!(f, "{name} has no key: {key} is not set"),
            Self::NotInLanguage { name, language } => write!(f, "{name} does not know the language {language}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const ENGLISH: Language = Language::English;
    const SPANISH: Language = Language::Spanish;

    /// Azure and Deepgram have keys, ElevenLabs has none, and the engine knows English only.
    fn offers(order: &[&'static str]) -> Offers {
        let vendor = |name, key, is_set_up| Offer { name, key, languages: &Language::ALL, is_set_up };
        let offers = vec![
            vendor("azure", "AZURE_KEY", true),
            vendor("deepgram", "DEEPGRAM_KEY", true),
            vendor("elevenlabs", "ELEVENLABS_KEY", false),
            Offer { name: "embedded", key: "", languages: &[ENGLISH], is_set_up: true },
        ];
        Offers { offers, order: order.to_vec() }
    }

    fn choose(installation: &[&'static str], wanted: &[&str], language: Language) -> (String, Vec<String>) {
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        let choice = offers(installation).choose(&wanted, language);
        (choice.chain.join(" "), choice.faults.iter().map(ToString::to_string).collect())
    }

    #[rstest]
    #[case::none_of_its_own(&["azure", "embedded"], &[], ENGLISH, "azure embedded")]
    #[case::its_own(&["azure", "embedded"], &["embedded"], ENGLISH, "embedded")]
    #[case::its_own_order(&["azure", "embedded"], &[" Embedded", "AZURE"], ENGLISH, "embedded azure")]
    #[case::what_the_installation_does_not_use(&["embedded"], &["azure"], ENGLISH, "azure")]
    #[case::twice(&["embedded"], &["azure", "azure"], ENGLISH, "azure")]
    #[case::the_engine_knows_no_spanish(&["azure", "embedded"], &[], SPANISH, "azure")]
    #[case::nobody_knows_spanish(&["embedded"], &[], SPANISH, "")]
    fn a_tenant_gets_its_chain_or_the_installations(
        #[case] installation: &[&'static str],
        #[case] wanted: &[&str],
        #[case] language: Language,
        #[case] expected: &str,
    ) {
        assert_eq!(choose(installation, wanted, language), (expected.to_owned(), vec![]));
    }

    #[rstest]
    #[case::unknown(
        &["azur", "embedded"], ENGLISH, "embedded azure",
        r#"no provider "azur": expected some of azure, deepgram, elevenlabs, embedded"#
    )]
    #[case::empty_name(&[""], ENGLISH, "azure embedded", r#"no provider """#)]
    #[case::without_its_key(
        &["elevenlabs"], ENGLISH, "azure embedded", "elevenlabs has no key: ELEVENLABS_KEY is not set"
    )]
    #[case::not_in_its_language(
        &["deepgram", "embedded"], SPANISH, "deepgram azure", "embedded does not know the language es"
    )]
    fn a_mistake_is_named_and_the_installations_stand_behind_what_is_left(
        #[case] wanted: &[&str],
        #[case] language: Language,
        #[case] expected: &str,
        #[case] fault: &str,
    ) {
        let (chain, faults) = choose(&["azure", "embedded"], wanted, language);
        assert_eq!((chain.as_str(), faults.len()), (expected, 1), "{faults:?}");
        assert!(faults[0].starts_with(fault), "{faults:?}");
    }

    #[test]
    fn it_is_known_which_key_would_help() {
        assert_eq!(offers(&[]).keys_for(SPANISH), ["ELEVENLABS_KEY"]);
        assert!(offers(&[]).is_served(SPANISH));
        let engine_alone = Offers { offers: offers(&[]).offers.split_off(2), order: vec!["embedded"] };
        assert!(engine_alone.is_served(ENGLISH) && !engine_alone.is_served(SPANISH));
    }

    proptest! {
        #[test]
        fn whatever_a_tenant_asks_for_it_is_served_when_the_installation_can(
            wanted in proptest::collection::vec("azure|deepgram|elevenlabs|embedded|other|", 0..6),
            spanish in any::<bool>(),
        ) {
            let language = if spanish { SPANISH } else { ENGLISH };
            let choice = offers(&["azure", "embedded"]).choose(&wanted, language);
            prop_assert!(!choice.chain.is_empty());
            prop_assert!(choice.chain.iter().enumerate().all(|(at, name)| !choice.chain[..at].contains(name)));
            prop_assert!(!choice.chain.contains(&"elevenlabs"));
            prop_assert!(!(spanish && choice.chain.contains(&"embedded")));
        }
    }
}
