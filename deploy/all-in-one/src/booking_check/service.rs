//! The booking service under trial: this program again, as a process of its own that can be killed and comes back.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::Instant,
};

use crate::benchmark::process::free_address;

/// A start takes a moment; on a busy machine, some.
const START_MAX: Duration = Duration::from_secs(30);
const ASK_EVERY: Duration = Duration::from_millis(20);
/// Of the user's environment only what finds programs and says what is logged.
const KEPT: [&str; 3] = ["HOME", "PATH", "RUST_LOG"];
/// That connections die is the trial's own doing.
const LOGGED: &str = "error";

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("starting the booking service: {0}")]
    Start(#[from] io::Error),
    #[error("the booking service ended while it started")]
    Ended,
    #[error("the booking service did not listen within {} s", START_MAX.as_secs())]
    Late,
}

pub struct Service {
    program: PathBuf,
    settings: Vec<(&'static str, String)>,
    process: Child,
    pub grpc: SocketAddr,
    pub http: SocketAddr,
}

impl Service {
    /// In the role that row security holds for.
    pub async fn start(
        program: &Path,
        database_url: &str,
        hold_ttl: Duration,
        further: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Self, ServiceError> {
        let (grpc, http) = (free_address().await?, free_address().await?);
        let mut settings = vec![
            ("BOOKING_GRPC_ADDR", grpc.to_string()),
            ("BOOKING_HTTP_ADDR", http.to_string()),
            ("DATABASE_URL", database_url.to_owned()),
            ("BOOKING_DB_ROLE", "receptionist_booking".to_owned()),
            ("BOOKING_HOLD_TTL_MS", hold_ttl.as_millis().to_string()),
        ];
        settings.extend(further);
        let program = program.to_owned();
        let process = spawn(&program, &settings)?;
        let mut service = Self { program, settings, process, grpc, http };
        service.wait_until_it_listens().await?;
        Ok(service)
    }

    /// Kills it where it stands, and starts it again at the same addresses.
    pub async fn kill_and_restart(&mut self) -> Result<(), ServiceError> {
        self.process.kill().await?;
        self.process = spawn(&self.program, &self.settings)?;
        self.wait_until_it_listens().await
    }

    pub async fn kill(mut self) -> io::Result<()> {
        self.process.kill().await
    }

    async fn wait_until_it_listens(&mut self) -> Result<(), ServiceError> {
        let began = Instant::now();
        for address in [self.grpc, self.http] {
            while TcpStream::connect(address).await.is_err() {
                if self.process.try_wait()?.is_some() {
                    return Err(ServiceError::Ended);
                }
                if began.elapsed() > START_MAX {
                    return Err(ServiceError::Late);
                }
                tokio::time::sleep(ASK_EVERY).await;
            }
        }
        Ok(())
    }
}

fn spawn(program: &Path, settings: &[(&'static str, String)]) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.arg("booking-svc").env_clear().kill_on_drop(true);
    command.env("RUST_LOG", LOGGED);
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs(settings.iter().map(|(name, value)| (name, value))).spawn()
}
