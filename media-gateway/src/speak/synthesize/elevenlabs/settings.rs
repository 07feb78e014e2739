//! How ElevenLabs is reached and which voice speaks.

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use service_runtime::Env;

use super::super::vendor::Deadlines;

/// What ElevenLabs needs to speak for us.
#[derive(Debug, Clone)]
pub struct ElevenLabsSettings {
    /// `ELEVENLABS_API_KEY`. Unset: ElevenLabs does not speak.
    pub key: SecretString,
    /// `ELEVENLABS_BASE_URL` (`https://api.elevenlabs.io`).
    pub base_url: String,
    /// `ELEVENLABS_VOICE_ID`, by default a voice that every account has.
    pub voice_id: String,
    /// `ELEVENLABS_MODEL` (`eleven_flash_v2_5`).
    pub model: String,
    /// `ELEVENLABS_LANGUAGE`: ISO 639-1, e.g. `es`, for calls that name none. Unset: the model tells by the text.
    pub language: Option<String>,
    /// `ELEVENLABS_STABILITY` (0.5), from 0 to 1.
    pub stability: f32,
    /// `ELEVENLABS_SIMILARITY` (0.75), from 0 to 1.
    pub similarity: f32,
    /// `ELEVENLABS_SPEED` (1.0), from 0.7 to 1.2.
    pub speed: f32,
    pub deadlines: Deadlines,
}

/// What a tenant wants of its voice; what is unset stays as the installation has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoiceWish {
    pub voice_id: Option<String>,
    /// Faster above 0, slower below.
    pub rate_percent: Option<i8>,
}

/// The rates that the voices take.
pub const RATE_PERCENT: std::ops::RangeInclusive<i8> = -30..=20;

/// Whether a text could be a voice's id. It becomes a part of a URL.
pub fn is_voice_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|character| character.is_ascii_alphanumeric())
}

impl ElevenLabsSettings {
    pub fn from_env(env: &Env, deadlines: Deadlines) -> Option<Self> {
        let text = |name, default: &str| env.text(name).unwrap_or_else(|| default.to_owned());
        let number = |name, default: f32, range: std::ops::RangeInclusive<f32>| {
            let expected = format!("a number from {} to {}", range.start(), range.end());
            let parsed = env.parsed(name, &expected).unwrap_or(default);
            if !range.contains(&parsed) {
                env.reject(name, &expected);
            }
            parsed
        };
        let key = env.secret("ELEVENLABS_API_KEY");
        if key.as_ref().is_some_and(|key| HeaderValue::from_str(key.expose_secret()).is_err()) {
            env.reject("ELEVENLABS_API_KEY", "a key without spaces or line ends in it");
        }
        let base_url = text("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io");
        if !(base_url.starts_with("https://") || base_url.starts_with("http://")) {
            env.reject("ELEVENLABS_BASE_URL", "a URL such as https://api.elevenlabs.io");
        }
        let voice_id = text("ELEVENLABS_VOICE_ID", "21m00Tcm4TlvDq8ikWAM");
        if !is_voice_id(&voice_id) {
            env.reject("ELEVENLABS_VOICE_ID", "the id of a voice: letters and digits");
        }
        let settings = Self {
            key: SecretString::default(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            voice_id,
            model: text("ELEVENLABS_MODEL", "eleven_flash_v2_5"),
            language: env.text("ELEVENLABS_LANGUAGE"),
            stability: number("ELEVENLABS_STABILITY", 0.5, 0.0..=1.0),
            similarity: number("ELEVENLABS_SIMILARITY", 0.75, 0.0..=1.0),
            speed: number("ELEVENLABS_SPEED", 1.0, 0.7..=1.2),
            deadlines,
        };
        key.map(|key| Self { key, ..settings })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DEADLINES: Deadlines = Deadlines { first_byte: Duration::from_secs(1), progress: Duration::from_secs(1) };

    #[test]
    fn the_documented_defaults_hold() {
        assert!(ElevenLabsSettings::from_env(&Env::default(), DEADLINES).is_none());
        let env = Env::from_pairs([("ELEVENLABS_API_KEY", "k"), ("ELEVENLABS_BASE_URL", "http://127.0.0.1:1/")]);
        let settings = ElevenLabsSettings::from_env(&env, DEADLINES).expect("a key");
        assert_eq!((settings.base_url.as_str(), settings.model.as_str()), ("http://127.0.0.1:1", "eleven_flash_v2_5"));
        assert_eq!((settings.stability, settings.similarity, settings.speed), (0.5, 0.75, 1.0));
    }

    #[test]
    fn malformed_variables_are_named() {
        let env = Env::from_pairs([
            ("ELEVENLABS_BASE_URL", "api.elevenlabs.io"),
            ("ELEVENLABS_VOICE_ID", "../voices"),
            ("ELEVENLABS_STABILITY", "firm"),
            ("ELEVENLABS_SPEED", "9"),
        ]);
        let _ = ElevenLabsSettings::from_env(&env, DEADLINES);
        let errors = env.finish(()).expect_err("malformed").to_string();
        for name in ["BASE_URL", "VOICE_ID", "STABILITY", "SPEED"] {
            assert!(errors.contains(&format!("ELEVENLABS_{name} ")), "{errors}");
        }
    }
}
