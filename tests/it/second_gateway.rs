//! A gateway of its own beside the shared whole: vendors hear and speak for it, so that a machine under load serves it too,
//! and its way to the conversation service may be another. Everything else is the whole's.

use std::net::Ipv4Addr;

use booking_svc::demo;
use media_gateway::{Config, Gateway};
use receptionist::demonstration;
use service_runtime::{Env, grpc, http, lifecycle::Lifecycle};
use system_tests::{
    caller::{Call, DialConfig},
    fakes::{
        azure_tts::{self, AzureTts},
        deepgram::{self, Deepgram},
        voice::Lines,
    },
};
use tokio::net::TcpListener;

use crate::whole::Whole;

const TOKEN: &str = "the-carriers-token";

pub struct SecondGateway {
    voice_url: String,
    lifecycle: Lifecycle,
    _hears: Deepgram,
    _speaks: AzureTts,
}

impl SecondGateway {
    /// Hears these lines, one after the other. `conversation`: where the conversation service is.
    pub async fn start(whole: &Whole, lines: &[&str], conversation: &str) -> Self {
        let hears = Deepgram::start_hearing(Lines::of(lines)).await.expect("a port");
        let speaks = AzureTts::start().await.expect("a port");
        let models = whole.running.models_dir.as_ref().expect("voice is on").display().to_string();
        let env = Env::of_process()
            .with("TWILIO_AUTH_TOKEN", TOKEN)
            .with("REDIS_URL", &*whole.running.redis_url)
            .with("RECEPTIONIST_MODELS_DIR", models)
            .with("BOOKING_GRPC_URL", grpc::uri_of(whole.running.grpc_addr))
            .with("CONVERSATION_GRPC_URL", conversation)
            .with("STT_CHAIN", "deepgram")
            .with("TTS_CHAIN", "azure")
            .with("TTS_CACHE_DIR", "off")
            .with("DEEPGRAM_API_KEY", deepgram::KEY)
            .with("DEEPGRAM_BASE_URL", hears.url())
            .with("AZURE_TTS_KEY", azure_tts::KEY)
            .with("AZURE_TTS_BASE_URL", speaks.url());
        let lifecycle = Lifecycle::new();
        let config = Config::from_env(&env).expect("a configuration");
        let gateway = Gateway::start(config, whole.clock, &lifecycle).await.expect("a gateway");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let voice_url = format!("http://{}/voice", listener.local_addr().expect("an address"));
        lifecycle.spawn("http", http::serve(listener, gateway.http(), lifecycle.soft().clone()));
        Self { voice_url, lifecycle, _hears: hears, _speaks: speaks }
    }

    pub async fn dial(&self) -> Call {
        let config = DialConfig::new(&*self.voice_url, TOKEN, demo::SALON_NUMBER);
        demonstration::dial_patiently(config).await.expect("the line opens")
    }
}

impl Drop for SecondGateway {
    fn drop(&mut self) {
        self.lifecycle.stop();
    }
}
