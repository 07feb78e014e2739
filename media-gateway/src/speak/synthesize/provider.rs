//! Who can speak: the vendors that have a key, and the engine in this process.

use std::{sync::Arc, time::Duration};

use proto::Language;
use service_runtime::{Clock, Env};

use super::{
    VoiceChoice,
    azure::{Azure, AzureSettings},
    elevenlabs::{ElevenLabs, ElevenLabsSettings},
    vendor::{Deadlines, VendorError},
};
use crate::{
    provider_chain::{Candidate, Installed, Offers},
    speech::{self, Engine},
};

/// Connections that nothing was sent on for so long are closed: vendors do the same a little later, and a request that
/// meets such a close fails.
const IDLE_MAX: Duration = Duration::from_secs(50);
const CONNECT_MAX: Duration = Duration::from_millis(800);

const AZURE: &str = "azure";
const ELEVENLABS: &str = "elevenlabs";
const EMBEDDED: &str = "embedded";

/// Who may speak.
#[derive(Debug, Clone)]
pub struct VoiceSettings(Installed<Voice>);

#[derive(Debug, Clone)]
enum Voice {
    Azure(Box<AzureSettings>),
    ElevenLabs(Box<ElevenLabsSettings>),
    Embedded,
}

impl VoiceSettings {
    /// Whoever is set up. `TTS_CHAIN` is the installation's order, such as `azure,elevenlabs,embedded`; unset: the vendors
    /// that have a key, in this order, then the engine in this process.
    ///
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
        let azure = AzureSettings::from_env(env, deadlines).map(|azure| Voice::Azure(Box::new(azure)));
        let elevenlabs = ElevenLabsSettings::from_env(env, deadlines).map(Box::new).map(Voice::ElevenLabs);
        let candidates = vec![
            vendor(AZURE, "AZURE_TTS_KEY", azure),
            vendor(ELEVENLABS, "ELEVENLABS_API_KEY", elevenlabs),
            Candidate { name: EMBEDDED, key: "", languages: speech::LANGUAGES, provider: Some(Voice::Embedded) },
        ];
        Self(Installed::from_env(env, "TTS_CHAIN", candidates))
    }

    /// What a chain may be made of, and the installation's.
    pub const fn offers(&self) -> &Offers {
        &self.0.offers
    }
}

const fn vendor(name: &'static str, key: &'static str, provider: Option<Voice>) -> Candidate<Voice> {
    Candidate { name, key, languages: &Language::ALL, provider }
}

/// One who can speak.
#[derive(Clone)]
pub enum Provider {
    Azure(Arc<Azure>),
    ElevenLabs(Arc<ElevenLabs>),
    Embedded(Engine),
}

impl Provider {
    /// All of `settings`. The vendors share one HTTP client.
    pub fn installed(settings: &VoiceSettings, engine: &Engine, clock: Clock) -> Result<Vec<Self>, reqwest::Error> {
        Self::open(settings, Some(engine), clock)
    }

    /// Those of `settings` that are vendors.
    pub fn vendors(settings: &VoiceSettings, clock: Clock) -> Result<Vec<Self>, reqwest::Error> {
        Self::open(settings, None, clock)
    }

    fn open(settings: &VoiceSettings, engine: Option<&Engine>, clock: Clock) -> Result<Vec<Self>, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .pool_idle_timeout(IDLE_MAX)
            .tcp_nodelay(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let provider = |voice: &Voice| match voice.clone() {
            Voice::Azure(settings) => Some(Self::Azure(Arc::new(Azure::new(*settings, http.clone(), clock)))),
            Voice::ElevenLabs(settings) => Some(Self::ElevenLabs(Arc::new(ElevenLabs::new(*settings, http.clone())))),
            Voice::Embedded => engine.cloned().map(Self::Embedded),
        };
        Ok(settings.0.providers.iter().filter_map(provider).collect())
    }

    pub const fn is_vendor(&self) -> bool {
        !matches!(self, Self::Embedded(_))
    }

    /// As it stands in sessions and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Azure(_) => AZURE,
            Self::ElevenLabs(_) => ELEVENLABS,
            Self::Embedded(_) => EMBEDDED,
        }
    }

    /// Provider and voice: phrases of one are not played among those of another.
    pub fn voice(&self, choice: &VoiceChoice) -> String {
        match self {
            Self::Azure(azure) => format!("azure/{}", azure.voice(choice)),
            Self::ElevenLabs(elevenlabs) => format!("elevenlabs/{}", elevenlabs.voice(choice)),
            Self::Embedded(_) => EMBEDDED.to_owned(),
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
