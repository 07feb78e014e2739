//! The media gateway's binary.

use service_runtime::telemetry;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    service_runtime::install_crypto_provider();
    telemetry::init(false);
    media_gateway::process::run().await
}
