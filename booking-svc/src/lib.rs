//! Availability, holds and appointments, under constraints that the database itself enforces.
//!
//! [`booking`] decides and does no I/O; [`store`] speaks SQL and decides nothing; [`desk`] brings the two together
//! for every channel; [`grpc`] and [`rest`] only translate. [`jobs`] is work that nobody waits for; [`messages`] tells
//! clients what became of their appointments. This crate knows nothing of calls, chats or words that are spoken.

pub mod booking;
pub mod business;
pub mod calendar;
pub mod config;
pub mod demo;
pub mod desk;
pub mod grpc;
pub mod jobs;
pub mod messages;
pub mod process;
pub mod rest;
pub mod store;

use std::{sync::Arc, time::Duration};

use proto::booking::v1::booking_service_server::BookingServiceServer;
use service_runtime::{
    Clock,
    database::{self, DatabaseError},
    lifecycle::Lifecycle,
};
use sqlx::PgPool;
use tonic::service::RoutesBuilder;

use calendar::Calendars;
pub use config::Config;
use desk::Desk;
use jobs::outbox::Listener;
use messages::MessagesError;

/// The service's name for gRPC health.
pub const GRPC_NAME: &str = "receptionist.booking.v1.BookingService";

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Messages(#[from] MessagesError),
    #[error("making a client for people's calendars: {0}")]
    Calendars(reqwest::Error),
}

/// The running service, to be added to a gRPC server of this process or of several services together.
#[derive(Debug, Clone)]
pub struct BookingSvc {
    grpc: grpc::Grpc,
    calendars: Calendars,
}

impl BookingSvc {
    /// Connects, and starts the periodic jobs under `lifecycle`.
    pub async fn start(config: &Config, clock: Clock, lifecycle: &Lifecycle) -> Result<Self, StartError> {
        let pool = database::open(&config.database, "booking-svc").await?;
        let retention =
            jobs::keep_to_retention(pool.clone(), config.retention.clone(), clock, lifecycle.soft().clone());
        let listeners = messages::listeners(&pool, clock, &config.messages)?.into();
        let desk = Desk::new(pool, clock, config.hold_ttl);
        let calendars = Calendars::new(config.calendars.clone(), desk).map_err(StartError::Calendars)?;
        let service = Self::start_with(calendars, listeners, lifecycle).await?;
        lifecycle.spawn("retention", retention);
        Ok(service)
    }

    /// The same on a pool that exists, without people's calendars; `listeners` are told of changes of appointments.
    pub async fn start_on(
        pool: PgPool,
        hold_ttl: Duration,
        listeners: Vec<Arc<dyn Listener>>,
        clock: Clock,
        lifecycle: &Lifecycle,
    ) -> Result<Self, DatabaseError> {
        let calendars = Calendars::none(Desk::new(pool, clock, hold_ttl));
        Self::start_with(calendars, listeners, lifecycle).await
    }

    async fn start_with(
        calendars: Calendars,
        mut listeners: Vec<Arc<dyn Listener>>,
        lifecycle: &Lifecycle,
    ) -> Result<Self, DatabaseError> {
        let desk = calendars.desk.clone();
        database::expect_table(desk.pool(), "claims").await?;
        if let Some(google) = &calendars.google {
            listeners.push(Arc::new(calendars.clone()));
            let sync = jobs::sync_calendars(calendars.clone(), google.clone(), lifecycle.soft().clone());
            lifecycle.spawn("sync calendars", sync);
        }
        lifecycle.spawn("expire holds", jobs::expire_holds(desk.pool().clone(), lifecycle.soft().clone()));
        jobs::outbox::relay(desk.pool(), listeners, lifecycle);
        let grpc = grpc::Grpc::new(desk.clone(), lifecycle.tasks().clone(), lifecycle.soft().clone());
        Ok(Self { grpc, calendars })
    }

    /// `/api/v1/tenants/…`.
    pub fn http(&self) -> axum::Router {
        rest::routes(self.calendars.clone())
    }

    pub fn add_grpc(&self, routes: &mut RoutesBuilder) {
        routes.add_service(BookingServiceServer::new(self.grpc.clone()));
    }
}
