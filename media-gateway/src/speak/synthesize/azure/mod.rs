//! Azure Neural TTS, over REST or a WebSocket, in the telephone's own format. One client for all calls, so that
//! connections are used again.

mod rest;
mod settings;
mod ssml;
mod turn;
mod websocket;

use std::sync::Arc;

use http::HeaderValue;
use service_runtime::Clock;

pub use self::settings::{AzureMode, AzureSettings, RATE_PERCENT, Voice, VoiceWish, is_voice_name, speaks};
use super::{
    VoiceChoice,
    vendor::{Pace, VendorError, VendorReading},
};
use crate::azure;

/// 8 kHz μ-law without a header: what the carrier takes as it is.
const OUTPUT_FORMAT: &str = "raw-8khz-8bit-mono-mulaw";

pub struct Azure {
    settings: AzureSettings,
    http: reqwest::Client,
    key: HeaderValue,
    pace: Arc<Pace>,
    clock: Clock,
    connections: websocket::Pool,
}

/// A text, and the voice that is to say it.
struct Wanted {
    voice: Voice,
    text: String,
}

impl Azure {
    pub fn new(settings: AzureSettings, http: reqwest::Client, clock: Clock) -> Self {
        let key = azure::key_value(&settings.key);
        Self { settings, http, key, pace: Arc::default(), clock, connections: websocket::Pool::default() }
    }

    /// The chosen voice, with all that makes it sound as it does.
    pub fn voice(&self, choice: &VoiceChoice) -> String {
        let Voice { name, language, style, rate_percent } = self.chosen(choice);
        format!("{name}/{language}/{}/{rate_percent}", style.unwrap_or_default())
    }

    /// Begins to speak `text`.
    pub fn speak(self: &Arc<Self>, text: &str, choice: &VoiceChoice) -> VendorReading {
        let wanted = Wanted { voice: self.chosen(choice), text: text.to_owned() };
        let azure = Arc::clone(self);
        match self.settings.mode {
            AzureMode::Rest => VendorReading::begin(text, &self.pace, |answer| rest::carry(azure, wanted, answer)),
            AzureMode::WebSocket => {
                VendorReading::begin(text, &self.pace, |answer| websocket::carry(azure, wanted, answer))
            }
        }
    }

    fn chosen(&self, choice: &VoiceChoice) -> Voice {
        self.settings.voice.chosen(choice.language.as_deref(), &choice.azure)
    }

    /// Opens a connection ahead.
    pub async fn warm(&self) -> Result<(), VendorError> {
        match self.settings.mode {
            AzureMode::Rest => rest::warm(self).await,
            AzureMode::WebSocket => websocket::warm(self).await,
        }
    }
}
