//! In which order the providers of a kind of speech are asked, as a variable says it: `STT_CHAIN`, `TTS_CHAIN`.

use service_runtime::Env;

/// One that a chain may name.
pub struct Candidate<T> {
    pub name: &'static str,
    /// The variable that makes it usable; for the errors.
    pub key: &'static str,
    /// Set when it is usable.
    pub provider: Option<T>,
}

/// The usable ones in the order that `variable` gives (`deepgram,embedded`), or in their own when it is unset. A name
/// that is unknown, given twice or without its key is recorded in `env`.
pub fn from_env<T>(env: &Env, variable: &str, mut candidates: Vec<Candidate<T>>) -> Vec<T> {
    let Some(order) = env.text(variable) else {
        return candidates.into_iter().filter_map(|candidate| candidate.provider).collect();
    };
    let names = candidates.iter().map(|candidate| candidate.name).collect::<Vec<_>>().join(", ");
    let mut take = |name: &str| {
        let at = candidates.iter().position(|candidate| candidate.name.eq_ignore_ascii_case(name));
        let Some(at) = at else {
            env.reject(variable, &format!("some of {names}, each once, first choice first"));
            return None;
        };
        let Candidate { name, key, provider } = candidates.remove(at);
        if provider.is_none() {
            env.reject(variable, &format!("no {name} while {key} is not set"));
        }
        provider
    };
    order.split(',').map(str::trim).filter_map(&mut take).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn chain(variables: &[(&'static str, &'static str)]) -> Result<String, String> {
        let env = Env::from_pairs(variables.iter().copied());
        let candidate = |name, key| Candidate { name, key, provider: env.text(key).map(|_| name) };
        let candidates = vec![
            candidate("azure", "AZURE_KEY"),
            candidate("elevenlabs", "ELEVENLABS_KEY"),
            Candidate { name: "embedded", key: "", provider: Some("embedded") },
        ];
        let chain = from_env(&env, "CHAIN", candidates);
        env.finish(chain.join(" ")).map_err(|errors| errors.to_string())
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
