//! Who can listen and who can speak: what this installation has set up, and in which order it is asked, as `STT_CHAIN`
//! and `TTS_CHAIN` say it. Which of them serve a tenant's calls is chosen in `choice`.

mod choice;

use proto::Language;
use service_runtime::Env;

pub use self::choice::{Choice, Fault};

/// One that a chain may name.
pub struct Candidate<T> {
    pub name: &'static str,
    /// The variable that makes it usable; for the errors.
    pub key: &'static str,
    pub languages: &'static [Language],
    /// Set when it is usable.
    pub provider: Option<T>,
}

/// What a choice needs to know of a candidate.
#[derive(Debug, Clone, Copy)]
struct Offer {
    name: &'static str,
    key: &'static str,
    languages: &'static [Language],
    is_set_up: bool,
}

/// All candidates for a kind of speech, and the installation's order among the usable ones.
#[derive(Debug, Clone)]
pub struct Offers {
    offers: Vec<Offer>,
    order: Vec<&'static str>,
}

/// The usable providers of a kind of speech, set up once for all calls, and what they offer.
#[derive(Debug, Clone)]
pub struct Installed<T> {
    /// Whether the installation's own order has them or not: a tenant's may.
    pub providers: Vec<T>,
    pub offers: Offers,
}

impl<T> Installed<T> {
    /// The installation's order is the one that `variable` gives (`deepgram,embedded`), or the candidates' own when it is
    /// unset. A name that is unknown, given twice or without its key is recorded in `env`.
    pub fn from_env(env: &Env, variable: &str, candidates: Vec<Candidate<T>>) -> Self {
        let offer = |candidate: &Candidate<T>| Offer {
            name: candidate.name,
            key: candidate.key,
            languages: candidate.languages,
            is_set_up: candidate.provider.is_some(),
        };
        let offers: Vec<Offer> = candidates.iter().map(offer).collect();
        let order = match env.text(variable) {
            Some(written) => read_order(env, variable, &written, &offers),
            None => offers.iter().filter(|offer| offer.is_set_up).map(|offer| offer.name).collect(),
        };
        let providers = candidates.into_iter().filter_map(|candidate| candidate.provider).collect();
        Self { providers, offers: Offers { offers, order } }
    }
}

impl Offers {
    /// The installation's order, first choice first.
    pub fn order(&self) -> &[&'static str] {
        &self.order
    }

    /// Whether anybody who is set up knows this language.
    pub fn is_served(&self, language: Language) -> bool {
        self.offers.iter().any(|offer| offer.is_set_up && offer.languages.contains(&language))
    }

    /// The variables of those who know this language and lack their key.
    pub fn keys_for(&self, language: Language) -> Vec<&'static str> {
        let would_help = |offer: &&Offer| !offer.is_set_up && offer.languages.contains(&language);
        self.offers.iter().filter(would_help).map(|offer| offer.key).collect()
    }
}

fn read_order(env: &Env, variable: &str, written: &str, offers: &[Offer]) -> Vec<&'static str> {
    let mut order = Vec::new();
    for name in written.split(',').map(str::trim) {
        match offers.iter().find(|offer| offer.name.eq_ignore_ascii_case(name)) {
            Some(offer) if !offer.is_set_up => {
                env.reject(variable, &format!("no {} while {} is not set", offer.name, offer.key));
            }
            Some(offer) if !order.contains(&offer.name) => order.push(offer.name),
            Some(_) | None => {
                let names = offers.iter().map(|offer| offer.name).collect::<Vec<_>>().join(", ");
                env.reject(variable, &format!("some of {names}, each once, first choice first"));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn chain(variables: &[(&'static str, &'static str)]) -> Result<String, String> {
        let env = Env::from_pairs(variables.iter().copied());
        let candidate =
            |name, key| Candidate { name, key, languages: &Language::ALL, provider: env.text(key).map(|_| name) };
        let candidates = vec![
            candidate("azure", "AZURE_KEY"),
            candidate("elevenlabs", "ELEVENLABS_KEY"),
            Candidate { name: "embedded", key: "", languages: &[Language::English], provider: Some("embedded") },
        ];
        let installed = Installed::from_env(&env, "CHAIN", candidates);
        env.finish(installed.offers.order().join(" ")).map_err(|errors| errors.to_string())
    }

    const KEYS: [(&str, &str); 2] = [("AZURE_KEY", "a"), ("ELEVENLABS_KEY", "e")];

    #[rstest]
    #[case::nothing_is_set(&[], "embedded")]
    #[case::one_key(&[("ELEVENLABS_KEY", "e")], "elevenlabs embedded")]
    #[case::all_keys(&KEYS, "azure elevenlabs embedded")]
    #[case::an_order(&[KEYS[0], KEYS[1], ("CHAIN", "elevenlabs, Azure")], "elevenlabs azure")]
    #[case::without_the_engine(&[KEYS[0], ("CHAIN", "azure")], "azure")]
    fn usable_providers_stand_in_their_order(
        #[case] variables: &[(&'static str, &'static str)],
        #[case] expected: &str,
    ) {
        assert_eq!(chain(variables).as_deref(), Ok(expected));
    }

    #[rstest]
    #[case::unknown("azur", "some of azure, elevenlabs, embedded")]
    #[case::twice("azure,azure", "each once")]
    #[case::empty_name("azure,,embedded", "each once")]
    #[case::without_its_key("azure,elevenlabs", "no elevenlabs while ELEVENLABS_KEY is not set")]
    fn what_cannot_serve_is_named(#[case] order: &'static str, #[case] expected: &str) {
        let error = chain(&[KEYS[0], ("CHAIN", order)]).expect_err("it cannot serve");
        assert!(error.contains("CHAIN") && error.contains(expected), "{error}");
    }
}
