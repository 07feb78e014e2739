//! The media gateway as a process of its own.

use anyhow::Context as _;
use media_gateway::{Config, Gateway};
use service_runtime::{Clock, Env, admin, lifecycle::Lifecycle, telemetry};
use tokio::net::TcpListener;

/// `GATEWAY_HTTP_ADDR`: the carrier's webhooks and streams, health and metrics.
const HTTP_ADDRESS: &str = "127.0.0.1:8080";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    service_runtime::install_crypto_provider();
    telemetry::init(false);
    let (lifecycle, metrics) = (Lifecycle::new(), admin::install_metrics());

    let env = Env::of_process();
    let config = Config::from_env(&env)?;
    let address = env.text("GATEWAY_HTTP_ADDR").unwrap_or_else(|| HTTP_ADDRESS.to_owned());
    let gateway = Gateway::start(config, Clock::system(), &lifecycle).await?;
    let listener = TcpListener::bind(&address).await.with_context(|| format!("GATEWAY_HTTP_ADDR {address}"))?;
    tracing::info!(%address, "the media gateway is up");

    let readiness = admin::Readiness::default();
    readiness.set(true);
    let app = gateway.http().merge(admin::routes(readiness.clone(), metrics));
    let soft = lifecycle.soft().clone();
    lifecycle
        .spawn("http", async move { axum::serve(listener, app).with_graceful_shutdown(soft.cancelled_owned()).await });
    let soft = lifecycle.soft().clone();
    lifecycle.tasks().spawn(async move {
        soft.cancelled().await;
        readiness.set(false);
    });
    anyhow::ensure!(lifecycle.run_until_stopped().await?, "a task failed");
    Ok(())
}
