//! The media gateway as a process of its own: one HTTP port, until a signal.

use anyhow::Context as _;
use service_runtime::{Clock, Env, admin, http, lifecycle::Lifecycle, spans::Spans};
use tokio::net::TcpListener;

use crate::{Config, Gateway};

/// `GATEWAY_HTTP_ADDR`: the carrier's webhooks and streams, health and metrics.
const HTTP_ADDRESS: &str = "127.0.0.1:8080";

/// Runs to the end; settings are those of the environment.
pub async fn run() -> anyhow::Result<()> {
    let (lifecycle, metrics) = (Lifecycle::new(), admin::install_metrics());
    let env = Env::of_process();
    let config = Config::from_env(&env)?;
    let spans = Spans::start(&env, "media-gateway")?;
    let address = env.text("GATEWAY_HTTP_ADDR").unwrap_or_else(|| HTTP_ADDRESS.to_owned());
    let gateway = Gateway::start(config, Clock::system(), &lifecycle).await?;
    let listener = TcpListener::bind(&address).await.with_context(|| format!("GATEWAY_HTTP_ADDR {address}"))?;
    tracing::info!(%address, "the media gateway is up");

    let readiness = admin::Readiness::default();
    readiness.set(true);
    let routes = gateway.http().merge(admin::routes(readiness.clone(), metrics));
    lifecycle.spawn("http", http::serve(listener, routes, lifecycle.soft().clone()));
    let soft = lifecycle.soft().clone();
    lifecycle.tasks().spawn(async move {
        soft.cancelled().await;
        readiness.set(false);
    });
    let ended_well = lifecycle.run_until_stopped().await?;
    spans.end().await;
    anyhow::ensure!(ended_well, "a task failed");
    Ok(())
}
