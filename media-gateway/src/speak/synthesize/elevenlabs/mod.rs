//! ElevenLabs over its streaming REST endpoint, in the telephone's own format.

mod settings;

use std::sync::Arc;

use http::HeaderValue;
use secrecy::ExposeSecret as _;
use serde::Serialize;

pub use self::settings::{ElevenLabsSettings, RATE_PERCENT, VoiceWish, is_voice_id};
use super::{
    VoiceChoice,
    vendor::{Pace, VendorError, VendorReading, streamed},
};

/// What `eleven_flash_v2_5` takes in one request. Other models take less, and sentences are far shorter.
const CHARACTERS_MAX: usize = 40_000;

pub struct ElevenLabs {
    settings: ElevenLabsSettings,
    http: reqwest::Client,
    key: HeaderValue,
    pace: Arc<Pace>,
}

/// The voice that a text is to be spoken in.
struct Voice {
    id: String,
    speed: f32,
    /// ISO 639-1; unset: the model tells by the text.
    language: Option<String>,
}

/// The body of a request. `previous_text` is not spoken; it tells how the sentence began, for the melody of the rest.
#[derive(Serialize)]
struct Body<'a> {
    text: &'a str,
    model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'a str>,
    voice_settings: VoiceSettings,
    #[serde(skip_serializing_if = "str::is_empty")]
    previous_text: &'a str,
}

#[derive(Serialize)]
struct VoiceSettings {
    stability: f32,
    similarity_boost: f32,
    speed: f32,
}

impl ElevenLabs {
    pub fn new(settings: ElevenLabsSettings, http: reqwest::Client) -> Self {
        // A key that cannot be sent was reported at start-up; a refused one comes to the same.
        let mut key = HeaderValue::from_str(settings.key.expose_secret()).unwrap_or(HeaderValue::from_static(""));
        key.set_sensitive(true);
        Self { settings, http, key, pace: Arc::default() }
    }

    /// The chosen voice, with all that makes it sound as it does.
    pub fn voice(&self, choice: &VoiceChoice) -> String {
        let Voice { id, speed, language } = self.chosen(choice);
        let ElevenLabsSettings { model, stability, similarity, .. } = &self.settings;
        format!("{id}/{model}/{}/{stability}/{similarity}/{speed}", language.unwrap_or_default())
    }

    /// Begins to speak `text`, which goes on after what was `said`.
    pub fn speak(self: &Arc<Self>, text: &str, said: &str, choice: &VoiceChoice) -> VendorReading {
        let (vendor, said, wanted) = (Arc::clone(self), said.to_owned(), text.to_owned());
        let voice = self.chosen(choice);
        VendorReading::begin(text, &self.pace, |mut answer| async move {
            if wanted.chars().nth(CHARACTERS_MAX).is_some() {
                return Err(VendorError::TextTooLong);
            }
            let request = || vendor.request(&wanted, &said, &voice);
            streamed::carry(request, vendor.settings.deadlines, &mut answer).await
        })
    }

    /// What the tenant leaves open is as it was set. Every voice speaks all languages.
    fn chosen(&self, VoiceChoice { language, elevenlabs: wish, .. }: &VoiceChoice) -> Voice {
        let language = language.as_deref().and_then(|tag| tag.split('-').next()).map(str::to_ascii_lowercase);
        Voice {
            id: wish.voice_id.clone().unwrap_or_else(|| self.settings.voice_id.clone()),
            speed: wish.rate_percent.map_or(self.settings.speed, |percent| 1.0 + f32::from(percent) / 100.0),
            language: language.or_else(|| self.settings.language.clone()),
        }
    }

    /// Opens a connection that the next request finds; what is answered does not matter.
    pub async fn warm(&self) -> Result<(), VendorError> {
        let request = self.http.head(self.url(&self.settings.voice_id)).timeout(self.settings.deadlines.first_byte);
        request.send().await.map(drop).map_err(|_| VendorError::Connect)
    }

    fn url(&self, voice_id: &str) -> String {
        let base_url = &self.settings.base_url;
        format!("{base_url}/v1/text-to-speech/{voice_id}/stream?output_format=ulaw_8000")
    }

    fn request(&self, text: &str, said: &str, voice: &Voice) -> reqwest::RequestBuilder {
        let ElevenLabsSettings { model, stability, similarity, .. } = &self.settings;
        let body = Body {
            text,
            model_id: model,
            language_code: voice.language.as_deref(),
            voice_settings: VoiceSettings { stability: *stability, similarity_boost: *similarity, speed: voice.speed },
            previous_text: said,
        };
        self.http.post(self.url(&voice.id)).header("xi-api-key", self.key.clone()).json(&body)
    }
}
