//! Both ends of the service for its tests: a booking service on a socket that answers from the scripts' world, and a
//! caller that speaks the conversation protocol.

mod booking;
mod caller;

use std::{future::Future, sync::Arc, time::Duration};

use conversation_svc::{
    ConversationSvc, GRPC_NAME,
    agent::llm::{LlmSettings, Models},
};
use proto::{booking::v1::booking_service_server::BookingServiceServer, common::v1::Channel};
use service_runtime::{Clock, Env, database, grpc, lifecycle::Lifecycle};
use sqlx::{PgPool, postgres::PgPoolOptions};
use system_tests::{database::Closing, found};
use tokio::{
    net::TcpListener,
    sync::{Mutex, Notify},
};
use tonic::service::RoutesBuilder;

use self::booking::Booking;
pub use self::caller::Caller;
use super::world::{Made, World};

/// No answer of a test takes as long; it bounds a test that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `probe` gives a value.
pub async fn eventually<T, F: Future<Output = Option<T>>>(mut probe: impl FnMut() -> F) -> T {
    found(PATIENCE, "the condition comes true", async || probe().await).await
}

pub struct Installation {
    world: Arc<Mutex<World>>,
    gate: Arc<Gate>,
    uri: String,
    tenant: String,
    _lifecycle: Stopping,
    _closing: Closing,
}

/// The same database, in the role that the service takes.
pub async fn in_role(pool: &PgPool) -> PgPool {
    let options = database::in_role(pool.connect_options().as_ref().clone(), "receptionist_conversation");
    PgPoolOptions::new().max_connections(8).connect_with(options).await.expect("the role")
}

struct Stopping(Lifecycle);

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Holds a booking back until a test lets it go.
#[derive(Default)]
struct Gate {
    closed: std::sync::atomic::AtomicBool,
    waits: Notify,
    go: Notify,
}

impl Installation {
    pub async fn start(pool: PgPool) -> Self {
        Self::start_with(pool, &Env::default()).await
    }

    /// With the models that `env` names.
    pub async fn start_with(pool: PgPool, env: &Env) -> Self {
        service_runtime::install_crypto_provider();
        let models = Models::new(LlmSettings::from_env(env)).expect("a client");
        let now = "2026-11-24T15:00:00Z".parse().expect("an instant");
        let world = World::new(now);
        let tenant = world.business.tenant;
        sqlx::query("INSERT INTO tenants (id, slug, name, time_zone, greeting) VALUES ($1, 'bloom', 'Bloom', 'America/New_York', 'Hello')")
            .bind(tenant.as_uuid())
            .execute(&pool)
            .await
            .expect("a tenant");
        let world = Arc::new(Mutex::new(world));
        let gate = Arc::new(Gate::default());
        let lifecycle = Lifecycle::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = grpc::uri_of(listener.local_addr().expect("its address"));
        let role = in_role(&pool).await;
        let service = ConversationSvc::start_on(role.clone(), &uri, &uri, models, Clock::starting_at(now), &lifecycle)
            .await
            .expect("the service starts");
        let mut routes = RoutesBuilder::default();
        service.add_grpc(&mut routes);
        routes.add_service(BookingServiceServer::new(Booking { world: world.clone(), gate: gate.clone() }));
        let stop = lifecycle.soft().clone();
        tokio::spawn(grpc::serve(listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop));
        Self {
            world,
            gate,
            uri,
            tenant: tenant.to_string(),
            _lifecycle: Stopping(lifecycle),
            _closing: Closing(vec![role]),
        }
    }

    pub async fn call(&self, channel: Channel) -> Caller {
        Caller::open(self, channel, String::new()).await
    }

    pub async fn resume(&self, channel: Channel, session: &str) -> Caller {
        Caller::open(self, channel, session.to_owned()).await
    }

    pub async fn holds(&self) -> usize {
        self.world.lock().await.holds.len()
    }

    /// An appointment of the number that calls, made before.
    pub async fn has(&self, service: &str, start: &str, name: &str) {
        self.world.lock().await.has(service, "Dana", start, name, "+12125550123");
    }

    pub async fn appointments(&self) -> Vec<String> {
        let world = self.world.lock().await;
        world
            .appointments
            .iter()
            .map(|Made { appointment, client }| {
                let (service, start) = (world.name_of(appointment), world.local(appointment.slot.start));
                format!("{service} {start} {} {}", client.name, client.email)
            })
            .collect()
    }

    pub async fn make_booking_wait(&self) {
        self.gate.closed.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    pub async fn booking_waits(&self) {
        tokio::time::timeout(PATIENCE, self.gate.waits.notified()).await.expect("a booking comes");
    }

    pub fn let_booking_go(&self) {
        self.gate.closed.store(false, std::sync::atomic::Ordering::SeqCst);
        self.gate.go.notify_one();
    }
}
