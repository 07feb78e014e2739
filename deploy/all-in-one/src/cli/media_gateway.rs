//! `media-gateway`: the media gateway alone, as its own binary runs it. `bench gateway` measures this process.

use std::process::ExitCode;

pub async fn run() -> anyhow::Result<ExitCode> {
    service_runtime::install_crypto_provider();
    media_gateway::process::run().await?;
    Ok(ExitCode::SUCCESS)
}
