//! The booking service's binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    booking_svc::process::run().await
}
