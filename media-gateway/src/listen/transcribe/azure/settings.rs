//! Azure's settings for recognition, from the environment.

use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::Env;

use super::super::remote::socket_url;

/// Recognition of unbroken speech; another path knows single commands, a third dictated punctuation.
const PATH: &str = "/speech/recognition/conversation/cognitiveservices/v1";

#[derive(Debug, Clone)]
pub struct AzureSttSettings {
    /// `AZURE_STT_KEY`. The key that speaks does not stand in for it: who hears the callers is to be said.
    pub key: SecretString,
    /// `AZURE_STT_BASE_URL`, by default the one of `AZURE_STT_REGION` (`eastus`).
    pub base_url: String,
    /// `AZURE_STT_SEGMENTATION_SILENCE_MS` (300): silence after which words are final.
    pub segmentation_silence: Duration,
}

impl AzureSttSettings {
    /// `None` without a key: Azure does not listen. Malformed variables are recorded in `env`.
    pub fn from_env(env: &Env) -> Option<Self> {
        let key = env.secret("AZURE_STT_KEY")?;
        if HeaderValue::from_str(key.expose_secret().trim()).is_err() {
            env.reject("AZURE_STT_KEY", "a key without line ends in it");
        }
        let region = env.text("AZURE_STT_REGION").unwrap_or_else(|| "eastus".to_owned());
        if !region.chars().all(|character| character.is_ascii_alphanumeric()) {
            env.reject("AZURE_STT_REGION", "the name of a region such as eastus");
        }
        let of_region = || format!("wss://{region}.stt.speech.microsoft.com");
        let base_url = socket_url(&env.text("AZURE_STT_BASE_URL").unwrap_or_else(of_region)).unwrap_or_else(|| {
            env.reject("AZURE_STT_BASE_URL", "a URL such as wss://eastus.stt.speech.microsoft.com");
            of_region()
        });
        // The bounds are Azure's.
        let silence = env.parsed("AZURE_STT_SEGMENTATION_SILENCE_MS", "a number of milliseconds").unwrap_or(300);
        if !(100..=5_000).contains(&silence) {
            env.reject("AZURE_STT_SEGMENTATION_SILENCE_MS", "100 to 5000 milliseconds");
        }
        Some(Self { key, base_url, segmentation_silence: Duration::from_millis(silence) })
    }

    /// The URL of a connection for a language.
    pub fn recognition_url(&self, locale: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("language", locale)
            .append_pair("format", "detailed")
            .append_pair("wordLevelTimestamps", "true");
        format!("{}{PATH}?{}", self.base_url, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> AzureSttSettings {
        let env = Env::from_pairs([("AZURE_STT_KEY", "key")].iter().chain(pairs).copied());
        env.finish(AzureSttSettings::from_env(&env).unwrap()).expect("well-formed settings")
    }

    #[test]
    fn the_region_or_a_url_says_where() {
        assert_eq!(
            settings(&[("AZURE_STT_REGION", "westeurope")]).recognition_url("es-MX"),
            "wss://westeurope.stt.speech.microsoft.com/speech/recognition/conversation/cognitiveservices/v1\
             ?language=es-MX&format=detailed&wordLevelTimestamps=true"
        );
        let local = settings(&[("AZURE_STT_BASE_URL", "http://127.0.0.1:4040/")]);
        assert!(local.recognition_url("en-US").starts_with("ws://127.0.0.1:4040/speech/"));
    }

    #[test]
    fn malformed_settings_are_named_and_without_a_key_nothing_is_used() {
        assert!(AzureSttSettings::from_env(&Env::from_pairs([("AZURE_TTS_KEY", "key")])).is_none());
        let env = Env::from_pairs([
            ("AZURE_STT_KEY", "k\ney"),
            ("AZURE_STT_REGION", "east us"),
            ("AZURE_STT_BASE_URL", "azure"),
            ("AZURE_STT_SEGMENTATION_SILENCE_MS", "50"),
        ]);
        let errors = env.finish(AzureSttSettings::from_env(&env)).expect_err("malformed").to_string();
        for name in ["KEY", "REGION", "BASE_URL", "SEGMENTATION_SILENCE_MS"] {
            assert!(errors.contains(&format!("AZURE_STT_{name} ")), "{errors}");
        }
        assert!(!format!("{:?}", settings(&[])).contains("\"key\""), "the key is hidden");
    }
}
