//! A service as a process of its own: two ports, until a signal.

use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tonic::service::RoutesBuilder;

use crate::{
    Env, admin, grpc, http,
    lifecycle::{Lifecycle, Signals},
    spans::Spans,
    telemetry,
};

/// Who the process is.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// As in the log.
    pub name: &'static str,
    /// The service's name for gRPC health.
    pub grpc_name: &'static str,
    /// What gRPC reflection shows.
    pub descriptors: &'static [u8],
    pub grpc: Port,
    /// Health, metrics, and what the service itself serves over HTTP.
    pub http: Port,
}

/// An address to listen on: the variable that sets it, and the port on this machine without it.
#[derive(Debug, Clone, Copy)]
pub struct Port {
    pub variable: &'static str,
    pub default: u16,
}

impl Port {
    fn address(self, env: &Env) -> SocketAddr {
        env.parsed(self.variable, "host:port").unwrap_or(SocketAddr::from(([127, 0, 0, 1], self.default)))
    }
}

/// What a service that has started adds to its process's servers.
#[derive(Default)]
pub struct Served {
    pub grpc: RoutesBuilder,
    pub http: Router,
}

impl Process {
    /// The body of a `main`. `start` reads its configuration and starts the service under the lifecycle.
    pub async fn run(
        self,
        start: impl AsyncFnOnce(&Env, &Lifecycle) -> anyhow::Result<Served>,
    ) -> anyhow::Result<ExitCode> {
        crate::install_crypto_provider();
        telemetry::init(false);
        let metrics = admin::install_metrics();
        let env = Env::of_process();
        let spans = Spans::start(&env, self.name)?;
        let (grpc_addr, http_addr) = (self.grpc.address(&env), self.http.address(&env));
        let lifecycle = Lifecycle::new();
        let served = start(&env, &lifecycle).await?;

        let (grpc_listener, grpc_addr) = listen(grpc_addr, self.grpc).await?;
        let (http_listener, http_addr) = listen(http_addr, self.http).await?;
        let soft = lifecycle.soft();
        let grpc_stop = soft.clone();
        lifecycle.spawn("grpc", async move {
            grpc::serve(grpc_listener, served.grpc, &[self.grpc_name], self.descriptors, grpc_stop).await
        });
        let readiness = admin::Readiness::default();
        let routes = served.http.merge(admin::routes(readiness.clone(), metrics));
        lifecycle.spawn("http", http::serve(http_listener, routes, soft.clone()));

        let signals = Signals::install()?;
        readiness.set(true);
        tracing::info!(%grpc_addr, %http_addr, "the {} service is ready", self.name);
        let ended_well = lifecycle.run_until(signals).await;
        spans.end().await;
        Ok(if ended_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The socket, and its address: with port 0 the system chose one.
async fn listen(wanted: SocketAddr, port: Port) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let named = || format!("{} {wanted}", port.variable);
    let listener = TcpListener::bind(wanted).await.with_context(named)?;
    let address = listener.local_addr().with_context(named)?;
    Ok((listener, address))
}
