//! Everything in one process: the stores, the four services on one loopback gRPC port, and one HTTP port.
//!
//! What runs here is what runs in a cluster: the services know each other only by address. This module starts them
//! in order, and ends them in the other: first the calls, then what they stand on, then the data.

mod roles;
mod servers;
mod settings;

use std::{net::SocketAddr, path::PathBuf};

use axum::Router;
use booking_svc::BookingSvc;
use conversation_svc::ConversationSvc;
use handoff_svc::HandoffSvc;
use jiff::tz::TimeZone;
use media_gateway::Gateway;
use service_runtime::{
    Clock, Env, EnvErrors,
    admin::{self, Readiness},
    http,
    lifecycle::Lifecycle,
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::net::TcpListener;
use tonic::service::RoutesBuilder;

use crate::stores::{Durability, Stores, StoresError};

pub use settings::{Settings, SettingsError, read_token};

/// Sessions that this process itself opens beside the services': migrations, demonstration data, look-ups.
const OWN_CONNECTIONS: u32 = 2;

/// Where the data lives, for a variable (`DATABASE_URL`, `REDIS_URL`) that the environment does not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In this folder, for good.
    Kept(PathBuf),
    /// In a fresh folder that is removed at the end.
    Throwaway,
}

#[derive(Debug)]
pub struct UpConfig {
    pub data: Data,
    /// The HTTP port on every interface that `interface` names; 0: any free one.
    pub http: SocketAddr,
    pub clock: Clock,
    /// The services' settings.
    pub env: Env,
    /// Whether calls are taken. Without them no speech model is loaded and no HTTP port is opened.
    pub voice: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum UpError {
    #[error(transparent)]
    Stores(#[from] StoresError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Env(#[from] EnvErrors),
    #[error("connecting to the database: {0}")]
    Connect(#[source] sqlx::Error),
    #[error("bringing the database up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("taking the services' database roles: {0}")]
    Roles(#[source] sqlx::Error),
    #[error("seeding the demonstration businesses: {0}")]
    Seed(#[source] booking_svc::demo::SeedError),
    #[error("starting the {service} service: {reason}")]
    Service { service: &'static str, reason: String },
    #[error("listening on {address}: {source}; choose another --port")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("waiting for signals: {0}")]
    Signals(std::io::Error),
}

/// The running whole. Dropping it ends the process's tasks with the runtime; [`Running::stop`] ends them in order.
#[derive(Debug)]
pub struct Running {
    /// Absent without voice.
    pub http_addr: Option<SocketAddr>,
    pub grpc_addr: SocketAddr,
    pub database_url: String,
    pub redis_url: String,
    /// Signs the carrier's requests; `TWILIO_AUTH_TOKEN`, or one that was made for local calls.
    pub carrier_token: String,
    pub models_dir: Option<PathBuf>,
    /// `PUBLIC_URL`: how the carrier believes to reach this process.
    pub public_url: Option<String>,
    pool: PgPool,
    readiness: Readiness,
    /// Calls and HTTP: ended first.
    calls: Lifecycle,
    /// What calls stand on.
    services: Lifecycle,
    stores: Option<Stores>,
}

impl Running {
    /// Starts everything; on return it takes calls.
    pub async fn start(config: UpConfig) -> Result<Self, UpError> {
        let UpConfig { data, http, clock, env, voice } = config;
        let stores = open_stores(&data, &env).await?;
        let settings = Settings::resolve(env, stores.as_ref(), &data)?;
        let pool = PgPoolOptions::new()
            .max_connections(OWN_CONNECTIONS)
            .connect(&settings.database_url)
            .await
            .map_err(UpError::Connect)?;
        migrations::run(&pool).await?;
        // Only the year matters: the businesses' holidays are those after it.
        let today = clock.now().to_zoned_datetime(TimeZone::UTC).date();
        booking_svc::demo::seed(&pool, today).await.map_err(UpError::Seed)?;

        // The port is known before any service starts, since they find each other by it.
        let grpc = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let grpc_addr = grpc.local_addr().map_err(UpError::Signals)?;
        let env = roles::name_them(&pool, settings.for_services(grpc_addr)).await.map_err(UpError::Roles)?;
        let services = Lifecycle::new();
        let services_http = start_services(&env, clock, &services, grpc).await?;

        let (calls, readiness) = (Lifecycle::new(), Readiness::default());
        let mut running = Self {
            http_addr: None,
            grpc_addr,
            database_url: settings.database_url.clone(),
            redis_url: settings.redis_url.clone(),
            carrier_token: settings.carrier_token.clone(),
            models_dir: None,
            public_url: None,
            pool,
            readiness,
            calls,
            services,
            stores,
        };
        if voice {
            running.open_lines(&env, clock, http, services_http).await?;
        }
        running.readiness.set(true);
        Ok(running)
    }

    /// For looking at what the services wrote.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Runs until a signal, or until something that it stands on fails; true if it ended well.
    pub async fn run_until_stopped(self) -> Result<bool, UpError> {
        let (calls, services) = (self.calls.clone(), self.services.clone());
        let failed = async {
            match &self.stores {
                Some(stores) => {
                    tokio::select! {
                        server = stores.ended() => tracing::error!(server, "a store ended by itself, stopping"),
                        () = services.soft().cancelled() => {}
                    }
                }
                None => services.soft().cancelled().await,
            }
            calls.stop();
            // Stays until the calls' own stop has run.
            std::future::pending::<()>().await;
        };
        let ended_well = tokio::select! {
            ended = self.calls.run_until_stopped() => ended.map_err(UpError::Signals)?,
            () = failed => false,
        };
        let failed_below = self.services.soft().is_cancelled();
        self.stop().await?;
        Ok(ended_well && !failed_below)
    }

    /// Ends everything in order, calls first.
    pub async fn stop(self) -> Result<(), UpError> {
        self.readiness.set(false);
        for lifecycle in [&self.calls, &self.services] {
            lifecycle.stop();
            lifecycle.run_until_stopped().await.map_err(UpError::Signals)?;
        }
        self.pool.close().await;
        if let Some(stores) = self.stores {
            stores.stop().await;
        }
        Ok(())
    }

    async fn open_lines(
        &mut self,
        env: &Env,
        clock: Clock,
        address: SocketAddr,
        others: Router,
    ) -> Result<(), UpError> {
        let config = media_gateway::Config::from_env(env)?;
        self.models_dir = Some(config.models_dir.clone());
        self.public_url.clone_from(&config.public_url);
        let gateway = Gateway::start(config, clock, &self.calls).await.map_err(service("media gateway"))?;
        let listener = listen(address).await?;
        self.http_addr = Some(listener.local_addr().map_err(UpError::Signals)?);
        let admin = admin::routes(self.readiness.clone(), admin::install_metrics());
        let routes = gateway.http().merge(others).merge(admin);
        self.calls.spawn("http", http::serve(listener, routes, self.calls.soft().clone()));
        Ok(())
    }
}

/// The stores of our own, if the environment leaves any to us.
async fn open_stores(data: &Data, env: &Env) -> Result<Option<Stores>, UpError> {
    if env.text("DATABASE_URL").is_some() && env.text("REDIS_URL").is_some() {
        return Ok(None);
    }
    Ok(Some(match data {
        Data::Kept(folder) => Stores::start(folder, Durability::Kept).await?,
        Data::Throwaway => Stores::start_throwaway().await?,
    }))
}

/// Starts the services behind the calls; what they serve over HTTP is given back.
async fn start_services(env: &Env, clock: Clock, services: &Lifecycle, grpc: TcpListener) -> Result<Router, UpError> {
    let config = booking_svc::Config::of(env).map_err(service("booking"))?;
    let booking = BookingSvc::start(&config, clock, services).await.map_err(service("booking"))?;
    let config = conversation_svc::Config::of(env).map_err(service("conversation"))?;
    let conversation = ConversationSvc::start(&config, clock, services).await.map_err(service("conversation"))?;
    let config = handoff_svc::Config::of(env).map_err(service("handoff"))?;
    let handoff = HandoffSvc::start(&config, clock, services).await.map_err(service("handoff"))?;
    let mut routes = RoutesBuilder::default();
    booking.add_grpc(&mut routes);
    conversation.add_grpc(&mut routes);
    handoff.add_grpc(&mut routes);
    let names = [booking_svc::GRPC_NAME, conversation_svc::GRPC_NAME, handoff_svc::GRPC_NAME];
    services.spawn("grpc", servers::serve_grpc(grpc, routes, names, services.soft().clone()));
    Ok(handoff.http().merge(booking.http()))
}

fn service<E: std::fmt::Display>(service: &'static str) -> impl FnOnce(E) -> UpError {
    move |error| UpError::Service { service, reason: error.to_string() }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, UpError> {
    TcpListener::bind(address).await.map_err(|source| UpError::Listen { address, source })
}
