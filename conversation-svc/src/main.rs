//! The conversation service as a process of its own.

use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context as _;
use conversation_svc::{Config, ConversationSvc, GRPC_NAME};
use service_runtime::{Clock, Env, admin, grpc, lifecycle::Lifecycle, telemetry};
use tokio::net::TcpListener;
use tonic::service::RoutesBuilder;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    service_runtime::install_crypto_provider();
    telemetry::init(false);
    let metrics = admin::install_metrics();
    let env = Env::of_process();
    let grpc_addr =
        env.parsed("CONVERSATION_GRPC_ADDR", "host:port").unwrap_or(SocketAddr::from(([127, 0, 0, 1], 7002)));
    let http_addr =
        env.parsed("CONVERSATION_HTTP_ADDR", "host:port").unwrap_or(SocketAddr::from(([127, 0, 0, 1], 7102)));
    let config = Config::of(&env)?;

    let grpc_listener = TcpListener::bind(grpc_addr).await.with_context(|| format!("binding {grpc_addr}"))?;
    let http_listener = TcpListener::bind(http_addr).await.with_context(|| format!("binding {http_addr}"))?;
    let lifecycle = Lifecycle::new();
    let service = ConversationSvc::start(&config, Clock::system(), &lifecycle).await?;

    let mut routes = RoutesBuilder::default();
    service.add_grpc(&mut routes);
    let stop = lifecycle.soft().clone();
    lifecycle.spawn("grpc", grpc::serve(grpc_listener, routes, &[GRPC_NAME], proto::DESCRIPTORS, stop.clone()));
    let readiness = admin::Readiness::default();
    let http = axum::serve(http_listener, admin::routes(readiness.clone(), metrics));
    lifecycle.spawn("http", async move { http.with_graceful_shutdown(stop.cancelled_owned()).await });

    readiness.set(true);
    tracing::info!(%grpc_addr, %http_addr, "conversation service is ready");
    let ended_well = lifecycle.run_until_stopped().await?;
    Ok(if ended_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
