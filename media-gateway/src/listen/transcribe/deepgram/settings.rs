//! Deepgram's settings from the environment, and the request that they make for a tenant.

use std::time::Duration;

use secrecy::SecretString;
use service_runtime::Env;

use super::super::{
    Hints,
    remote::{Encoding, socket_url},
};

const BASE_URL: &str = "wss://api.deepgram.com";
const MODEL: &str = "nova-2-phonecall";
/// As many as Deepgram takes.
const TERMS_MAX: usize = 100;
/// How much likelier a keyword becomes (nova-2 and older): enough for names, without hearing them everywhere.
const KEYWORD_BOOST: &str = ":2";
/// Shorter words are the language's own, and heard well without help.
const KEYWORD_CHARS_MIN: usize = 3;
/// Variants of nova-2 that know other languages than English; the others know nothing else.
const NOVA_2_MULTILINGUAL: [&str; 2] = ["nova-2", "nova-2-general"];

#[derive(Debug, Clone)]
pub struct DeepgramSettings {
    /// `DEEPGRAM_API_KEY`.
    pub key: SecretString,
    /// `DEEPGRAM_BASE_URL` (`wss://api.deepgram.com`).
    pub base_url: String,
    /// `DEEPGRAM_MODEL` (`nova-2-phonecall`). One that begins with `flux` uses the turn-taking API, `/v2/listen`.
    pub model: String,
    /// `DEEPGRAM_ENCODING` (`linear16`): `linear16` at 16 kHz or `mulaw` at 8 kHz.
    pub encoding: Encoding,
    /// `DEEPGRAM_ENDPOINTING_MS` (300): silence after which words are final.
    pub endpointing: Duration,
    /// `DEEPGRAM_UTTERANCE_END_MS` (1000): at least 1000, since interim results come about once a second.
    pub utterance_end: Duration,
    /// `DEEPGRAM_EOT_THRESHOLD` (0.7), flux: how sure it must be that a turn ended, 0.5 to 0.9.
    pub end_of_turn: f32,
    /// `DEEPGRAM_EAGER_EOT_THRESHOLD` (unset), flux: how sure it must be that a turn may have ended, 0.3 to 0.9.
    pub eager_end_of_turn: Option<f32>,
    /// `DEEPGRAM_EOT_TIMEOUT_MS` (5000), flux: silence that ends a turn however unsure it is, 500 to 10000.
    pub end_of_turn_timeout: Duration,
}

impl DeepgramSettings {
    /// `None` without a key: Deepgram is not used. Malformed variables are recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let key = env.secret("DEEPGRAM_API_KEY")?;
        let millis = |name, default, least, most| {
            let wait = env.parsed(name, "a number of milliseconds").unwrap_or(default);
            if !(least..=most).contains(&wait) {
                env.reject(name, &format!("{least} to {most} milliseconds"));
            }
            Duration::from_millis(wait)
        };
        let share = |name, least: f32| {
            let share: Option<f32> = env.parsed(name, "a number");
            if share.is_some_and(|share| !(least..=0.9).contains(&share)) {
                env.reject(name, &format!("{least} to 0.9"));
            }
            share
        };
        let base_url = env.text("DEEPGRAM_BASE_URL").unwrap_or_else(|| BASE_URL.to_owned());
        let settings = Self {
            key,
            base_url: socket_url(&base_url).unwrap_or_else(|| {
                env.reject("DEEPGRAM_BASE_URL", "a URL such as wss://api.eu.deepgram.com");
                BASE_URL.to_owned()
            }),
            model: env.text("DEEPGRAM_MODEL").unwrap_or_else(|| MODEL.to_owned()),
            encoding: env.parsed("DEEPGRAM_ENCODING", "linear16 or mulaw").unwrap_or_default(),
            endpointing: millis("DEEPGRAM_ENDPOINTING_MS", 300, 10, 5_000),
            utterance_end: millis("DEEPGRAM_UTTERANCE_END_MS", 1_000, 1_000, 5_000),
            end_of_turn: share("DEEPGRAM_EOT_THRESHOLD", 0.5).unwrap_or(0.7),
            eager_end_of_turn: share("DEEPGRAM_EAGER_EOT_THRESHOLD", 0.3),
            end_of_turn_timeout: millis("DEEPGRAM_EOT_TIMEOUT_MS", 5_000, 500, 10_000),
        };
        if settings.eager_end_of_turn.is_some_and(|eager| eager > settings.end_of_turn) {
            env.reject("DEEPGRAM_EAGER_EOT_THRESHOLD", "no more than DEEPGRAM_EOT_THRESHOLD");
        }
        Some(settings)
    }

    pub fn is_flux(&self) -> bool {
        self.model.starts_with("flux")
    }

    /// The URL of a stream for a tenant's language and names.
    pub fn listen_url(&self, hints: &Hints) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("model", self.model_for(&hints.language))
            .append_pair("encoding", self.encoding.name())
            .append_pair("sample_rate", &self.encoding.rate_hz().to_string());
        let version = if self.is_flux() {
            self.ask_for_turns(&mut query, hints);
            "v2"
        } else {
            self.ask_for_results(&mut query, hints);
            "v1"
        };
        format!("{}/{version}/listen?{}", self.base_url, query.finish())
    }

    fn ask_for_results(&self, query: &mut form_urlencoded::Serializer<'_, String>, hints: &Hints) {
        query.append_pair("language", language_of(&hints.language)).append_pair("channels", "1");
        for switch in ["interim_results", "vad_events", "smart_format", "punctuate", "numerals"] {
            query.append_pair(switch, "true");
        }
        query
            .append_pair("endpointing", &self.endpointing.as_millis().to_string())
            .append_pair("utterance_end_ms", &self.utterance_end.as_millis().to_string());
        if self.model.starts_with("nova-3") {
            for term in hints.terms.iter().take(TERMS_MAX) {
                query.append_pair("keyterm", term);
            }
        } else {
            for word in keywords(&hints.terms) {
                query.append_pair("keywords", &format!("{word}{KEYWORD_BOOST}"));
            }
        }
    }

    fn ask_for_turns(&self, query: &mut form_urlencoded::Serializer<'_, String>, hints: &Hints) {
        query
            .append_pair("eot_threshold", &self.end_of_turn.to_string())
            .append_pair("eot_timeout_ms", &self.end_of_turn_timeout.as_millis().to_string());
        if let Some(eager) = self.eager_end_of_turn {
            query.append_pair("eager_eot_threshold", &eager.to_string());
        }
        if !is_english(&hints.language) {
            query.append_pair("language_hint", language_of(&hints.language));
        }
        for term in hints.terms.iter().take(TERMS_MAX) {
            query.append_pair("keyterm", term);
        }
    }

    /// Some models know English only; their siblings take the other languages.
    fn model_for(&self, language: &str) -> &str {
        if is_english(language) {
            &self.model
        } else if self.is_flux() {
            "flux-general-multi"
        } else if self.model.starts_with("nova-2") && !NOVA_2_MULTILINGUAL.contains(&self.model.as_str()) {
            "nova-2"
        } else {
            &self.model
        }
    }
}

fn is_english(language: &str) -> bool {
    language.is_empty() || subtag(language).eq_ignore_ascii_case("en")
}

/// A tenant's language as Deepgram names it: of Spanish it knows no country, and refuses a request that names one.
fn language_of(language: &str) -> &str {
    match language {
        "" => "en",
        "es-419" => language,
        _ if subtag(language).eq_ignore_ascii_case("es") => "es",
        _ => language,
    }
}

fn subtag(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The single words of names, each once: keywords know no phrases.
fn keywords(terms: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for word in terms.iter().flat_map(|term| term.split(|c: char| !c.is_alphanumeric() && c != '\'')) {
        let is_new = !words.iter().any(|known| known.eq_ignore_ascii_case(word));
        if word.chars().count() >= KEYWORD_CHARS_MIN && is_new && words.len() < TERMS_MAX {
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> DeepgramSettings {
        let env = Env::from_pairs([("DEEPGRAM_API_KEY", "key")].iter().chain(pairs).copied());
        env.finish(DeepgramSettings::from_env(&env).unwrap()).expect("well-formed settings")
    }

    fn hints(language: &str, terms: &[&str]) -> Hints {
        Hints { language: language.to_owned(), terms: terms.iter().map(|&term| term.to_owned()).collect() }
    }

    #[test]
    fn the_phone_model_is_asked_as_the_protocol_advises() {
        let url = settings(&[]).listen_url(&hints("en-US", &["Deep Tissue Massage", "Anna O'Neil", "Massage"]));
        assert_eq!(
            url,
            "wss://api.deepgram.com/v1/listen?model=nova-2-phonecall&encoding=linear16&sample_rate=16000&language=en-US\
             &channels=1&interim_results=true&vad_events=true&smart_format=true&punctuate=true&numerals=true\
             &endpointing=300&utterance_end_ms=1000&keywords=Deep%3A2&keywords=Tissue%3A2&keywords=Massage%3A2\
             &keywords=Anna%3A2&keywords=O%27Neil%3A2"
        );
    }

    #[test]
    fn newer_models_take_whole_terms_and_mulaw_halves_the_rate() {
        let settings = settings(&[("DEEPGRAM_MODEL", "nova-3"), ("DEEPGRAM_ENCODING", "mulaw")]);
        let url = settings.listen_url(&hints("es", &["Masaje Profundo"]));
        assert!(url.contains("model=nova-3&encoding=mulaw&sample_rate=8000&language=es&"), "{url}");
        assert!(url.ends_with("&keyterm=Masaje+Profundo"), "{url}");
    }

    #[test]
    fn another_language_gets_a_model_that_knows_it() {
        let nova = settings(&[]).listen_url(&hints("es-US", &[]));
        assert!(nova.contains("model=nova-2&") && nova.contains("&language=es&"), "{nova}");
        let flux = settings(&[("DEEPGRAM_MODEL", "flux-general-en")]).listen_url(&hints("es-US", &[]));
        assert!(flux.contains("model=flux-general-multi&") && flux.contains("&language_hint=es"), "{flux}");
    }

    #[test]
    fn flux_has_its_own_path_and_parameters() {
        let settings = settings(&[
            ("DEEPGRAM_MODEL", "flux-general-en"),
            ("DEEPGRAM_EAGER_EOT_THRESHOLD", "0.4"),
            ("DEEPGRAM_BASE_URL", "http://127.0.0.1:4040/"),
        ]);
        assert_eq!(
            settings.listen_url(&hints("en", &["Acme"])),
            "ws://127.0.0.1:4040/v2/listen?model=flux-general-en&encoding=linear16&sample_rate=16000&eot_threshold=0.7\
             &eot_timeout_ms=5000&eager_eot_threshold=0.4&keyterm=Acme"
        );
    }

    #[test]
    fn terms_are_bounded() {
        let terms: Vec<String> = (0..500).map(|number| format!("Name{number}")).collect();
        let hints = Hints { language: String::new(), terms };
        assert_eq!(settings(&[]).listen_url(&hints).matches("keywords=").count(), TERMS_MAX);
    }

    #[test]
    fn malformed_settings_are_named_and_without_a_key_nothing_is_used() {
        assert!(DeepgramSettings::from_env(&Env::default()).is_none());
        let env = Env::from_pairs([
            ("DEEPGRAM_API_KEY", "key"),
            ("DEEPGRAM_BASE_URL", "deepgram"),
            ("DEEPGRAM_ENCODING", "mp3"),
            ("DEEPGRAM_UTTERANCE_END_MS", "500"),
            ("DEEPGRAM_EOT_THRESHOLD", "0.5"),
            ("DEEPGRAM_EAGER_EOT_THRESHOLD", "0.8"),
        ]);
        let errors = env.finish(DeepgramSettings::from_env(&env)).expect_err("malformed").to_string();
        for name in ["BASE_URL", "ENCODING", "UTTERANCE_END_MS", "EAGER_EOT_THRESHOLD"] {
            assert!(errors.contains(name), "{errors}");
        }
        assert!(!format!("{:?}", settings(&[])).contains("\"key\""), "the key is hidden");
    }
}
