//! The gateway that is measured: this program again, as a process of its own, with the real clients pointed at a load.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use system_tests::load::Addresses;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::process;

/// Signs the carrier's requests.
pub const CARRIER_TOKEN: &str = "load";
/// Loading the models takes a second or two.
const START_MAX: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_millis(50);
/// Of the user's environment only what finds models and says what is logged: the rest must be as it is measured.
const KEPT: [&str; 6] =
    ["HOME", "PATH", "RECEPTIONIST_MODELS_DIR", "RECEPTIONIST_CACHE_DIR", "XDG_CACHE_HOME", "RUST_LOG"];

#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    #[error("starting the gateway: {0}; `taskset` of util-linux is needed to keep it on a core of its own")]
    Start(#[from] io::Error),
    #[error("the gateway ended while it started")]
    Ended,
    #[error("the gateway did not listen within {} s", START_MAX.as_secs())]
    Late,
}

pub struct Subject {
    process: Child,
    address: SocketAddr,
    pid: u32,
}

impl Subject {
    pub async fn start(program: Command, load: Addresses, redis_url: &str) -> Result<Self, SubjectError> {
        let address = process::free_address().await?;
        let mut command = program;
        command.arg("media-gateway").env_clear().kill_on_drop(true);
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let services = format!("http://{}", load.services);
        let settings = [
            ("GATEWAY_HTTP_ADDR", address.to_string()),
            ("REDIS_URL", redis_url.to_owned()),
            ("BOOKING_GRPC_URL", services.clone()),
            ("CONVERSATION_GRPC_URL", services),
            ("DEEPGRAM_API_KEY", "load".to_owned()),
            ("DEEPGRAM_BASE_URL", format!("ws://{}", load.recognition)),
            ("AZURE_TTS_KEY", "load".to_owned()),
            // What the load speaks is no voice to keep.
            ("TTS_CACHE_DIR", "off".to_owned()),
            ("AZURE_TTS_BASE_URL", format!("http://{}", load.synthesis)),
            ("TWILIO_AUTH_TOKEN", CARRIER_TOKEN.to_owned()),
            // The load is what limits the calls.
            ("VOICE_CONCURRENT_CALLS_PER_TENANT", "100000".to_owned()),
            ("VOICE_MAX_TURNS", "100000".to_owned()),
            ("VOICE_MAX_CALL_DURATION_MS", "3600000".to_owned()),
        ];
        let process = command.envs(settings).spawn()?;
        let pid = process.id().ok_or(SubjectError::Ended)?;
        let mut subject = Self { process, address, pid };
        subject.wait_until_it_listens().await?;
        Ok(subject)
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn voice_url(&self) -> String {
        format!("{}/voice", self.base_url())
    }

    pub const fn pid(&self) -> u32 {
        self.pid
    }

    /// Ends it; its calls are over.
    pub async fn stop(mut self) {
        // It may have ended by itself, which the calls have shown.
        let _ = self.process.kill().await;
    }

    async fn wait_until_it_listens(&mut self) -> Result<(), SubjectError> {
        let began = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if self.process.try_wait()?.is_some() {
                return Err(SubjectError::Ended);
            }
            if began.elapsed() > START_MAX {
                return Err(SubjectError::Late);
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(())
    }
}
