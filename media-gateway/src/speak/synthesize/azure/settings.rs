//! How Azure is reached and which voice speaks.

use http::HeaderValue;
use proto::Language;
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::Env;

use super::super::vendor::Deadlines;

/// What Azure needs to speak for us.
#[derive(Debug, Clone)]
pub struct AzureSettings {
    /// `AZURE_TTS_KEY`. Unset: Azure does not speak.
    pub key: SecretString,
    /// `AZURE_TTS_BASE_URL`, by default the one of `AZURE_TTS_REGION` (`eastus`).
    pub base_url: String,
    /// `AZURE_TTS_MODE`: `rest` (default) or `websocket`.
    pub mode: AzureMode,
    /// `AZURE_TTS_WEBSOCKET_PATH`: with `v1` at its end it is sent SSML, otherwise plain text.
    pub websocket_path: String,
    pub voice: Voice,
    pub deadlines: Deadlines,
}

/// How the sound comes. Over a WebSocket the time of every word comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureMode {
    Rest,
    WebSocket,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// `AZURE_TTS_VOICE` (`en-US-JennyNeural`).
    pub name: String,
    /// `AZURE_TTS_LANGUAGE`, by default the one that the voice's name begins with. BCP 47.
    pub language: String,
    /// `AZURE_TTS_STYLE`, e.g. `friendly`; which there are depends on the voice.
    pub style: Option<String>,
    /// `AZURE_TTS_RATE_PERCENT` (0): faster above, slower below.
    pub rate_percent: i8,
}

/// What a tenant wants of its voice; what is unset stays as the installation has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoiceWish {
    pub name: Option<String>,
    pub style: Option<String>,
    pub rate_percent: Option<i8>,
}

/// Voices for tenants whose language is not the one of the voice that was set; the first of a language is its default.
const VOICES: &[&str] = &[
    "en-US-JennyNeural",
    "en-GB-SoniaNeural",
    "es-US-PalomaNeural",
    "es-MX-DaliaNeural",
    "es-ES-ElviraNeural",
    "fr-FR-DeniseNeural",
    "fr-CA-SylvieNeural",
    "de-DE-KatjaNeural",
    "it-IT-ElsaNeural",
    "pt-BR-FranciscaNeural",
];

/// The rates that the voices take.
pub const RATE_PERCENT: std::ops::RangeInclusive<i8> = -50..=100;

/// Whether a text could be a voice's name: `en-US-JennyNeural`, `en-US-Ava:DragonHDLatestNeural`.
pub fn is_voice_name(name: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == ':');
    name.split('-').count() >= 3 && name.split('-').all(is_plain)
}

/// Whether a voice speaks a language, by its name.
pub fn speaks(voice: &str, language: Language) -> bool {
    is_multilingual(voice) || subtag(voice).eq_ignore_ascii_case(language.subtag())
}

impl AzureSettings {
    pub fn from_env(env: &Env, deadlines: Deadlines) -> Option<Self> {
        let key = env.secret("AZURE_TTS_KEY");
        if key.as_ref().is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
            env.reject("AZURE_TTS_KEY", "a key without spaces or line ends in it");
        }
        let region = env.text("AZURE_TTS_REGION").unwrap_or_else(|| "eastus".to_owned());
        if !region.chars().all(|character| character.is_ascii_alphanumeric()) {
            env.reject("AZURE_TTS_REGION", "the name of a region such as eastus");
        }
        let base_url =
            env.text("AZURE_TTS_BASE_URL").unwrap_or_else(|| format!("https://{region}.tts.speech.microsoft.com"));
        if !(base_url.starts_with("https://") || base_url.starts_with("http://")) {
            env.reject("AZURE_TTS_BASE_URL", "a URL such as https://eastus.tts.speech.microsoft.com");
        }
        let mode = match env.text("AZURE_TTS_MODE").as_deref() {
            None | Some("rest") => AzureMode::Rest,
            Some("websocket") => AzureMode::WebSocket,
            Some(_) => {
                env.reject("AZURE_TTS_MODE", "rest or websocket");
                AzureMode::Rest
            }
        };
        let voice = Voice::from_env(env);
        let websocket_path =
            env.text("AZURE_TTS_WEBSOCKET_PATH").unwrap_or_else(|| "/cognitiveservices/websocket/v2".to_owned());
        let base_url = base_url.trim_end_matches('/').to_owned();
        Some(Self { key: key?, base_url, mode, websocket_path, voice, deadlines })
    }
}

impl Voice {
    fn from_env(env: &Env) -> Self {
        let name = env.text("AZURE_TTS_VOICE").unwrap_or_else(|| "en-US-JennyNeural".to_owned());
        let language = env.text("AZURE_TTS_LANGUAGE").unwrap_or_else(|| language_of(&name));
        let style = env.text("AZURE_TTS_STYLE");
        let rate_percent: i8 = env.parsed("AZURE_TTS_RATE_PERCENT", "a number from -50 to 100").unwrap_or(0);
        if !RATE_PERCENT.contains(&rate_percent) {
            env.reject("AZURE_TTS_RATE_PERCENT", "a number from -50 to 100");
        }
        Self { name, language, style, rate_percent }
    }

    /// The voice for a tenant: the one it named, or one for its language (BCP 47).
    pub fn chosen(&self, language: Option<&str>, wish: &VoiceWish) -> Self {
        let voice = match &wish.name {
            // The style that was set is another voice's.
            Some(name) => Self {
                name: name.clone(),
                language: spoken_by(name, language),
                style: None,
                rate_percent: self.rate_percent,
            },
            None => self.in_language(language),
        };
        Self {
            style: wish.style.clone().or(voice.style),
            rate_percent: wish.rate_percent.unwrap_or(voice.rate_percent),
            ..voice
        }
    }

    /// The voice for a language (BCP 47): this one where it speaks it, in whatever country; otherwise a voice of that
    /// language, without the style, which it may not know.
    fn in_language(&self, language: Option<&str>) -> Self {
        let Some(language) = language else { return self.clone() };
        if subtag(language).eq_ignore_ascii_case(subtag(&self.language)) {
            return self.clone();
        }
        let of_country = VOICES.iter().find(|voice| language_of(voice).eq_ignore_ascii_case(language));
        let of_language = || VOICES.iter().find(|voice| subtag(voice).eq_ignore_ascii_case(subtag(language)));
        match of_country.or_else(of_language) {
            Some(name) => Self {
                name: (*name).to_owned(),
                language: language_of(name),
                style: None,
                rate_percent: self.rate_percent,
            },
            None => self.clone(),
        }
    }

    /// The same without what a voice may not know.
    pub fn plain(&self) -> Option<Self> {
        let is_plain = self.style.is_none() && self.rate_percent == 0;
        (!is_plain).then(|| Self { style: None, rate_percent: 0, ..self.clone() })
    }
}

/// `es-MX` is Spanish, `es`.
fn subtag(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// What a voice is asked to speak: its own language, unless it has several.
fn spoken_by(voice: &str, wanted: Option<&str>) -> String {
    wanted.filter(|_| is_multilingual(voice)).map_or_else(|| language_of(voice), str::to_owned)
}

/// `en-US-JennyMultilingualNeural` speaks Spanish too.
fn is_multilingual(voice: &str) -> bool {
    voice.contains("Multilingual")
}

/// `en-US-JennyNeural` speaks `en-US`.
fn language_of(voice: &str) -> String {
    voice.rsplit_once('-').map_or("en-US", |(language, _)| language).to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DEADLINES: Deadlines = Deadlines { first_byte: Duration::from_secs(1), progress: Duration::from_secs(1) };

    #[test]
    fn without_a_key_azure_does_not_speak() {
        assert!(AzureSettings::from_env(&Env::from_pairs([("AZURE_TTS_REGION", "westus2")]), DEADLINES).is_none());
    }

    #[test]
    fn the_documented_defaults_hold() {
        let env = Env::from_pairs([("AZURE_TTS_KEY", "k"), ("AZURE_TTS_VOICE", "es-MX-DaliaNeural")]);
        let settings = AzureSettings::from_env(&env, DEADLINES).expect("a key");
        assert_eq!(settings.base_url, "https://eastus.tts.speech.microsoft.com");
        assert_eq!((settings.mode, settings.voice.language.as_str()), (AzureMode::Rest, "es-MX"));
        assert!(settings.voice.plain().is_none());
    }

    #[test]
    fn another_language_has_another_voice() {
        let jenny = Voice {
            name: "en-US-JennyNeural".to_owned(),
            language: "en-US".to_owned(),
            style: Some("friendly".to_owned()),
            rate_percent: 5,
        };
        assert_eq!(jenny.in_language(None), jenny);
        assert_eq!(jenny.in_language(Some("en-GB")), jenny, "the voice that was set speaks English");
        assert_eq!(jenny.in_language(Some("tlh")), jenny);
        for (language, name) in
            [("es-mx", "es-MX-DaliaNeural"), ("es-AR", "es-US-PalomaNeural"), ("fr", "fr-FR-DeniseNeural")]
        {
            let voice = jenny.in_language(Some(language));
            assert_eq!((voice.name.as_str(), voice.style, voice.rate_percent), (name, None, 5));
        }
    }

    #[test]
    fn a_tenants_own_voice_is_taken_and_what_it_leaves_open_stays() {
        let jenny = Voice {
            name: "en-US-JennyNeural".to_owned(),
            language: "en-US".to_owned(),
            style: Some("friendly".to_owned()),
            rate_percent: 5,
        };
        let wish = VoiceWish { name: Some("en-GB-SoniaNeural".to_owned()), ..VoiceWish::default() };
        let sonia = jenny.chosen(Some("en-US"), &wish);
        assert_eq!((sonia.name.as_str(), sonia.language.as_str()), ("en-GB-SoniaNeural", "en-GB"));
        assert_eq!((sonia.style, sonia.rate_percent), (None, 5), "the style was Jenny's");

        let wish = VoiceWish { style: Some("cheerful".to_owned()), rate_percent: Some(0), ..VoiceWish::default() };
        let cheerful = jenny.chosen(Some("en-US"), &wish);
        assert_eq!(
            (cheerful.name, cheerful.style.as_deref(), cheerful.rate_percent),
            (jenny.name.clone(), Some("cheerful"), 0)
        );

        let wish = VoiceWish { name: Some("en-US-AvaMultilingualNeural".to_owned()), ..VoiceWish::default() };
        assert_eq!(jenny.chosen(Some("es-US"), &wish).language, "es-US");
        assert_eq!(jenny.chosen(None, &VoiceWish::default()), jenny);
    }

    #[test]
    fn malformed_variables_are_named() {
        let env = Env::from_pairs([
            ("AZURE_TTS_KEY", "k\ney"),
            ("AZURE_TTS_REGION", "east us"),
            ("AZURE_TTS_BASE_URL", "ftp://x"),
            ("AZURE_TTS_MODE", "pigeon"),
            ("AZURE_TTS_RATE_PERCENT", "120"),
        ]);
        let _ = AzureSettings::from_env(&env, DEADLINES);
        let errors = env.finish(()).expect_err("malformed").to_string();
        for name in ["KEY", "REGION", "BASE_URL", "MODE", "RATE_PERCENT"] {
            assert!(errors.contains(&format!("AZURE_TTS_{name} ")), "{errors}");
        }
    }
}
