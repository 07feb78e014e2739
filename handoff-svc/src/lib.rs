//! Moves a call to the web chat: keeps what the call leaves under a token, and gives it out once.
//!
//! [`handoff`] is the life of a handoff, [`store`] its SQL, [`sms`] the carrier, [`grpc`] and [`http`] only translate.

pub mod config;
pub mod grpc;
pub mod handoff;
pub mod http;
pub mod sms;
pub mod store;

use std::time::Duration;

use proto::handoff::v1::handoff_service_server::HandoffServiceServer;
use service_runtime::{
    Clock,
    database::{self, DatabaseError},
    lifecycle::Lifecycle,
    rounds::{self, Job},
};
use sqlx::PgPool;
use tonic::service::RoutesBuilder;

pub use config::Config;
use handoff::{Delivering, lifecycle::Handoffs};
use sms::Twilio;

/// The service's name for gRPC health.
pub const GRPC_NAME: &str = "receptionist.handoff.v1.HandoffService";

const FORGET: Job = Job { name: "forget", every: Duration::from_secs(60), failures: "handoff_job_failures_total" };

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the client for the carrier's API: {0}")]
    Http(reqwest::Error),
}

/// The running service, to be added to a gRPC and an HTTP server.
#[derive(Debug, Clone)]
pub struct HandoffSvc {
    handoffs: Handoffs,
}

impl HandoffSvc {
    /// Connects, and starts the job that forgets what expired under `lifecycle`.
    pub async fn start(config: &Config, clock: Clock, lifecycle: &Lifecycle) -> Result<Self, StartError> {
        let pool = database::open(&config.database, "handoff-svc").await?;
        let carrier = config.sms.clone().map(Twilio::new).transpose().map_err(StartError::Http)?;
        let delivering = Delivering::new(carrier, config.web_url.clone());
        Self::start_on(pool, config.token_ttl, delivering, clock, lifecycle).await
    }

    /// The same on a pool that exists.
    pub async fn start_on(
        pool: PgPool,
        token_ttl: Duration,
        delivering: Delivering,
        clock: Clock,
        lifecycle: &Lifecycle,
    ) -> Result<Self, StartError> {
        database::expect_table(&pool, "voice_handoff_sessions").await?;
        let (of, stop) = (pool.clone(), lifecycle.soft().clone());
        let forgetting = async move { rounds::run(FORGET, stop, async || store::forget(&of).await.map(drop)).await };
        lifecycle.spawn("forget handoffs", forgetting);
        Ok(Self { handoffs: Handoffs::new(pool, clock, token_ttl, delivering) })
    }

    pub fn add_grpc(&self, routes: &mut RoutesBuilder) {
        routes.add_service(HandoffServiceServer::new(grpc::Grpc::new(self.handoffs.clone())));
    }

    /// `GET /api/v1/handoff/{token}`.
    pub fn http(&self) -> axum::Router {
        http::routes(self.handoffs.clone())
    }
}
