//! The agent: one turn handler for phone and web, its dialogue engine, its tools and its sessions.
//!
//! [`grpc`] carries conversations, [`turn`] handles one utterance, [`agent`] decides what to say and
//! does, for that, no I/O but to ask a language model, [`store`] speaks SQL. Appointments are made by the booking service
//! alone, over gRPC.

pub mod agent;
pub mod config;
pub mod grpc;
pub mod retention;
pub mod session;
pub mod store;
pub mod turn;

use proto::conversation::v1::conversation_service_server::ConversationServiceServer;
use service_runtime::{
    Clock,
    database::{self, DatabaseError},
    lifecycle::Lifecycle,
};
use sqlx::PgPool;
use tonic::service::RoutesBuilder;

use agent::llm::Models;

pub use agent::dialogue::understand::{in_words as number_in_words, to_json as understand_json};
pub use config::Config;

/// The service's name for gRPC health.
pub const GRPC_NAME: &str = "receptionist.conversation.v1.ConversationService";

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("BOOKING_GRPC_URL: {0}")]
    Booking(service_runtime::grpc::GrpcError),
    #[error("HANDOFF_GRPC_URL: {0}")]
    Handoff(service_runtime::grpc::GrpcError),
    #[error("the client of the language models: {0}")]
    Models(#[from] reqwest::Error),
}

/// The running service, to be added to a gRPC server of this process or of several services together.
#[derive(Clone)]
pub struct ConversationSvc {
    grpc: grpc::Grpc,
}

impl ConversationSvc {
    /// Connects to the database; the other services are connected to on first use.
    pub async fn start(config: &Config, clock: Clock, lifecycle: &Lifecycle) -> Result<Self, StartError> {
        let pool = database::open(&config.database, "conversation-svc").await?;
        let models = Models::new(config.llm.clone())?;
        let store = store::Store::new(pool.clone());
        let service = Self::start_on(pool, &config.booking_url, &config.handoff_url, models, clock, lifecycle).await?;
        let retention = retention::keep_to(store, config.retention.clone(), clock, lifecycle.soft().clone());
        lifecycle.spawn("retention", retention);
        Ok(service)
    }

    /// The same on a pool that exists.
    pub async fn start_on(
        pool: PgPool,
        booking_url: &str,
        handoff_url: &str,
        models: Models,
        clock: Clock,
        lifecycle: &Lifecycle,
    ) -> Result<Self, StartError> {
        database::expect_table(&pool, "voice_sessions").await?;
        let booking = service_runtime::grpc::channel(booking_url).map_err(StartError::Booking)?;
        let handoffs = service_runtime::grpc::channel(handoff_url).map_err(StartError::Handoff)?;
        let store = store::Store::new(pool);
        Ok(Self { grpc: grpc::Grpc::new(store, booking, handoffs, models, clock, lifecycle.clone()) })
    }

    pub fn add_grpc(&self, routes: &mut RoutesBuilder) {
        routes.add_service(ConversationServiceServer::new(self.grpc.clone()));
    }
}
