//! Who can speak: the vendors that have a key, and the engine in this process.

use std::{sync::Arc, time::Duration};

use service_runtime::{Clock, Env};

use super::{
    azure::{Azure, AzureSettings},
    elevenlabs::{ElevenLabs, ElevenLabsSettings},
    vendor::{Deadlines, VendorError},
};
use crate::speech::Engine;

/// Connections that nothing was sent on for so long are closed: vendors do the same a little later, and a request that
/// meets such a close fails.
const IDLE_MAX: Duration = Duration::from_secs(50);
const CONNECT_MAX: Duration = Duration::from_millis(800);

/// Which vendors may speak; without any the embedded engine does.
#[derive(Debug, Clone, Default)]
pub struct VoiceSettings {
    pub azure: Option<AzureSettings>,
    pub elevenlabs: Option<ElevenLabsSettings>,
}

impl VoiceSettings {
    /// `TTS_FIRST_BYTE_MS_MAX` (1000) and `TTS_PROGRESS_MS_MAX` (1500) bound how long a vendor may keep a caller
    /// waiting.
    pub fn from_env(env: &Env) -> Self {
        let millis = |name, default| {
            let parsed: u64 = env.parsed(name, "a number of milliseconds").unwrap_or(default);
            if !(50..=30_000).contains(&parsed) {
                env.reject(name, "milliseconds from 50 to 30000");
            }
            Duration::from_millis(parsed)
        };
        let deadlines = Deadlines {
            first_byte: millis("TTS_FIRST_BYTE_MS_MAX", 1_000),
            progress: millis("TTS_PROGRESS_MS_MAX", 1_500),
        };
        Self {
            azure: AzureSettings::from_env(env, deadlines),
            elevenlabs: ElevenLabsSettings::from_env(env, deadlines),
        }
    }
}

/// One who can speak.
#[derive(Clone)]
pub enum Provider {
    Azure(Arc<Azure>),
    ElevenLabs(Arc<ElevenLabs>),
    Embedded(Engine),
}

impl Provider {
    /// The vendors of `settings` in the order they are asked. They share one HTTP client.
    pub fn vendors(settings: &VoiceSettings, clock: Clock) -> Result<Vec<Self>, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .pool_idle_timeout(IDLE_MAX)
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let azure = settings.azure.clone().map(|azure| Self::Azure(Arc::new(Azure::new(azure, http.clone(), clock))));
        let elevenlabs = settings.elevenlabs.clone();
        let elevenlabs = elevenlabs.map(|settings| Self::ElevenLabs(Arc::new(ElevenLabs::new(settings, http))));
        Ok(azure.into_iter().chain(elevenlabs).collect())
    }

    pub const fn is_vendor(&self) -> bool {
        !matches!(self, Self::Embedded(_))
    }

    /// As it stands in sessions and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Azure(_) => "azure",
            Self::ElevenLabs(_) => "elevenlabs",
            Self::Embedded(_) => "embedded",
        }
    }

    /// Provider and voice: phrases of one are not played among those of another.
    pub fn voice(&self, language: Option<&str>) -> String {
        match self {
            Self::Azure(azure) => format!("azure/{}", azure.voice(language)),
            Self::ElevenLabs(elevenlabs) => format!("elevenlabs/{}", elevenlabs.voice(language)),
            Self::Embedded(_) => "embedded".to_owned(),
        }
    }

    /// Opens a connection ahead, where there is one to open.
    pub async fn warm(&self) -> Result<(), VendorError> {
        match self {
            Self::Azure(azure) => azure.warm().await,
            Self::ElevenLabs(elevenlabs) => elevenlabs.warm().await,
            Self::Embedded(_) => Ok(()),
        }
    }
}
